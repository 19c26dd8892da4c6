"""How allauth is kept to people the company knows: nobody signs themselves up."""

from __future__ import annotations

from typing import Any, NoReturn

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from terrier.office.people.models import Person


class InvitedOnly(DefaultAccountAdapter):  # type: ignore[misc]
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


class KnownPeopleOnly(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Single sign-on opens the door to a person who is already here under the verified address of the provider.

    Whoever is not let in is told why, on the sign-in page.
    """

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        if sociallogin.is_existing:
            if not sociallogin.user.is_active:
                _turn_away(request, _barred(sociallogin.user.email))
            return
        claimed = [address.email.lower() for address in sociallogin.email_addresses]
        proven = [address.email.lower() for address in sociallogin.email_addresses if address.verified]
        if not claimed:
            _turn_away(request, _("%(provider)s did not tell your e-mail address.") % _told())
        if not proven:
            _turn_away(
                request,
                _("%(provider)s has not verified the address %(email)s, so it proves nothing here.")
                % {**_told(), "email": claimed[0]},
            )
        person = Person.objects.filter(email__in=proven).order_by("-is_active", "pk").first()
        if person is None:
            _turn_away(
                request,
                _("Nobody here has the address %(email)s. Ask your administrator to add you.")
                % {"email": proven[0]},
            )
        elif not person.is_active:
            _turn_away(request, _barred(person.email))
        sociallogin.connect(request, person)

    def on_authentication_error(self, request: HttpRequest, provider: Any, **told: Any) -> None:
        _turn_away(request, failed())


def failed() -> str:
    return _("%(provider)s could not sign you in. Try again, or use your password.") % _told()


def _told() -> dict[str, str]:
    return {"provider": settings.ENVIRONMENT.oidc_name}


def _barred(email: str) -> str:
    return _("%(email)s may no longer sign in. Ask your administrator.") % {"email": email}


def _turn_away(request: HttpRequest, why: str) -> NoReturn:
    messages.error(request, why)
    raise ImmediateHttpResponse(redirect("account_login"))
