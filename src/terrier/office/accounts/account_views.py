"""An account's page, and what changes the account itself: its parts, its place in a chain, its coverage, its end."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from terrier.office.accounts.forms import SECTIONS, CoverageForm, EndForm, NewAccountForm, SectionForm
from terrier.office.accounts.models import Account, EventKind
from terrier.office.accounts.requests import (
    account_or_404,
    author_of,
    back_to_account,
    take_errors,
    told,
    wrong_form,
)
from terrier.office.accounts.selectors import whole_context
from terrier.office.accounts.services import (
    EditedMeanwhileError,
    create_account,
    delete_account,
    edit_account,
    move_account,
    restore_account,
)
from terrier.office.accounts.timeline import ICONS, NoPlaceError, read_place, story_of
from terrier.office.alignment.models import Coverage, CoverageKind
from terrier.office.alignment.services import CoverageError, assign_overlay, assign_primary, end_coverage
from terrier.office.errors import RefusedError
from terrier.office.look.toasts import say_wrong
from terrier.office.people.models import Position
from terrier.office.people.permissions import May, may, needs, signed_in
from terrier.office.people.scope import visible_to

LOGGED_BY_TAP = (EventKind.CALL, EventKind.VISIT, EventKind.EMAIL, EventKind.COMPLAINT)

get_or_post = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def show_account(request: HttpRequest, account: int) -> HttpResponse:
    """The account's page; ``?on=2025-01-01`` shows who covered it then."""
    person, row = signed_in(request), account_or_404(request, account)
    asked = request.GET.get("on", "")
    day = _day(asked)
    context = {
        "account": row,
        "on": day or timezone.localdate(),
        "on_asked": asked,
        "on_wrong": bool(asked) and day is None,
        "today": timezone.localdate(),
        "story": story_of(person, row),
        "log_kinds": [(kind, kind.label, ICONS[kind]) for kind in LOGGED_BY_TAP],
        "may_edit": _may_edit(request, row),
        "may_remove": may(person, May.REMOVE_ACCOUNTS),
        "may_assign": may(person, May.ASSIGN_COVERAGE) and row.deleted_at is None,
        **whole_context(person, row, day or timezone.localdate()),
    }
    return render(request, "accounts/account.html", context)


def _day(text: str) -> dt.date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


@require_safe
def show_timeline(request: HttpRequest, account: int) -> HttpResponse:
    """The timeline below a place, for *earlier* at its end."""
    row = account_or_404(request, account)
    asked = request.GET.get("before", "")
    try:
        story = story_of(signed_in(request), row, read_place(asked) if asked else None)
    except NoPlaceError as error:
        return HttpResponse(str(error), status=400, content_type="text/plain; charset=utf-8")
    context = {"account": row, "story": story, "may_edit": _may_edit(request, row)}
    return render(request, "accounts/parts/timeline.html", context)


def _may_edit(request: HttpRequest, account: Account) -> bool:
    return may(signed_in(request), May.EDIT_ACCOUNTS) and account.deleted_at is None


@needs(May.EDIT_ACCOUNTS)
@get_or_post
def new_account(request: HttpRequest) -> HttpResponse:
    """Make an account; whoever makes it in the field holds it."""
    form = NewAccountForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            row, act = create_account(author=author_of(request), values=form.cleaned_data)
        except (ValidationError, RefusedError, CoverageError) as error:
            take_errors(form, error)
        else:
            told(request, act)
            return back_to_account(row)
    return render(
        request, "accounts/new.html", {"form": form}, status=422 if request.method == "POST" else 200
    )


@needs(May.EDIT_ACCOUNTS)
@get_or_post
def edit_section(request: HttpRequest, account: int, section: str) -> HttpResponse:
    """Edit a part of an account in place. Where somebody else was quicker, both values are shown to choose from."""
    if section not in SECTIONS:
        raise Http404
    row = account_or_404(request, account)
    form = SectionForm(section, request.POST or None, instance=row)
    context: dict[str, Any] = {"account": row, "section": section, "form": form}
    template = "accounts/parts/edit_section.html"
    if request.method != "POST":
        return render(request, template, context)
    if form.is_valid():
        try:
            _row, act = edit_account(
                account=row,
                values=form.values(),
                version=form.cleaned_data["version"],
                seen=form.cleaned_data["seen"] if isinstance(form.cleaned_data["seen"], dict) else None,
                author=author_of(request),
            )
        except EditedMeanwhileError as error:
            form.count_from(error.account)
            context |= {"disagreements": error.disagreements, "now": error.account}
        except (ValidationError, RefusedError) as error:
            take_errors(form, error)
        else:
            told(request, act)
            return back_to_account(row)
    return wrong_form(request, template, context, f"#edit-{section}")


@needs(May.REMOVE_ACCOUNTS)
@require_POST
def remove_account(request: HttpRequest, account: int) -> HttpResponse:
    row = account_or_404(request, account)
    try:
        told(request, delete_account(account=row, author=author_of(request)))
    except RefusedError as error:
        say_wrong(request, str(error))
        return back_to_account(row)
    return redirect("accounts:list")


@needs(May.REMOVE_ACCOUNTS)
@require_POST
def bring_back(request: HttpRequest, account: int) -> HttpResponse:
    row = account_or_404(request, account)
    try:
        told(request, restore_account(account=row, author=author_of(request)))
    except RefusedError as error:
        say_wrong(request, str(error))
    return back_to_account(row)


@needs(May.EDIT_ACCOUNTS)
@get_or_post
def move(request: HttpRequest, account: int) -> HttpResponse:
    """Put an account under another, or at the top of its own tree."""
    row = account_or_404(request, account)
    if request.method != "POST":
        return render(request, "accounts/parts/move.html", {"account": row})
    asked = request.POST.get("parent", "").strip()
    parent = None
    try:
        if asked == str(row.parent_id or ""):
            return back_to_account(row)  # where it is already, though that may lie outside of one's scope
        if asked:
            found = visible_to(signed_in(request), Account).filter(deleted_at__isnull=True)
            parent = (
                found.filter(pk=int(asked)).first()
                if asked.isascii() and asked.isdecimal() and len(asked) < 19
                else None
            )
            if parent is None:
                raise RefusedError(_("Choose an account of the list."))
        _row, act = move_account(account=row, parent=parent, author=author_of(request))
    except RefusedError as error:
        return wrong_form(
            request, "accounts/parts/move.html", {"account": row, "error": str(error)}, "#move-form"
        )
    told(request, act)
    return back_to_account(row)


@needs(May.ASSIGN_COVERAGE)
@get_or_post
def cover(request: HttpRequest, account: int) -> HttpResponse:
    """Give an account to a position from a day on, or let one share the credit."""
    row = account_or_404(request, account)
    form = CoverageForm(request.POST or None, initial={"starts_on": timezone.localdate(), "kind": "primary"})
    if request.method == "POST" and form.is_valid():
        position = visible_to(signed_in(request), Position).filter(pk=form.cleaned_data["position"]).first()
        try:
            if position is None:
                raise CoverageError(_("Choose a position of the list."))
            told(request, _assign(request, row, position, form.cleaned_data))
        except CoverageError as error:
            take_errors(form, error)
        else:
            return back_to_account(row)
    context = {"account": row, "form": form, "position_text": request.POST.get("position_text", "")}
    if request.method == "POST":
        return wrong_form(request, "accounts/parts/cover.html", context, "#cover-form")
    return render(request, "accounts/parts/cover.html", context)


def _assign(request: HttpRequest, account: Account, position: Position, values: dict[str, Any]) -> Any:
    same = {
        "account": account,
        "position": position,
        "starts_on": values["starts_on"],
        "reason": values["reason"],
        "author": author_of(request),
    }
    if values["kind"] == CoverageKind.PRIMARY:
        return assign_primary(**same)
    return assign_overlay(**same, ends_on=values["ends_on"], split=values["share"] / 100)


@needs(May.ASSIGN_COVERAGE)
@get_or_post
def uncover(request: HttpRequest, account: int, coverage: int) -> HttpResponse:
    """End coverage on a day."""
    row = account_or_404(request, account)
    held = get_object_or_404(
        visible_to(signed_in(request), Coverage).select_related("position"), pk=coverage, account=row
    )
    form = EndForm(request.POST or None, initial={"ends_on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        try:
            told(
                request,
                end_coverage(coverage=held, ends_on=form.cleaned_data["ends_on"], author=author_of(request)),
            )
        except CoverageError as error:
            take_errors(form, error)
        else:
            return _after_uncovering(request, row)
    context = {"account": row, "coverage": held, "form": form}
    if request.method == "POST":
        return wrong_form(request, "accounts/parts/uncover.html", context, "#uncover-form")
    return render(request, "accounts/parts/uncover.html", context)


def _after_uncovering(request: HttpRequest, account: Account) -> HttpResponse:
    """Whoever gives an account away may no longer see it: then the list is where they go on."""
    person = signed_in(request)
    person.__dict__.pop("_scopes", None)
    seen = visible_to(person, Account).filter(pk=account.pk).exists()
    return back_to_account(account) if seen else redirect("accounts:list")
