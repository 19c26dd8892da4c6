"""Who holds what, from labels as people type them."""

from __future__ import annotations

import pytest

from terrier.intake.owners import owners


@pytest.mark.parametrize(
    ("labels", "name"),
    [
        (["PEDRO RIVERA", "PEDRO RIVERA", "Pedro Rivera"], "Pedro Rivera"),
        (["Ann Lee", "Ann lee", "Ann  Lee ", "Ann Lee"], "Ann Lee"),
        (["NE", "NE", "ne"], "NE"),
    ],
)
def test_spellings_of_one_name_are_one_owner_by_the_best_of_them(labels: list[str], name: str) -> None:
    found = owners(labels)
    assert found.names == [name]
    assert found.counts == [len(labels)]


def test_nobody_is_no_owner() -> None:
    found = owners(["Ann Lee", "OPEN", None, "house"], ["House"])
    assert found.names == ["Ann Lee"]
    assert found.held_by.tolist() == [0, -1, -1, -1]
