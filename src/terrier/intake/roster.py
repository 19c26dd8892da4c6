"""The territories of the new plan: which there are, what they are called, who sits in them, and which exist today."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from terrier.errors import InputError
from terrier.intake.columns import counted, listed, quoted
from terrier.intake.groups import Groups, share_out
from terrier.intake.owners import Owners, same
from terrier.intake.request import DesignRequest
from terrier.intake.seats import Seats
from terrier.intake.table import Table


@dataclass(slots=True)
class Entry:
    """One territory while the roster is put together."""

    name: str
    owner: int | None = None
    seat: int | None = None
    group: int | None = None
    person: str = ""
    is_numbered: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Roster:
    """k territories. present : (n,) today's, -1 where none, vacant or closed; None without a present plan.

    seats : (k, 2) or None. shares : (k,), or (k, m) where people ramp, or None. groups : (k,) region of each, or None.
    seat_of : k positions in the people's file, -1 where in none. frozen : (k,) or None. capacities : (k, m) or None.
    unnamed : the territories that are only numbered. closed : names of today's that the new plan has no more.
    """

    names: list[str]
    people: list[str]
    present: NDArray[np.int32] | None
    seats: NDArray[np.float64] | None
    shares: NDArray[np.float64] | None
    groups: NDArray[np.int32] | None
    seat_of: tuple[int, ...] = ()
    frozen: NDArray[np.bool_] | None = None
    capacities: NDArray[np.float64] | None = None
    unnamed: tuple[int, ...] = ()
    closed: tuple[str, ...] = ()
    notes: list[str] = field(default_factory=list)

    def index(self, name: str) -> int | None:
        """Position of a territory by its name or its person's."""
        people = {same(person): j for j, person in enumerate(self.people) if person}
        return (people | {same(own): j for j, own in enumerate(self.names)}).get(same(name))

    def is_closed(self, name: str) -> bool:
        return same(name) in map(same, self.closed)


def build_roster(
    request: DesignRequest,
    table: Table,
    owners: Owners | None,
    seats: Seats | None,
    groups: Groups | None,
    measures: NDArray[np.float64],
) -> Roster:
    """Decide the territories from today's owners, the people's file and the number asked for.

    Raises
    ------
    InputError
        Their number is not given by anything, is below today's, or above the number of accounts.
    """
    notes: list[str] = []
    entries = _of_today(request, owners, seats)
    if seats is not None:
        entries += _of_people(request, owners, seats, entries, notes)
    k = request.n_territories or len(entries)
    _refuse_count(request, table, owners, seats, entries, k)
    if groups is not None:
        entries = _by_group(table, entries, owners, seats, groups, measures, k)
    else:
        entries += _further(
            k - len(entries), len(entries), owners is not None, {same(e.name) for e in entries}
        )
    new = [entry.name for entry in entries if entry.owner is None and not entry.is_numbered]
    notes += _comings_and_goings(request, owners, entries)
    if owners is not None and new:
        notes.append(f"New {'territories' if len(new) > 1 else 'territory'}: {listed(new)}.")
    unnamed = tuple(j for j, entry in enumerate(entries) if entry.is_numbered)
    if owners is not None and unnamed:
        count = f"{len(unnamed):,} new {'territories are' if len(unnamed) > 1 else 'territory is'}"
        notes.append(f"{count} added, to reach the {k:,} asked for.")
    return Roster(
        names=[entry.name for entry in entries],
        people=[entry.person for entry in entries],
        present=_present(entries, owners),
        seats=_homes(entries, seats),
        shares=_shares(entries, seats),
        groups=np.array([e.group for e in entries], dtype=np.int32) if groups else None,
        seat_of=tuple(-1 if entry.seat is None else entry.seat for entry in entries),
        frozen=_frozen(request, owners, entries),
        capacities=_capacities(entries, seats),
        unnamed=unnamed,
        closed=_closed(entries, owners),
        notes=notes,
    )


def _comings_and_goings(request: DesignRequest, owners: Owners | None, entries: list[Entry]) -> list[str]:
    """What is said of closed and frozen territories."""
    if owners is None:
        return []
    notes = []
    closed = _closed(entries, owners)
    if closed:
        counts = dict(zip(owners.names, owners.counts, strict=True))
        left = counted(sum(counts[name] for name in closed), "account")
        what = f"Closed: {listed(closed)}. Sharing out {left} is not counted in what may move."
        notes.append(what)
    if request.freeze:
        notes.append(f"Frozen, so neither in nor out: {listed(request.freeze)}.")
    return notes


def _of_today(request: DesignRequest, owners: Owners | None, seats: Seats | None) -> list[Entry]:
    if owners is None:
        if request.close:
            raise InputError("--close", "needs --current: without it there is no territory to close")
        return []
    closed = set()
    for name in request.close:
        position = owners.index(name)
        if position is None:
            raise InputError(
                "--close",
                "is not a territory of today",
                value=name,
                hint=f"There are: {listed(owners.names)}.",
            )
        closed.add(position)
    named = "" if seats else None
    return [
        Entry(name, owner=j, person=name if named is None else "")
        for j, name in enumerate(owners.names)
        if j not in closed
    ]


def _of_people(
    request: DesignRequest, owners: Owners | None, seats: Seats, entries: list[Entry], notes: list[str]
) -> list[Entry]:
    """Give today's territories their people; whoever fits none gets a new one."""
    by_name = {same(entry.name): entry for entry in entries}
    closed = {same(name) for name in request.close}
    # Where today's labels are people, a newcomer's territory is called by the person too.
    by_person = any(same(person) in by_name for person in seats.people)
    further: list[Entry] = []
    for s in range(len(seats.people)):
        keys = [same(name) for name in (seats.territories[s], seats.people[s]) if name]
        if closed.intersection(keys):
            continue
        entry = next((by_name[name] for name in keys if name in by_name), None)
        if entry is None:
            entry = Entry(seats.people[s] if by_person and seats.people[s] else seats.called(s))
            further.append(entry)
        elif entry.seat is not None:
            raise seats.table.error(f"names the territory “{entry.name}” a second time", at=s)
        entry.seat, entry.person = s, seats.people[s]
    if owners is not None:
        bare = [entry.name for entry in entries if entry.seat is None]
        if bare:
            notes.append(f"Not in {seats.table.file}, so without a home base: {listed(bare)}.")
    return further


def _refuse_count(
    request: DesignRequest,
    table: Table,
    owners: Owners | None,
    seats: Seats | None,
    entries: list[Entry],
    k: int,
) -> None:
    if k == 0:
        raise InputError(
            "--territories", "is needed: nothing else says how many", hint="Or pass --current or --seats."
        )
    if k < len(entries):
        if owners is None and seats is not None:
            raise InputError(
                seats.table.file,
                f"names {counted(len(entries), 'person', 'people')} for {counted(k, 'territory', 'territories')}",
            )
        assert owners is not None
        counts = dict(zip(owners.names, owners.counts, strict=True))
        sized = sorted(((counts.get(e.name, 0), e.name) for e in entries), key=lambda it: it[0])
        shown = listed([f"{name} ({count:,})" for count, name in sized], 12)
        close = " ".join(f"--close {quoted(name)}" for _, name in sized[: min(len(entries) - k, 3)])
        raise InputError(
            table.file,
            f"has {len(entries)} territories today, more than the {k} asked for",
            column=request.current,
            hint=f"Say which to close, such as {close}. Smallest first, with accounts: {shown}.",
        )
    if k > table.n_rows:
        raise InputError(
            table.file,
            f"has {counted(table.n_rows, 'account')}, too few for {counted(k, 'territory', 'territories')}",
        )


def _further(count: int, start: int, is_realignment: bool, used: set[str]) -> list[Entry]:
    """Territories that nobody named: "New 1" beside today's, "Territory 01" from scratch."""
    word = "New" if is_realignment else "Territory"
    first, width = (1, 1) if is_realignment else (start + 1, len(str(start + count)))
    names: list[Entry] = []
    number = first
    while len(names) < count:
        name = f"{word} {number:0{width}d}"
        if same(name) not in used:
            names.append(Entry(name, is_numbered=True))
        number += 1
    return names


def _by_group(
    table: Table,
    entries: list[Entry],
    owners: Owners | None,
    seats: Seats | None,
    groups: Groups,
    measures: NDArray[np.float64],
    k: int,
) -> list[Entry]:
    """Put each known territory into its region and add new ones where the regions' loads ask for them."""
    totals = np.maximum(measures.sum(axis=0), np.finfo(float).tiny)
    load = (measures / totals).mean(axis=1)
    for entry in entries:
        entry.group = _home_group(entry, owners, seats, groups, load)
    held = np.bincount([int(e.group or 0) for e in entries], minlength=len(groups.names)).astype(np.int64)
    counts = share_out(groups, k, held, table.file)
    used = {same(entry.name) for entry in entries}
    for g, name in enumerate(groups.names):
        number = 0
        for _ in range(int(counts[g] - held[g])):
            number += 1
            alone = counts[g] == 1 and same(name) not in used
            while not alone and same(f"{name} {number}") in used:
                number += 1
            entries.append(Entry(name if alone else f"{name} {number}", group=g))
            used.add(same(entries[-1].name))
    return (
        sorted(entries, key=lambda entry: int(entry.group or 0))
        if owners is None and seats is None
        else entries
    )


def _home_group(
    entry: Entry, owners: Owners | None, seats: Seats | None, groups: Groups, load: NDArray[np.float64]
) -> int:
    """The region a territory belongs to: as the people's file says, else where most of its load lies today."""
    if seats is not None and entry.seat is not None and seats.groups is not None:
        said = seats.groups[entry.seat]
        position = {same(name): g for g, name in enumerate(groups.names)}
        if same(said) not in position:
            raise seats.table.error(
                "is not a region of the accounts",
                at=entry.seat,
                column=groups.column,
                value=said,
                hint=f"There are: {listed(groups.names)}.",
            )
        return position[same(said)]
    if owners is not None and entry.owner is not None:
        own = owners.held_by == entry.owner
        return int(np.bincount(groups.of_unit[own], load[own] + 1e-12, len(groups.names)).argmax())
    assert seats is not None
    raise seats.table.error(
        f"has no column “{groups.column}”, so the region of {entry.name} is not known",
        hint=f"Add the column “{groups.column}” to say in which region each person works.",
    )


def _present(entries: Sequence[Entry], owners: Owners | None) -> NDArray[np.int32] | None:
    if owners is None:
        return None
    position = np.full(len(owners.names) + 1, -1, dtype=np.int32)  # the last one answers for -1
    for j, entry in enumerate(entries):
        if entry.owner is not None:
            position[entry.owner] = j
    present: NDArray[np.int32] = position[owners.held_by]
    return present


def _closed(entries: Sequence[Entry], owners: Owners | None) -> tuple[str, ...]:
    kept = {entry.owner for entry in entries}
    return () if owners is None else tuple(name for j, name in enumerate(owners.names) if j not in kept)


def _homes(entries: Sequence[Entry], seats: Seats | None) -> NDArray[np.float64] | None:
    if seats is None:
        return None
    homes = np.full((len(entries), 2), np.nan)
    for j, entry in enumerate(entries):
        if entry.seat is not None:
            homes[j] = seats.homes[entry.seat]
    return None if np.isnan(homes).all() else homes


def _shares(entries: Sequence[Entry], seats: Seats | None) -> NDArray[np.float64] | None:
    if seats is None or (seats.shares is None and seats.ramp is None):
        return None
    if seats.shares is None:
        seats = replace(seats, shares=np.ones(len(seats.people)))
    assert seats.shares is not None
    full = float(np.median(seats.shares))
    shares = np.array([full if e.seat is None else float(seats.shares[e.seat]) for e in entries])
    if seats.ramp is None:
        return shares
    ramp = np.ones((len(entries), seats.ramp.shape[1]))
    for j, entry in enumerate(entries):
        if entry.seat is not None:
            ramp[j] = seats.ramp[entry.seat]
    return shares[:, None] * ramp


def _capacities(entries: Sequence[Entry], seats: Seats | None) -> NDArray[np.float64] | None:
    if seats is None or seats.capacities is None:
        return None
    room = np.full((len(entries), seats.capacities.shape[1]), np.nan)
    for j, entry in enumerate(entries):
        if entry.seat is not None:
            room[j] = seats.capacities[entry.seat]
    return room


def _frozen(
    request: DesignRequest, owners: Owners | None, entries: Sequence[Entry]
) -> NDArray[np.bool_] | None:
    """Which territories are to stay exactly as they are; None when none is."""
    if not request.freeze:
        return None
    if owners is None:
        raise InputError("--freeze", "needs --current: without it there is no territory to keep")
    position = {entry.owner: j for j, entry in enumerate(entries) if entry.owner is not None}
    people = {same(entry.person): entry.owner for entry in entries if entry.person}
    frozen = np.zeros(len(entries), dtype=np.bool_)
    for name in request.freeze:
        owner = owners.index(name)
        owner = people.get(same(name)) if owner is None else owner
        if owner not in position:
            problem = "is being closed" if owner is not None else "is not a territory of today"
            raise InputError("--freeze", problem, value=name, hint=f"There are: {listed(owners.names)}.")
        frozen[position[owner]] = True
    if frozen.all():
        raise InputError("--freeze", "names every territory: nothing is left to design")
    return frozen
