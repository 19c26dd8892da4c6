"""In the demo one becomes any role with one click; elsewhere there is no such address."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import clear_url_caches

import terrier.office.urls
from terrier.office.people.models import Role
from tests.office.conftest import CHAIRS, Company


@pytest.fixture
def demo(settings: Any) -> Iterator[None]:
    settings.DEMO = True
    importlib.reload(terrier.office.urls)
    clear_url_caches()
    yield
    settings.DEMO = False
    importlib.reload(terrier.office.urls)
    clear_url_caches()


@pytest.mark.parametrize("role", Role.values)
def test_a_stranger_becomes_any_role_with_one_click(demo: None, company: Company, role: str) -> None:
    client = Client()
    assert 'name="role"' in client.get("/sign-in/").content.decode()
    assert client.post("/demo/become/", {"role": role}).status_code == 302
    page = client.get("/people/")
    assert page.status_code == 200
    email = page.wsgi_request.user.email  # type: ignore[union-attr]
    assert CHAIRS[email.split("@")[0]][1] == role


def test_an_unknown_role_is_nobody(demo: None, company: Company) -> None:
    assert Client().post("/demo/become/", {"role": "emperor"}).status_code == 404


def test_the_switch_takes_a_click_and_not_a_link(demo: None, company: Company) -> None:
    assert Client().get("/demo/become/").status_code == 405


def test_outside_of_the_demo_there_is_no_such_address(company: Company) -> None:
    assert Client().post("/demo/become/", {"role": "administrator"}).status_code == 404
    assert 'name="role"' not in Client().get("/sign-in/").content.decode()
