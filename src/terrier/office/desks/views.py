"""The home page: what is mine today."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from terrier.office.accounts.filters import AccountFilter, matching
from terrier.office.desks.selectors import accounts_title, my_tasks, touched_lately, without_anybody
from terrier.office.people.permissions import May, may, signed_in


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Everybody's tasks and latest accounts; for those who say who covers what, also what nobody covers."""
    person = signed_in(request)
    day = timezone.localdate()
    context = {
        "today": day,
        "first_name": person.get_short_name(),
        "tasks": my_tasks(person, day),
        "touched": touched_lately(person, day),
        "accounts_title": accounts_title(person),
        "n_accounts": matching(person, AccountFilter()).count(),
        "unheld": without_anybody(person) if may(person, May.ASSIGN_COVERAGE) else None,
        "may_edit": may(person, May.EDIT_ACCOUNTS),
        "warned": may(person, May.PLAN),
    }
    return render(request, "desks/home.html", context)
