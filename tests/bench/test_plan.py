from __future__ import annotations

from pathlib import Path

import pytest

from terrier.bench import methods
from terrier.bench.plan import Request, agenda
from terrier.errors import TerrierError
from tests.bench.folder import write_folder


def test_terrier_runs_with_every_seed_and_budget_and_a_peer_without_chance_once(tmp_path: Path) -> None:
    request = Request(
        folder=write_folder(tmp_path),
        only=("cpmp",),
        seconds=(1.0, 2.0),
        seeds=2,
        peers=("highs",),
        peer_seconds=5.0,
    )
    runs = [(task.method, task.seconds, task.seed) for _, task in agenda(request).tasks]
    assert runs == [
        ("terrier", 1.0, 1),
        ("terrier", 1.0, 2),
        ("terrier", 2.0, 1),
        ("terrier", 2.0, 2),
        ("highs", 5.0, 1),
    ]


def test_only_terrier_ends_at_the_best_known_value(tmp_path: Path) -> None:
    folder = write_folder(tmp_path)
    request = Request(folder=folder, only=("cpmp",), peers=("highs",), until_known=True)
    targets = {task.method: task.target for _, task in agenda(request).tasks}
    assert targets == {"terrier": pytest.approx(2.0), "highs": None}


def test_a_peer_that_is_not_installed_is_left_out_with_the_way_to_get_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(methods, "_is_installed", lambda name: name != "gerrychain")
    plan = agenda(Request(folder=None, only=("counties",)))
    assert "gerrychain" not in {task.method for _, task in plan.tasks}
    assert plan.notes == (
        "gerrychain short bursts: gerrychain not installed; left out. Get it with `uv sync --group bench`.",
    )


def test_the_quick_profile_is_part_of_the_whole() -> None:
    whole = agenda(Request(folder=None))
    quick = agenda(Request(folder=None, quick=True, peer_seconds=30.0))
    assert 0 < len(quick.tasks) < len(whole.tasks)
    assert {case.title for case in quick.cases} < {case.title for case in whole.cases}


def test_an_unknown_peer_is_refused() -> None:
    with pytest.raises(TerrierError, match="--peers: there is no peer “excel”; there are kmeans-repair"):
        agenda(Request(folder=None, peers=("excel",)))


def test_nothing_to_do_in_the_quick_profile_is_said(tmp_path: Path) -> None:
    with pytest.raises(TerrierError, match="--quick"):
        agenda(Request(folder=write_folder(tmp_path), only=("cpmp",), quick=True))
