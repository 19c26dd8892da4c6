"""How allauth is kept to people the company knows: nobody signs themselves up."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.http import HttpRequest
from django.shortcuts import redirect

from terrier.office.people.models import Person


class InvitedOnly(DefaultAccountAdapter):  # type: ignore[misc]
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False


class KnownPeopleOnly(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Single sign-on opens the door to a person who is already here under the verified address of the provider."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        if sociallogin.is_existing:
            return
        proven = [address.email.lower() for address in sociallogin.email_addresses if address.verified]
        person = Person.objects.filter(email__in=proven, is_active=True).first()
        if person is None:
            raise ImmediateHttpResponse(redirect("account_login"))
        sociallogin.connect(request, person)
