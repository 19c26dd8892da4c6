"""Taking an act back."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from terrier.office.audit.models import Act
from terrier.office.audit.services import Author
from terrier.office.audit.undo import Difference, NotUndoneError, undo_act, undoable
from terrier.office.look.toasts import say, say_wrong
from terrier.office.people.permissions import signed_in

TOLD = 3


@require_POST
def undo(request: HttpRequest, act: uuid.UUID) -> HttpResponse:
    """Undo an act and go back to the page one was on; what stands in its way is said there."""
    person = signed_in(request)
    found = get_object_or_404(Act, pk=act)
    if not undoable(person, found):
        raise Http404
    try:
        undo_act(act=found, author=Author(person))
    except NotUndoneError as error:
        told = " ".join(_told(one) for one in error.differences[:TOLD])
        say_wrong(request, f"{error} {told}".strip())
    else:
        say(request, _("Undone: %(act)s") % {"act": found.summary})
    goal = request.POST.get("next", "")
    within = url_has_allowed_host_and_scheme(goal, {request.get_host()}, require_https=request.is_secure())
    return redirect(goal if within else "/")


def _told(one: Difference) -> str:
    if not one.field:
        return f"{one.label}: {one.now}."
    return _("%(label)s, %(field)s: left as “%(left)s”, now “%(now)s”.") % {
        "label": one.label,
        "field": one.field,
        "left": one.left,
        "now": one.now,
    }
