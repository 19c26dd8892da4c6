"""What a head count assumes: the sizes to look at, the hours of a person, calls by class, money, and how sales respond."""

from __future__ import annotations

from typing import Annotated, Any

from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from terrier.errors import TerrierError
from terrier.office.alignment.choices import Visits
from terrier.office.wording import first_fault

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
            raise ValueError(
                _("most, %(most)s, is less than fewest, %(fewest)s.")
                % {"most": self.most, "fewest": self.fewest}
            )
        if self.most - self.fewest >= MOST_SIZES:
            raise ValueError(
                _("From %(fewest)s to %(most)s are more than %(limit)s sizes at once.")
                % {"most": self.most, "fewest": self.fewest, "limit": MOST_SIZES}
            )
        return self


def read_size_choices(given: Any) -> SizeChoices:
    """Choices from plain values. Raises HeadCountError that names the first that is wrong, and what would be right."""
    try:
        return SizeChoices.model_validate(given)
    except ValidationError as error:
        where, said = first_fault(error)
        raise HeadCountError(f"{where}: {said}" if where else said) from error
