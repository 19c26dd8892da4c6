"""Who may serve what: kinds of units, the territories eligible for each, and territories that may not change."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from terrier.errors import ProblemError

Integers = NDArray[np.int32]
Booleans = NDArray[np.bool_]

ANYWHERE: tuple[Integers, Booleans] = (np.empty(0, dtype=np.int32), np.empty((0, 0), dtype=np.bool_))
"""What `contracted` gives when every unit may go to every territory; kernels then look at neither."""


def check_table(kinds: Integers | None, eligible: Booleans | None, k: int) -> Booleans | None:
    """The eligibility table as (c, k) bool, or None when none is given.

    Raises
    ------
    ProblemError
        Only one of the two is given, or the table is of another shape or type.
    """
    if kinds is None and eligible is None:
        return None
    if kinds is None or eligible is None:
        raise ProblemError(f"{'kinds' if kinds is None else 'eligible'}: missing; each needs the other")
    table = np.array(eligible, order="C")
    if table.dtype != np.bool_:
        raise ProblemError(f"eligible: must be true or false, not {table.dtype}")
    if table.ndim != 2 or table.shape[1] != k or not len(table):
        raise ProblemError(f"eligible: shape {table.shape}; must be (c, {k}) with c ≥ 1")
    return table


def check_frozen(frozen: Booleans | None, present: Integers | None, k: int) -> Booleans | None:
    """The frozen territories as (k,) bool, or None when none is given.

    Raises
    ------
    ProblemError
        Another shape or type, or there is no present plan to keep.
    """
    if frozen is None:
        return None
    flags = np.array(frozen)
    if flags.dtype != np.bool_:
        raise ProblemError(f"frozen: must be true or false, not {flags.dtype}")
    if flags.shape != (k,):
        raise ProblemError(f"frozen: shape {flags.shape}; must be ({k},)")
    if present is None:
        raise ProblemError("frozen: asked for, but there is no present plan to keep")
    return flags


def held_in(
    locks: Integers | None, present: Integers | None, frozen: Booleans | None, n: int
) -> tuple[Integers, Booleans]:
    """(n,) the territory each unit must be in, by its lock or because it is in a frozen one, -1 where free; and
    (n,) whether it is in a frozen one."""
    fixed = np.full(n, -1, dtype=np.int32) if locks is None else locks.copy()
    kept = np.zeros(n, dtype=bool)
    if frozen is not None and present is not None:
        kept = (present >= 0) & frozen[present]
        fixed[kept] = present[kept]
    return fixed, kept


def refuse_contradictions(
    kinds: Integers | None,
    eligible: Booleans | None,
    frozen: Booleans | None,
    present: Integers | None,
    locks: Integers | None,
    together: Integers | None,
    n: int,
    k: int,
) -> None:
    """Raise `ProblemError` where no plan could keep every promise, naming the unit.

    A frozen territory keeps its units whatever their kind. Every other unit needs a territory that may serve it, is not
    frozen, and agrees with its lock and with the units that go with it.
    """
    if kinds is None and frozen is None:
        return
    fixed, kept = held_in(locks, present, frozen, n)
    if locks is not None:
        moved = np.flatnonzero(kept & (locks >= 0) & (locks != fixed))
        for i in moved[:1]:
            raise ProblemError(f"locks[{i}]: {locks[i]}; must be {fixed[i]}, which is frozen and holds it")
    group = np.arange(n) if together is None else _groups(together)
    bound = np.full(int(group.max()) + 1, -1, dtype=np.int32)
    held = np.flatnonzero(fixed >= 0)
    bound[group[held]] = fixed[held]
    for i in held[bound[group[held]] != fixed[held]][:1]:
        raise ProblemError(
            f"together[{i}]: its unit is held in territory {fixed[i]}, another of its group in {bound[group[i]]}"
        )
    goes = bound[group]
    table = np.ones((1, k), dtype=bool) if eligible is None else eligible
    of_unit = np.zeros(n, dtype=np.int32) if kinds is None else kinds
    shut = np.zeros(k, dtype=bool) if frozen is None else frozen
    wrong = ~kept & (goes >= 0) & (shut[goes] | ~table[of_unit, goes])
    for i in np.flatnonzero(wrong)[:1]:
        why = "is frozen and does not hold it" if shut[goes[i]] else "may not serve its kind"
        asked = "locks" if locks is not None and locks[i] >= 0 else "together"
        raise ProblemError(f"{asked}[{i}]: unit {i} must be in territory {goes[i]}, which {why}")
    served: Booleans = np.asarray((table & ~shut).any(axis=1))
    alone = (goes < 0) & ~served[of_unit]
    for i in np.flatnonzero(alone)[:1]:
        raise ProblemError(
            f"kinds[{i}]: {of_unit[i]}; must be a kind that a territory open to unit {i} may serve"
        )
    if together is not None:
        shared, rows = _shared(of_unit, table & ~shut, group)
        served = np.asarray(rows.any(axis=1))
        lost = (goes < 0) & ~served[shared[group]]
        for i in np.flatnonzero(lost)[:1]:
            raise ProblemError(f"together[{i}]: {together[i]}; no territory may serve all units of the group")


def contracted(
    kinds: Integers | None, eligible: Booleans | None, frozen: Booleans | None, member: Integers, k: int
) -> tuple[Integers, Booleans]:
    """(N,) kind and (c, k) eligibility of search units: a group may go where all its members may, nobody new to a frozen one.

    `ANYWHERE` when nothing is asked.
    """
    if kinds is None and (frozen is None or not frozen.any()):
        return ANYWHERE
    table = np.ones((1, k), dtype=bool) if eligible is None else eligible
    of_unit = np.zeros(len(member), dtype=np.int32) if kinds is None else kinds
    shared, rows = _shared(of_unit, table, member)
    return shared, np.ascontiguousarray(rows if frozen is None else rows & ~frozen)


def _groups(together: Integers) -> NDArray[np.int64]:
    """Number the groups 0, 1, …; a unit without one is a group of its own."""
    key = np.where(together >= 0, together.astype(np.int64), np.arange(len(together)) + 2**32)
    found: NDArray[np.int64] = np.unique(key, return_inverse=True)[1].ravel()
    return found


def _shared(kinds: Integers, eligible: Booleans, group: NDArray[np.integer]) -> tuple[Integers, Booleans]:
    """The kind of each group. Where its members are of several, a new one: what all of them may."""
    c = len(eligible)
    pairs = np.unique(group.astype(np.int64) * c + kinds)
    owner, own = pairs // c, (pairs % c).astype(np.int32)
    start = np.flatnonzero(np.diff(owner, prepend=-1))
    found = own[start].copy()
    sizes = np.diff(start, append=len(owner))
    rows, known = [eligible], dict[tuple[int, ...], int]()
    for g in np.flatnonzero(sizes > 1):
        mixture = tuple(own[start[g] : start[g] + sizes[g]].tolist())
        if mixture not in known:
            known[mixture] = c + len(known)
            rows.append(np.asarray(eligible[list(mixture)].all(axis=0))[None])
        found[g] = known[mixture]
    return found, np.concatenate(rows)
