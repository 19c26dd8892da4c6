"""The pages of figures: sales told apart, the explanation of a number, and the invoice lines it is made of."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from terrier.ledger import MEASURES, QuestionError
from terrier.office.accounts.models import Account
from terrier.office.accounts.selectors import buying_of, worth_of
from terrier.office.export import KINDS as ENDINGS
from terrier.office.export import export_response
from terrier.office.people.asked import number, text
from terrier.office.people.permissions import signed_in
from terrier.office.people.scope import scope_of, visible_to
from terrier.office.sales import gateway
from terrier.office.sales.bought import bought_by
from terrier.office.sales.breakdown import BY, COLUMNS, choices_of, lines_link, link, rows_of
from terrier.office.sales.explaining import explained
from terrier.office.sales.figures import figures, measure
from terrier.office.sales.lines import A_PAGE, MOST_EXPORTED, lines_of
from terrier.office.sales.periods import KINDS, Choice, choice
from terrier.office.sales.texts import CHANGES, figure, money, percent, title, way
from terrier.office.sales.whose import Narrowed, narrowed, sees_whole_accounts

SHOWN = 200


@require_safe
def breakdown(request: HttpRequest) -> HttpResponseBase:
    """Measures of what was sold, told apart by something; each row opens what it is made of."""
    person = signed_in(request)
    chosen = choice(request)
    asked = narrowed(request, person, chosen.on)
    offered = choices_of(person)
    by = text(request, "by")
    if by not in dict(offered):
        by = "account" if asked.position or asked.account else offered[0][0]
    ending = text(request, "as")
    if gateway.extent() is None:
        return render(request, "sales/breakdown.html", {"empty": True})
    rows = rows_of(person, asked, chosen, by)
    total = figures(chosen.period, asked.only, chosen.currency).one(COLUMNS)
    if ending in ENDINGS:
        header = (str(BY[by]), _("More on it"), *(title(name) for name in COLUMNS))
        told = (
            (row.label, row.sub, *(_told_plainly(name, row.values[name]) for name in COLUMNS)) for row in rows
        )
        return export_response(name=f"sales-by-{by}", kind=ending, header=header, rows=told)
    context = frame(request, chosen, asked) | {
        "rows": rows[:SHOWN],
        "n_more": max(0, len(rows) - SHOWN),
        "by": by,
        "by_label": BY[by],
        "offered": [(name, label, link(asked, chosen, by=name)) for name, label in offered],
        "columns": [(name, title(name)) for name in COLUMNS],
        "total": [{"name": name, "text": figure(name, total[name], chosen.currency), "way": way(total[name]) if name in CHANGES else ""} for name in COLUMNS],
        "lines": lines_link(asked, chosen),
        "csv": link(asked, chosen, by=by, **{"as": "csv"}),
        "xlsx": link(asked, chosen, by=by, **{"as": "xlsx"}),
        "whole_accounts": sees_whole_accounts(person),
    }  # fmt: skip
    return render(request, "sales/breakdown.html", context)


@require_safe
def lines(request: HttpRequest) -> HttpResponseBase:
    """Invoice lines, the latest first."""
    person = signed_in(request)
    chosen = choice(request)
    asked = narrowed(request, person, chosen.on)
    if gateway.extent() is None:
        return render(request, "sales/lines.html", {"empty": True})
    ending = text(request, "as")
    if ending in ENDINGS:
        found = lines_of(person, asked, chosen.period, limit=MOST_EXPORTED, currency=chosen.currency)
        return export_response(
            name="invoice-lines", kind=ending, header=_line_header(), rows=_line_rows(found.rows)
        )
    page = max(1, min(number(request, "page") or 1, 10**6))
    found = lines_of(person, asked, chosen.period, page=page, currency=chosen.currency)
    n_pages = max(1, -(-found.total // A_PAGE))
    if page > n_pages:
        found = lines_of(person, asked, chosen.period, page=n_pages, currency=chosen.currency)
        page = n_pages
    context = frame(request, chosen, asked) | {
        "rows": found.rows,
        "total": found.total,
        "net": money(found.net, chosen.currency),
        "first": (page - 1) * A_PAGE + 1 if found.total else 0,
        "last": min(page * A_PAGE, found.total),
        "previous": lines_link(asked, chosen, page=str(page - 1)) if page > 1 else "",
        "next": lines_link(asked, chosen, page=str(page + 1)) if page < n_pages else "",
        "csv": lines_link(asked, chosen, **{"as": "csv"}),
        "xlsx": lines_link(asked, chosen, **{"as": "xlsx"}),
        "shared": any(row["shared"] for row in found.rows),
        "elsewhere": money(found.elsewhere, chosen.currency)
        if abs(found.elsewhere) >= 0.5 and not scope_of(person).whole_company
        else "",
    }
    return render(request, "sales/lines.html", context)


@require_safe
def explain(request: HttpRequest, name: str) -> HttpResponse:
    """What a number says: its formula, what went into it, what it is narrowed to, and the rows below it."""
    if name not in MEASURES:
        raise Http404
    person = signed_in(request)
    chosen = choice(request)
    asked = narrowed(request, person, chosen.on)
    if gateway.extent() is None:
        raise Http404
    try:
        told = explained(name, chosen, asked)
    except QuestionError as error:  # the measure is not told apart so: nothing links here
        raise Http404 from error
    context = frame(request, chosen, asked) | {
        "told": told,
        "accounts": link(asked, chosen, by="account"),
        "lines": lines_link(asked, chosen),
        "company": scope_of(person).whole_company and not asked.told,
        "whole_accounts": sees_whole_accounts(person),
    }
    return render(request, "sales/explain.html", context)


@require_safe
def bought(request: HttpRequest, account_id: int) -> HttpResponse:
    """What an account buys, for its own page, and its sales above as the same lines tell them: one page, one story.

    While there is not one line of it, what is on record.
    """
    person = signed_in(request)
    account = get_object_or_404(visible_to(person, Account), pk=account_id)
    worth, extent = worth_of(person, account), gateway.extent()
    chosen = choice(request)
    found = bought_by(person, account, chosen.on, extent.currencies[0]) if extent else None
    if extent is None or found is None:
        context = {"account": account, "buying": buying_of(person, account), "worth": worth}
        return render(request, "sales/bought_before.html", context)
    asked = Narrowed({}, query={"account": str(account.pk)})
    year = Choice("twelve", chosen.on, chosen.latest)
    context = {
        "account": account,
        "buying": found,
        "lines": lines_link(asked, year),
        "more": link(asked, year, by="category"),
        "rows": [
            {
                "name": row.category,
                "amounts": [money(amount, extent.currencies[0]) for amount in row.amounts],
                "growth": percent(row.growth, signed=True),
                "way": way(row.growth),
                "width": row.width,
                "url": lines_link(
                    asked, year, category="" if row.category == _("Without a category") else row.category
                ),
            }
            for row in found.rows
        ],
        "total": [money(amount, extent.currencies[0]) for amount in found.total.amounts],
        "total_growth": percent(found.total.growth, signed=True),
        "total_way": way(found.total.growth),
        "total_percent": None if found.total.growth is None else 100 * found.total.growth,
        "worth": worth,
        "usual_order": money(found.usual_order, extent.currencies[0]),
    }
    return render(request, "sales/bought.html", context)


def frame(request: HttpRequest, chosen: Choice, asked: Narrowed) -> dict[str, Any]:
    """What the bar over every page of figures shows."""
    hidden = [
        (name, one)
        for name, value in asked.query.items()
        for one in ([value] if isinstance(value, str) else value)
    ]
    if chosen.since is not None:
        hidden.append(("since", chosen.since.isoformat()))
    if by := text(request, "by"):
        hidden.append(("by", by))
    if chosen.currency:
        hidden.append(("currency", chosen.currency))
    removable = []
    for name, label in asked.told:
        query = request.GET.copy()
        query.pop(name, None)
        query.pop("page", None)
        removable.append((label, f"?{query.urlencode()}"))
    return {
        "choice": chosen,
        "kinds": [(kind, str(label), _with(request, period=kind)) for kind, label in KINDS.items()],
        "hidden": hidden,
        "filters": removable,
        "asked": asked,
        "currencies": _currencies(request, chosen),
    }


def _currencies(request: HttpRequest, chosen: Choice) -> list[tuple[str, str, bool]]:
    """Each currency there are lines in, its address and whether it is the one that is told; nothing where there is one alone."""
    extent = gateway.extent()
    if extent is None or len(extent.currencies) < 2:
        return []
    now = chosen.currency or extent.currencies[0]
    return [(one, _with(request, currency=one), one == now) for one in extent.currencies]


def _with(request: HttpRequest, **values: str) -> str:
    query = request.GET.copy()
    query.pop("page", None)
    for name, value in values.items():
        query[name] = value
    return f"?{query.urlencode()}"


def _told_plainly(name: str, value: float | None) -> float | None:
    """A figure for a spreadsheet: cents of money, and no digits of ratios that only binary fractions make."""
    return None if value is None else round(value, 4 if measure(name).unit == "ratio" else 2)


def _line_header() -> tuple[str, ...]:
    return (
        _("Day"), _("Invoice number"), _("Line number"), _("Invoice or credit note"), _("Account"), _("Name"), _("Product"), _("Name"),
        _("Category"), _("Brand"), _("Quantity"), _("Net amount"), _("Cost"), _("Credited"), _("Currency"),
    )  # fmt: skip


def _line_rows(rows: list[dict[str, Any]]) -> Iterator[tuple[Any, ...]]:
    for row in rows:
        kind = _("Credit note") if row["is_credit_note"] else _("Invoice")
        cost = None if row["cost_cents"] is None else row["cost_cents"] / 100
        yield (
            row["date"], row["invoice"], row["line"], kind, row["account"], row["account_name"] or "", row["product"] or "",
            row["product_name"] or "", row["category"] or "", row["brand"] or "", row["quantity"], row["net"], cost, round(row["credited"], 4),
            row["currency"],
        )  # fmt: skip
