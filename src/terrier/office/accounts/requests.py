"""What the views of accounts have in common: who asks, what they may see, and how a part of a page is answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode

from django.core.exceptions import ValidationError
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.middleware import HtmxDetails

from terrier.errors import TerrierError
from terrier.office.accounts.models import Account
from terrier.office.accounts.selectors import account_seen_by
from terrier.office.audit.models import Act
from terrier.office.audit.services import Author
from terrier.office.look.toasts import say
from terrier.office.people.permissions import signed_in


class HtmxHttpRequest(HttpRequest):
    """A request after django-htmx has looked at it."""

    htmx: HtmxDetails


def author_of(request: HttpRequest) -> Author:
    return Author(signed_in(request))


def account_or_404(request: HttpRequest, pk: int) -> Account:
    account = account_seen_by(signed_in(request), pk) if pk < 2**63 else None
    if account is None:
        raise Http404
    return account


def lists_of(request: HttpRequest) -> Mapping[str, Sequence[str]]:
    return dict((request.POST if request.method == "POST" else request.GET).lists())


def told(request: HttpRequest, act: Act | None) -> None:
    """Say what was done, with the way back."""
    if act is not None:
        say(request, act.summary, undo=reverse("audit:undo", args=[act.pk]))


def back_to_account(account: Account) -> HttpResponse:
    return redirect("accounts:account", account.pk)


def back(request: HttpRequest, account: Account) -> HttpResponse:
    """To the page that ``next`` names, or the account's."""
    goal = request.POST.get("next", "")
    within = url_has_allowed_host_and_scheme(goal, {request.get_host()}, require_https=request.is_secure())
    return redirect(goal) if within else back_to_account(account)


def back_to_list(query: str = "") -> HttpResponse:
    return redirect(list_address(query))


def list_address(query: str = "") -> str:
    return f"{reverse('accounts:list')}{'?' if query else ''}{query}"


def wrong_form(request: HttpRequest, template: str, context: Mapping[str, Any], part: str) -> HttpResponse:
    """A form that came back with errors takes its own place, whatever the answer was meant to replace."""
    response = render(request, template, dict(context), status=422)
    response["HX-Retarget"] = response["HX-Reselect"] = part
    response["HX-Reswap"] = "outerHTML"
    return response


def take_errors(form: BaseForm, error: ValidationError | TerrierError) -> None:
    """Put what a service refused beside the fields it is about, or above them all."""
    if isinstance(error, ValidationError) and hasattr(error, "error_dict"):
        for name, problems in error.error_dict.items():
            form.add_error(name if name in form.fields else None, problems)
    else:
        form.add_error(None, error if isinstance(error, ValidationError) else str(error))


def query_string(pairs: Sequence[tuple[str, str]], **more: str) -> str:
    return urlencode([*pairs, *((name, value) for name, value in more.items() if value)])
