"""A plan as a file: GeoJSON, workbook or PDF, by the ending of its name."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable
from typing import BinaryIO

from django.http import FileResponse

from terrier.office.alignment.models import Plan
from terrier.office.alignment.plan_content import PlanContent, read_plan
from terrier.office.alignment.plan_geojson import geojson_of
from terrier.office.alignment.plan_pdf import write_pdf
from terrier.office.alignment.plan_workbook import write_workbook
from terrier.office.people.models import Person


def _write_geojson(content: PlanContent, file: BinaryIO) -> None:
    file.writelines(geojson_of(content))


WRITERS: dict[str, Callable[[PlanContent, BinaryIO], None]] = {
    "geojson": _write_geojson,
    "xlsx": write_workbook,
    "pdf": write_pdf,
}
TYPES = {
    "geojson": "application/geo+json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pdf": "application/pdf",
}


def write_plan(plan: Plan, ending: str, file: BinaryIO, person: Person | None = None) -> None:
    """Write a plan as far as a person sees it; all of it for nobody in particular."""
    WRITERS[ending](read_plan(plan, person), file)


def plan_download(plan: Plan, ending: str, person: Person) -> FileResponse:
    file = tempfile.TemporaryFile()  # noqa: SIM115 - the response closes it
    write_plan(plan, ending, file, person)
    file.seek(0)
    name = file_name(plan, ending)
    return FileResponse(file, as_attachment=True, filename=name, content_type=TYPES[ending])


def file_name(plan: Plan, ending: str) -> str:
    name = re.sub(r"[^\w.-]+", "-", plan.name).strip("-.")[:60] or "plan"
    return f"{name}.{ending}"
