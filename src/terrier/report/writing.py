"""The composition root of the report: one document in, five files out."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from terrier.report.choices import choices_table
from terrier.report.delimited import write_csv
from terrier.report.document import PlanDocument
from terrier.report.drawing import draw
from terrier.report.figures import figures
from terrier.report.geojson import write_geojson
from terrier.report.page import write_page
from terrier.report.reasons import reasons
from terrier.report.tables import mean_column, moves_table, placements_table, territories_table
from terrier.report.workbook import write_workbook


@contextmanager
def _uncollected() -> Iterator[None]:
    """Millions of cells without a cycle among them: looking for one again and again costs a sixth of the time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def write_all(
    document: PlanDocument, folder: Path, on_step: Callable[[str], None] | None = None
) -> tuple[Path, ...]:
    """Write placements.csv, territories.csv, plan.geojson, plan.xlsx and report.html into an existing folder,
    and frontier.csv where there were plans to choose from.

    ``on_step`` is called with each file's name before it is written. Returns the paths, in that order.
    """

    def step(name: str) -> Path:
        if on_step is not None:
            on_step(name)
        return folder / name

    known = figures(document)
    why = reasons(document, known)
    with _uncollected():
        placements = placements_table(document, known, why)
        territories = territories_table(document, known)
        write_csv(placements, placements_path := step("placements.csv"))
        write_csv(territories, territories_path := step("territories.csv"))
        if document.choices is not None:
            chosen_from = choices_table(document.choices, document.measure_names, mean_column(document))
            write_csv(chosen_from, step("frontier.csv"))
        drawing = draw(document, known)
        write_geojson(document, known, why, drawing.after, geojson_path := step("plan.geojson"))
        moves = moves_table(placements, document)
        write_workbook(document, known, placements, territories, moves, workbook_path := step("plan.xlsx"))
        write_page(document, known, why, drawing, page_path := step("report.html"))
    return placements_path, territories_path, geojson_path, workbook_path, page_path
