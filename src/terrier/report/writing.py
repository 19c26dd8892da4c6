"""The composition root of the report: one document in, five files out."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from terrier.report.backdrop import Backdrop, backdrop
from terrier.report.choices import choices_table
from terrier.report.delimited import write_csv
from terrier.report.document import PlanDocument
from terrier.report.drawing import draw
from terrier.report.figures import Figures, figures
from terrier.report.geojson import write_geojson
from terrier.report.page import write_page
from terrier.report.reasons import Reasons, reasons
from terrier.report.tables import mean_column, moves_table, placements_table, territories_table
from terrier.report.workbook import write_workbook


def write_all(document: PlanDocument, folder: Path, behind: Backdrop | None = None) -> tuple[Path, ...]:
    """Write placements.csv, territories.csv, plan.geojson, plan.xlsx and report.html into an existing folder,
    and frontier.csv where there were plans to choose from. Returns the paths, in that order.

    behind : made here unless it was made before. Tables and maps are made side by side: both spend their time in
    compiled code that lets other threads run.
    """
    known = figures(document)
    why = reasons(document, known)
    with ThreadPoolExecutor(thread_name_prefix="terrier-report") as pool:
        tables = pool.submit(_write_tables, document, known, why, folder)
        if behind is None:
            behind = backdrop(document.problem, areas=document.shapes is not None)
        drawing = draw(document, known, behind.ground)
        write_geojson(document, known, why, drawing.after, geojson := folder / "plan.geojson")
        write_page(document, known, why, drawing, behind.land, page := folder / "report.html")
        placements, territories, workbook = tables.result()
    return placements, territories, geojson, workbook, page


def _write_tables(
    document: PlanDocument, known: Figures, why: Reasons, folder: Path
) -> tuple[Path, Path, Path]:
    placements = placements_table(document, known, why)
    territories = territories_table(document, known)
    write_csv(placements, placements_path := folder / "placements.csv")
    write_csv(territories, territories_path := folder / "territories.csv")
    if document.choices is not None:
        chosen_from = choices_table(document.choices, document.measure_names, mean_column(document))
        write_csv(chosen_from, folder / "frontier.csv")
    moves = moves_table(placements, document)
    write_workbook(document, known, placements, territories, moves, workbook_path := folder / "plan.xlsx")
    return placements_path, territories_path, workbook_path
