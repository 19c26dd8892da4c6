"""What is written down around an account, one address for each kind: contacts, notes, events, tasks, competitors."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db import models
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_POST

from terrier.office.accounts import details
from terrier.office.accounts.account_views import get_or_post
from terrier.office.accounts.forms import CompetitorForm, ContactForm, EventForm, NoteForm, TaskForm
from terrier.office.accounts.models import Account, CompetitorPresence, Contact, Event, Note, Task
from terrier.office.accounts.requests import (
    account_or_404,
    author_of,
    back,
    back_to_account,
    take_errors,
    told,
    wrong_form,
)
from terrier.office.audit.models import Act
from terrier.office.audit.services import Author
from terrier.office.errors import RefusedError
from terrier.office.look.toasts import say_wrong
from terrier.office.people.permissions import May, needs, signed_in
from terrier.office.people.scope import visible_to

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of thing: its model, its form, how one is made, and what the form is headed by."""

    model: type[models.Model]
    form: type[forms.ModelForm[Any]]
    add: Callable[[Account, Values, Author], tuple[Any, Act | None]]
    new: str | Promise
    edit: str | Promise


KINDS: dict[str, Kind] = {
    "contact": Kind(
        Contact,
        ContactForm,
        lambda account, values, author: details.add_contact(account=account, values=values, author=author),
        _("New contact"),
        _("Edit the contact"),
    ),
    "note": Kind(
        Note,
        NoteForm,
        lambda account, values, author: details.add_note(account=account, text=values["text"], author=author),
        _("New note"),
        _("Edit the note"),
    ),
    "event": Kind(
        Event,
        EventForm,
        lambda account, values, author: details.log_event(account=account, author=author, **values),
        _("Log what happened"),
        _("Edit what happened"),
    ),
    "task": Kind(
        Task,
        TaskForm,
        lambda account, values, author: details.add_task(account=account, author=author, **values),
        _("New task"),
        _("Edit the task"),
    ),
    "competitor": Kind(
        CompetitorPresence,
        CompetitorForm,
        lambda account, values, author: details.set_competitor(account=account, author=author, **values),
        _("Competitor seen"),
        _("Edit the competitor"),
    ),
}


@needs(May.EDIT_ACCOUNTS)
@get_or_post
def add_detail(request: HttpRequest, account: int, kind: str) -> HttpResponse:
    """Write something down."""
    row, known = account_or_404(request, account), _kind(kind)
    form = known.form(request.POST or None, instance=known.model(account=row))
    if request.method == "POST" and form.is_valid():
        try:
            _row, act = known.add(row, form.cleaned_data, author_of(request))
        except (ValidationError, RefusedError) as error:
            take_errors(form, error)
        else:
            told(request, act)
            return back_to_account(row)
    return _form(request, row, kind, known.new, form)


@needs(May.EDIT_ACCOUNTS)
@get_or_post
def edit_detail(request: HttpRequest, account: int, kind: str, pk: int) -> HttpResponse:
    """Change what is written down."""
    row, known = account_or_404(request, account), _kind(kind)
    detail = _detail(request, row, known, pk)
    form = known.form(request.POST or None, instance=detail)
    for field in form.fields.values():
        field.show_hidden_initial = True  # what was left as it was seen keeps what others wrote meanwhile
    if request.method == "POST" and form.is_valid():
        changed = [name for name in form.changed_data if name != "name" or kind != "competitor"]
        values = {name: form.cleaned_data[name] for name in changed}
        try:
            act = details.edit_detail(row=detail, values=values, author=author_of(request))
        except (ValidationError, RefusedError) as error:
            take_errors(form, error)
        else:
            told(request, act)
            return back_to_account(row)
    return _form(request, row, kind, known.edit, form, detail)


@needs(May.EDIT_ACCOUNTS)
@require_POST
def remove_detail(request: HttpRequest, account: int, kind: str, pk: int) -> HttpResponse:
    row, known = account_or_404(request, account), _kind(kind)
    try:
        told(request, details.remove_detail(row=_detail(request, row, known, pk), author=author_of(request)))
    except RefusedError as error:
        say_wrong(request, str(error))
    return back_to_account(row)


@needs(May.EDIT_ACCOUNTS)
@require_POST
def log(request: HttpRequest, account: int, kind: str) -> HttpResponse:
    """Log by one tap that something happened just now."""
    row = account_or_404(request, account)
    try:
        _event, act = details.log_event(account=row, kind=kind, author=author_of(request))
    except ValidationError as error:
        raise Http404 from error
    except RefusedError as error:
        say_wrong(request, str(error))
        return back_to_account(row)
    told(request, act)
    return back_to_account(row)


@needs(May.EDIT_ACCOUNTS)
@require_POST
def finish_task(request: HttpRequest, account: int, pk: int) -> HttpResponse:
    """Check a task off, or with ``open=yes`` open it again."""
    row = account_or_404(request, account)
    task = _detail(request, row, KINDS["task"], pk)
    done = request.POST.get("open") != "yes"
    told(request, details.finish_task(task=task, author=author_of(request), done=done))
    return back(request, row)


def _kind(kind: str) -> Kind:
    if kind not in KINDS:
        raise Http404
    return KINDS[kind]


def _detail(request: HttpRequest, account: Account, known: Kind, pk: int) -> Any:
    if pk >= 2**63:
        raise Http404
    rows = visible_to(signed_in(request), known.model).filter(account=account, deleted_at__isnull=True)
    return get_object_or_404(rows, pk=pk)


def _form(
    request: HttpRequest, account: Account, kind: str, title: str | Promise, form: Any, detail: Any = None
) -> HttpResponse:
    context = {"account": account, "kind": kind, "title": title, "form": form, "detail": detail}
    if request.method == "POST":
        return wrong_form(request, "accounts/parts/detail.html", context, "#detail-form")
    return render(request, "accounts/parts/detail.html", context)
