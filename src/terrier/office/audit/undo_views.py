"""Taking an act back."""

from __future__ import annotations

import uuid
from urllib.parse import urlsplit

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import Resolver404, resolve, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from terrier.office.accounts.models import Account
from terrier.office.audit.jobs import is_long, undo_later
from terrier.office.audit.models import Act
from terrier.office.audit.services import Author
from terrier.office.audit.undo import NotUndoneError, undo_act, undoable
from terrier.office.jobs.views import to_job
from terrier.office.look.toasts import say, say_wrong
from terrier.office.people.models import Person
from terrier.office.people.permissions import signed_in
from terrier.office.people.scope import visible_to


@require_POST
def undo(request: HttpRequest, act: uuid.UUID) -> HttpResponse:
    """Undo an act and go back to the page one was on; what stands in its way is said there. One of very many objects is a
    job, whose page shows how far it is."""
    person = signed_in(request)
    found = get_object_or_404(Act, pk=act)
    if not undoable(person, found):
        raise Http404
    goal = request.POST.get("next", "")
    if not url_has_allowed_host_and_scheme(goal, {request.get_host()}, require_https=request.is_secure()):
        goal = "/"
    if is_long(found):
        return to_job(request, undo_later(act=found, person=person, then=goal))
    try:
        undo_act(act=found, author=Author(person))
    except NotUndoneError as error:
        say_wrong(request, error.told())
    else:
        say(request, _("Undone: %(act)s") % {"act": found.summary})
    return redirect(goal if _is_still_there(person, goal) else reverse("accounts:list"))


def _is_still_there(person: Person, goal: str) -> bool:
    """Whether one may go back to a page: that of an account may have gone with what was undone."""
    try:
        account = resolve(urlsplit(goal).path).kwargs.get("account")
    except Resolver404:
        return True
    person.__dict__.pop("_scopes", None)
    return account is None or visible_to(person, Account).filter(pk=account).exists()
