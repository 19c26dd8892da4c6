from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from django.test import Client

from terrier.office.environment import MailServer, mail_server
from terrier.office.errors import RefusedError
from terrier.office.people.admission import admit
from terrier.office.people.models import Person, Position
from terrier.office.people.permissions import May, may
from tests.office.conftest import Company


@pytest.mark.django_db
def test_the_first_administrator_of_an_empty_office_comes_in_by_command() -> None:
    person, link = admit(email="First@Example.com", name="First One", role="administrator")
    browser = Client()
    assert browser.post(urlsplit(link).path, {"password": "the very first cat"}).status_code == 302
    assert browser.get("/people/new/").status_code == 200
    assert person.email == "first@example.com"


@pytest.mark.django_db
def test_asking_twice_adds_nothing_and_only_the_second_link_works() -> None:
    _person, first = admit(email="first@example.com", name="First One", role="administrator")
    _person, second = admit(email="FIRST@example.com", name="", role="administrator")
    assert (Person.objects.count(), Position.objects.count()) == (1, 1)
    assert Client().get(urlsplit(first).path).status_code == 404
    assert Client().get(urlsplit(second).path).status_code == 200


def test_a_vacant_position_of_the_role_is_taken_first(company: Company) -> None:
    person, _link = admit(email="new@example.com", name="New", role="territory_manager")
    assert person.incumbencies.get().position == company.positions["vacant"]


def test_somebody_new_needs_a_name(company: Company) -> None:
    with pytest.raises(RefusedError, match="give a name"):
        admit(email="new@example.com", name=" ", role="administrator")
    assert not Person.objects.filter(email="new@example.com").exists()


def test_only_administrators_edit_people(company: Company) -> None:
    assert [name for name, person in company.people.items() if may(person, May.EDIT_PEOPLE)] == ["ada"]


@pytest.mark.parametrize(
    ("url", "server"),
    [
        ("smtp://mail.example.com", MailServer("mail.example.com", 25, "", "", tls=False, ssl=False)),
        (
            "smtp://u%40x:p%3Aw@mail.example.com",
            MailServer("mail.example.com", 587, "u@x", "p:w", tls=True, ssl=False),
        ),
        ("smtp://u:p@h:2525?tls=false", MailServer("h", 2525, "u", "p", tls=False, ssl=False)),
        ("smtps://u:p@h", MailServer("h", 465, "u", "p", tls=False, ssl=True)),
    ],
)
def test_a_mail_server_is_read_from_its_address(url: str, server: MailServer) -> None:
    assert mail_server(url) == server


@pytest.mark.parametrize(
    "url",
    ["", "mail.example.com", "http://h", "smtp://", "smtp://h:x", "smtp://h?tls=maybe", "smtp://h?ssl=1"],
)
def test_an_address_of_no_mail_server_is_refused_with_what_would_be_right(url: str) -> None:
    with pytest.raises(ValueError, match="must be smtp://user:password@host:587"):
        mail_server(url)
