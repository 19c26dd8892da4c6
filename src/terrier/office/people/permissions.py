"""What each role may do. What they may do it to is the scope rule's business."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponseBase

from terrier.office.people.models import Person, Role
from terrier.office.people.scope import scope_of

View = Callable[..., HttpResponseBase]


class May(StrEnum):
    EDIT_ACCOUNTS = "edit accounts"
    REMOVE_ACCOUNTS = "delete accounts and bring them back"
    ASSIGN_COVERAGE = "say who covers an account"
    EDIT_PEOPLE = "edit people, positions and who reports to whom"
    IMPORT = "import files and undo imports"
    SEE_AUDIT = "search what was changed"
    PLAN = "make and shape territory plans"
    APPROVE_PLANS = "approve plans and let them take effect"
    SET_LIMITS = "say from where on the office warns"


FIELD = frozenset({May.EDIT_ACCOUNTS})
MANAGEMENT = FIELD | {May.REMOVE_ACCOUNTS, May.ASSIGN_COVERAGE, May.SEE_AUDIT, May.PLAN}
APPROVING = frozenset({May.APPROVE_PLANS})
WATCHING = frozenset({May.SET_LIMITS})

ALLOWED: dict[str, frozenset[May]] = {
    Role.DIRECTOR: MANAGEMENT | APPROVING | WATCHING,
    Role.REGION_MANAGER: MANAGEMENT | APPROVING,
    Role.TERRITORY_MANAGER: FIELD,
    Role.ACCOUNT_MANAGER: FIELD,
    Role.KEY_ACCOUNT_MANAGER: FIELD,
    Role.ANALYST: MANAGEMENT | WATCHING | {May.IMPORT},
    Role.ADMINISTRATOR: frozenset(May),
}


def signed_in(request: HttpRequest) -> Person:
    """Who asks, behind the sign-in or with a token that the API has let in."""
    assert isinstance(request.user, Person)
    return request.user


def may(person: Person, deed: May) -> bool:
    """Whether any position that a person holds today allows a deed."""
    return any(deed in ALLOWED[role] for role in scope_of(person).roles)


def needs(deed: May) -> Callable[[View], View]:
    """A view only for those who may; for everybody else it is not there."""

    def wrap(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            person = signed_in(request)
            if not may(person, deed):
                raise Http404
            return view(request, *args, **kwargs)

        return guarded

    return wrap
