"""One warning: a sentence with its figures, how serious it is, and where to act."""

from __future__ import annotations

from dataclasses import dataclass, field
from hashlib import sha256
from urllib.parse import urlencode

from django.db import models
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _

from terrier.office.accounts.models import Status
from terrier.office.desks.models import Dismissal, WarningKind

WORSE = 1.1
"""So many times the figure at which it was set aside brings a warning back."""


class Severity(models.IntegerChoices):
    WATCH = 1, _("Watch")
    SOON = 2, _("Soon")
    NOW = 3, _("Now")


@dataclass(frozen=True, slots=True)
class Figure:
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Warned:
    """A warning as somebody sees it today.

    figure : how bad it is, as a multiple of its limit; what it is sorted by. accounts : the query of the account list that
    shows what it is about. positions : that it is about. dismissal : by which it was set aside, if it was.
    """

    kind: WarningKind
    key: str
    title: str
    sentence: str
    figure: float
    figures: tuple[Figure, ...] = ()
    accounts: str = ""
    position_ids: tuple[int, ...] = ()
    dismissal: Dismissal | None = field(default=None, compare=False)

    @property
    def severity(self) -> Severity:
        if self.figure >= 1.5:
            return Severity.NOW
        return Severity.SOON if self.figure >= 1.2 else Severity.WATCH

    @property
    def is_dismissed(self) -> bool:
        return self.dismissal is not None

    @property
    def about(self) -> str:
        """The query by which the page of a new plan learns which people it is about."""
        return urlencode([("about", one) for one in self.position_ids])

    @property
    def market(self) -> str:
        """The query of the page of the market that shows the areas it is about: where a territory has white space, most of it first."""
        if self.kind != WarningKind.WHITE_SPACE or self.position_id is None:
            return ""
        return urlencode({"territory": self.position_id, "sort": "-market_white_space"})

    @property
    def position_id(self) -> int | None:
        return self.position_ids[0] if len(self.position_ids) == 1 else None


def key_of(kind: WarningKind, *ids: int) -> str:
    """The same for the same thing, whatever its figures are."""
    named = "-".join(map(str, sorted(ids))) or "all"
    return f"{kind.value}:{named if len(named) <= 60 else sha256(named.encode()).hexdigest()[:32]}"


KEPT = tuple(("status", one) for one in Status.values if one != Status.CLOSED)
"""Closed accounts count nowhere in a warning, nor are they in the list that it leads to."""


def held_by(*positions: int, **narrowed: str) -> str:
    """The query of the account list that shows what positions hold themselves: what their loads count."""
    holders = [("holder", str(one)) for one in positions]
    return urlencode([*holders, ("alone", "yes"), *KEPT, *narrowed.items()])


def still_aside(dismissal: Dismissal | None, figure: float) -> Dismissal | None:
    """The dismissal, as long as the warning is not much worse than it was then."""
    return dismissal if dismissal is not None and figure <= dismissal.figure * WORSE + 1e-9 else None


def whole(value: float) -> str:
    return number_format(round(value), force_grouping=True)


def money(value: float) -> str:
    return f"${whole(value)}" if value >= 0 else f"-${whole(-value)}"


def percent(ratio: float) -> str:
    return number_format(round(ratio * 100), force_grouping=True) + "%"
