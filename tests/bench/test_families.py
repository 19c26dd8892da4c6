from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from terrier.bench.families import NAMES, case_of, cases_of
from terrier.bench.methods import METHODS, OURS
from terrier.errors import TerrierError
from tests.bench.folder import write_folder


def test_a_folder_gives_its_cases_with_their_best_known_values(tmp_path: Path) -> None:
    cases, notes = cases_of(write_folder(tmp_path), ("cpmp", "hess", "cut", "ctdp_du", "ctdp_dl"))
    assert notes == []
    known = {case.title: (case.best_known, case.proved) for case in cases}
    assert known["cpmp/tiny"] == (2.0, True)
    assert known["hess/county_XX"] == (1.3, False)
    assert known["hess/county_XX-free"] == (1.2, False)
    assert known["cut/county_XX"] == (2.0, True)
    assert known["ctdp_du/du"] == (4.0, False)
    assert known["ctdp_dl/dl"] == (2.0, False)


def test_median_instances_are_scored_with_distances_rounded_down(tmp_path: Path) -> None:
    loaded = case_of(write_folder(tmp_path), "cpmp", "tiny").load()
    assert loaded.score(np.array([0, 0, 1, 1], dtype=np.int32)).value == 2.0
    assert loaded.problem.travel is not None
    assert loaded.problem.travel[2, 3] == 1.0
    too_much = loaded.score(np.array([0, 0, 0, 1], dtype=np.int32))
    assert not too_much.is_feasible


def test_states_are_scored_in_millions_of_person_square_kilometers(tmp_path: Path) -> None:
    loaded = case_of(write_folder(tmp_path), "hess", "county_XX").load()
    degree = np.radians(1) * 6371
    halves = loaded.score(np.array([0, 0, 1, 1], dtype=np.int32))
    assert halves.value == pytest.approx((50 + 48) * degree**2 / 1e6, rel=1e-9)
    assert halves.is_feasible
    assert "population" in loaded.score(np.array([0, 0, 0, 1], dtype=np.int32)).flaws[0]
    crossed = loaded.score(np.array([0, 1, 1, 0], dtype=np.int32))
    assert crossed.flaws == ("2 territories in several pieces",)
    free = case_of(tmp_path, "hess", "county_XX-free").load()
    assert free.score(np.array([0, 1, 1, 0], dtype=np.int32)).is_feasible
    assert loaded.problem.tolerances.tolist() == [0.05]


def test_cut_edges_are_counted_on_the_borders_of_the_file(tmp_path: Path) -> None:
    loaded = case_of(write_folder(tmp_path), "cut", "county_XX").load()
    assert loaded.problem.objective == "cut_edges"
    assert loaded.score(np.array([0, 0, 1, 1], dtype=np.int32)).value == 2.0
    assert not loaded.score(np.array([0, 1, 1, 0], dtype=np.int32)).is_feasible


def test_the_widest_district_counts_in_the_diameter_instances(tmp_path: Path) -> None:
    loaded = case_of(write_folder(tmp_path), "ctdp_dl", "dl").load()
    assert loaded.problem.objective == "diameter"
    halves = loaded.score(np.array([0, 0, 1, 1], dtype=np.int32))
    assert (halves.value, halves.flaws) == (2.0, ())
    assert loaded.score(np.array([1, 0, 0, 0], dtype=np.int32)).flaws[0].startswith("2 territories out of")


def test_a_family_that_is_not_in_the_folder_is_left_out_with_a_note(tmp_path: Path) -> None:
    write_folder(tmp_path)
    (tmp_path / "hess").rename(tmp_path / "elsewhere")
    cases, notes = cases_of(tmp_path)
    assert {"cpmp", "ctdp_du", "sales"} <= {case.family for case in cases}
    assert any(
        note.startswith("The instances of hess are not there") and note.endswith("; left out.")
        for note in notes
    )


def test_instances_without_a_file_are_left_out_with_a_note(tmp_path: Path) -> None:
    table = write_folder(tmp_path) / "cpmp/best_known.csv"
    rows = "".join(f"lost{i},4,2,sum of floor(Euclid),2,optimal\n" for i in range(7))
    table.write_text(table.read_text() + rows)
    cases, notes = cases_of(tmp_path, ("cpmp",))
    assert [case.name for case in cases] == ["tiny"]
    assert notes == [
        "7 instances of cpmp have best-known values but no files; left out: lost0, lost1, lost2, lost3, lost4 and 2 more."
    ]
    assert cases_of(tmp_path, ("cpmp",), "tiny")[1] == []


def test_a_family_without_any_of_its_files_is_refused_by_name(tmp_path: Path) -> None:
    (write_folder(tmp_path) / "cpmp/instances/tiny.txt").unlink()
    assert "cpmp" not in {case.family for case in cases_of(tmp_path)[0]}
    with pytest.raises(TerrierError, match="The instances of cpmp are not there"):
        cases_of(tmp_path, ("cpmp",))


def test_without_a_folder_only_what_terrier_makes_up_is_run() -> None:
    cases, notes = cases_of(None)
    assert {case.family for case in cases} == {"counties", "sales", "count", "realign"}
    assert "No folder of instances was given for cpmp; left out." in notes


@pytest.mark.parametrize(
    ("folder", "only", "instances", "said"),
    [
        ("nowhere", (), "*", "nowhere, is not there."),
        (None, ("cpmp",), "*", "No folder of instances was given for cpmp."),
        (None, ("pmp",), "*", "--only: there is no family “pmp”; there are cpmp"),
        (None, ("sales",), "x*", "--instances: nothing is named “x*”"),
    ],
)
def test_what_cannot_be_run_is_refused(
    tmp_path: Path, folder: str | None, only: tuple[str, ...], instances: str, said: str
) -> None:
    with pytest.raises(TerrierError) as caught:
        cases_of(None if folder is None else tmp_path / folder, only, instances)
    assert said in str(caught.value)


def test_every_case_names_known_peers_and_fits_its_family(tmp_path: Path) -> None:
    cases, _ = cases_of(write_folder(tmp_path))
    for case in cases:
        assert case.family in NAMES
        assert set(case.quick_peers) <= set(case.peers) <= set(METHODS) - set(OURS)
        assert case.seconds


def test_counties_are_made_up_the_same_every_time_and_none_is_too_large() -> None:
    loaded = case_of(None, "counties", "three-measures").load()
    share = loaded.problem.measures / loaded.problem.measures.sum(axis=0) * loaded.problem.n_territories
    assert loaded.problem.n_units == 3108
    assert share.max() < 0.6
    again = case_of(None, "counties", "three-measures").load()
    assert np.array_equal(loaded.problem.measures, again.problem.measures)


def test_the_number_of_accounts_is_the_only_measure_of_the_count_cases() -> None:
    loaded = case_of(None, "count", "10000-40").load()
    assert loaded.problem.measures.tolist() == [[1.0]] * 10_000
    assignment = np.repeat(np.arange(40), 250).astype(np.int32)
    assert loaded.score(assignment).is_feasible
