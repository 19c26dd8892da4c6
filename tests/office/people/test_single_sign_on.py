"""Single sign-on against a provider of our own: discovery, authorization code with PKCE, published keys, user info."""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.cache import cache
from django.test import Client

from terrier.office.environment import Environment, single_sign_on
from tests.office.conftest import Company
from tests.office.people.provider import CLIENT, SECRET, Provider, new_key


@pytest.fixture
def provider(settings: Any) -> Iterator[Provider]:
    cache.clear()
    with Provider() as serving:
        settings.SOCIALACCOUNT_PROVIDERS = single_sign_on(
            Environment(oidc_url=serving.url, oidc_client_id=CLIENT, oidc_client_secret=SECRET)
        )
        yield serving


class Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_told: Any) -> None:
        return None


def sent_on(address: str) -> str:
    """Where the provider sends a browser on to."""
    try:
        urllib.request.build_opener(Stay).open(address)
    except urllib.error.HTTPError as answer:
        return str(answer.headers["Location"])
    raise AssertionError("the provider sends nobody on")


def through(client: Client) -> Any:
    """The whole way: to the provider, and back with its code; what one sees at the end."""
    away = client.get("/sign-in/with/company/")
    assert away.status_code == 302
    back = urlsplit(sent_on(away["Location"]))
    return client.get(f"{back.path}?{back.query}", follow=True)


def signed_in(client: Client) -> bool:
    return client.get("/people/").status_code == 200


def test_whom_the_provider_knows_and_we_know_comes_in(company: Company, provider: Provider) -> None:
    client = Client()
    assert "Continue with" in client.get("/sign-in/").content.decode()
    assert "Tess" in through(client).content.decode()
    assert signed_in(client)
    assert provider.asked[0] == "/.well-known/openid-configuration"
    assert {"/authorize", "/token", "/keys", "/userinfo"} <= set(provider.asked)


def test_one_comes_again_by_the_same_account_even_under_another_address(
    company: Company, provider: Provider
) -> None:
    through(Client())
    provider.claims["email"] = "tess.married@example.com"
    again = Client()
    through(again)
    assert signed_in(again)


def test_the_code_is_worth_nothing_without_the_verifier_of_who_asked(
    company: Company, provider: Provider
) -> None:
    away = Client().get("/sign-in/with/company/")["Location"]
    asked = parse_qs(urlsplit(away).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert "code_verifier" not in asked
    stolen = parse_qs(urlsplit(sent_on(away)).query)["code"][0]
    thief = Client()
    state = parse_qs(urlsplit(thief.get("/sign-in/with/company/")["Location"]).query)["state"][0]
    answer = thief.get(f"/sign-in/with/company/back/?code={stolen}&state={state}", follow=True)
    assert "could not sign you in" in answer.content.decode()
    assert not signed_in(thief)


@pytest.mark.parametrize(
    ("claims", "told"),
    [
        ({"email": "stranger@example.com"}, "Nobody here has the address stranger@example.com"),
        ({"email": "tess@example.com", "email_verified": False}, "has not verified the address"),
        ({"email": None}, "did not tell your e-mail address"),
    ],
)
def test_whom_we_do_not_know_is_told_so_and_stays_outside(
    company: Company, provider: Provider, claims: dict[str, Any], told: str
) -> None:
    provider.claims |= claims
    client = Client()
    assert told in through(client).content.decode()
    assert not signed_in(client)
    assert set(company.people["tess"]._meta.model.objects.values_list("email", flat=True)) == {
        person.email for person in company.people.values()
    }, "nobody is made"


def test_who_may_no_longer_sign_in_stays_outside(company: Company, provider: Provider) -> None:
    company.people["tess"].is_active = False
    company.people["tess"].save()
    client = Client()
    assert "may no longer sign in" in through(client).content.decode()
    assert not signed_in(client)


@pytest.mark.parametrize(
    "proof",
    [
        {"iss": "https://elsewhere.example"},
        {"aud": "another-client"},
        {"exp": 1},
        {"sub": "43"},
    ],
    ids=["issuer", "audience", "expired", "another person"],
)
def test_a_token_that_is_not_for_us_opens_nothing(
    company: Company, provider: Provider, proof: dict[str, Any]
) -> None:
    provider.proof = proof
    client = Client()
    assert "could not sign you in" in through(client).content.decode()
    assert not signed_in(client)


def test_a_token_signed_by_another_key_than_the_published_one_opens_nothing(
    company: Company, provider: Provider
) -> None:
    provider.published = new_key()
    client = Client()
    assert "could not sign you in" in through(client).content.decode()
    assert not signed_in(client)


def test_a_provider_that_does_not_answer_is_told_on_the_sign_in_page(company: Company, settings: Any) -> None:
    with Provider() as gone:
        url = gone.url
    settings.SOCIALACCOUNT_PROVIDERS = single_sign_on(
        Environment(oidc_url=url, oidc_client_id=CLIENT, oidc_client_secret=SECRET)
    )
    answer = Client().get("/sign-in/with/company/", follow=True)
    assert answer.redirect_chain[-1][0] == "/sign-in/"
    assert "could not sign you in" in answer.content.decode()
