"""The account list: its page, its map, its exports, its saved views."""

from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs

from django.core.exceptions import ValidationError
from django.http import (
    FileResponse,
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    JsonResponse,
)
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_POST, require_safe

from terrier.atlas.outlines import FILE as OUTLINES
from terrier.office.accounts.export import export_accounts
from terrier.office.accounts.filters import FilterError, matching, read_filter
from terrier.office.accounts.forms import SavedViewForm
from terrier.office.accounts.listing import (
    BESIDE_THE_MAP,
    COLUMNS,
    DEFAULT_COLUMNS,
    SHOWN_BY_DEFAULT,
    ListQuery,
    list_page,
    read_list,
)
from terrier.office.accounts.models import AccountClass, Channel, SavedView, Status
from terrier.office.accounts.points import points_of
from terrier.office.accounts.requests import (
    HtmxHttpRequest,
    author_of,
    back_to_list,
    lists_of,
    query_string,
    take_errors,
    told,
    wrong_form,
)
from terrier.office.accounts.rows import rows_of
from terrier.office.accounts.saved_views import address_of, delete_view, save_view, views_for
from terrier.office.accounts.selectors import positions_to_choose, states_of
from terrier.office.accounts.shown import chips_of
from terrier.office.people.models import Position
from terrier.office.people.permissions import May, may, signed_in
from terrier.office.people.scope import visible_to

MAP_COOKIE = "accounts_map"


@require_safe
def show_list(request: HtmxHttpRequest) -> HttpResponse:
    """The list as its address asks for it; a question that cannot be understood is told, and nothing is guessed."""
    person = signed_in(request)
    problems: tuple[Any, ...] = ()
    page = None
    query = ListQuery()
    n_found = 0
    try:
        query = read_list(lists_of(request))
        page = list_page(person, query)
        n_found = matching(person, query.asked).count()
    except FilterError as error:
        problems = error.problems
    with_map = _with_map(request, query)
    shown = query.columns
    if shown == DEFAULT_COLUMNS:
        shown = BESIDE_THE_MAP if with_map else SHOWN_BY_DEFAULT
    columns = [COLUMNS[key] for key in shown]
    may_edit = may(person, May.EDIT_ACCOUNTS)
    rows = (
        rows_of(page.rows, columns, today=timezone.localdate(), state_apart="state" in shown, ticks=may_edit)
        if page
        else ""
    )
    context = {
        "problems": problems,
        "query": query,
        "asked": query.asked,
        "page": page,
        "rows": rows,
        "n_found": n_found,
        "columns": columns,
        "all_columns": [(column, column.key in query.columns) for column in COLUMNS.values()],
        "sort": f"{'-' if query.descending else ''}{query.sort}",
        "here": query_string(query.as_pairs()),
        "before": query_string(query.as_pairs(), cursor=page.before) if page and page.before else "",
        "after": query_string(query.as_pairs(), cursor=page.after) if page and page.after else "",
        "chips": chips_of(person, query),
        "with_map": with_map,
        "may_edit": may_edit,
    }
    if request.htmx.target == "results":
        return render(request, "accounts/parts/results.html", context, status=422 if problems else 200)
    return render(
        request, "accounts/list.html", context | _frame(request, query), status=400 if problems else 200
    )


def _with_map(request: HttpRequest, query: ListQuery) -> bool:
    """Whether the map stands beside the list: as the address says, else as it was last."""
    return request.COOKIES.get(MAP_COOKIE) == "yes" if query.map is None else query.map


def _frame(request: HttpRequest, query: ListQuery) -> dict[str, Any]:
    """What stands around the rows, and stays while they change."""
    person = signed_in(request)
    holder = next(iter(query.asked.holder), None)
    return {
        "views": [(view, address_of(view)) for view in views_for(person)],
        "asks_nothing": replace(query, map=None, cursor="") == ListQuery(),
        "states": states_of(person),
        "statuses": Status.choices,
        "channels": Channel.choices,
        "classes": AccountClass.choices,
        "holder": visible_to(person, Position).filter(pk=holder).first() if holder else None,
        "save_form": SavedViewForm(),
        "map_addresses": [query_string(replace(query, map=on, cursor="").as_pairs()) for on in (False, True)],
        "may_remove": may(person, May.REMOVE_ACCOUNTS),
    }


@require_safe
def show_points(request: HttpRequest) -> JsonResponse:
    """The places of the filtered accounts, the first 5,000 in the list's order."""
    try:
        query = read_list(lists_of(request))
    except FilterError as error:
        return JsonResponse({"problems": [str(one) for one in error.problems]}, status=400)
    return JsonResponse(points_of(signed_in(request), query))


@require_safe
@cache_control(max_age=60 * 60 * 24 * 30, private=True)
def show_outlines(_request: HttpRequest) -> FileResponse:
    """The packaged outlines of states and counties, as TopoJSON."""
    return FileResponse(OUTLINES.open("rb"), content_type="application/json")


@require_safe
def export(request: HttpRequest, ending: str) -> HttpResponseBase:
    """What is filtered, as a file, in the columns and the order of the list."""
    try:
        query = read_list({**lists_of(request), "cursor": []})
        return export_accounts(signed_in(request), query, ending)
    except FilterError as error:
        return HttpResponse(str(error), status=400, content_type="text/plain; charset=utf-8")


@require_safe
def choose_position(request: HttpRequest) -> JsonResponse:
    """Positions for a field that chooses one."""
    text = request.GET.get("q", "").replace("\x00", "").strip()[:100]
    found = positions_to_choose(signed_in(request), text)
    return JsonResponse(
        {"options": [{"value": one.value, "text": one.text, "note": one.note} for one in found]}
    )


@require_safe
def choose_account(request: HttpRequest) -> JsonResponse:
    """Accounts for a field that chooses one."""
    try:
        asked = read_filter({"q": [request.GET.get("q", "").replace("\x00", "")[:100]]})
        rows = list_page(signed_in(request), ListQuery(asked, size=20)).rows
    except FilterError:
        rows = []
    return JsonResponse(
        {
            "options": [
                {"value": str(row.pk), "text": row.name, "note": f"{row.city} {row.state}".strip()}
                for row in rows
            ]
        }
    )


@require_POST
def keep_view(request: HttpRequest) -> HttpResponse:
    """Keep what the list shows under a name."""
    form = SavedViewForm(request.POST)
    context = {"save_form": form, "here": request.POST.get("here", "")}
    try:
        query = replace(read_list(_pairs_of(request.POST.get("here", ""))), cursor="")
        if form.is_valid():
            view, act = save_view(author=author_of(request), query=query, **form.cleaned_data)
            told(request, act)
            return back_to_list(address_of(view))
    except (FilterError, ValidationError) as error:
        take_errors(form, error)
    return wrong_form(request, "accounts/parts/save_view.html", context, "#save-view-form")


def _pairs_of(query: str) -> dict[str, list[str]]:
    return parse_qs(query[:20_000])


@require_POST
def drop_view(request: HttpRequest, view: int) -> HttpResponse:
    """Delete one of one's own views."""
    person = signed_in(request)
    row = get_object_or_404(visible_to(person, SavedView), pk=view, owner=person)
    told(request, delete_view(view=row, author=author_of(request)))
    return back_to_list()
