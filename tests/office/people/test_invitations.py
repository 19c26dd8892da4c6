from __future__ import annotations

import re
import time
from urllib.parse import urlsplit

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.test import Client

from terrier.office.audit.services import Author
from terrier.office.errors import RefusedError
from terrier.office.people.invitations import LASTS, accept_invitation, invite, invited, send_invitation
from terrier.office.people.models import Person
from terrier.office.people.services import create_person
from tests.office.conftest import Company

PASSWORD = "a litter of nine kittens"


@pytest.fixture
def newcomer(company: Company) -> Person:
    person, _act = create_person(
        values={"name": "Nora New", "email": "nora@example.com", "language": "it"},
        author=Author(company.people["ada"]),
    )
    return person


def token(link: str) -> str:
    return link.rstrip("/").rsplit("/", 1)[-1]


def test_a_link_lets_somebody_set_a_password_once(company: Company, newcomer: Person) -> None:
    link = urlsplit(invite(person=newcomer, author=Author(company.people["ada"]))).path
    browser = Client()
    assert b"Nora" in browser.get(link).content
    answer = browser.post(link, {"password": PASSWORD})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    assert browser.get("/people/").status_code == 200, "they are signed in"
    assert Client().post(link, {"password": "another one for me"}).status_code == 404
    newcomer.refresh_from_db()
    assert newcomer.check_password(PASSWORD)


def test_a_newer_link_ends_the_older_one(company: Company, newcomer: Person) -> None:
    first = invite(person=newcomer, author=Author(company.people["ada"]))
    second = invite(person=newcomer, author=Author(company.people["ada"]))
    assert invited(token(first)) is None
    assert invited(token(second)) == newcomer


def test_a_link_expires(company: Company, newcomer: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    link = invite(person=newcomer, author=Author(company.people["ada"]))
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + LASTS.total_seconds() + 1)
    assert invited(token(link)) is None


def test_a_forged_link_is_nobodys(company: Company, newcomer: Person) -> None:
    link = invite(person=newcomer, author=Author(company.people["ada"]))
    for forged in ("", "x", token(link)[:-1], token(link)[1:], "a:b:c", "\x00"):
        assert invited(forged) is None


def test_a_weak_password_is_refused_and_the_link_still_works(company: Company, newcomer: Person) -> None:
    link = invite(person=newcomer, author=Author(company.people["ada"]))
    with pytest.raises(ValidationError):
        accept_invitation(token=token(link), password="password")
    assert Client().post(urlsplit(link).path, {"password": "short"}).status_code == 422
    assert accept_invitation(token=token(link), password=PASSWORD) == newcomer


def test_whoever_has_a_password_is_not_invited(company: Company) -> None:
    with pytest.raises(RefusedError, match="has a password already"):
        invite(person=company.people["tess"], author=Author(company.people["ada"]))


def test_whoever_is_barred_is_not_invited(company: Company, newcomer: Person) -> None:
    Person.objects.filter(pk=newcomer.pk).update(is_active=False)
    with pytest.raises(RefusedError, match="may not sign in"):
        invite(person=newcomer, author=Author(company.people["ada"]))


def test_the_mail_carries_the_link_in_both_its_parts(company: Company, newcomer: Person) -> None:
    link = invite(person=newcomer, author=Author(company.people["ada"]))
    send_invitation(person=newcomer, link=link, sender=company.people["ada"])
    (sent,) = mail.outbox
    assert sent.to == ["nora@example.com"]
    assert link in sent.body
    assert link in str(sent.alternatives[0][0])  # type: ignore[attr-defined]


def test_a_link_made_on_the_page_is_shown_once(company: Company, newcomer: Person) -> None:
    client = company.client("ada")
    page = client.post(f"/people/{newcomer.pk}/invite/", {"by": "link"}, follow=True).content.decode()
    assert re.search(r"/join/[\w:-]+/", page)
    assert not re.search(r"/join/[\w:-]+/", client.get(f"/people/{newcomer.pk}/").content.decode())


def test_without_a_mail_server_the_link_is_shown_instead(
    company: Company, newcomer: Person, settings: object
) -> None:
    settings.EMAIL_IS_SENT = False  # type: ignore[attr-defined]
    page = company.client("ada").post(f"/people/{newcomer.pk}/invite/", follow=True).content.decode()
    assert re.search(r"/join/[\w:-]+/", page)
    assert not mail.outbox
