"""In the demo one becomes any role with one click. These addresses exist only where TERRIER_DEMO is set."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.flows.login import record_authentication
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from terrier.office.people.models import Incumbency, Person, Role

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


def somebody_as(role: str) -> Any:
    """Who stands for a role in the demo: of those who hold such a position today, the first by its name."""
    return (
        Incumbency.objects.on(timezone.localdate())
        .filter(position__role=role, person__is_active=True)
        .select_related("person", "position")
        .order_by("position__name", "position")
    )


@login_not_required
@require_POST
def become(request: HttpRequest) -> HttpResponse:
    """Leave whoever one was, and be signed in as somebody of a role."""
    role = request.POST.get("role", "")
    held = get_object_or_404(somebody_as(role if role in Role.values else "")[:1])
    person: Person = held.person
    request.session.flush()
    login(request, person, backend=BACKEND)
    record_authentication(request, person, method="demo", reauthenticated=True)
    return redirect("/")
