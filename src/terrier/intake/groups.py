"""Regions that no territory crosses: how many territories each gets, in proportion to what it holds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from terrier.errors import InputError
from terrier.intake.columns import counted, listed
from terrier.intake.owners import natural
from terrier.intake.table import Table


@dataclass(frozen=True, slots=True, eq=False)
class Groups:
    """g regions. of_unit : (n,) region of each unit. load : (g,) share of the mean normalised measure, summing to 1."""

    column: str
    names: list[str]
    of_unit: NDArray[np.int32]
    load: NDArray[np.float64]

    @property
    def sizes(self) -> NDArray[np.int64]:
        return np.bincount(self.of_unit, minlength=len(self.names))


def read_groups(table: Table, column: str, measures: NDArray[np.float64]) -> Groups:
    """Read the region of each unit.

    Raises
    ------
    InputError
        A row has none.
    """
    cells = table.frame[column]
    table.refuse(cells.is_null().to_numpy(), "is blank; --group-by needs a value in every row", column=column)
    names = sorted(cells.unique().to_list(), key=natural)
    position = {name: g for g, name in enumerate(names)}
    of_unit = np.array([position[text] for text in cells], dtype=np.int32)
    totals = np.maximum(measures.sum(axis=0), np.finfo(float).tiny)
    load = np.bincount(of_unit, (measures / totals).mean(axis=1), len(names))
    return Groups(column, names, of_unit, load / max(load.sum(), np.finfo(float).tiny))


def apportion(
    load: NDArray[np.float64], seats: int, least: NDArray[np.int64], most: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Share out ``seats`` by largest remainder (Hamilton's method), each region within its bounds.

    load : (g,) summing to 1. least, most : (g,) bounds with least ≤ most and Σ least ≤ seats ≤ Σ most.
    """
    quota = seats * load
    given = np.clip(np.floor(quota).astype(np.int64), least, most)
    while given.sum() != seats:
        step = 1 if given.sum() < seats else -1
        room = given < most if step == 1 else given > least
        need = np.where(room, step * (quota - given), -np.inf)
        given[int(need.argmax())] += step
    return given


def share_out(groups: Groups, n_territories: int, held: NDArray[np.int64], file: str) -> NDArray[np.int64]:
    """(g,) territories of each region: at least one, at least those it has (``held``), at most one for each unit.

    Raises
    ------
    InputError
        There are more regions than territories, or more than its units can fill.
    """
    least = np.maximum(held, 1)
    if least.sum() > n_territories:
        without = [name for name, own in zip(groups.names, held, strict=True) if own == 0]
        detail = f" ({len(without)} of them without one today: {listed(without, 10)})" if held.any() else ""
        raise InputError(
            file,
            f"has {counted(len(groups.names), 'value')} for {counted(n_territories, 'territory', 'territories')}{detail}",
            column=groups.column,
            hint=f"Each needs a territory of its own: ask for {int(least.sum())} or more, or group by something larger.",
        )
    crowded = np.flatnonzero(held > groups.sizes)
    if len(crowded) or groups.sizes.sum() < n_territories:
        raise InputError(
            file,
            f"has too few accounts for {counted(n_territories, 'territory', 'territories')}",
            column=groups.column,
        )
    return apportion(groups.load, n_territories, least, groups.sizes)
