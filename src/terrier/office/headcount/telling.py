"""What a head count says: the answer in sentences, and what each size costs, brings and buys."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from terrier.office.desks.warning import money, percent, whole
from terrier.office.headcount.choices import SizeChoices
from terrier.office.headcount.models import HeadCount


@dataclass(frozen=True, slots=True)
class Size:
    """One number of people. service : share of the calls wanted that their hours allow. brings, costs : margin, and cost of
    people and travel, beyond those of one fewer; None for the fewest.
    """

    people: int
    service: float
    utilization: float
    hours_each: float
    travel_hours: float
    sales: float
    margin: float
    cost: float
    profit: float
    brings: float | None
    costs: float | None

    @property
    def nets(self) -> float | None:
        return None if self.brings is None or self.costs is None else self.brings - self.costs


def sizes_of(head_count: HeadCount) -> list[Size]:
    """A row for each number of people, rising."""
    columns: dict[str, list[Any]] = head_count.result.get("columns", {})
    rows = [
        dict(zip(columns, values, strict=True))
        for values in zip(*(columns[name] for name in columns), strict=True)
    ]
    found: list[Size] = []
    for row in rows:
        cost = row["cost_of_people"] + row["cost_of_travel"]
        before = found[-1] if found else None
        found.append(
            Size(
                people=row["people"],
                service=row["service"],
                utilization=row["utilization"],
                hours_each=row["workload_hours_each"],
                travel_hours=row["travel_hours"] / row["people"],
                sales=row["sales"],
                margin=row["margin"],
                cost=cost,
                profit=row["profit"],
                brings=row["margin"] - before.margin if before else None,
                costs=cost - before.cost if before else None,
            )
        )
    return found


def sentences_of(head_count: HeadCount) -> list[str]:
    """The answer first, then what it rests on; in the language of whoever reads."""
    sizes = {one.people: one for one in sizes_of(head_count)}
    found = head_count.result
    return [
        *_by_profit(found, sizes),
        *_by_workload(found, sizes),
        *_marginal(found, sizes),
        *_left_out(found),
    ]


def _by_profit(found: dict[str, Any], sizes: dict[int, Size]) -> Iterator[str]:
    best = found["by_profit"]
    if best is None:
        return
    told = {"n": whole(best), "profit": money(sizes[best].profit), "service": percent(sizes[best].service)}
    yield (
        ngettext(
            "%(n)s person earns the most: %(profit)s a year after the cost of people and travel, with %(service)s of the calls made.",
            "%(n)s people earn the most: %(profit)s a year after the cost of people and travel, with %(service)s of the calls made.",
            best,
        )
        % told
    )
    if found["flat"] and found["flat"][0] != found["flat"][1]:
        yield _("From %(first)s to %(last)s people it is within 1%% of that: choose by other reasons.") % {
            "first": whole(found["flat"][0]),
            "last": whole(found["flat"][1]),
        }
    if found["at_edge"]:
        yield _("It is at the edge of what was looked at: ask again with a wider range.")


def _by_workload(found: dict[str, Any], sizes: dict[int, Size]) -> Iterator[str]:
    enough = found["by_workload"]
    if enough is None:
        most = max(sizes)
        yield _("By workload even %(n)s are too few: they could make %(service)s of the calls.") % {
            "n": whole(most),
            "service": percent(sizes[most].service),
        }
        return
    yield (
        ngettext(
            "By workload %(n)s person can make every call: %(hours)s hours of calls and travel, %(used)s of the hours there are.",
            "By workload %(n)s people can make every call: %(hours)s hours of calls and travel each, %(used)s of the hours there are.",
            enough,
        )
        % {
            "n": whole(enough),
            "hours": whole(sizes[enough].hours_each),
            "used": percent(sizes[enough].utilization),
        }
    )


def _marginal(found: dict[str, Any], sizes: dict[int, Size]) -> Iterator[str]:
    """One more and one fewer than there are today."""
    today = found["n_today"]
    if today not in sizes:
        return
    more = sizes.get(today + 1)
    if more is not None and more.brings is not None and more.costs is not None:
        yield _("Today there are %(n)s. One more would bring %(brings)s a year and cost %(costs)s.") % {
            "n": whole(today),
            "brings": money(more.brings),
            "costs": money(more.costs),
        }
    now = sizes[today]
    if now.brings is not None and now.costs is not None:
        yield _("One fewer than today would save %(costs)s a year and lose %(brings)s.") % {
            "brings": money(now.brings),
            "costs": money(now.costs),
        }


def _left_out(found: dict[str, Any]) -> Iterator[str]:
    if n := found["n_nowhere"]:
        yield (
            ngettext(
                "%(n)s account is left out: neither coordinates nor a postal code say where it is.",
                "%(n)s accounts are left out: neither coordinates nor a postal code say where they are.",
                n,
            )
            % {"n": whole(n)}
        )
    if n := found["n_without_calls"]:
        yield (
            ngettext(
                "%(n)s account is left out: its class is not called on.",
                "%(n)s accounts are left out: their class is not called on.",
                n,
            )
            % {"n": whole(n)}
        )


def assumed(choices: SizeChoices) -> list[tuple[str, str]]:
    """What was assumed, to be read."""
    visits = choices.visits
    calls = "; ".join(
        f"{one or '–'}: {visits.calls[one]:g} × {visits.minutes[one]:g} min"
        for one in ("A", "B", "C", "D", "")
    )
    return [
        (_("People looked at"), f"{choices.fewest}–{choices.most}"),
        (_("Hours a year of a full-time person"), whole(choices.hours)),
        (_("Share of them planned"), percent(choices.utilization)),
        (_("Mean employment share"), percent(choices.employment)),
        (_("Calls a year and minutes, by class"), calls),
        (_("Hours of a day"), f"{visits.day_hours:g}"),
        (_("Margin on sales"), percent(choices.margin)),
        (_("Cost of a person a year"), money(choices.cost)),
        (_("Cost of a kilometer"), f"${number_format(round(choices.cost_km, 2), 2)}"),
        (
            _("Response of sales to effort"),
            _("%(e)s%% for 1%% more") % {"e": number_format(round(choices.elasticity, 2), 2)},
        ),
        (_("Sales that come again without effort"), percent(choices.carry_over)),
        (
            _("Effort of an account"),
            f"{percent(choices.least_effort)}–{percent(choices.most_effort)}",
        ),
    ]
