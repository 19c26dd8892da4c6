"""The frame of every page, and the pages outside of it: signing in, errors, mail."""

from __future__ import annotations

import pytest
from django.template.loader import render_to_string
from django.test import Client
from django.utils import translation

from tests.office.browser import DARK, LAPTOP, LIGHT, NARROW, Office
from tests.office.conftest import Company


@pytest.mark.parametrize(("width", "theme"), [(LAPTOP, LIGHT), (NARROW, DARK)])
def test_signing_in_and_getting_lost_are_fit_for_everybody(office: Office, width: int, theme: str) -> None:
    page = office.open(None, "/sign-in/", width=width, theme=theme)
    page.picture("sign-in")
    assert page.faults() == []
    lost = office.open("tess", "/nothing/here/", width=width, theme=theme)
    lost.picture("not-found")
    assert lost.axe() == []


@pytest.mark.parametrize("name", ["403_csrf.html", "404.html", "429.html", "500.html"])
def test_an_error_page_needs_nothing_but_itself(name: str) -> None:
    page = render_to_string(name)
    assert "<h1" in page
    assert 'href="/"' in page


def test_the_page_comes_in_the_theme_density_and_language_of_the_cookies(company: Company) -> None:
    client = company.client("dora")
    client.cookies.load({"theme": "terrier-dark", "density": "compact", "django_language": "it"})
    page = client.get("/nothing/").content.decode()
    assert '<html lang="it" data-theme="terrier-dark" data-density="compact">' in page


def test_a_cookie_that_somebody_made_up_is_no_theme(company: Company) -> None:
    client = company.client("dora")
    client.cookies.load({"theme": "x><script>", "density": "none"})
    page = client.get("/nothing/").content.decode()
    assert '<html lang="en" data-density="comfortable">' in page


def test_a_language_is_chosen_for_pages_and_for_mail(company: Company) -> None:
    client = company.client("tess")
    answer = client.post("/language", {"language": "it", "next": "/gallery/"})
    assert answer.headers["Location"] == "/gallery/"
    assert client.cookies["django_language"].value == "it"
    company.people["tess"].refresh_from_db()
    assert company.people["tess"].language == "it"


@pytest.mark.parametrize("language", ["", "xx", "../it", "\x00"])
def test_a_language_that_is_not_there_is_refused(company: Company, language: str) -> None:
    assert company.client("tess").post("/language", {"language": language}).status_code == 400


def test_choosing_a_language_leads_nowhere_else(company: Company) -> None:
    answer = company.client("tess").post(
        "/language", {"language": "it", "next": "https://elsewhere.example/"}
    )
    assert answer.headers["Location"] == "/"


def test_mail_has_its_button_and_the_address_in_full() -> None:
    with translation.override("en"):
        mail = render_to_string(
            "email/base.html", {"action_url": "https://t.example/i/1", "action_label": "Join"}
        )
    assert mail.count('href="https://t.example/i/1"') == 2


def test_a_page_says_nothing_inline_that_its_policy_forbids(company: Company) -> None:
    page = company.client("dora").get("/nothing/")
    assert (
        "script-src" not in page.headers["Content-Security-Policy"]
        or "unsafe" not in page.headers["Content-Security-Policy"]
    )
    text = page.content.decode()
    assert " style=" not in text
    assert " onclick=" not in text


def test_strangers_see_no_frame() -> None:
    assert "rail" not in Client().get("/nothing/").content.decode()
