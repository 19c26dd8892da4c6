"""One's own security: password, second factors, passkeys, where one is signed in, API tokens; and joining by invitation."""

from __future__ import annotations

from allauth.account.internal.flows.login import record_authentication
from allauth.account.utils import perform_login
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from terrier.office.audit.services import Author
from terrier.office.errors import RefusedError
from terrier.office.look.toasts import say, say_wrong
from terrier.office.people.forms import FirstPasswordForm, TokenForm
from terrier.office.people.invitations import accept_invitation, invited
from terrier.office.people.models import ApiToken
from terrier.office.people.permissions import signed_in
from terrier.office.people.scope import visible_to
from terrier.office.people.second_factors import factors_of
from terrier.office.people.sessions import devices_of, end_sessions
from terrier.office.people.telling import put_on
from terrier.office.people.tokens import create_token, revoke_token, valid_tokens


@require_safe
@never_cache
def security(request: HttpRequest) -> HttpResponse:
    """The page. A token that was just made is shown here, once."""
    person = signed_in(request)
    told = {
        "factors": factors_of(person),
        "devices": devices_of(person, request.session.session_key),
        "tokens": valid_tokens(person),
        "token_form": TokenForm(),
        "fresh_token": request.session.pop("fresh_token", None),
        "connected": SocialAccount.objects.filter(user=person).exists(),
    }
    return render(request, "people/security.html", told)


@require_POST
def make_token(request: HttpRequest) -> HttpResponse:
    person, form = signed_in(request), TokenForm(request.POST)
    if form.is_valid():
        try:
            _token, raw = create_token(person=person, author=Author(person), **form.cleaned_data)
        except (RefusedError, ValidationError) as error:
            put_on(form, error)
        else:
            request.session["fresh_token"] = raw
            return redirect("mfa_index")
    say_wrong(request, " ".join(str(message) for errors in form.errors.values() for message in errors))
    return redirect("mfa_index")


@require_POST
def drop_token(request: HttpRequest, token_id: int) -> HttpResponse:
    person = signed_in(request)
    token = get_object_or_404(visible_to(person, ApiToken), pk=token_id)
    act = revoke_token(token=token, author=Author(person))
    if act is not None:
        say(request, act.summary)
    return redirect("mfa_index")


@require_POST
def end_device(request: HttpRequest, session_id: int) -> HttpResponse:
    """Sign out of one browser."""
    session = get_object_or_404(UserSession, pk=session_id, user=signed_in(request))
    here = session.session_key == request.session.session_key
    if not here:
        session.end()
        say(request, _("Signed out there."))
        return redirect("mfa_index")
    return redirect("account_logout")


@require_POST
def end_other_devices(request: HttpRequest) -> HttpResponse:
    n_ended = end_sessions(person=signed_in(request), besides=request.session.session_key)
    say(
        request,
        ngettext("Signed out of %(n)d other browser.", "Signed out of %(n)d other browsers.", n_ended)
        % {"n": n_ended},
    )
    return redirect("mfa_index")


@login_not_required
@sensitive_post_parameters("password")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Accept an invitation: set the first password, and be signed in."""
    person = invited(token)
    if person is None:
        return render(request, "people/join_over.html", status=404)
    form = FirstPasswordForm(request.POST or None, person=person)
    if request.method == "POST" and form.is_valid():
        try:
            person = accept_invitation(token=token, password=form.cleaned_data["password"])
        except RefusedError:
            return render(request, "people/join_over.html", status=404)
        record_authentication(request, person, method="password", email=person.email)
        answer: HttpResponse = perform_login(request, person, redirect_url="/")
        return answer
    told = {"form": form, "person": person}
    return render(request, "people/join.html", told, status=422 if form.is_bound else 200)
