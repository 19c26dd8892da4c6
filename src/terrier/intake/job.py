"""A design job as read: the problem without names, and the names that go with its positions."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from terrier.engine.design import Problem
from terrier.engine.travel import Calls, Roads

City = tuple[str, str]
"""Its name and its state, either perhaps ""."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DesignJob:
    """Everything but the answer.

    unit_ids … details : as in `PlanDocument`. groups : (n,) region of each unit and territory_groups : (k,) of each
    territory, with ``group_names``; None without regions. columns_read : (file, what for, column). unplaced : (row, id, reason).
    calls, roads : what travel follows from, and travel_measure which measure counts it; None without travel.
    moved_by : what the share moved counts: a column, or accounts.
    unnamed : territories whose name is a number for want of a better one. cities : n, empty where no column says.
    notes : worth a line in the report. warnings : worth a look before the search.
    """

    problem: Problem
    file: str
    unit_ids: list[str]
    unit_names: list[str]
    measure_names: list[str]
    territory_names: list[str]
    people: list[str]
    before_names: list[str]
    before: NDArray[np.int32] | None
    details: dict[str, list[str]]
    shapes: list[BaseGeometry] | None
    groups: NDArray[np.int32] | None
    territory_groups: NDArray[np.int32] | None
    group_names: list[str]
    columns_read: list[tuple[str, str, str]]
    unplaced: list[tuple[int, str, str]]
    calls: Calls | None = None
    roads: Roads | None = None
    travel_measure: int | None = None
    moved_by: str = "accounts"
    unnamed: tuple[int, ...] = ()
    cities: list[City] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
