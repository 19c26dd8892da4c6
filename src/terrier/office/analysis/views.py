"""The analysis page: ask, look, export; and the analyses that somebody keeps."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from terrier.errors import TerrierError
from terrier.office.accounts.requests import HtmxHttpRequest, author_of, take_errors, told, wrong_form
from terrier.office.analysis.answering import MOST_ROWS, answer
from terrier.office.analysis.building import builder, options_of
from terrier.office.analysis.charting import chart_of
from terrier.office.analysis.forms import NameForm
from terrier.office.analysis.measures import missing
from terrier.office.analysis.question import LONGEST_QUERY, Question, parse, read
from terrier.office.analysis.selectors import analyses_of, analysis_owned_by, analysis_seen_by
from terrier.office.analysis.services import (
    change_analysis,
    delete_analysis,
    duplicate_analysis,
    save_analysis,
)
from terrier.office.analysis.sheets import header_of, rows_of
from terrier.office.analysis.showing import days_compared, groups, heads, lines_shown, total_shown, untold
from terrier.office.analysis.table import Table
from terrier.office.export import KINDS, export_response
from terrier.office.people.asked import number
from terrier.office.people.models import Person
from terrier.office.people.permissions import May, may, signed_in
from terrier.office.people.scope import scope_of
from terrier.office.sales import gateway
from terrier.office.sales.whose import sees_whole_accounts

MOST_COLUMNS_EXPORTED = 400


@require_safe
def page(request: HtmxHttpRequest, analysis_id: int | None = None) -> HttpResponse:
    """A question and its answer: the one that the address holds, else that of a saved analysis, else the one to begin with."""
    person = signed_in(request)
    saved = analysis_seen_by(person, analysis_id) if analysis_id is not None else None
    asked = {name: values for name, values in request.GET.lists() if name != "page"}
    question, wrong = read(asked) if asked else (saved.question, ()) if saved else (Question(), ())
    context: dict[str, Any] = {
        "saved": saved,
        "mine": saved is not None and saved.owner_id == person.pk,
        "changed": saved is not None and question.query != saved.question.query,
        "path": request.path,
        "wrong": wrong,
        "whose": _whose(person),
    }
    if gateway.extent() is None:
        return render(
            request, "analysis/page.html", context | {"empty": True, "may_import": may(person, May.IMPORT)}
        )
    context |= _answered(person, question, number(request, "page") or 1, request.path)
    if request.htmx.target == "results":
        return render(request, "analysis/results.html", context)
    table: Table | None = context.get("table")
    around = builder(person, context["question"], table.asked if table else None)
    forms = {"save_form": NameForm(), "rename_form": NameForm({"name": saved.name}) if saved else None}
    return render(request, "analysis/page.html", context | around | forms)


def _answered(person: Person, question: Question, page: int, path: str) -> dict[str, Any]:
    try:
        table = answer(person, question, page=page)
    except Http404:  # narrowed to what lies outside of what this person sees
        return {
            "question": question,
            "outside": True,
            "query": question.query,
            **options_of(person, question),
        }
    asked = table.question
    return {
        "question": asked,
        "query": asked.query,
        "table": table,
        "groups": groups(table),
        "heads": heads(table),
        "lines": lines_shown(table, reverse("analysis:page")),
        "total": total_shown(table),
        "compared": days_compared(table),
        "chart": chart_of(table) if asked.shown == "chart" else None,
        "given_way": asked.rows != question.rows or asked.columns != question.columns,
        "previous": _paged(path, asked, table.page - 1) if table.page > 1 else "",
        "next": _paged(path, asked, table.page + 1) if table.page < table.n_pages else "",
        "sort": asked.sort,
        "with_chart": replace(asked, shown="chart").query,
        "without_chart": replace(asked, shown="table").query,
        "untold": untold(table),
        "first": table.first + 1,
        "last": min(table.first + table.size, table.n_rows),
        "nothing": not any(missing(name) for name in asked.measures)
        and not any(cell.value for cell in table.total.cells)
        and not table.lines,
        **options_of(person, asked, table.asked),
    }


def _paged(path: str, question: Question, page: int) -> str:
    return f"{path}?{question.query}&page={page}"


def _whose(person: Person) -> str:
    if scope_of(person).whole_company:
        return "company"
    return "accounts" if sees_whole_accounts(person) else "credit"


@require_safe
def export(request: HttpRequest, ending: str) -> HttpResponseBase:
    """The whole table of a question, for a spreadsheet."""
    if ending not in KINDS or gateway.extent() is None:
        raise Http404
    table = whole(signed_in(request), read(dict(request.GET.lists()))[0])
    return export_response(name="analysis", kind=ending, header=header_of(table), rows=rows_of(table))


def whole(person: Person, question: Question) -> Table:
    return answer(person, question, size=MOST_ROWS, most_columns=MOST_COLUMNS_EXPORTED)


@require_safe
def saved(request: HttpRequest) -> HttpResponse:
    """One's own analyses, and those that others share."""
    person = signed_in(request)
    rows = analyses_of(person)
    context = {
        "own": [row for row in rows if row.owner_id == person.pk],
        "others": [row for row in rows if row.owner_id != person.pk],
    }
    return render(request, "analysis/saved.html", context)


@require_POST
def save(request: HttpRequest) -> HttpResponse:
    """Keep what the page asks under a name."""
    form, here = NameForm(request.POST), request.POST.get("here", "")[:LONGEST_QUERY]
    try:
        if form.is_valid():
            row, act = save_analysis(
                author=author_of(request), name=form.cleaned_data["name"], question=parse(here)[0]
            )
            told(request, act)
            return redirect("analysis:open", row.pk)
    except (TerrierError, ValidationError) as error:
        take_errors(form, error)
    return _wrong(request, "analysis/save_form.html", {"save_form": form, "here": here}, "#save-form")


@require_POST
def update(request: HttpRequest, analysis_id: int) -> HttpResponse:
    """Let one's own analysis ask what the page asks now."""
    row = analysis_owned_by(signed_in(request), analysis_id)
    question = parse(request.POST.get("here", "")[:LONGEST_QUERY])[0]
    told(request, change_analysis(analysis=row, author=author_of(request), question=question))
    return redirect("analysis:open", row.pk)


@require_POST
def rename(request: HttpRequest, analysis_id: int) -> HttpResponse:
    row = analysis_owned_by(signed_in(request), analysis_id)
    form = NameForm(request.POST)
    try:
        if form.is_valid():
            told(request, change_analysis(analysis=row, author=author_of(request), **form.cleaned_data))
            return redirect("analysis:open", row.pk)
    except (TerrierError, ValidationError) as error:
        take_errors(form, error)
    return _wrong(request, "analysis/rename_form.html", {"rename_form": form, "saved": row}, "#rename-form")


@require_POST
def duplicate(request: HttpRequest, analysis_id: int) -> HttpResponse:
    row, act = duplicate_analysis(
        analysis=analysis_seen_by(signed_in(request), analysis_id), author=author_of(request)
    )
    told(request, act)
    return redirect("analysis:open", row.pk)


@require_POST
def delete(request: HttpRequest, analysis_id: int) -> HttpResponse:
    told(
        request,
        delete_analysis(
            analysis=analysis_owned_by(signed_in(request), analysis_id), author=author_of(request)
        ),
    )
    return redirect("analysis:saved")


def _wrong(request: HttpRequest, template: str, context: dict[str, Any], part: str) -> HttpResponse:
    """A form that came back with errors: one is still where one was."""
    response = wrong_form(request, template, context, part)
    response["HX-Push-Url"] = "false"
    return response
