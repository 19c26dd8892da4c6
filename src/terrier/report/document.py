"""A finished design job, ready to be shown: everything the writers (CSV, XLSX, GeoJSON, HTML) need, and no more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray
from shapely.geometry.base import BaseGeometry

from terrier.engine.design import Plan, Problem
from terrier.engine.travel import Travel
from terrier.report.choices import Choices


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PlanDocument:
    """One design job: n units (accounts or areas), m measures, k territories, and what was before.

    unit_ids, unit_names : n texts; a name may be empty.
    measure_names : m texts, as the user's columns are called. territory_names : k texts. people : k texts, "" where vacant.
    before_names : names of today's territories, the closed ones too. before : (n,) index into them, -1 where in none;
    None without a present plan. Territory j of the new plan continues the one of the same name, if any.
    details : further columns of the user's file by name, n texts each (channel, city, state …), shown in pop-ups.
    travel : what the plan implies, where it was reckoned.
    shapes : n polygons when units are areas. settings : (label, value) pairs. command : reproduces the plan.
    unplaced : (row of the file, unit id, reason) of rows left out. notes : sentences for the reader, most important first.
    choices : the plans it was chosen from, None when it is the only one.
    miles : whether the page opens in miles; otherwise as its reader last chose, kilometers at first.
    """

    title: str
    created: datetime
    command: str
    settings: Sequence[tuple[str, str]]
    unit_ids: Sequence[str]
    unit_names: Sequence[str]
    measure_names: Sequence[str]
    territory_names: Sequence[str]
    people: Sequence[str]
    problem: Problem
    plan: Plan
    before_names: Sequence[str] = ()
    before: NDArray[np.int32] | None = None
    details: dict[str, Sequence[str]]
    travel: Travel | None = None
    shapes: Sequence[BaseGeometry] | None = None
    unplaced: Sequence[tuple[int, str, str]] = ()
    notes: Sequence[str] = ()
    choices: Choices | None = None
    miles: bool = False
