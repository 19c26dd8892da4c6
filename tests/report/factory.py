"""Documents to show: accounts around true cities of the Northwest, with an uneven present plan."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import numpy as np

from terrier.engine.design import Problem, evaluate
from terrier.engine.design.geometry import distance
from terrier.report import PlanDocument

CITIES = {
    "Seattle": (-122.33, 47.61),
    "Spokane": (-117.43, 47.66),
    "Portland": (-122.68, 45.52),
    "Boise": (-116.20, 43.62),
    "Missoula": (-113.99, 46.87),
    "Eugene": (-123.09, 44.05),
}
CHANNELS = ("Independent pet", "Groomer", "Vet", "Farm and feed")


def make_document(n: int = 240, seed: int = 7, *, present: bool = True, **changes: Any) -> PlanDocument:
    """n accounts in five territories; today there are six (Eugene closes) and a few accounts nobody holds."""
    random = np.random.default_rng(seed)
    places = np.array(list(CITIES.values()))
    home = random.choice(len(places), n, p=[0.34, 0.1, 0.26, 0.14, 0.08, 0.08])
    coordinates = places[home] + random.normal(0, 0.7, (n, 2)) * [1.0, 0.7]
    sales = random.lognormal(9, 1.0, n).round(2)
    hours = random.choice([6.0, 12.0, 24.0], n)
    today = home.astype(np.int32)
    today[random.random(n) < 0.03] = -1
    names = [name for name in CITIES if name != "Eugene"]
    new = _nearest(coordinates, places[:5])
    locks = np.full(n, -1, dtype=np.int32)
    locks[:3] = new[:3]
    together = np.full(n, -1, dtype=np.int32)
    together[5:9] = 0
    new[5:9] = new[5]
    problem = Problem(
        coordinates=coordinates,
        measures=np.column_stack([sales, hours]),
        tolerances=np.array([0.05, 0.10]),
        n_territories=len(names),
        present=np.where(today < 5, today, -1).astype(np.int32) if present else None,
        locks=locks,
        together=together,
    )
    fields: dict[str, Any] = {
        "title": "Northwest, spring realignment",
        "created": datetime(2026, 11, 22, 9, 30),
        "command": "terrier design accounts.csv --territories 5 --balance sales,hours --current owner --seed 7",
        "settings": [("File", "accounts.csv"), ("Territories", "5"), ("Seed", "7")],
        "unit_ids": [f"A{i:05d}" for i in range(n)],
        "unit_names": [f"Paws & Claws {i}" for i in range(n)],
        "measure_names": ["sales", "hours"],
        "territory_names": names,
        "people": ["Ann Reed", "", "Bo Li", "Cy Oh", "Di Roe"],
        "problem": problem,
        "plan": evaluate(problem, new),
        "before_names": list(CITIES) if present else (),
        "before": today if present else None,
        "details": {"channel": [CHANNELS[i % 4] for i in range(n)], "city": [list(CITIES)[h] for h in home]},
        "unplaced": [(17, "A99999", "ZIP 00000 is not known")],
        "notes": ["Seattle holds a third of all sales, so its neighbors reach far."],
    }
    return PlanDocument(**{**fields, **changes})


def _nearest(coordinates: np.ndarray[Any, np.dtype[np.float64]], places: Any) -> Any:
    far = np.column_stack(
        [distance(coordinates, np.broadcast_to(place, coordinates.shape), "sphere") for place in places]
    )
    return far.argmin(axis=1).astype(np.int32)


def with_limits(document: PlanDocument) -> PlanDocument:
    """The same, with hours limited but not balanced, Boise frozen, and nobody but Portland serving the first account
    that left another."""
    problem, plan = document.problem, document.plan
    assert problem.present is not None
    left = np.flatnonzero((problem.present >= 0) & (problem.present != plan.assignment) & (problem.locks < 0))
    first = int(left[problem.present[left] != 3][0])
    kinds = np.zeros(problem.n_units, dtype=int)
    kinds[first] = 1
    eligible = np.ones((2, 5), dtype=bool)
    eligible[1] = False
    eligible[1, plan.assignment[first]] = True
    assignment = np.where(problem.present == 3, 3, np.where(plan.assignment == 3, 0, plan.assignment))
    capacities = np.full((5, 2), np.nan)
    capacities[0, 1] = 100.0
    limited = replace(
        problem,
        tolerances=[0.05, np.inf],
        capacities=capacities,
        kinds=kinds,
        eligible=eligible,
        frozen=np.arange(5) == 3,
        locks=None,
        together=None,
    )
    return replace(document, problem=limited, plan=evaluate(limited, assignment))
