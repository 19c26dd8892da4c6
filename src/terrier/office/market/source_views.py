"""The pages of files of market potential: bring one, look at what it tells of which area, load it, withdraw it."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from terrier.ledger import PET_TRADE
from terrier.office.audit.services import Author
from terrier.office.brought.models import State
from terrier.office.brought.pages import SHOWN, Pages
from terrier.office.errors import RefusedError
from terrier.office.export import KINDS, export_response
from terrier.office.look.toasts import say_wrong
from terrier.office.market import services
from terrier.office.market.models import Source, SourceKind
from terrier.office.market.reading import INDUSTRY, LARGEST, MOST_INDUSTRIES, industries_of, unmatched_of
from terrier.office.market.reasons import note
from terrier.office.people.permissions import May, needs, signed_in
from terrier.office.people.telling import tell
from terrier.office.sales.reasons import reason

PAGES = Pages(Source, SourceKind.choices, "market:sources", "market:source", reason)
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
    return render(request, "market/sources.html", PAGES.listed(request) | {"trade": list(PET_TRADE.items())})


@needs(May.IMPORT)
@require_POST
def new(request: HttpRequest) -> HttpResponse:
    return PAGES.take(request, services.bring_source)


@needs(May.IMPORT)
@require_safe
def show(request: HttpRequest, source_id: int) -> HttpResponse:
    source = PAGES.find(request, source_id)
    shown = PAGES.shown(source)
    unknown = unmatched_of(source)
    chosen = source.options.get("columns") or {}
    context = shown | {
        "unmatched": unknown.head(SHOWN).to_dicts(),
        "n_more_unmatched": max(0, len(unknown) - SHOWN),
        "area_kind": AREA_KINDS.get(source.report.get("kind", ""), ""),
        "may_read_anew": shown["may_discard"] and source.upload.exists(),
        "may_withdraw": shown["state"] == State.LOADED,
        "notes": [note(one) for one in source.report.get("notes", ())],
        "industries": _industries(source),
        "area_column": chosen.get("area", ""),
        "value_column": chosen.get("value", ""),
    }
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
    return PAGES.act(request, source_id, lambda source: services.look_again(source=source, options=options))


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
    return PAGES.act(request, source_id, lambda source: services.load_source(source=source, author=author))


@needs(May.IMPORT)
@require_POST
def withdraw(request: HttpRequest, source_id: int) -> HttpResponse:
    author = Author(signed_in(request))

    def deed(source: Source) -> None:
        tell(request, services.withdraw_source(source=source, author=author))

    return PAGES.act(request, source_id, deed)


@needs(May.IMPORT)
@require_POST
def cancel(request: HttpRequest, source_id: int) -> HttpResponse:
    return PAGES.cancel(request, source_id)


@needs(May.IMPORT)
@require_POST
def forget(request: HttpRequest, source_id: int) -> HttpResponse:
    return PAGES.forget(request, source_id)


@needs(May.IMPORT)
@require_safe
def refused(request: HttpRequest, source_id: int, ending: str) -> HttpResponseBase:
    return PAGES.refused(request, source_id, ending)


@needs(May.IMPORT)
@require_safe
def unmatched(request: HttpRequest, source_id: int, ending: str) -> HttpResponseBase:
    """The areas of a file that are not known."""
    source = PAGES.find(request, source_id)
    if ending not in KINDS:
        raise Http404
    header = (_("Area"), _("Value"))
    rows = unmatched_of(source).rows()
    return export_response(name=f"unmatched-{source.pk}", kind=ending, header=header, rows=rows)
