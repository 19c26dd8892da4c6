"""What a head count assumes: the sizes to look at, the hours of a person, calls by class, money, and how sales respond."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from terrier.errors import TerrierError
from terrier.office.alignment.choices import Visits

MOST_SIZES = 60

Ratio = Annotated[float, Field(gt=0, le=1, allow_inf_nan=False)]
Amount = Annotated[float, Field(ge=0, le=1e9, allow_inf_nan=False)]


class HeadCountError(TerrierError, ValueError):
    """A head count that cannot be asked for: its text says what is wrong and what would be right."""


class SizeChoices(BaseModel):
    """fewest, most : people to look at. hours : a year of a full-time person, of which ``utilization`` may be planned;
    employment is their mean share of full time. margin : on sales. cost, cost_km : of a person a year, of a kilometer.
    elasticity : by how many percent sales rise with 1 % more effort. carry_over : share of a year's sales that come again
    without effort, over ``years``. least_effort, most_effort : of an account, as multiples of today's.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    fewest: Annotated[int, Field(ge=1, le=2000)]
    most: Annotated[int, Field(ge=1, le=2000)]
    hours: Annotated[float, Field(gt=0, le=8784, allow_inf_nan=False)] = 1640.0
    utilization: Ratio = 1.0
    employment: Ratio = 1.0
    margin: Ratio = 0.25
    cost: Amount = 120_000.0
    cost_km: Annotated[float, Field(ge=0, le=1000, allow_inf_nan=False)] = 0.4
    elasticity: Annotated[float, Field(ge=0.01, le=0.95, allow_inf_nan=False)] = 0.31
    carry_over: Annotated[float, Field(ge=0, le=0.95, allow_inf_nan=False)] = 0.0
    years: Annotated[int, Field(ge=1, le=20)] = 3
    least_effort: Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)] = 0.5
    most_effort: Annotated[float, Field(ge=1, le=100, allow_inf_nan=False)] = 2.0
    tolerance: Annotated[float, Field(ge=0.01, le=1, allow_inf_nan=False)] = 0.1
    visits: Visits = Field(default_factory=Visits)

    @model_validator(mode="after")
    def _some_sizes(self) -> SizeChoices:
        if self.most < self.fewest:
            raise ValueError(f"most, {self.most}, is less than fewest, {self.fewest}")
        if self.most - self.fewest >= MOST_SIZES:
            raise ValueError(f"from {self.fewest} to {self.most} are more than {MOST_SIZES} sizes at once")
        return self


def read_size_choices(given: Any) -> SizeChoices:
    """Choices from plain values. Raises HeadCountError that names the first that is wrong, and what would be right."""
    try:
        return SizeChoices.model_validate(given)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise HeadCountError(f"{where}: {first['msg']}" if where else str(first["msg"])) from error
