"""The pages of files of market potential: bring one, look at what it tells of which area, load it, withdraw it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import polars as pl
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from terrier.errors import TerrierError
from terrier.intake.files import MAX_FILE_BYTES
from terrier.ledger import PET_TRADE
from terrier.office.audit.services import Author
from terrier.office.errors import RefusedError
from terrier.office.export import KINDS, export_response
from terrier.office.imports.services import too_large as too_large_text
from terrier.office.imports.uploads import too_large
from terrier.office.jobs.services import cancel as cancel_job
from terrier.office.look.toasts import say, say_wrong
from terrier.office.market import services
from terrier.office.market.models import Source, SourceKind, SourceState
from terrier.office.market.reading import INDUSTRY, LARGEST, MOST_INDUSTRIES, industries_of
from terrier.office.market.reasons import note
from terrier.office.people.permissions import May, needs, signed_in
from terrier.office.people.scope import visible_to
from terrier.office.people.telling import tell
from terrier.office.sales.reasons import reason

A_PAGE = 25
SHOWN = 20
SPARE = 3
"""Empty rows for further industries."""
AREA_KINDS = {
    "county": gettext_lazy("Counties"),
    "zip": gettext_lazy("ZIP codes"),
    "state": gettext_lazy("States"),
}


@needs(May.IMPORT)
@require_safe
def sources(request: HttpRequest) -> HttpResponse:
    """What was brought, newest first, and the place to bring a file."""
    rows = visible_to(signed_in(request), Source).select_related("author", "job").order_by("-pk")
    before = request.GET.get("before", "")
    if before.isascii() and before.isdecimal() and len(before) < 19:
        rows = rows.filter(pk__lt=int(before))
    found = list(rows[: A_PAGE + 1])
    context = {
        "sources": found[:A_PAGE],
        "next": f"?before={found[A_PAGE - 1].pk}" if len(found) > A_PAGE else "",
        "first": not before,
        "kinds": SourceKind.choices,
        "most": MAX_FILE_BYTES // 2**20,
        "moving": any(one.at_work for one in found[:A_PAGE]),
        "trade": list(PET_TRADE.items()),
    }
    return render(request, "market/sources.html", context)


@needs(May.IMPORT)
@require_POST
def new(request: HttpRequest) -> HttpResponse:
    """Take a file; what it tells is shown on its own page."""
    if n_bytes := too_large(request):
        messages.error(request, too_large_text(n_bytes))
        return HttpResponse(too_large_text(n_bytes), status=413)
    upload, kind = request.FILES.get("file"), request.POST.get("kind", "")
    if upload is None or kind not in SourceKind.values:
        say_wrong(request, _("Choose a file, and say what it holds."))
        return redirect("market:sources")
    try:
        source = services.bring_source(
            stream=upload, name=upload.name or "file", kind=kind, author=signed_in(request)
        )
    except TerrierError as error:
        say_wrong(request, str(error))
        return redirect("market:sources")
    return redirect("market:source", source_id=source.pk)


@needs(May.IMPORT)
@require_safe
def show(request: HttpRequest, source_id: int) -> HttpResponse:
    """A file as it stands: being read, refused, looked at, loaded or withdrawn."""
    source = find(request, source_id)
    state = source.standing
    refused_rows, unknown = _rows(source.refused), _rows(source.unmatched)
    chosen = source.options.get("columns") or {}
    context: dict[str, Any] = {
        "source": source,
        "state": state,
        "problem": source.why_not.split("\n") if source.why_not else [],
        "refused": [(row["row"], row["column"], row["value"], reason(row["reason"])) for row in refused_rows[:SHOWN]],
        "n_more_refused": max(0, len(refused_rows) - SHOWN),
        "unmatched": unknown[:SHOWN],
        "n_more_unmatched": max(0, len(unknown) - SHOWN),
        "area_kind": AREA_KINDS.get(source.report.get("kind", ""), ""),
        "may_read_anew": state in (SourceState.REFUSED, SourceState.CHECKED) and source.upload.exists(),
        "may_discard": state in (SourceState.REFUSED, SourceState.CHECKED),
        "notes": [note(one) for one in source.report.get("notes", ())],
        "industries": _industries(source),
        "columns": [(column, column) for column in source.columns],
        "area_column": chosen.get("area", ""),
        "value_column": chosen.get("value", ""),
    }  # fmt: skip
    return render(request, "market/source.html", context)


def _industries(source: Source) -> list[tuple[int, str, str, str]]:
    """The rows of the form: which place, NAICS code, what it is, and what an establishment spends a year."""
    told = industries_of(source.options)
    rows = [
        (code, PET_TRADE.get(code, ""), "" if dollars is None else f"{dollars:g}")
        for code, dollars in told.items()
    ]
    return [(at, *row) for at, row in enumerate([*rows, *[("", "", "")] * SPARE])]


@needs(May.IMPORT)
@require_POST
def look_again(request: HttpRequest, source_id: int) -> HttpResponse:
    """Read the file in another way: other industries, other spending, other columns."""
    try:
        options = _options(request)
    except RefusedError as error:
        say_wrong(request, str(error))
        return redirect("market:source", source_id=source_id)
    return act(request, source_id, lambda source: services.look_again(source=source, options=options))


def _options(request: HttpRequest) -> dict[str, Any]:
    industries: dict[str, float | None] = {}
    for at in range(MOST_INDUSTRIES):
        code, spending = (request.POST.get(f"{name}-{at}", "").strip() for name in ("industry", "spending"))
        if not code and not spending:
            continue
        if not INDUSTRY.fullmatch(code):
            raise RefusedError(_("“%(code)s” is no NAICS code: it has two to six digits, such as 459910.") % {"code": code[:20]})  # fmt: skip
        industries[code] = _dollars(spending)
    columns = {name: request.POST[name][:200] for name in ("area", "value") if request.POST.get(name)}
    return {"industries": industries, "columns": columns}


def _dollars(text: str) -> float | None:
    if not text:
        return None
    try:
        dollars = float(text.replace("$", "").replace(",", ""))
    except ValueError:
        dollars = -1.0
    if not 0 <= dollars <= LARGEST:
        raise RefusedError(_("“%(text)s” is no amount of dollars a year.") % {"text": text[:20]})
    return dollars


@needs(May.IMPORT)
@require_POST
def load(request: HttpRequest, source_id: int) -> HttpResponse:
    author = Author(signed_in(request))
    return act(request, source_id, lambda source: services.load_source(source=source, author=author))


@needs(May.IMPORT)
@require_POST
def withdraw(request: HttpRequest, source_id: int) -> HttpResponse:
    source = find(request, source_id)
    try:
        tell(request, services.withdraw_source(source=source, author=Author(signed_in(request))))
    except TerrierError as error:
        say_wrong(request, str(error))
    return redirect("market:source", source_id=source_id)


@needs(May.IMPORT)
@require_POST
def cancel(request: HttpRequest, source_id: int) -> HttpResponse:
    source = find(request, source_id)
    if source.job is not None:
        cancel_job(job=source.job)
    return redirect("market:source", source_id=source_id)


@needs(May.IMPORT)
@require_POST
def forget(request: HttpRequest, source_id: int) -> HttpResponse:
    source = find(request, source_id)
    try:
        services.forget_source(source=source)
    except TerrierError as error:
        say_wrong(request, str(error))
        return redirect("market:source", source_id=source_id)
    say(request, _("%(file)s was discarded. Nothing of it counts.") % {"file": source.file_name})
    return redirect("market:sources")


@needs(May.IMPORT)
@require_safe
def refused(request: HttpRequest, source_id: int, ending: str) -> HttpResponseBase:
    """The rows that were refused, each with its reason, to mend and bring again."""
    source = find(request, source_id)
    if ending not in KINDS:
        raise Http404
    rows = ((row["row"], row["column"], row["value"], reason(row["reason"])) for row in _rows(source.refused))
    header = (_("Row"), _("Column"), _("Value"), _("Reason"))
    return export_response(name=f"refused-{source.pk}", kind=ending, header=header, rows=rows)


@needs(May.IMPORT)
@require_safe
def unmatched(request: HttpRequest, source_id: int, ending: str) -> HttpResponseBase:
    """The areas of a file that are not known."""
    source = find(request, source_id)
    if ending not in KINDS:
        raise Http404
    rows = ((row["area"], row["value"]) for row in _rows(source.unmatched))
    return export_response(
        name=f"unmatched-{source.pk}", kind=ending, header=(_("Area"), _("Value")), rows=rows
    )


def find(request: HttpRequest, source_id: int) -> Source:
    rows = visible_to(signed_in(request), Source).select_related("author", "job")
    return get_object_or_404(rows, pk=source_id)


def act(request: HttpRequest, source_id: int, deed: Callable[[Source], object]) -> HttpResponse:
    """Do something with a file and show it; what cannot be done is told."""
    try:
        deed(find(request, source_id))
    except TerrierError as error:
        say_wrong(request, str(error))
    return redirect("market:source", source_id=source_id)


def _rows(path: Any) -> list[dict[str, Any]]:
    return pl.read_parquet(path).to_dicts() if path.exists() else []
