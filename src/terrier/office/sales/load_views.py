"""The pages of invoices: bring a file, look at what would become of it, load it, see what is parked, withdraw it."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from terrier.office.audit.services import Author
from terrier.office.brought.models import State
from terrier.office.brought.pages import Pages
from terrier.office.export import KINDS, export_response
from terrier.office.look.toasts import say_wrong
from terrier.office.people.permissions import May, needs, signed_in
from terrier.office.sales import gateway, services
from terrier.office.sales.models import Load, LoadKind
from terrier.office.sales.reasons import ROLES, note, reason

PAGES = Pages(Load, LoadKind.choices, "sales:loads", "sales:load", reason)
SHOWN_PARKED = 100
OPTIONS = {
    "dates": ("iso", "mdy", "dmy"),
    "credit_notes": ("negative", "positive"),
    "decimal": (".", ","),
}


@needs(May.IMPORT)
@require_safe
def loads(request: HttpRequest) -> HttpResponse:
    extent = gateway.extent()
    n_parked = gateway.parked(most=0)[1] if extent else 0
    return render(
        request, "sales/loads.html", PAGES.listed(request) | {"extent": extent, "n_parked": n_parked}
    )


@needs(May.IMPORT)
@require_POST
def new(request: HttpRequest) -> HttpResponse:
    return PAGES.take(request, services.bring_file)


@needs(May.IMPORT)
@require_safe
def show(request: HttpRequest, load_id: int) -> HttpResponse:
    load = PAGES.find(request, load_id)
    shown = PAGES.shown(load)
    roles = gateway.PRODUCT_ROLES if load.kind == LoadKind.PRODUCTS else gateway.LINE_ROLES
    chosen = load.options.get("columns") or {}
    context = shown | {
        "notes": [note(one) for one in load.report.get("notes", ())],
        "may_read_anew": shown["may_discard"],
        "may_withdraw": shown["state"] == State.LOADED and load.ledger_id,
        "roles": [(role, ROLES[role], chosen.get(role, "")) for role in roles],
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
    return PAGES.act(request, load_id, lambda load: services.look_again(load=load, options=options))


@needs(May.IMPORT)
@require_POST
def take_in(request: HttpRequest, load_id: int) -> HttpResponse:
    return PAGES.act(request, load_id, lambda load: services.take_in(load=load))


@needs(May.IMPORT)
@require_POST
def take_out(request: HttpRequest, load_id: int) -> HttpResponse:
    author = Author(signed_in(request))
    return PAGES.act(request, load_id, lambda load: services.take_out(load=load, author=author))


@needs(May.IMPORT)
@require_POST
def cancel(request: HttpRequest, load_id: int) -> HttpResponse:
    return PAGES.cancel(request, load_id)


@needs(May.IMPORT)
@require_POST
def forget(request: HttpRequest, load_id: int) -> HttpResponse:
    return PAGES.forget(request, load_id)


@needs(May.IMPORT)
@require_safe
def refused(request: HttpRequest, load_id: int, ending: str) -> HttpResponseBase:
    return PAGES.refused(request, load_id, ending)


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
