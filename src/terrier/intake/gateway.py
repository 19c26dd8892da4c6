"""From files and names to a `Problem` on array positions; the one place where the two meet."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from terrier.engine.design import Graph, Problem
from terrier.engine.travel import Calls
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
from terrier.intake.amounts import (
    WITH_TRAVEL,
    move_weights,
    oversized,
    read_measures,
    stay_weights,
    tolerances,
    weights,
)
from terrier.intake.columns import counted, guess, quoted
from terrier.intake.groups import Groups, read_groups
from terrier.intake.job import City, DesignJob
from terrier.intake.matching import held_by_others, read_matching, refuse_unserved
from terrier.intake.owners import Owners, owners
from terrier.intake.placing import placed
from terrier.intake.ramp import read_capacities
from terrier.intake.read import read_table
from terrier.intake.request import DesignRequest
from terrier.intake.roster import build_roster
from terrier.intake.rules import (
    UnitIndex,
    read_apart,
    read_locks,
    read_together,
    refuse_contradictions,
    refuse_crossings,
    refuse_thaws,
)
from terrier.intake.said import Said
from terrier.intake.seats import Seats, read_seats, with_limits
from terrier.intake.shares import territory_shares
from terrier.intake.table import Table
from terrier.intake.travel import read_calls, read_roads
from terrier.intake.units import Labels, details, labels

USUAL_STAY = 0.3


def read_job(request: DesignRequest) -> DesignJob:
    """Read every file of the request and state the problem.

    Raises
    ------
    InputError
        Anything doubtful, located.
    """
    metric: Metric = "plane" if request.plane else "sphere"
    said = Said(request.accounts)
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
    table, known, coordinates, unplaced = placed(request, table, known, areas, metric, said)
    calls = _calls(request, table, said)
    measure_names, measures = read_measures(request, table, said, calls)
    groups = _groups(request, table, measures, said)
    today = _owners(request, table, said)
    seats = _seats(request, measure_names, said)
    roster = build_roster(request, table, today, seats, groups, measures)
    said.notes += roster.notes
    units = UnitIndex(request.accounts, known.ids, frozenset(unit for _, unit, _ in unplaced))
    locks = read_locks(request.locks, table, units, roster, roster.present)
    together = _together(request, table, said)
    apart = read_apart(request.apart, units) if request.apart else None
    refuse_contradictions(request.accounts, known.ids, roster, locks, together, apart)
    refuse_crossings(request.accounts, request.together, known.ids, roster, groups, locks, together)
    refuse_thaws(request.accounts, known.ids, roster, groups, locks, together)
    matching = read_matching(request.match, table, seats, roster, said)
    refuse_unserved(matching, roster.frozen, table, known.ids, roster, groups, locks, together)
    said.warnings += held_by_others(matching, roster.present, roster.frozen)
    adjacency, shapes = _adjacency(request, known, units, areas, coordinates, metric, groups, said)
    moved_by, weight_of_moves = move_weights(request, table, said)
    distance_weights = weights(request, table, said)
    room = _center_capacities(request, table, measure_names, said)
    allowed = tolerances(request, measure_names)
    if np.isinf(allowed).all() and room is None and roster.capacities is None:
        raise InputError(
            "--tolerance",
            "is none for every measure, and nothing else says what a territory may hold",
            hint="Give one measure a tolerance, such as sales=5%, or a limit with --capacity or --center-capacity.",
        )
    problem = _problem(
        request,
        coordinates=coordinates,
        measures=measures,
        tolerances=allowed,
        n_territories=len(roster.names),
        metric=metric,
        shares=territory_shares(roster, groups, measures, roster.frozen),
        weights=distance_weights,
        objective=request.objective,
        adjacency=adjacency,
        contiguous=request.contiguous,
        seats=roster.seats,
        seat_pull=request.seat_pull,
        present=roster.present,
        stay_weight=_stay_weight(request),
        max_moved=request.max_moved,
        move_weights=weight_of_moves,
        stay_weights=stay_weights(request, weight_of_moves, distance_weights),
        locks=locks,
        together=together,
        apart=apart,
        kinds=matching.kinds if matching else None,
        eligible=matching.eligible if matching else None,
        frozen=roster.frozen,
        capacities=roster.capacities,
        centers=request.centers,
        site_capacities=room,
    )
    roads = read_roads(request.travel, coordinates, known.ids, units, said) if request.travel else None
    # A territory that a lock calls by its number keeps it.
    unnamed = tuple(j for j in roster.unnamed if locks is None or not (locks == j).any())
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
        details=details(table, said),
        shapes=shapes,
        groups=groups.of_unit if groups else None,
        territory_groups=roster.groups,
        group_names=groups.names if groups else [],
        calls=calls,
        roads=roads,
        travel_measure=measure_names.index(WITH_TRAVEL) if calls else None,
        moved_by=moved_by,
        unnamed=unnamed,
        cities=_cities(table, said) if unnamed else [],
        columns_read=said.columns,
        unplaced=unplaced,
        notes=said.notes,
        warnings=said.warnings,
    )


def _calls(request: DesignRequest, table: Table, said: Said) -> Calls | None:
    if request.travel is None:
        return None
    if request.plane:
        raise InputError("--plane", "cannot be had with travel, which needs places on the earth")
    return read_calls(request.travel, table, said, blanks_as_zero=request.blanks_as_zero)


def _groups(request: DesignRequest, table: Table, measures: NDArray[np.float64], said: Said) -> Groups | None:
    if request.group_by is None:
        return None
    column = said.asked("region", table, request.group_by, "--group-by")
    said.used.discard(column)
    return read_groups(table, column, measures)


def _owners(request: DesignRequest, table: Table, said: Said) -> Owners | None:
    if request.current is None:
        column = guess(table, "owner", said.used)
        if column is not None:
            said.notes.append(
                f"The column “{column}” may hold today's territories; pass --current {quoted(column)} to start from them."
            )
        if request.max_moved is not None:
            raise InputError("--max-moved", "needs --current: without it nothing has a territory to leave")
        return None
    column = said.asked("today's territory", table, request.current, "--current")
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
        said.notes.append(f"{counted(vacant, 'account is', 'accounts are')} in no territory today.")
    return found


def _seats(request: DesignRequest, measure_names: list[str], said: Said) -> Seats | None:
    if request.seats is None:
        for option, asked in (("--ramp", request.ramp), ("--capacity", request.capacities)):
            if asked:
                raise InputError(option, "needs --seats: nothing else tells of people")
        return None
    table = read_table(request.seats, decimal=request.decimal)
    seats = read_seats(table, plane=request.plane, group_by=request.group_by)
    seats = with_limits(seats, request, measure_names)
    said.columns += [(request.seats, role, column) for role, column in seats.said]
    said.notes += seats.notes
    return seats


def _cities(table: Table, said: Said) -> list[City]:
    city = guess(table, "city")
    if city is None:
        return []
    state = guess(table, "state", [city])
    said.columns.append((said.file, "city", city))
    states = table.texts(state) if state else [""] * table.n_rows
    return [(name or "", of or "") for name, of in zip(table.texts(city), states, strict=True)]


def _together(request: DesignRequest, table: Table, said: Said) -> NDArray[np.int32] | None:
    if request.together is None:
        return None
    column = said.asked("together", table, request.together, "--together")
    said.used.discard(column)
    return read_together(table, column)


def _adjacency(
    request: DesignRequest,
    known: Labels,
    units: UnitIndex,
    areas: Areas | None,
    coordinates: NDArray[np.float64],
    metric: Metric,
    groups: Groups | None,
    said: Said,
) -> tuple[Graph | None, Shapes | None]:
    regions = groups.of_unit if groups else None
    if request.adjacency is None:
        if request.join_islands:
            raise InputError(
                "--join-islands", "needs --adjacency: computed neighbors are in one piece anyway"
            )
        needed = request.contiguous or request.objective == "cut_edges"
        return (computed(coordinates, metric, regions) if needed else None), None
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


def _center_capacities(
    request: DesignRequest, table: Table, measure_names: list[str], said: Said
) -> NDArray[np.float64] | None:
    """(n, m) what a territory around each account may hold, NaN where there is no limit."""
    room, columns = read_capacities(request.center_capacities, table, measure_names, "--center-capacity")
    said.columns += [(said.file, role, column) for role, column in columns]
    return room


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
