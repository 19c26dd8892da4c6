from __future__ import annotations

from pathlib import Path

import pytest

from terrier.bench import page
from terrier.errors import TerrierError


def test_new_figures_take_the_place_of_the_old_and_prose_stays(tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "benchmarks.md").write_text(f"# Prose\n\n{page.BEGIN}\n\nold\n\n{page.END}\n\nSources\n")
    (tmp_path / "gaps.svg").write_text("<svg/>")
    for _ in range(2):
        page.refresh(docs / "benchmarks.md", f"new\n\n{page.PLOTS_HERE}\n", [tmp_path / "gaps.svg"])
    shown = (docs / "benchmarks.md").read_text()
    picture = f"![{page.CAPTIONS['gaps.svg']}](images/bench-gaps.svg)"
    assert shown == f"# Prose\n\n{page.BEGIN}\n\nnew\n\n{picture}\n\n{page.END}\n\nSources\n"
    assert (docs / "images" / "bench-gaps.svg").read_text() == "<svg/>"


def test_a_page_without_marks_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "other.md").write_text("prose")
    with pytest.raises(TerrierError, match="which are not there"):
        page.refresh(tmp_path / "other.md", "new", [])
    assert (tmp_path / "other.md").read_text() == "prose"


def test_only_a_table_of_many_rows_is_folded() -> None:
    assert page.folded("| a |\n", page.MOST_ROWS) == "| a |\n"
    folded = page.folded("| a |\n", 40)
    assert folded.startswith("<details><summary>40 rows</summary>\n\n| a |\n\n</details>")


def test_the_page_in_the_docs_has_its_marks() -> None:
    text = (Path(__file__).parents[2] / "docs" / "benchmarks.md").read_text()
    assert text.index(page.BEGIN) < text.index(page.END)
