"""The pages of people: the list, one person, and what an administrator does to them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from terrier.office.audit.services import Author
from terrier.office.errors import RefusedError
from terrier.office.export import KINDS, export_response
from terrier.office.look.toasts import say, say_wrong
from terrier.office.people.asked import as_files, numbered_page, pages_around, person_filter, text
from terrier.office.people.forms import PersonForm
from terrier.office.people.invitations import LASTS, invite, send_invitation
from terrier.office.people.models import Person, Role
from terrier.office.people.permissions import May, may, needs, signed_in
from terrier.office.people.scope import visible_to
from terrier.office.people.second_factors import factors_of, remove_second_factors
from terrier.office.people.selectors import people_listed, positions_of, regions_seen
from terrier.office.people.services import allow_sign_in, create_person, edit_person
from terrier.office.people.telling import put_on, tell

STATES = (
    ("active", gettext_lazy("Joined")),
    ("invited", gettext_lazy("Not joined yet")),
    ("barred", gettext_lazy("May not sign in")),
    ("without", gettext_lazy("Without a position")),
)


@require_safe
def people(request: HttpRequest) -> HttpResponseBase:
    """The list, or its export with ``?export=csv`` or ``xlsx``."""
    person, today = signed_in(request), timezone.localdate()
    asked = person_filter(request)
    rows = people_listed(person, asked, today)
    if (kind := text(request, "export")) in KINDS:
        return export_response(name="people", kind=kind, header=_header(), rows=_rows(rows))
    page = numbered_page(request, rows)
    told = {
        "asked": asked,
        "page": page,
        **pages_around(request, page),
        **as_files(request),
        "states": STATES,
        "roles": Role.choices,
        "regions": regions_seen(person, today),
        "filtered": bool(asked.text or asked.role or asked.state or asked.region),
        "may_edit": may(person, May.EDIT_PEOPLE),
    }
    return render(request, "people/people.html", told)


@require_safe
def person(request: HttpRequest, person_id: int) -> HttpResponse:
    viewer, today = signed_in(request), timezone.localdate()
    somebody = get_object_or_404(visible_to(viewer, Person), pk=person_id)
    held = list(positions_of(viewer, somebody, today))
    may_edit = may(viewer, May.EDIT_PEOPLE)
    told = {
        "somebody": somebody,
        "today": today,
        "held": [row for row in held if row.counts_on(today)],
        "planned": [row for row in held if row.starts_on > today],
        "past": [row for row in held if row.ends_on and row.ends_on <= today],
        "joined": somebody.has_usable_password(),
        "may_edit": may_edit,
        "factors": factors_of(somebody) if may_edit else None,
        "invitation": request.session.pop("invitation", None) if may_edit else None,
        "invitation_days": LASTS.days,
    }
    return render(request, "people/person.html", told)


@needs(May.EDIT_PEOPLE)
@require_http_methods(["GET", "HEAD", "POST"])
def new_person(request: HttpRequest) -> HttpResponse:
    """Add somebody; with ``then=invite`` they are mailed their invitation at once."""
    form = PersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        author = Author(signed_in(request))
        try:
            somebody, act = create_person(values=form.cleaned_data, author=author)
        except (RefusedError, ValidationError) as error:
            put_on(form, error)
        else:
            tell(request, act)
            if request.POST.get("then") == "invite":
                _invite_by_mail(request, somebody)
            return redirect("people:person", somebody.pk)
    return _form(request, form, {"title": _("Add a person"), "new": True})


@needs(May.EDIT_PEOPLE)
@require_http_methods(["GET", "HEAD", "POST"])
def change_person(request: HttpRequest, person_id: int) -> HttpResponse:
    somebody = get_object_or_404(visible_to(signed_in(request), Person), pk=person_id)
    form = PersonForm(request.POST or None, instance=Person.objects.get(pk=somebody.pk))
    if request.method == "POST" and form.is_valid():
        try:
            act = edit_person(person=somebody, values=form.cleaned_data, author=Author(signed_in(request)))
        except (RefusedError, ValidationError) as error:
            put_on(form, error)
        else:
            tell(request, act)
            return redirect("people:person", somebody.pk)
    return _form(
        request, form, {"title": _("Change %(person)s") % {"person": somebody}, "somebody": somebody}
    )


@needs(May.EDIT_PEOPLE)
@require_POST
def invite_person(request: HttpRequest, person_id: int) -> HttpResponse:
    """Make an invitation: mailed, or with ``by=link`` shown once to be copied."""
    somebody = get_object_or_404(visible_to(signed_in(request), Person), pk=person_id)
    if request.POST.get("by") == "link":
        try:
            request.session["invitation"] = invite(person=somebody, author=Author(signed_in(request)))
        except RefusedError as error:
            say_wrong(request, str(error))
    else:
        _invite_by_mail(request, somebody)
    return redirect("people:person", somebody.pk)


@needs(May.EDIT_PEOPLE)
@require_POST
def set_access(request: HttpRequest, person_id: int) -> HttpResponse:
    """Let somebody sign in, or no longer (``allowed`` is yes or no)."""
    somebody = get_object_or_404(visible_to(signed_in(request), Person), pk=person_id)
    try:
        allowed = request.POST.get("allowed") == "yes"
        tell(request, allow_sign_in(person=somebody, allowed=allowed, author=Author(signed_in(request))))
    except RefusedError as error:
        say_wrong(request, str(error))
    return redirect("people:person", somebody.pk)


@needs(May.EDIT_PEOPLE)
@require_POST
def clear_factors(request: HttpRequest, person_id: int) -> HttpResponse:
    """Take away the second factors of somebody who lost them."""
    somebody = get_object_or_404(visible_to(signed_in(request), Person), pk=person_id)
    try:
        act = remove_second_factors(person=somebody, author=Author(signed_in(request)))
        say(request, act.summary if act else "")
    except RefusedError as error:
        say_wrong(request, str(error))
    return redirect("people:person", somebody.pk)


def _invite_by_mail(request: HttpRequest, somebody: Person) -> None:
    """Invite by mail; if the mail cannot be sent, the link is shown to be copied, so that nobody waits for nothing."""
    try:
        link = invite(person=somebody, author=Author(signed_in(request)))
    except RefusedError as error:
        say_wrong(request, str(error))
        return
    if not settings.EMAIL_IS_SENT:
        request.session["invitation"] = link
        say(request, _("No mail server is set up (TERRIER_EMAIL_URL). Copy the link and send it yourself."))
        return
    try:
        send_invitation(person=somebody, link=link, sender=signed_in(request))
    except OSError as error:
        request.session["invitation"] = link
        say_wrong(
            request,
            _("The invitation could not be mailed (%(why)s). Copy the link and send it yourself.")
            % {"why": error},
        )
        return
    say(request, _("An invitation is on its way to %(email)s") % {"email": somebody.email})


def _form(request: HttpRequest, form: PersonForm, told: dict[str, Any]) -> HttpResponse:
    status = 422 if form.is_bound else 200
    return render(request, "people/person_form.html", {"form": form, **told}, status=status)


def _header() -> list[str]:
    return [
        _("Name"),
        _("E-mail"),
        _("Phone"),
        _("External id"),
        _("Positions"),
        _("Joined"),
        _("Last sign-in"),
    ]


def _rows(rows: QuerySet[Person]) -> Iterator[list[Any]]:
    for one in rows.iterator(chunk_size=1000):
        held = "; ".join(str(row.position) for row in one.held)  # type: ignore[attr-defined]
        joined = one.is_active and one.has_usable_password()
        yield [
            one.name,
            one.email,
            one.phone,
            one.external_id,
            held,
            _("yes") if joined else _("no"),
            timezone.localtime(one.last_login).replace(tzinfo=None) if one.last_login else None,
        ]
