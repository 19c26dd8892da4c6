from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from terrier.bench.readers import read_dl, read_du, read_hess, read_medians, read_table
from terrier.errors import InputError
from tests.bench.folder import MEDIANS, write_folder


def test_a_median_instance_has_places_capacities_and_demands(tmp_path: Path) -> None:
    instance = read_medians(write_folder(tmp_path) / "cpmp/instances/tiny.txt")
    assert instance.p == 2
    assert instance.places.tolist() == [[0, 0], [0, 1], [5, 0], [5, 1.5]]
    assert instance.capacity.tolist() == [10, 10, 10, 4]
    assert instance.demand.tolist() == [3, 4, 5, 5]


def test_a_state_has_people_bounds_and_borders(tmp_path: Path) -> None:
    instance = read_hess(write_folder(tmp_path) / "hess/graphs/county_XX.txt")
    assert (instance.k, instance.low, instance.high) == (2, 95, 105)
    assert instance.measures[:, 0].tolist() == [50, 50, 52, 48]
    assert instance.places[2].tolist() == [1.0, 0.0]
    assert instance.edges.tolist() == [[0, 1], [1, 3], [3, 2], [2, 0]]


@pytest.mark.parametrize(
    ("read", "file"), [(read_du, "ctdp_du/instances/du-edited.dat"), (read_dl, "ctdp_dl/instances/dl.in.gz")]
)
def test_both_commercial_formats_give_the_same_instance(tmp_path: Path, read: type, file: str) -> None:
    instance = read(write_folder(tmp_path) / file)
    assert (instance.k, instance.tolerance) == (2, 0.05)
    assert instance.measures.tolist() == np.ones((4, 3)).tolist()
    assert instance.places.tolist() == [[0, 0], [0, 2], [9, 0], [9, 2]]
    assert instance.edges.tolist() == [[0, 1], [1, 3], [3, 2]]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (MEDIANS[:-6], "ends too early"),
        (MEDIANS + "7", "holds more than its first line announces (found “7”)"),
        (MEDIANS.replace("1.5", "north"), "holds something that is not a number (found “north”)"),
        (MEDIANS.replace("4 2", "4 2.5", 1), "a whole number is expected (found “2.5”)"),
    ],
)
def test_a_file_that_is_not_as_its_format_has_it_is_refused(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / "broken.txt").write_text(text)
    with pytest.raises(InputError) as caught:
        read_medians(tmp_path / "broken.txt")
    assert said in str(caught.value)
    assert "broken.txt" in str(caught.value)


def test_an_edge_to_nowhere_is_refused(tmp_path: Path) -> None:
    file = write_folder(tmp_path) / "hess/graphs/county_XX.txt"
    file.write_text(file.read_text().replace("2 0 9", "2 4 9"))
    with pytest.raises(InputError, match="outside 0 to 3"):
        read_hess(file)


def test_a_missing_table_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"best_known\.csv: is missing"):
        read_table(tmp_path / "best_known.csv")
