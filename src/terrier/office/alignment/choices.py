"""What a plan is made by: measures and their tolerances, the share that may move, calls a year. Kept in ``Plan.choices``."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, Any, Literal

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from terrier.office.alignment.coverage_thresholds import Thresholds
from terrier.office.alignment.errors import PlanError
from terrier.office.alignment.models import Plan
from terrier.office.wording import first_fault

CLASSES = ("A", "B", "C", "D", "")


class Border(StrEnum):
    """What a territory is not to cross."""

    REGION = "region"
    STATE = "state"
    AREA = "area"


class Measure(StrEnum):
    SALES = "sales"
    POTENTIAL = "potential"
    WORKLOAD = "workload"
    ACCOUNTS = "accounts"
    PAY = "pay"


MEASURE_NAMES: dict[Measure, Promise] = {
    Measure.SALES: _("Sales"),
    Measure.POTENTIAL: _("Potential"),
    Measure.WORKLOAD: _("Workload"),
    Measure.ACCOUNTS: _("Accounts"),
    Measure.PAY: _("Expected pay"),
}

Positive = Annotated[float, Field(gt=0, le=1e9, allow_inf_nan=False)]
Ratio = Annotated[float, Field(ge=0, le=1, allow_inf_nan=False)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Balanced(_Part):
    """A measure to balance. tolerance : largest deviation from the target, as a ratio."""

    measure: Measure
    tolerance: Annotated[float, Field(gt=0, le=5, allow_inf_nan=False)] = 0.1

    @model_validator(mode="before")
    @classmethod
    def _without_weight(cls, given: Any) -> Any:
        """Measures once had weights that the engine could not heed; see docs/decisions/0021."""
        return {k: v for k, v in given.items() if k != "weight"} if isinstance(given, dict) else given


class Visits(_Part):
    """Calls a year and minutes of each, by class of account; the last is for those without one."""

    calls: dict[Literal["A", "B", "C", "D", ""], Annotated[float, Field(ge=0, le=366)]] = Field(
        default_factory=lambda: dict(zip(CLASSES, (24.0, 12.0, 6.0, 2.0, 6.0), strict=True))  # type: ignore[arg-type]
    )
    minutes: dict[Literal["A", "B", "C", "D", ""], Annotated[float, Field(ge=1, le=600)]] = Field(
        default_factory=lambda: dict(zip(CLASSES, (60.0, 45.0, 40.0, 30.0, 40.0), strict=True))  # type: ignore[arg-type]
    )
    day_hours: Annotated[float, Field(gt=0, le=24)] = 8.0

    @model_validator(mode="after")
    def _every_class(self) -> Visits:
        for name, table in (("calls", self.calls), ("minutes", self.minutes)):
            lacking = [one or "(none)" for one in CLASSES if one not in table]
            if lacking:
                raise ValueError(
                    gettext("“%(name)s” must name every class; missing: %(classes)s.")
                    % {"name": name, "classes": ", ".join(lacking)}
                )
        return self


class Terms(_Part):
    """What a position earns where its own terms are not kept yet: base a year, and a rate on sales up to and above the quota."""

    base: Annotated[float, Field(ge=0, le=1e7)] = 60_000.0
    rate: Ratio = 0.01
    quota_growth: Annotated[float, Field(ge=-0.5, le=2)] = 0.05
    accelerator: Annotated[float, Field(ge=1, le=10)] = 1.5


class Warned(_Part):
    """When the plan's pages warn: utilization above or below, white space by potential without sales, pay by deviation from the
    median. None: from the company's limit on.
    """

    over: Annotated[float, Field(gt=0, le=10)] | None = None
    under: Annotated[float, Field(ge=0, le=1)] = 0.7
    white_space: Positive | None = None
    pay_apart: Annotated[float, Field(gt=0, le=10)] | None = None


class Choices(_Part):
    """All of it. Everything has a default that suits a plan at first.

    max_moved : largest share of accounts that may leave their present territory, none for no limit. stay : what moving an
    account costs the engine. seat_pull : how much home bases draw. reach_km : how far from their home base nobody begins to serve an
    account, unless hardly anybody lives nearer; None for no limit. borders : what no territory is to cross: those of regions, within
    which territories are then compared; of states and of the company's own areas, unless a territory crosses them today. chains_together : the sites of a chain go to one territory.
    in_one_piece : the engine leaves no account cut off from the rest of its territory where balance allows. accepts_within : a proposal of the field is
    accepted by itself when no territory that it touches then deviates by more, in any measure.
    coverage : who deserves a key account manager, and who the phone; None for what the company says.
    """

    balanced: Annotated[tuple[Balanced, ...], Field(min_length=1, max_length=5)] = (
        Balanced(measure=Measure.WORKLOAD),
        Balanced(measure=Measure.SALES, tolerance=0.2),
    )
    max_moved: Ratio | None = 0.2
    stay: Annotated[float, Field(ge=0, le=100)] = 0.3
    seat_pull: Ratio = 0.3
    reach_km: Annotated[float, Field(gt=0, le=25_000, allow_inf_nan=False)] | None = 400.0
    borders: Annotated[tuple[Border, ...], Field(max_length=3)] = (Border.REGION,)
    chains_together: bool = False
    in_one_piece: bool = True
    accepts_within: Annotated[float, Field(ge=0, le=1)] = 0.05
    visits: Visits = Field(default_factory=Visits)
    terms: Terms = Field(default_factory=Terms)
    warned: Warned = Field(default_factory=Warned)
    coverage: Thresholds | None = None

    @field_validator("borders", mode="before")
    @classmethod
    def _one_word(cls, given: Any) -> Any:
        """Older plans say “none” or “state”; of regions nobody could say anything, and they stay apart."""
        return (
            {"none": ["region"], "state": ["region", "state"]}.get(given, given)
            if isinstance(given, str)
            else given
        )

    @model_validator(mode="after")
    def _once(self) -> Choices:
        named = [one.measure for one in self.balanced]
        if len(named) != len(set(named)):
            raise ValueError(gettext("Each measure is balanced once."))
        return self

    @property
    def measures(self) -> tuple[Measure, ...]:
        return tuple(one.measure for one in self.balanced)

    def tolerance_of(self, measure: Measure) -> float | None:
        return next((one.tolerance for one in self.balanced if one.measure == measure), None)


def choices_of(plan: Plan) -> Choices:
    """What a plan is made by; defaults where it says nothing."""
    return read_choices(plan.choices)


def read_choices(given: Any) -> Choices:
    """Choices from plain values. Raises PlanError that names the first that is wrong, and what would be right."""
    try:
        return Choices.model_validate(given or {})
    except ValidationError as error:
        where, said = first_fault(error)
        raise PlanError(f"{where}: {said}" if where else said) from error
