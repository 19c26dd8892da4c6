"""The page that shows the figures: its prose is written by hand, what lies between two marks is written here."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path

from terrier.errors import TerrierError

BEGIN = "<!-- The figures below are written by `make bench`. -->"
END = "<!-- The figures end here. -->"
PLOTS_HERE = "<!-- plots -->"
MOST_ROWS = 12
CAPTIONS = {
    "gaps.svg": "The gap of each better plan over time, seed 1",
    "growth.svg": "Time over the number of accounts",
}


def with_plots(text: str, names: Sequence[str], folder: str) -> str:
    """The figures with the plots shown where they belong; ``folder`` is where they lie, seen from the page."""
    shown = "\n\n".join(f"![{CAPTIONS[name]}]({folder}{name})" for name in names)
    return text.replace(PLOTS_HERE, shown)


def folded(text: str, n_rows: int) -> str:
    """A table of many rows behind one line to click, so that a reader sees all families at once."""
    if n_rows <= MOST_ROWS:
        return text
    return f"<details><summary>{n_rows} rows</summary>\n\n{text}\n</details>\n"


def refresh(page: Path, text: str, plots: Sequence[Path]) -> None:
    """Put new figures between the marks of the page and copy the plots to the folder images beside it.

    Raises
    ------
    TerrierError
        The page is missing or has not both marks.
    """
    old = page.read_text() if page.is_file() else ""
    before, begun, rest = old.partition(BEGIN)
    _, ended, after = rest.partition(END)
    if not begun or not ended:
        raise TerrierError(
            f"{page}: its figures belong between the lines “{BEGIN}” and “{END}”, which are not there."
        )
    images = page.parent / "images"
    images.mkdir(exist_ok=True)
    for plot in plots:
        shutil.copyfile(plot, images / f"bench-{plot.name}")
    shown = with_plots(text, [plot.name for plot in plots], "images/bench-")
    page.write_text(f"{before}{BEGIN}\n\n{shown.strip()}\n\n{END}{after}")
