"""The pages of the market: areas on a map and in a list, one area with its accounts, and what each number says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from terrier.atlas.outlines import POSTAL
from terrier.office.export import KINDS, export_response
from terrier.office.market.accounts import accounts_of
from terrier.office.market.explaining import explained
from terrier.office.market.figures import COUNTY, STATE, TERRITORY, AreaRow, all_of, counties
from terrier.office.market.listing import (
    BY_NAME,
    COLUMNS,
    LEVELS,
    LISTED,
    TOTALED,
    AreaFilter,
    Column,
    Listed,
    area_filter,
    listed,
    shades,
)
from terrier.office.market.models import Source
from terrier.office.market.places import state_names
from terrier.office.market.potential import loaded, told_of
from terrier.office.people.asked import address_of, as_files, number, pages_around, text
from terrier.office.people.permissions import May, may, signed_in
from terrier.office.people.scope import scope_of
from terrier.office.sales import gateway
from terrier.office.sales.periods import Choice, choice
from terrier.office.sales.texts import money
from terrier.office.sales.views import frame
from terrier.office.sales.whose import Narrowed

A_PAGE = 25
NUMBERS = {state: number for number, state in POSTAL.items()}
"""Of states, as outlines are numbered."""


@require_safe
def areas(request: HttpRequest) -> HttpResponseBase:
    """Areas on a map and in a list beside it, or the list as a file with ``?as=csv`` or ``xlsx``."""
    person = signed_in(request)
    chosen, asked = choice(request), area_filter(request)
    sources = loaded()
    context: dict[str, Any] = {"may_import": may(person, May.IMPORT), "asked": asked}
    if not sources:
        return render(request, "market/empty.html", context)
    found = listed(person, asked, chosen)
    if not found.every:
        return render(request, "market/no_area.html", context)
    if (ending := text(request, "as")) in KINDS:
        return export_response(name=f"market-{asked.level}", kind=ending, header=_header(), rows=map(_cells, found.rows))  # fmt: skip
    page = Paginator(found.rows, A_PAGE).get_page(number(request, "page") or 1)
    shade = BY_NAME[asked.shade]
    context |= (
        frame(request, chosen, Narrowed({}))
        | _list(request, asked, found, page)
        | _map(asked, found, shade, chosen)
    )
    context |= {
        "asked": asked,
        "no_sales": gateway.extent() is None,
        "made_up": any(one.made_up for one in sources),
        "hidden": [(name, value) for name, value in request.GET.items() if name not in ("on", "period", "page")],
        "kept": [(name, value) for name, value in request.GET.items() if name in ("on", "period")],
    }  # fmt: skip
    return render(request, "market/areas.html", context)


def _list(request: HttpRequest, asked: AreaFilter, found: Listed, page: Any) -> dict[str, Any]:
    total = all_of(found.rows)
    names = {row.territory: row.territory_name for row in found.every if row.territory}
    return {
        "page": page,
        "rows": [(row, _link(request, asked, row), [(column, _in_list(column, row)) for column in LISTED]) for row in page],
        "listed_columns": LISTED,
        "total": _tiles(total),
        "level_choices": list(LEVELS.items()),
        "states": [(state, state_names().get(state, state)) for state in sorted({row.state for row in found.every})],
        "territories": sorted(((pk, name) for pk, name in names.items()), key=lambda pair: pair[1].casefold()),
        "with_territory": asked.level == COUNTY and len(names) > 1,
        **pages_around(request, page),
        **as_files(request, "as"),
        "query": request.GET.urlencode(),
    }  # fmt: skip


def _tiles(row: AreaRow) -> list[tuple[Column, str, str]]:
    """Each figure, and of customers how many there could be."""
    places = _("of %(all)s") % {"all": _whole(row.places)} if row.places is not None else ""
    return [(column, column.brief(row), places if column.name == "customers" else "") for column in TOTALED]


def _in_list(column: Column, row: AreaRow) -> str:
    """A figure beside the map: customers with how many there could be."""
    if column.name == "customers" and row.places is not None:
        return _("%(n)s of %(all)s") % {"n": _whole(row.customers), "all": _whole(row.places)}
    return column.brief(row)


def _link(request: HttpRequest, asked: AreaFilter, row: AreaRow) -> str:
    """The way down: from territories and states to counties, from a county to its accounts."""
    if asked.level == TERRITORY:
        return address_of(request, level=COUNTY, territory=row.territory or 0, page=None, q=None)
    if asked.level == STATE:
        return address_of(request, level=COUNTY, state=row.state, page=None, q=None)
    return f"{reverse('market:area', args=[row.code])}{address_of(request, page=None, q=None, sort=None)}"


def _map(asked: AreaFilter, found: Listed, shade: Column, chosen: Choice) -> dict[str, Any]:
    """What the map draws: states as such, territories by their counties. Each: its code, class, name, figure, and where it leads."""
    shaded = shades([shade.value(row) for row in found.rows], shade.briefly)
    classes = {row.code: at for row, at in zip(found.rows, shaded.of, strict=True)}
    if asked.level == TERRITORY:
        by_code = {row.code: row for row in found.rows}
        drawn = [
            [row.code, classes[code], by_code[code].name or _("No territory"), shade.shown(shade.value(by_code[code])), code or "0"]
            for row in found.inside
            if (code := str(row.territory or "")) in by_code
        ]  # fmt: skip
    else:
        drawn = [[NUMBERS.get(row.code, row.code), classes[row.code], row.name, shade.shown(shade.value(row)), row.code] for row in found.rows]  # fmt: skip
    query = f"{chosen.query}&shade={asked.shade}"
    into = {
        COUNTY: f"{reverse('market:area', args=['00000']).removesuffix('00000')}{{}}?{chosen.query}",
        STATE: f"{reverse('market:areas')}?level=county&state={{}}&{query}",
        TERRITORY: f"{reverse('market:areas')}?level=county&territory={{}}&{query}",
    }
    return {
        "chart": {
            "kind": "areas",
            "level": "states" if asked.level == STATE else "counties",
            "title": str(shade.title),
            "rows": drawn,
            "into": into[asked.level],
        },
        "key": shaded.key,
        "some_unknown": -1 in shaded.of,
        "shade": shade,
        "shade_choices": [(column.name, column.title) for column in COLUMNS if column.on_map],
    }


@require_safe
def area(request: HttpRequest, code: str) -> HttpResponseBase:
    """One county: what it could buy and who says so, what it buys, and its accounts, or these as a file."""
    person = signed_in(request)
    chosen = choice(request)
    row = _find(counties(person, chosen.period, chosen.on), code)
    accounts = accounts_of(person, code, chosen)
    if (ending := text(request, "as")) in KINDS:
        header = (_("Account"), _("Name"), _("City"), _("Status"), _("Class"), _("Potential"), _("Sales"), _("A year before"))  # fmt: skip
        told = ((one.number, one.name, one.city, one.status, one.account_class, one.potential, one.sales, one.before) for one in accounts)  # fmt: skip
        return export_response(name=f"accounts-{code}", kind=ending, header=header, rows=told)
    page = Paginator(accounts, A_PAGE).get_page(number(request, "page") or 1)
    back = f"{reverse('market:areas')}{address_of(request, page=None)}"
    context = frame(request, chosen, Narrowed({})) | {
        "row": row,
        "figures": _tiles(row),
        "told": [
            one | {"customers": _whole(one["customers"]), "potential": money(one["potential"])} for one in told_of(code)
        ],
        "page": page,
        "back": back,
        "state_name": state_names().get(row.state, row.state),
        **pages_around(request, page),
        **as_files(request, "as"),
        "explain": f"{chosen.query}&area={code}",
        "hidden": [],
    }  # fmt: skip
    return render(request, "market/area.html", context)


@require_safe
def explain(request: HttpRequest, name: str) -> HttpResponse:
    """What a number says: its formula, and what went into it, of one area or of all that are listed."""
    if name not in BY_NAME:
        raise Http404
    person = signed_in(request)
    chosen, asked = choice(request), area_filter(request)
    if code := text(request, "area"):
        row = _find(counties(person, chosen.period, chosen.on), code)
    else:
        row = all_of(listed(person, asked, chosen).rows)
    context = {
        "told": explained(BY_NAME[name], row),
        "choice": chosen,
        "area": row.name,
        "n_areas": len(listed(person, asked, chosen).rows) if not code else 0,
        "company": scope_of(person).whole_company,
        "sources": [source_line(one) for one in loaded()],
        "industries": told_of(code) if code else [],
    }
    return render(request, "market/explain.html", context)


def source_line(source: Source) -> str:
    return f"{source.file_name} · {source.get_kind_display()}"


def _find(rows: Sequence[AreaRow], code: str) -> AreaRow:
    found = next((row for row in rows if row.code == code), None)
    if found is None:
        raise Http404
    return found


def _header() -> list[str]:
    return [_("Code"), _("Area"), _("State"), _("Territory"), *(str(column.title) for column in COLUMNS)]


def _cells(row: AreaRow) -> list[Any]:
    return [row.code, row.name, row.state, row.territory_name, *(column.value(row) for column in COLUMNS)]


def _whole(value: int | None) -> str:
    return "–" if value is None else number_format(value, 0, force_grouping=True)
