"""From a plan to a `Problem` of the engine, and from what the engine found back to accounts and territories.

Only accounts of geographic territories that are not locked as a whole take part, and those that nobody holds yet if it is known where
they are. Accounts of a territory that have no place count there, so that it is balanced by all that it holds, and stay. Portfolios and
key accounts stay as they are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from terrier.engine.design import Plan as Design
from terrier.engine.design import Problem, evaluate
from terrier.engine.design.geometry import distance
from terrier.engine.design.graph import Graph
from terrier.engine.travel import Calls, Roads
from terrier.errors import ProblemError
from terrier.office.alignment.borders import Borders, borders_of
from terrier.office.alignment.choices import MEASURE_NAMES, Choices, Measure
from terrier.office.alignment.errors import PlanError
from terrier.office.alignment.even_pay import Paid, even_sales
from terrier.office.alignment.land import islands_of, land_of
from terrier.office.alignment.models import Lock, Plan, RunKind, Territory, TerritoryKind
from terrier.office.alignment.units import Units, load_units, territory_holder
from terrier.office.alignment.workload import LEAST_WEIGHT, Floats, Ints, roads_between

WEIGHTLESS = 1e-6
"""Of an account that stands somewhere only so that its load counts."""


@dataclass(frozen=True, eq=False)
class Question:
    """What the engine is asked. units : all of the plan; taking : (n,) those that take part. territories : the k to fill.

    current, present : (q,) where those that take part are in the plan now, and where they were at first. borders : what no
    territory is to cross. one_piece : whether islands are to be brought home.
    """

    units: Units
    taking: NDArray[np.intp]
    territories: tuple[Territory, ...]
    current: Ints
    present: Ints
    problem: Problem
    measures: tuple[Measure, ...]
    calls: Calls
    roads: Roads
    borders: Borders
    one_piece: bool

    @property
    def workload(self) -> int | None:
        """Which of the measures is the workload, if it is balanced."""
        return self.measures.index(Measure.WORKLOAD) if Measure.WORKLOAD in self.measures else None

    @cached_property
    def land(self) -> Graph:
        """Which of those that take part lie beside which, whatever borders lie between."""
        return land_of(self.problem.coordinates)

    def islands(self, assignment: Ints) -> NDArray[np.int64]:
        """(k,) parts of each territory that are cut off from the rest of it."""
        return islands_of(self.land, assignment, len(self.territories))

    def groups(self, assignment: Ints) -> list[list[Any]]:
        """What changes in the plan: ``[[from, to, [account, …]], …]``."""
        found: dict[tuple[int | None, int], list[int]] = defaultdict(list)
        changed = np.flatnonzero(assignment != self.current)
        accounts = self.units.accounts[self.taking]
        for at in changed.tolist():
            before = self.current[at]
            source = self.territories[before].pk if before >= 0 else None
            found[source, self.territories[assignment[at]].pk].append(int(accounts[at]))
        return [[source, target, numbers] for (source, target), numbers in found.items()]

    def figures(self, design: Design) -> dict[str, Any]:
        """A design's figures, as JSON: by measure, by territory, and what is not met, in sentences."""
        loads, deviations = self._with_pay(design)
        islands = self.islands(design.assignment)
        return {
            "balance": {
                one.value: float(np.abs(deviations[:, at]).max()) for at, one in enumerate(self.measures)
            },
            "islands": int(islands.sum()),
            "territories": [
                {
                    "id": territory.pk,
                    "name": territory.name,
                    "n_accounts": int(design.counts[at]),
                    "loads": {one.value: float(loads[at, m]) for m, one in enumerate(self.measures)},
                    "deviations": {
                        one.value: float(deviations[at, m]) for m, one in enumerate(self.measures)
                    },
                    "mean_km": float(design.mean_distance[at]),
                    "islands": int(islands[at]),
                }
                for at, territory in enumerate(self.territories)
            ],
            "shortfalls": [self._told(one) for one in design.shortfalls[:20]],
            "n_shortfalls": len(design.shortfalls),
        }

    def _with_pay(self, design: Design) -> tuple[Floats, Floats]:
        """(k, m) loads and deviations of a design, of expected pay those of the whole pay and not of the sales that earn it."""
        if Measure.PAY not in self.measures:
            return design.loads, design.deviations
        at = self.measures.index(Measure.PAY)
        loads, deviations = design.loads.copy(), design.deviations.copy()
        pay = Paid.of(self.territories, self.units.choices).on(loads[:, at])
        shares = np.array([float(one.share) for one in self.territories])
        of = self.borders.territory_groups
        of = np.zeros(len(shares), dtype=np.int32) if of is None or self.borders.groups is None else of
        even = (np.bincount(of, pay) / np.bincount(of, shares))[of] * shares
        loads[:, at], deviations[:, at] = pay, pay / np.maximum(even, 1e-9) - 1
        return loads, deviations

    def now(self) -> Design:
        """The plan as it stands, with the travel that it implies; accounts that nobody holds go where they are nearest."""
        return evaluate(self.problem, self._placed(self.current))

    def before(self) -> Design:
        return evaluate(self.problem, self._placed(self.present))

    def _placed(self, assignment: Ints) -> Ints:
        held = assignment >= 0
        if held.all():
            return assignment
        found = assignment.copy()
        middles = np.array(
            [
                self.problem.coordinates[assignment == j].mean(axis=0)
                if (assignment == j).any()
                else (999, 999)
                for j in range(len(self.territories))
            ]
        )
        loose = np.flatnonzero(~held)
        far = ((self.problem.coordinates[loose, None] - middles[None]) ** 2).sum(axis=2)
        found[loose] = far.argmin(axis=1)
        return found

    def _told(self, shortfall: Any) -> str:
        where = "" if shortfall.territory is None else self.territories[shortfall.territory].name
        match shortfall.kind:
            case "tolerance":
                measure = self.measures[shortfall.measure]
                return _(
                    "%(territory)s is %(off)s off its target of %(measure)s; %(allowed)s is allowed."
                ) % {
                    "territory": where,
                    "off": f"{shortfall.value:+.0%}",
                    "measure": _("sales that make pay even")
                    if measure == Measure.PAY
                    else str(MEASURE_NAMES[measure]).lower(),
                    "allowed": f"±{shortfall.bound:.0%}",
                }
            case "unit_too_large":
                return _("One account alone is %(share)s of what %(territory)s should hold.") % {
                    "share": f"{shortfall.value:.0%}",
                    "territory": where,
                }
            case "contiguity":
                return _("%(territory)s is in %(n)s pieces.") % {
                    "territory": where,
                    "n": int(shortfall.value),
                }
            case "max_moved":
                return _("%(share)s of the accounts move; at most %(most)s should.") % {
                    "share": f"{shortfall.value:.1%}",
                    "most": f"{shortfall.bound:.1%}",
                }
            case "empty":
                return _("%(territory)s gets no account.") % {"territory": where}
        return _("%(territory)s does not meet all that is asked.") % {"territory": where}


def read_question(plan: Plan, choices: Choices, kind: str) -> Question:
    """What to ask the engine about a plan as it is now. Raises PlanError where there is nothing to ask."""
    units = load_units(plan, choices)
    whole = set(Lock.objects.filter(plan=plan, territory__isnull=False).values_list("territory", flat=True))
    open_ = [
        at
        for at, one in enumerate(units.territories)
        if one.kind == TerritoryKind.GEOGRAPHIC and one.pk not in whole and one.position_id is not None
    ]
    if len(open_) < 2:
        raise PlanError(
            _("The engine needs two or more geographic territories that are not locked; there are %(n)s.")
            % {"n": len(open_)}
        )
    within = np.full(len(units.territories) + 1, -2, dtype=np.int32)
    within[open_] = np.arange(len(open_))
    within[-1] = -1  # in no territory
    held = within[units.territory]
    taking = np.flatnonzero((held >= 0) | ((held == -1) & units.placed))
    n_placed = int(units.placed[taking].sum())
    if n_placed < len(open_):
        raise PlanError(
            _("There are %(n)s accounts with a known place for %(k)s territories; each needs one at least.")
            % {"n": n_placed, "k": len(open_)}
        )
    current = held[taking]
    present = np.maximum(within[units.present[taking]], -1)
    territories = tuple(units.territories[at] for at in open_)
    coordinates = _somewhere(units, taking, current, units.seats[open_])
    seats = units.seats[open_]
    serving = current if kind == RunKind.REPAIR else present
    borders = borders_of(units, choices, taking, coordinates, territories, current, present, seats, serving)
    return Question(
        units=units,
        taking=taking,
        territories=territories,
        current=current,
        present=present,
        problem=_problem(
            units,
            choices,
            kind,
            taking,
            coordinates,
            territories,
            current,
            present,
            seats,
            borders,
        ),
        measures=choices.measures,
        calls=_calls(units, taking),
        roads=roads_between(coordinates),
        borders=borders,
        one_piece=choices.in_one_piece,
    )


def _somewhere(units: Units, taking: NDArray[np.intp], current: Ints, seats: Floats) -> Floats:
    """(q, 2) where those that take part are; where nobody knows, as the account of their territory nearest to its home base.

    No way there is counted, and there they do not leave their territory's land.
    """
    found, placed = units.coordinates[taking], units.placed[taking]
    for j in np.unique(current[~placed]).tolist():
        near = found[(current == j) & placed]
        if not len(near):
            near = found[placed]
        middle = near.mean(axis=0) if np.isnan(seats[j]).any() else seats[j]
        found[(current == j) & ~placed] = near[distance(near, middle[None], "sphere").argmin()]
    return found


def _calls(units: Units, taking: NDArray[np.intp]) -> Calls:
    """What those that take part ask for. Nobody drives to an account of which nobody knows where it is: its calls are all its work."""
    calls = units.work.calls.of(taking)
    placed = units.placed[taking]
    whole = np.full(len(taking), np.nan) if calls.whole is None else calls.whole
    return Calls(np.where(placed, calls.visits, 0.0), calls.hours, np.where(placed, whole, calls.work()))


def _problem(
    units: Units,
    choices: Choices,
    kind: str,
    taking: NDArray[np.intp],
    coordinates: Floats,
    territories: tuple[Territory, ...],
    current: Ints,
    present: Ints,
    seats: Floats,
    borders: Borders,
) -> Problem:
    placed = units.placed[taking]
    repairing = kind == RunKind.REPAIR
    today = current if repairing else present
    measures = np.column_stack([_measure(units, one)[taking] for one in choices.measures])
    fields: dict[str, Any] = {
        "coordinates": coordinates,
        "measures": measures,
        "tolerances": np.array([one.tolerance for one in choices.balanced]),
        "n_territories": len(territories),
        "shares": shares_of(territories, choices, measures, borders),
        "weights": np.where(placed, np.maximum(units.visits[taking], LEAST_WEIGHT), WEIGHTLESS),
        "seat_pull": choices.seat_pull,
        "locks": np.where(units.locked[taking] | ~placed, current, -1),
        "kinds": borders.kinds,
        "eligible": borders.eligible,
    }
    if not np.isnan(seats).all():
        fields["seats"] = seats
    if kind != RunKind.DESIGN and (today >= 0).any():
        fields |= {"present": today, "stay_weight": max(choices.stay, 2.0) if repairing else choices.stay}
        if choices.max_moved is not None and kind == RunKind.REALIGN:
            fields["max_moved"] = choices.max_moved
    if repairing:
        fields |= {"adjacency": land_of(coordinates, borders.groups), "contiguous": True}
    if choices.chains_together:
        chain = np.where(placed, units.chain[taking], 0)
        fields["together"] = _together(chain, borders.kinds)
    try:
        return Problem(**fields)
    except ProblemError as error:
        raise PlanError(_("The engine cannot be asked this: %(why)s.") % {"why": error}) from error


def shares_of(
    territories: Sequence[Territory], choices: Choices, measures: Floats, borders: Borders
) -> Floats:
    """(k,) what each territory should hold of the whole or, where regions stay apart, (k, m) of what its region holds.

    Of expected pay the measure is the sales that earn it; each territory should hold as many as make the whole pay even.
    """
    shares = np.array([float(one.share) for one in territories])
    apart = borders.groups is not None and borders.territory_groups is not None
    pay = choices.measures.index(Measure.PAY) if Measure.PAY in choices.measures else None
    if not apart and pay is None:
        return shares
    of = borders.territory_groups if apart else np.zeros(len(shares), dtype=np.int32)
    groups = borders.groups if apart else np.zeros(len(measures), dtype=np.int32)
    assert of is not None
    assert groups is not None
    n_groups = int(of.max()) + 1
    held = np.column_stack([np.bincount(groups, column, n_groups) for column in measures.T])
    parts = shares / np.bincount(of, shares, n_groups)[of]
    found: Floats = parts[:, None] * held[of]
    if pay is not None:
        for group in np.unique(of).tolist():
            inside = np.flatnonzero(of == group)
            paid = Paid.of([territories[j] for j in inside.tolist()], choices)
            found[inside, pay] = even_sales(paid, shares[inside], float(held[group, pay]))
    whole: Floats = np.maximum(measures.sum(axis=0), 1e-9)
    return np.maximum(found / whole, 1e-9)


def _together(chain: NDArray[np.int64], kinds: Ints | None) -> Ints:
    """(q,) the sites of a chain by one number, within borders that no territory crosses; -1 for accounts on their own."""
    within = np.zeros(len(chain), dtype=np.int64) if kinds is None else kinds.astype(np.int64)
    numbers = np.unique(np.column_stack([chain, within]), axis=0, return_inverse=True)[1].reshape(-1)
    return np.where(chain > 0, numbers, -1).astype(np.int32)


def _measure(units: Units, measure: Measure) -> Floats:
    """(n,) what each account brings. Workload with the travel that the plan as it is implies; to pay its sales, see ``shares_of``."""
    match measure:
        case Measure.SALES | Measure.PAY:
            return units.sales
        case Measure.POTENTIAL:
            return units.potential
        case Measure.ACCOUNTS:
            return np.ones(units.n)
    return _workload(units)


def _workload(units: Units) -> Floats:
    """(n,) hours a year of each account with the travel that the plan as it is implies."""
    work = units.work
    bases = work.bases(units.territory, [territory_holder(one) for one in units.territories])
    hours, _km = work.travel(units.territory, bases)
    # Whoever nobody drives to yet is taken to cost as much on the way as others do.
    held = units.placed & (units.territory >= 0)
    loose = units.placed & (units.territory < 0)
    hours[loose] = units.visits[loose] * (hours[held].sum() / max(float(units.visits[held].sum()), 1e-9))
    return work.calls.work(hours)
