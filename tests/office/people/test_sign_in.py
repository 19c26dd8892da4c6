from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from allauth.usersessions.models import UserSession
from django.core import mail
from django.core.cache import cache
from django.test import Client, RequestFactory
from django.urls import NoReverseMatch, reverse

from terrier.office.people.models import Person
from terrier.office.people.sessions import named
from terrier.office.people.sign_in import KnownPeopleOnly
from tests.office.conftest import Company

PASSWORD = "correct horse"


@pytest.fixture(autouse=True)
def _nobody_has_tried_yet() -> None:
    cache.clear()


def sign_in(client: Client, email: str, password: str = PASSWORD) -> Any:
    return client.post("/sign-in/", {"login": email, "password": password})


def signed_in(client: Client) -> bool:
    return bool(client.get("/people/").status_code == 200)


@pytest.mark.parametrize("email", ["tess@example.com", "TESS@Example.com"])
def test_one_signs_in_with_address_and_password(company: Company, email: str) -> None:
    client = Client()
    assert sign_in(client, email).status_code == 302
    assert signed_in(client)


@pytest.mark.parametrize(
    ("email", "password"),
    [("tess@example.com", "wrong"), ("nobody@example.com", PASSWORD), ("tess@example.com", "")],
)
def test_a_wrong_password_and_an_unknown_address_are_told_alike(
    company: Company, email: str, password: str
) -> None:
    client = Client()
    assert sign_in(client, email, password).status_code == 200
    assert not signed_in(client)


def test_whoever_is_barred_does_not_get_in_and_is_put_out(company: Company) -> None:
    inside, outside = company.client("tess"), Client()
    Person.objects.filter(pk=company.people["tess"].pk).update(is_active=False)
    sign_in(outside, "tess@example.com")
    assert not signed_in(outside)
    assert not signed_in(inside)


def test_guessing_is_slowed_down(company: Company) -> None:
    client = Client()
    for _ in range(6):
        sign_in(client, "tess@example.com", "guess")
    answer = sign_in(client, "tess@example.com")
    assert not signed_in(client), "the right password comes too late"
    assert "Too many failed login attempts" in answer.content.decode()


@pytest.mark.parametrize(
    "name", ["account_signup", "account_email", "socialaccount_signup", "socialaccount_connections"]
)
def test_nobody_signs_up_and_addresses_are_not_managed_here(name: str) -> None:
    with pytest.raises(NoReverseMatch):
        reverse(name)


def test_a_forgotten_password_is_replaced_by_mail(company: Company) -> None:
    client = Client()
    client.post("/sign-in/password/forgotten/", {"email": "tess@example.com"})
    (sent,) = mail.outbox
    found = re.search(r"http://testserver(/sign-in/password/new/\S+)", str(sent.body))
    assert found
    form = client.get(found[1], follow=True)
    answer = client.post(
        form.redirect_chain[-1][0], {"password1": "nine lives, nine", "password2": "nine lives, nine"}
    )
    assert answer.status_code == 302
    assert sign_in(Client(), "tess@example.com", "nine lives, nine").status_code == 302


def test_an_unknown_address_gets_no_mail_and_the_same_answer(company: Company) -> None:
    known = Client().post("/sign-in/password/forgotten/", {"email": "tess@example.com"})
    unknown = Client().post("/sign-in/password/forgotten/", {"email": "nobody@example.com"})
    assert (known.status_code, known.headers["Location"]) == (
        unknown.status_code,
        unknown.headers["Location"],
    )
    assert len(mail.outbox) == 1


def test_a_second_factor_is_asked_for(company: Company) -> None:
    secret = generate_totp_secret()
    TOTP.activate(company.people["tess"], secret)
    client = Client()
    answer = sign_in(client, "tess@example.com")
    assert answer.headers["Location"].startswith("/sign-in/second/")
    assert not signed_in(client)
    counter = next(iter(yield_hotp_counters_from_time()))
    client.post("/sign-in/second/", {"code": format_hotp_value(hotp_value(secret, counter))})
    assert signed_in(client)


def test_a_recovery_code_lets_one_in_once(company: Company) -> None:
    tess = company.people["tess"]
    TOTP.activate(tess, generate_totp_secret())
    code = RecoveryCodes.activate(tess).get_unused_codes()[0]
    for works in (True, False):
        cache.clear()
        client = Client()
        sign_in(client, "tess@example.com")
        client.post("/sign-in/second/", {"code": code})
        assert signed_in(client) is works


def test_an_administrator_takes_away_lost_second_factors(company: Company) -> None:
    TOTP.activate(company.people["tess"], generate_totp_secret())
    company.client("ada").post(f"/people/{company.people['tess'].pk}/second-factors/")
    assert not Authenticator.objects.filter(user=company.people["tess"]).exists()


def test_one_signs_out_of_another_browser(company: Company) -> None:
    here, there = Client(), Client()
    sign_in(here, "tess@example.com")
    sign_in(there, "tess@example.com")
    other = UserSession.objects.get(session_key=there.session.session_key)
    here.post(f"/security/devices/{other.pk}/end/")
    assert signed_in(here)
    assert not signed_in(there)


def test_one_signs_out_everywhere_else(company: Company) -> None:
    browsers = [Client() for _ in range(3)]
    for browser in browsers:
        sign_in(browser, "tess@example.com")
    browsers[0].post("/security/devices/end-others/")
    assert [signed_in(browser) for browser in browsers] == [True, False, False]


def turned_away(company: Company, *, email: str, verified: bool, existing: bool = False) -> str:
    """What single sign-on says to somebody it does not let in; empty if it does."""
    client = Client()
    client.get("/sign-in/")
    request = RequestFactory().get("/sign-in/with/company/back/")
    request.session = client.session
    request._messages = SimpleNamespace(add=lambda level, text, tags="": said.append(str(text)))  # type: ignore[attr-defined]
    said: list[str] = []
    login = SimpleNamespace(
        is_existing=existing,
        user=company.people["tess"],
        email_addresses=[EmailAddress(email=email, verified=verified)] if email else [],
        connect=lambda request, person: None,
    )
    try:
        KnownPeopleOnly().pre_social_login(request, login)
    except ImmediateHttpResponse as answer:
        return said[0] if answer.response.headers["Location"] == "/sign-in/" else "sent elsewhere"
    return ""


@pytest.mark.parametrize(
    ("email", "verified", "why"),
    [
        ("tess@example.com", True, ""),
        ("TESS@example.com", True, ""),
        ("tess@example.com", False, "has not verified the address tess@example.com"),
        ("stranger@example.com", True, "Nobody here has the address stranger@example.com"),
        ("", True, "did not tell your e-mail address"),
    ],
)
def test_single_sign_on_tells_a_stranger_why(company: Company, email: str, verified: bool, why: str) -> None:
    said = turned_away(company, email=email, verified=verified)
    assert why in said
    assert bool(why) == bool(said)


@pytest.mark.parametrize("existing", [True, False])
def test_single_sign_on_bars_whoever_is_barred(company: Company, existing: bool) -> None:
    company.people["tess"].is_active = False
    company.people["tess"].save()
    said = turned_away(company, email="tess@example.com", verified=True, existing=existing)
    assert "may no longer sign in" in said


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0",
            "Firefox on Windows",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 Version/17.5 Safari/604.1",
            "Safari on iPhone",
        ),
        (
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/126.0 Safari/537.36 Edg/126.0",
            "Edge on Linux",
        ),
        ("curl/8", "Unknown browser"),
    ],
)
def test_browsers_are_named(agent: str, name: str) -> None:
    assert named(agent) == name
