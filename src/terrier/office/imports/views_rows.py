"""The rows of an import: mended in the grid, left out, or taken away as a file and brought back mended."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from terrier.errors import TerrierError
from terrier.office.export import KINDS, export_response
from terrier.office.imports import services
from terrier.office.imports.corrections import error_table
from terrier.office.imports.mending import mend_alike, mend_row
from terrier.office.imports.models import Import, Row
from terrier.office.imports.selectors import A_PAGE, cells_of, shown_rows
from terrier.office.imports.uploads import refusal_of_size
from terrier.office.imports.views import act, find
from terrier.office.look.toasts import say_wrong
from terrier.office.people.permissions import May, needs


@needs(May.IMPORT)
@require_http_methods(["GET", "HEAD", "POST"])
def row(request: HttpRequest, import_id: int, number: int) -> HttpResponse:
    """A row of the grid: as it is, with all its cells to edit (``?edit``), or mended."""
    import_ = find(request, import_id)
    found = get_object_or_404(Row, of=import_, number=number)
    problem, others = "", list[Row]()
    if request.method == "POST":
        mapped = {name: request.POST[name] for name in import_.mapping if name in request.POST}
        try:
            if "alike" in request.POST:
                mend_alike(import_=import_, number=number, values=mapped)
                return _shown_anew(request, import_id)
            mended = mend_row(import_=import_, number=number, values=mapped)
            found, others = mended.row, mended.others[:A_PAGE]
        except TerrierError as error:
            problem = str(error)
        import_.refresh_from_db()
        if not getattr(request, "htmx", None):
            return redirect("imports:import", import_id=import_id)
    editing = ("edit" in request.GET and request.method != "POST") or bool(problem)
    context = row_context(import_, found, editing=editing, problem=problem)
    context["others"] = shown_rows(import_, others)
    answer = render(request, "imports/row.html", context)
    if request.method == "POST":
        answer.headers["HX-Trigger"] = "row-mended"  # the counts above the grid are asked for again
    return answer


def _shown_anew(request: HttpRequest, import_id: int) -> HttpResponse:
    """The whole page of an import, as its state is another now."""
    page = redirect("imports:import", import_id=import_id)
    if getattr(request, "htmx", None):
        return HttpResponse(headers={"HX-Redirect": page["Location"]})
    return page


def row_context(import_: Import, found: Row, *, editing: bool, problem: str) -> dict[str, Any]:
    [shown] = shown_rows(import_, [found])
    return {
        "import": import_,
        "one": shown,
        "state": services.standing(import_),
        "cells": cells_of(import_, found) if editing else [],
        "editing": editing,
        "problem": problem,
    }


@needs(May.IMPORT)
@require_POST
def leave_out(request: HttpRequest, import_id: int) -> HttpResponse:
    return act(request, import_id, lambda one: services.leave_out_errors(import_=one))


@needs(May.IMPORT)
@require_POST
def take_in(request: HttpRequest, import_id: int) -> HttpResponse:
    return act(request, import_id, lambda one: services.take_back_in(import_=one))


@needs(May.IMPORT)
@require_safe
def errors(request: HttpRequest, import_id: int, ending: str) -> HttpResponseBase:
    """The rows that have errors, with a column of reasons, to be mended in a spreadsheet."""
    if ending not in KINDS:
        raise Http404
    header, rows = error_table(find(request, import_id))
    return export_response(name=f"errors-{import_id}", kind=ending, header=header, rows=rows)


@needs(May.IMPORT)
@require_POST
def corrections(request: HttpRequest, import_id: int) -> HttpResponse:
    """The file of errors comes back, mended."""
    if answer := refusal_of_size(request):
        return answer
    upload = request.FILES.get("file")
    if upload is None:
        say_wrong(request, _("Choose the mended file of errors."))
        return redirect("imports:import", import_id=import_id)
    return act(
        request,
        import_id,
        lambda one: services.bring_corrections(import_=one, stream=upload, name=upload.name or "file"),
    )
