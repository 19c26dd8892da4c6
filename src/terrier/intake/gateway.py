"""From files and names to a `Problem` on array positions; the one place where the two meet."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from terrier.engine.design import Graph, Problem
from terrier.errors import InputError, ProblemError
from terrier.intake.adjacency import (
    Areas,
    Metric,
    Shapes,
    computed,
    edge_list,
    in_one_piece,
    is_polygons,
    read_areas,
)
from terrier.intake.columns import guess, key, listed, named
from terrier.intake.groups import Groups, read_groups
from terrier.intake.job import DesignJob
from terrier.intake.numbers import measure
from terrier.intake.owners import Owners, owners
from terrier.intake.places import Places, locate, place_columns
from terrier.intake.read import read_table
from terrier.intake.request import DesignRequest
from terrier.intake.roster import Roster, build_roster
from terrier.intake.rules import UnitIndex, read_apart, read_locks, read_together, refuse_contradictions
from terrier.intake.seats import Seats, read_seats
from terrier.intake.table import LISTED, Table
from terrier.intake.units import Labels, details, labels

SMALL_WEIGHT = 1e-3
"""Of the mean weight: what a weight of 0 counts, so that the unit still goes somewhere near."""
USUAL_STAY = 0.3


@dataclass(slots=True)
class _Said:
    """What there is to tell while reading."""

    columns: list[tuple[str, str]] = field(default_factory=list)
    used: set[str] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def column(self, role: str, column: str) -> str:
        self.columns.append((role, column))
        self.used.add(column)
        return column


def read_job(request: DesignRequest) -> DesignJob:
    """Read every file of the request and state the problem.

    Raises
    ------
    InputError
        Anything doubtful, located.
    """
    metric: Metric = "plane" if request.plane else "sphere"
    said = _Said()
    table = read_table(
        request.accounts,
        sheet=request.sheet,
        encoding=request.encoding,
        header_row=request.header_row,
        decimal=request.decimal,
    )
    known = labels(table, request.id_column, request.name_column)
    said.column("id", known.id_column)
    if known.name_column:
        said.column("name", known.name_column)
    areas = None
    if request.adjacency and is_polygons(request.adjacency):
        areas = read_areas(request.adjacency, known.id_column)
    table, known, coordinates, unplaced = _placed(request, table, known, areas, metric, said)
    measure_names, measures = _measures(request, table, said)
    groups = _groups(request, table, measures, said)
    today = _owners(request, table, said)
    seats = _seats(request, said)
    roster = build_roster(request, table, today, seats, groups, measures)
    said.notes += roster.notes
    units = UnitIndex(request.accounts, known.ids, frozenset(unit for _, unit, _ in unplaced))
    locks = read_locks(request.locks, table, units, roster, roster.present)
    together = _together(request, table, said)
    apart = read_apart(request.apart, units) if request.apart else None
    refuse_contradictions(request.accounts, known.ids, roster, locks, together, apart)
    _refuse_crossings(request, known, roster, groups, locks, together)
    adjacency, shapes = _adjacency(request, known, units, areas, coordinates, metric, groups, said)
    problem = _problem(
        request,
        coordinates=coordinates,
        measures=measures,
        tolerances=_tolerances(request, measure_names),
        n_territories=len(roster.names),
        metric=metric,
        shares=_shares(roster, groups),
        weights=_weights(request, table, said),
        objective=request.objective,
        adjacency=adjacency,
        contiguous=request.contiguous,
        seats=roster.seats,
        seat_pull=request.seat_pull,
        present=roster.present,
        stay_weight=_stay_weight(request),
        max_moved=request.max_moved,
        move_weights=_move_weights(request, table, said),
        locks=locks,
        together=together,
        apart=apart,
    )
    said.warnings += oversized(problem, known.ids, measure_names)
    return DesignJob(
        problem=problem,
        file=request.accounts,
        unit_ids=known.ids,
        unit_names=known.names,
        measure_names=measure_names,
        territory_names=roster.names,
        people=roster.people,
        before_names=today.names if today else [],
        before=today.held_by if today else None,
        details=details(table, said.used),
        shapes=shapes,
        groups=groups.of_unit if groups else None,
        territory_groups=roster.groups,
        group_names=groups.names if groups else [],
        guessed=said.columns,
        unplaced=unplaced,
        notes=said.notes,
        warnings=said.warnings,
    )


def _placed(
    request: DesignRequest, table: Table, known: Labels, areas: Areas | None, metric: Metric, said: _Said
) -> tuple[Table, Labels, NDArray[np.float64], list[tuple[int, str, str]]]:
    """Place every row; leave out those that cannot be placed where that is asked, refuse them otherwise."""
    columns = place_columns(table, request.lat_column, request.lon_column, request.zip_column)
    if columns.latitude is None and columns.zip is None and areas is None:
        wanted = (
            "x and y columns"
            if metric == "plane"
            else "latitude and longitude columns, and no ZIP code column"
        )
        raise table.error(
            f"has no {wanted}",
            hint=f"Pass --lat-column and --lon-column, or --zip-column. Its columns: {listed(table.columns)}.",
        )
    for role, column in columns.said:
        said.column(role, column)
    places = locate(table, columns, metric, areas.centres(known.ids) if areas else None)
    if places.by_zip.any() and columns.latitude:
        said.notes.append(
            f"{int(places.by_zip.sum()):,} accounts without coordinates are placed by ZIP code."
        )
    if not places.reasons:
        return table, known, places.coordinates, []
    unplaced = [(int(table.rows[i]), known.ids[i], why) for i, why in sorted(places.reasons.items())]
    if not request.skip_unplaced:
        column = columns.zip if columns.zip and "ZIP" in unplaced[0][2] else columns.latitude
        raise _unplaceable(table, places, unplaced, column)
    kept = ~np.isnan(places.coordinates).any(axis=1)
    if not kept.any():
        raise table.error("has no row that can be placed")
    left_out = (
        "1 account is left out: it"
        if len(unplaced) == 1
        else f"{len(unplaced):,} accounts are left out: they"
    )
    said.warnings.append(f"{left_out} cannot be placed (see unplaced.csv).")
    order = np.flatnonzero(kept).tolist()
    ids, names = [known.ids[i] for i in order], [known.names[i] for i in order]
    return (
        table.kept(kept),
        Labels(known.id_column, known.name_column, ids, names),
        places.coordinates[kept],
        unplaced,
    )


def _unplaceable(
    table: Table, places: Places, unplaced: list[tuple[int, str, str]], column: str | None
) -> InputError:
    first = min(places.reasons)
    more = unplaced[1:]
    listing = "; ".join(f"row {row:,} ({unit}) {why}" for row, unit, why in more[:LISTED])
    tail = (
        f"{len(more):,} more cannot be placed: {listing}{' …' if len(more) > LISTED else ''}. "
        if more
        else ""
    )
    return table.error(
        f"{unplaced[0][1]} cannot be placed: it {unplaced[0][2]}",
        at=first,
        column=column,
        hint=f"{tail}Pass --skip-unplaced to leave such rows out and list them in unplaced.csv.",
    )


def _measures(request: DesignRequest, table: Table, said: _Said) -> tuple[list[str], NDArray[np.float64]]:
    """The measures to balance; "accounts" counts one for each row where no column is called so."""
    asked = list(request.balance)
    if not asked:
        found = [column for role in ("sales", "workload") if (column := guess(table, role, said.used))]
        asked = found or ["accounts"]
        said.notes.append(f"Balanced by {listed(asked)}, as no --balance was given.")
    names: list[str] = []
    values: list[NDArray[np.float64]] = []
    for wanted in asked:
        if key(wanted) == "accounts" and key(wanted) not in map(key, table.columns):
            name, column = "accounts", np.ones(table.n_rows)
        else:
            name = named(table, wanted, "--balance")
            column = measure(table, name, blanks_as_zero=request.blanks_as_zero)
            said.column("balance", name)
            if column.sum() == 0:
                raise table.error("is 0 in every row; there is nothing to balance", column=name)
        if name in names:
            raise InputError("--balance", "names a measure twice", value=name)
        names.append(name)
        values.append(column)
    return names, np.column_stack(values)


def _tolerances(request: DesignRequest, names: list[str]) -> NDArray[np.float64]:
    by_key = {key(name): ratio for name, ratio in request.tolerances.items()}
    unknown = [name for name in request.tolerances if key(name) not in map(key, names)]
    if unknown:
        raise InputError(
            "--tolerance",
            "is not a measure to balance",
            value=unknown[0],
            hint=f"Balanced are: {listed(names)}.",
        )
    return np.array([by_key.get(key(name), request.tolerance) for name in names])


def _groups(
    request: DesignRequest, table: Table, measures: NDArray[np.float64], said: _Said
) -> Groups | None:
    if request.group_by is None:
        return None
    column = said.column("region", named(table, request.group_by, "--group-by"))
    said.used.discard(column)
    return read_groups(table, column, measures)


def _owners(request: DesignRequest, table: Table, said: _Said) -> Owners | None:
    if request.current is None:
        column = guess(table, "owner", said.used)
        if column is not None:
            said.notes.append(
                f"The column “{column}” may hold today's territories; pass --current “{column}” to start from them."
            )
        if request.max_moved is not None:
            raise InputError("--max-moved", "needs --current: without it nothing has a territory to leave")
        return None
    column = said.column("today's territory", named(table, request.current, "--current"))
    found = owners(table.texts(column), request.vacant)
    if not found.names:
        raise table.error("names no territory in any row", column=column)
    if len(found.names) > max(20, table.n_rows // 2):
        raise table.error(
            f"has {len(found.names):,} different values in {table.n_rows:,} rows: too many to be territories",
            column=column,
        )
    vacant = int((found.held_by < 0).sum())
    if vacant:
        said.notes.append(f"{vacant:,} accounts are in no territory today.")
    return found


def _seats(request: DesignRequest, said: _Said) -> Seats | None:
    if request.seats is None:
        return None
    table = read_table(request.seats, decimal=request.decimal)
    seats = read_seats(table, plane=request.plane, group_by=request.group_by)
    said.columns += [(f"{role} in {request.seats}", column) for role, column in seats.said]
    return seats


def _together(request: DesignRequest, table: Table, said: _Said) -> NDArray[np.int32] | None:
    if request.together is None:
        return None
    column = said.column("together", named(table, request.together, "--together"))
    said.used.discard(column)
    return read_together(table, column)


def _refuse_crossings(
    request: DesignRequest,
    known: Labels,
    roster: Roster,
    groups: Groups | None,
    locks: NDArray[np.int32] | None,
    together: NDArray[np.int32] | None,
) -> None:
    """A lock or a group of units may not reach across a border that no territory crosses."""
    if groups is None or roster.groups is None:
        return
    if locks is not None:
        locked = np.flatnonzero(locks >= 0)
        for i in locked[roster.groups[locks[locked]] != groups.of_unit[locked]][:1].tolist():
            raise InputError(
                "--lock",
                f"{known.ids[i]} is in {groups.names[groups.of_unit[i]]}, but {roster.names[locks[i]]} "
                f"is a territory of {groups.names[roster.groups[locks[i]]]}",
            )
    if together is not None:
        first: dict[int, int] = {}
        for i in np.flatnonzero(together >= 0).tolist():
            other = first.setdefault(int(together[i]), i)
            if groups.of_unit[other] != groups.of_unit[i]:
                raise InputError(
                    request.accounts,
                    f"{known.ids[other]} and {known.ids[i]} must go together, but are in "
                    f"{groups.names[groups.of_unit[other]]} and {groups.names[groups.of_unit[i]]}",
                    column=request.together,
                )


def _adjacency(
    request: DesignRequest,
    known: Labels,
    units: UnitIndex,
    areas: Areas | None,
    coordinates: NDArray[np.float64],
    metric: Metric,
    groups: Groups | None,
    said: _Said,
) -> tuple[Graph | None, Shapes | None]:
    regions = groups.of_unit if groups else None
    if request.adjacency is None:
        if request.join_islands:
            raise InputError(
                "--join-islands", "needs --adjacency: computed neighbors are in one piece anyway"
            )
        return (computed(coordinates, metric, regions) if request.contiguous else None), None
    shapes = areas.shapes(known.ids) if areas else None
    graph = Graph.from_edges(len(known.ids), _edges(request.adjacency, units, shapes))
    if request.contiguous:
        names = groups.names if groups else []
        graph, notes = in_one_piece(
            graph,
            coordinates,
            metric,
            known.ids,
            regions,
            names,
            source=request.adjacency,
            join_islands=request.join_islands,
        )
        said.notes += notes
    return graph, shapes


def _edges(path: str, units: UnitIndex, shapes: Shapes | None) -> NDArray[np.int64]:
    if shapes is None:
        return edge_list(path, units)
    from terrier.atlas.polygons import polygon_adjacency  # noqa: PLC0415  only polygons need it

    return np.asarray(polygon_adjacency(shapes), dtype=np.int64)


def _shares(roster: Roster, groups: Groups | None) -> NDArray[np.float64] | None:
    """A region's territories share what the region holds; otherwise all share alike, or as the people's file says."""
    if groups is None or roster.groups is None:
        return roster.shares
    own = np.ones(len(roster.names)) if roster.shares is None else roster.shares
    total = np.bincount(roster.groups, own, len(groups.names))
    return np.maximum(own / total[roster.groups] * groups.load[roster.groups], 1e-12)


def _weights(request: DesignRequest, table: Table, said: _Said) -> NDArray[np.float64] | None:
    if request.weight is None:
        return None
    column = said.column("weight", named(table, request.weight, "--weight"))
    weights = measure(table, column, blanks_as_zero=request.blanks_as_zero)
    if weights.sum() == 0:
        raise table.error("is 0 in every row; nothing would weigh anything", column=column)
    return np.maximum(weights / weights.mean(), SMALL_WEIGHT)


def _move_weights(request: DesignRequest, table: Table, said: _Said) -> NDArray[np.float64] | None:
    if request.moved_by is None or key(request.moved_by) == "accounts":
        return None
    column = said.column("moved by", named(table, request.moved_by, "--moved-by"))
    return measure(table, column, blanks_as_zero=request.blanks_as_zero)


def _stay_weight(request: DesignRequest) -> float:
    if request.current is None:
        if request.stay_weight:
            raise InputError("--stay", "needs --current: without it nothing has a territory to stay in")
        return 0.0
    return USUAL_STAY if request.stay_weight is None else request.stay_weight


def _problem(request: DesignRequest, **fields: object) -> Problem:
    try:
        return Problem(**fields)  # type: ignore[arg-type]
    except ProblemError as error:
        raise InputError(request.accounts, f"the problem cannot be stated: {error}") from error


def oversized(problem: Problem, ids: list[str], measure_names: list[str]) -> list[str]:
    """A sentence for each measure with units that alone exceed what the largest territory may hold."""
    found = []
    for m, name in enumerate(measure_names):
        target = float(problem.targets[:, m].max())
        share = problem.measures[:, m] / target
        over = np.flatnonzero(share > 1 + problem.tolerances[m])
        if len(over):
            worst = over[np.argsort(-share[over], kind="stable")]
            shown = listed([f"{ids[i]} ({share[i]:.0%})" for i in worst], 5)
            found.append(
                f"{'These accounts are' if len(over) > 1 else 'This account is'} larger than a territory's share "
                f"of {name}, so no plan can meet the tolerance there: {shown}."
            )
    return found
