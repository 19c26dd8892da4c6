"""The pages of invoices: bring a file, look at what would become of it, load it, see what is parked, withdraw it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import polars as pl
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from terrier.errors import TerrierError
from terrier.intake.files import MAX_FILE_BYTES
from terrier.office.export import KINDS, export_response
from terrier.office.imports import services as imports
from terrier.office.imports.uploads import too_large
from terrier.office.jobs.services import cancel as cancel_job
from terrier.office.look.toasts import say, say_wrong
from terrier.office.people.permissions import May, needs, signed_in
from terrier.office.people.scope import visible_to
from terrier.office.sales import gateway, services
from terrier.office.sales.models import Load, LoadKind, LoadState
from terrier.office.sales.reasons import ROLES, note, reason

A_PAGE = 25
SHOWN_REFUSED = 20
SHOWN_PARKED = 100
OPTIONS = {
    "dates": ("iso", "mdy", "dmy"),
    "credit_notes": ("negative", "positive"),
    "decimal": (".", ","),
}


@needs(May.IMPORT)
@require_safe
def loads(request: HttpRequest) -> HttpResponse:
    """What was brought, newest first, and the place to bring a file."""
    person = signed_in(request)
    rows = visible_to(person, Load).select_related("author", "job").order_by("-pk")
    before = request.GET.get("before", "")
    if before.isdecimal() and len(before) < 19:
        rows = rows.filter(pk__lt=int(before))
    found = list(rows[: A_PAGE + 1])
    extent = gateway.extent()
    context = {
        "loads": found[:A_PAGE],
        "next": f"?before={found[A_PAGE - 1].pk}" if len(found) > A_PAGE else "",
        "first": not before,
        "kinds": LoadKind.choices,
        "most": MAX_FILE_BYTES // 2**20,
        "moving": any(load.at_work for load in found[:A_PAGE]),
        "extent": extent,
        "n_parked": gateway.parked(most=0)[1] if extent else 0,
    }
    return render(request, "sales/loads.html", context)


@needs(May.IMPORT)
@require_POST
def new(request: HttpRequest) -> HttpResponse:
    """Take a file; what would become of it is shown on its own page."""
    if n_bytes := too_large(request):
        messages.error(request, imports.too_large(n_bytes))
        return HttpResponse(imports.too_large(n_bytes), status=413)
    upload, kind = request.FILES.get("file"), request.POST.get("kind", "")
    if upload is None or kind not in LoadKind.values:
        say_wrong(request, _("Choose a file, and say what it holds."))
        return redirect("sales:loads")
    try:
        load = services.bring_file(
            stream=upload, name=upload.name or "file", kind=kind, author=signed_in(request)
        )
    except TerrierError as error:
        say_wrong(request, str(error))
        return redirect("sales:loads")
    return redirect("sales:load", load_id=load.pk)


@needs(May.IMPORT)
@require_safe
def show(request: HttpRequest, load_id: int) -> HttpResponse:
    """A file as it stands: being read, refused, looked at, loaded or withdrawn."""
    load = find(request, load_id)
    state = load.standing
    roles = gateway.PRODUCT_ROLES if load.kind == LoadKind.PRODUCTS else gateway.LINE_ROLES
    chosen = load.options.get("columns") or {}
    refused = _refused(load)
    context: dict[str, Any] = {
        "load": load,
        "state": state,
        "problem": load.why_not.split("\n") if load.why_not else [],
        "refused": [(row["row"], row["column"], row["value"], reason(row["reason"])) for row in refused.head(SHOWN_REFUSED).iter_rows(named=True)],
        "n_more_refused": max(0, len(refused) - SHOWN_REFUSED),
        "notes": [note(one) for one in load.report.get("notes", ())],
        "may_read_anew": state in (LoadState.REFUSED, LoadState.CHECKED),
        "roles": [(role, ROLES[role], chosen.get(role, "")) for role in roles],
        "columns": [(column, column) for column in load.columns],
        "dates": [("iso", _("2026-01-31, year first")), ("mdy", _("01/31/2026, month first")), ("dmy", _("31/01/2026, day first"))],
        "signs": [("negative", _("with a minus")), ("positive", _("without a minus"))],
        "decimals": [(".", _("1,234.50, a point")), (",", _("1.234,50, a comma"))],
    }  # fmt: skip
    return render(request, "sales/load.html", context)


@needs(May.IMPORT)
@require_POST
def look_again(request: HttpRequest, load_id: int) -> HttpResponse:
    """Read the file in another way."""
    options: dict[str, Any] = {}
    for name, allowed in OPTIONS.items():
        value = request.POST.get(name, "")
        if value and value not in allowed:
            raise Http404
        options[name] = value
    currency = request.POST.get("currency", "").strip().upper()
    if currency and not (len(currency) == 3 and currency.isascii() and currency.isalpha()):
        say_wrong(request, _("A currency has three letters, such as USD."))
        return redirect("sales:load", load_id=load_id)
    columns = {role: request.POST[f"column-{role}"] for role in ROLES if request.POST.get(f"column-{role}")}
    options |= {"currency": currency, "columns": columns}
    return act(request, load_id, lambda load: services.look_again(load=load, options=options))


@needs(May.IMPORT)
@require_POST
def take_in(request: HttpRequest, load_id: int) -> HttpResponse:
    return act(request, load_id, lambda load: services.take_in(load=load))


@needs(May.IMPORT)
@require_POST
def take_out(request: HttpRequest, load_id: int) -> HttpResponse:
    person = signed_in(request)
    return act(request, load_id, lambda load: services.take_out(load=load, author=person))


@needs(May.IMPORT)
@require_POST
def cancel(request: HttpRequest, load_id: int) -> HttpResponse:
    load = find(request, load_id)
    if load.job is not None:
        cancel_job(job=load.job)
    return redirect("sales:load", load_id=load_id)


@needs(May.IMPORT)
@require_POST
def forget(request: HttpRequest, load_id: int) -> HttpResponse:
    load = find(request, load_id)
    try:
        services.forget(load=load)
    except TerrierError as error:
        say_wrong(request, str(error))
        return redirect("sales:load", load_id=load_id)
    say(request, _("%(file)s was discarded. Nothing was loaded from it.") % {"file": load.file_name})
    return redirect("sales:loads")


@needs(May.IMPORT)
@require_safe
def refused(request: HttpRequest, load_id: int, ending: str) -> HttpResponseBase:
    """The rows that were refused, each with its reason, to mend and bring again."""
    load = find(request, load_id)
    if ending not in KINDS:
        raise Http404
    rows = ((row, column, value, reason(said)) for row, column, value, said in _refused(load).iter_rows())
    header = (_("Row"), _("Column"), _("Value"), _("Reason"))
    return export_response(name=f"refused-{load.pk}", kind=ending, header=header, rows=rows)


@needs(May.IMPORT)
@require_safe
def parked(request: HttpRequest) -> HttpResponse:
    """Accounts of which there are lines and that the office does not know."""
    rows, total = gateway.parked(most=SHOWN_PARKED)
    return render(request, "sales/parked.html", {"rows": rows, "total": total, "most": SHOWN_PARKED})


@needs(May.IMPORT)
@require_safe
def parked_file(request: HttpRequest, ending: str) -> HttpResponseBase:
    if ending not in KINDS:
        raise Http404
    rows, _total = gateway.parked()
    header = (_("Account"), _("Lines"), _("Net amount"), _("Currency"), _("First invoice"), _("Last invoice"))
    told = ((one.account, one.n_lines, one.net, one.currency, one.first, one.last) for one in rows)
    return export_response(name="parked", kind=ending, header=header, rows=told)


def find(request: HttpRequest, load_id: int) -> Load:
    rows = visible_to(signed_in(request), Load).select_related("author", "job")
    return get_object_or_404(rows, pk=load_id)


def act(request: HttpRequest, load_id: int, deed: Callable[[Load], object]) -> HttpResponse:
    """Do something with a load and show it; what cannot be done is told."""
    try:
        deed(find(request, load_id))
    except TerrierError as error:
        say_wrong(request, str(error))
    return redirect("sales:load", load_id=load_id)


def _refused(load: Load) -> pl.DataFrame:
    if not load.refused.exists():
        return pl.DataFrame(
            schema={"row": pl.Int64, "column": pl.String, "value": pl.String, "reason": pl.String}
        )
    return pl.read_parquet(load.refused)
