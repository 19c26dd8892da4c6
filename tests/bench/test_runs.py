from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from terrier.bench import runs, worker
from terrier.bench.families import case_of
from terrier.bench.methods.answer import Answer, Stage, Step
from terrier.bench.methods.engine import small_like
from terrier.bench.result import Result, Task
from terrier.bench.runs import Store, run
from tests.bench.folder import write_folder


def task(folder: Path, method: str = "highs", **about: object) -> Task:
    fields = {
        "family": "cpmp",
        "case": "tiny",
        "seed": 1,
        "seconds": 5.0,
        "limit": 60.0,
        "folder": str(folder),
    }
    return Task(method=method, **(fields | about))  # type: ignore[arg-type]


def test_the_exact_peer_finds_the_optimum_and_proves_it(tmp_path: Path) -> None:
    found = worker.work(task(write_folder(tmp_path)))
    assert (found.value, found.flaws, found.doubts) == (2.0, (), ())
    assert found.bound == pytest.approx(2.0)
    assert found.seconds is not None
    assert found.peak_mb is not None
    assert found.peak_mb > 10


def test_the_exact_peer_keeps_districts_within_their_bounds(tmp_path: Path) -> None:
    found = worker.work(task(write_folder(tmp_path), family="hess", case="county_XX-free"))
    assert found.is_feasible
    assert found.bound == pytest.approx(found.value, rel=1e-6)


def test_what_a_method_raises_is_the_result(tmp_path: Path) -> None:
    def angry(*_: object) -> Answer:
        raise ValueError("no\nplan")

    write_folder(tmp_path)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("terrier.bench.methods.exact.solve", angry)
        assert worker.work(task(tmp_path)).failure == "ValueError: no"


def test_an_assignment_to_nowhere_is_a_failure_and_the_trace_ends_at_the_score(tmp_path: Path) -> None:
    loaded = case_of(write_folder(tmp_path), "cpmp", "tiny").load()
    astray = worker.scored(task(tmp_path), loaded, Answer(np.array([0, 0, 1, 7], dtype=np.int32)))
    assert astray.failure == "a unit is in a territory outside 0 to 1"
    trace = [Step(0.1, 30.0, 0.5), Step(0.2, 20.0, 0.0)]
    found = worker.scored(task(tmp_path), loaded, Answer(np.array([0, 0, 1, 1], dtype=np.int32), trace=trace))
    assert found.trace == ((0.1, 3.0, 0.5), (0.2, 2.0, 0.0))


def test_a_run_is_stopped_when_its_time_is_up(tmp_path: Path) -> None:
    found = run(task(write_folder(tmp_path), limit=0.2))
    assert found.failure == "stopped after 0 s"
    assert found.value is None


def test_a_worker_that_dies_says_its_last_words(tmp_path: Path) -> None:
    found = run(task(tmp_path / "nowhere"))
    assert "nowhere, is not there" in found.failure


def test_what_has_been_run_is_found_again_until_the_instance_or_the_code_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_folder(tmp_path)
    store = Store(tmp_path / "runs")
    case = case_of(tmp_path, "cpmp", "tiny")
    kept = Result(task=task(tmp_path), value=2.0, seconds=1.0)
    assert store.get(kept.task, case) is None
    store.put(kept, case)
    assert store.get(kept.task, case) == kept
    assert store.get(replace(kept.task, seed=2), case) is None
    assert store.get(replace(kept.task, seconds=6.0), case) is None
    file = tmp_path / "cpmp/instances/tiny.txt"
    file.write_text(file.read_text() + "\n")
    runs._file.cache_clear()
    assert store.get(kept.task, case) is None


def test_a_run_that_was_stopped_runs_again_only_with_more_time(tmp_path: Path) -> None:
    write_folder(tmp_path)
    store, case = Store(tmp_path / "runs"), case_of(tmp_path, "cpmp", "tiny")
    stopped = Result(task=task(tmp_path, limit=10.0), failure="stopped after 10 s")
    store.put(stopped, case)
    assert store.get(task(tmp_path, limit=10.0), case) == stopped
    assert store.get(task(tmp_path, limit=20.0), case) is None


def test_of_each_budget_the_runs_of_the_code_that_ran_last_are_gathered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = write_folder(tmp_path)
    store, case = Store(tmp_path / "runs"), case_of(folder, "cpmp", "tiny")

    def keep(version: str, seed: int, seconds: float, **about: object) -> Result:
        monkeypatch.setattr(runs, "_version", lambda *_: version)
        kept = Result(task=task(folder, "terrier", seed=seed, seconds=seconds, **about), value=float(seed))
        store.put(kept, case)
        file = store.path(kept.task, case)
        keep.clock += 1  # type: ignore[attr-defined]
        os.utime(file, (keep.clock, keep.clock))  # type: ignore[attr-defined]
        return kept

    keep.clock = 0  # type: ignore[attr-defined]
    keep("old", 1, 10.0)
    keep("old", 2, 10.0)
    long_ago = keep("old", 1, 60.0)
    now = [keep("new", 1, 10.0), keep("new", 3, 10.0)]
    until = keep("new", 1, 10.0, target=2.0)
    found = store.newest(case)
    assert sorted(found, key=str) == sorted([long_ago, *now, until], key=str)


def test_a_run_may_end_at_a_plan_as_good_as_the_best_known(tmp_path: Path) -> None:
    asked = task(write_folder(tmp_path), "terrier", case="tiny", target=2.0)
    found = worker.work(asked)
    assert found.value == 2.0
    assert found.seconds is not None
    assert found.seconds < 4.0
    assert worker.work(replace(asked, target=1.9, seconds=0.5)).seconds >= 0.5  # type: ignore[operator]


def test_a_run_tells_the_code_and_the_cores(tmp_path: Path) -> None:
    found = run(task(write_folder(tmp_path)))
    assert (found.code, found.cores) == (runs.code_version(), runs.usable_cores())
    assert found.code != ""


def test_terriers_results_depend_on_the_engine_and_a_peers_do_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = case_of(write_folder(tmp_path), "cpmp", "tiny")
    before = {method: runs._version(method, case) for method in ("terrier", "highs")}
    asked: list[str] = []
    true = runs._code.__wrapped__

    def changed(*places: str) -> str:
        asked.extend(places)
        return true(*places) + ("new" if "engine" in places else "")

    runs._peer.cache_clear()
    monkeypatch.setattr(runs, "_code", changed)
    after = {method: runs._version(method, case) for method in ("terrier", "highs")}
    runs._peer.cache_clear()
    assert after["terrier"] != before["terrier"]
    assert after["highs"] == before["highs"]
    assert all((runs.PACKAGE / place).exists() for place in asked)


@pytest.mark.parametrize(
    ("family", "name"),
    [("cpmp", "tiny"), ("hess", "county_XX"), ("ctdp_du", "du"), ("cut", "county_XX"), ("ctdp_dl", "dl")],
)
def test_the_tiny_problem_that_loads_the_kernels_is_of_the_same_kind(
    tmp_path: Path, family: str, name: str
) -> None:
    problem = case_of(write_folder(tmp_path), family, name).load().problem
    small = small_like(problem)
    for field in ("objective", "centers", "contiguous", "metric", "n_measures"):
        assert getattr(small, field) == getattr(problem, field)
    assert (small.travel is None) == (problem.travel is None)
    assert (small.adjacency is None) == (problem.adjacency is None)


def test_a_task_goes_through_json(tmp_path: Path) -> None:
    text = Result(task=task(tmp_path), failure="x").to_json()
    assert json.loads(text)["task"]["case"] == "tiny"


def test_a_frontier_is_worth_what_its_worst_plan_is(tmp_path: Path) -> None:
    loaded = case_of(write_folder(tmp_path), "cpmp", "tiny").load()
    today = np.array([0, 0, 1, 0], dtype=np.int32)
    loaded = replace(
        loaded, problem=replace(loaded.problem, present=today, move_weights=np.array([1, 1, 1, 2.0]))
    )
    stages = [
        Stage(0.0, np.array([0, 0, 1, 1], dtype=np.int32), bound=1.9),  # 2.0 at no price
        Stage(5.0, np.array([0, 0, 1, 1], dtype=np.int32), bound=3.9),  # 2.0 + 5 · 2/5
    ]
    found = worker.scored(task(tmp_path), loaded, Answer(stages[-1].assignment, stages=stages))
    assert found.value == pytest.approx(2.0 / 1.9)
    assert found.is_feasible
    (_, moved, travel, gap) = found.stages[1]
    assert (moved, travel) == (0.4, 2.0)
    assert gap == pytest.approx(4.0 / 3.9 - 1)
    assert Result.from_json(found.to_json()) == found
