"""Closing a position: where those below it and its accounts go, shown before it happens."""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from terrier.office.alignment.handing_on import left_by
from terrier.office.audit.services import Author
from terrier.office.errors import RefusedError
from terrier.office.people.forms import CloseForm
from terrier.office.people.models import Position
from terrier.office.people.permissions import May, needs, signed_in
from terrier.office.people.position_views import open_positions, seen_position, show_form
from terrier.office.people.positions import close_position
from terrier.office.people.selectors import reach_of, reports_of
from terrier.office.people.telling import put_on, tell


@needs(May.EDIT_PEOPLE)
@require_http_methods(["GET", "HEAD", "POST"])
def end_position(request: HttpRequest, position_id: int) -> HttpResponse:
    """Ask when, and to whom all goes; show what that means where accounts change hands; then do it."""
    chair, viewer, today = seen_position(request, position_id), signed_in(request), timezone.localdate()
    form = CloseForm(
        request.POST or None,
        managers=open_positions(viewer, today).exclude(pk=chair.pk),
        today=today,
        has_reports=reports_of(viewer, chair, today).exists()
        or chair.lines_down.filter(starts_on__gt=today).exists(),
        has_accounts=left_by(chair, today).n_accounts > 0,
    )
    if request.method == "POST" and form.is_valid():
        closes_on, accounts_to = form.cleaned_data["closes_on"], form.cleaned_data.get("accounts_to")
        sure = request.POST.get("sure") == "yes"
        if not sure and left_by(chair, closes_on).n_accounts:
            return _preview(request, form, chair, accounts_to, closes_on)
        try:
            act = close_position(
                position=chair, author=Author(viewer), leave_accounts=sure, **form.cleaned_data
            )
        except (RefusedError, ValidationError) as error:
            put_on(form, error)
        else:
            tell(request, act)
            return redirect("people:position", chair.pk)
    return show_form(
        request, form, _("Close %(position)s") % {"position": chair}, _("Close the position"), chair
    )


def _preview(
    request: HttpRequest, form: CloseForm, chair: Position, to: Position | None, day: dt.date
) -> HttpResponse:
    left = left_by(chair, day)
    reach = reach_of(signed_in(request), to, day) if to else None
    told = {"form": form, "position": chair, "to": to, "day": day, "left": left, "reach": reach}
    if reach and reach.capacity_hours:
        hours = float(reach.service_hours) + left.service_hours
        told["utilization"] = round(100 * hours / float(reach.capacity_hours))
    return render(request, "people/closing.html", told)
