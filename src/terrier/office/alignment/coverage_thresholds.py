"""From where on customers deserve whom, as a plan keeps it, or the company."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from terrier.office.alignment.errors import PlanError
from terrier.office.wording import first_fault

Amount = Annotated[float, Field(ge=0, le=1e12, allow_inf_nan=False)]
Load = Annotated[int, Field(ge=1, le=100_000)]


class Thresholds(BaseModel):
    """Key from any of key_sales, key_potential (a year) and key_sites of a chain on. By phone where neither sales nor potential
    reach small_below and the nearest home base is beyond far_km. Loads: customers that one person can hold (a chain is one);
    costs: of such a person a year. field_share : of the credit for a key account that the territory manager of a site keeps.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    key_sales: Annotated[float, Field(gt=0, le=1e12, allow_inf_nan=False)] = 250_000.0
    key_potential: Annotated[float, Field(gt=0, le=1e12, allow_inf_nan=False)] = 1_000_000.0
    key_sites: Annotated[int, Field(ge=2, le=10_000)] = 20
    small_below: Amount = 5_000.0
    far_km: Annotated[float, Field(ge=0, le=20_000, allow_inf_nan=False)] = 120.0
    field_share: Annotated[float, Field(ge=0, lt=1, allow_inf_nan=False)] = 0.2
    key_load: Load = 15
    portfolio_load: Load = 400
    field_load: Load = 250
    key_cost: Amount = 165_000.0
    portfolio_cost: Amount = 85_000.0
    field_cost: Amount = 120_000.0

    def load(self, kind: int) -> int:
        return (self.key_load, self.portfolio_load, self.field_load)[kind]

    def cost(self, kind: int) -> float:
        return (self.key_cost, self.portfolio_cost, self.field_cost)[kind]


def read_thresholds(given: Any) -> Thresholds:
    """Thresholds from plain values. Raises PlanError that names the first that is wrong, and what would be right."""
    try:
        return Thresholds.model_validate(given)
    except ValidationError as error:
        where, said = first_fault(error)
        raise PlanError(f"{where}: {said}", where) from error
