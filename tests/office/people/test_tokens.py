from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from terrier.office.audit.models import Act, Entry
from terrier.office.audit.services import Author
from terrier.office.audit.undo import NotUndoneError, undo_act
from terrier.office.errors import RefusedError
from terrier.office.people.models import ApiToken, Person
from terrier.office.people.tokens import MOST_TOKENS, create_token, person_of_token, revoke_token
from tests.office.conftest import Company


@pytest.fixture
def tess(company: Company) -> Person:
    return company.people["tess"]


def made(tess: Person, days: int = 30) -> tuple[ApiToken, str]:
    return create_token(person=tess, name="Web shop", days=days, author=Author(tess))


def test_a_key_stands_for_its_person(tess: Person) -> None:
    token, raw = made(tess)
    assert person_of_token(raw) == tess
    token.refresh_from_db()
    assert token.last_used_at is not None


def test_only_the_hash_is_kept(tess: Person) -> None:
    token, raw = made(tess)
    kept = [*ApiToken.objects.values_list(), *Entry.objects.values_list(), *Act.objects.values_list()]
    assert raw not in str(kept)
    assert raw[12:] not in str(kept)
    assert raw.startswith(token.prefix)


@pytest.mark.parametrize(
    "raw", ["", "terrier_", "terrier_x", "x" * 1_000_000, "terrier_\ud800", "terrier_\x00"]
)
def test_an_unknown_key_stands_for_nobody(tess: Person, raw: str) -> None:
    made(tess)
    assert person_of_token(raw) is None


def test_an_expired_key_stands_for_nobody(tess: Person) -> None:
    token, raw = made(tess)
    ApiToken.objects.filter(pk=token.pk).update(expires_at=timezone.now() - dt.timedelta(seconds=1))
    assert person_of_token(raw) is None


def test_the_key_of_somebody_who_is_barred_opens_nothing(tess: Person) -> None:
    _token, raw = made(tess)
    Person.objects.filter(pk=tess.pk).update(is_active=False)
    assert person_of_token(raw) is None


def test_a_revoked_key_stays_so_whatever_is_undone(tess: Person) -> None:
    token, raw = made(tess)
    act = revoke_token(token=token, author=Author(tess))
    assert act is not None
    assert person_of_token(raw) is None
    with pytest.raises(NotUndoneError, match="cannot be brought back"):
        undo_act(act=act, author=Author(tess))
    assert person_of_token(raw) is None


def test_undoing_the_making_of_a_token_ends_it(tess: Person) -> None:
    _token, raw = made(tess)
    undo_act(act=Act.objects.latest("at"), author=Author(tess))
    assert person_of_token(raw) is None


@pytest.mark.parametrize("days", [0, -1, 367, 10**9])
def test_a_token_lasts_a_year_at_most(tess: Person, days: int) -> None:
    with pytest.raises(RefusedError, match="between 1 and 366 days"):
        made(tess, days)


def test_there_is_a_bound_to_tokens(tess: Person) -> None:
    for _ in range(MOST_TOKENS):
        made(tess)
    with pytest.raises(RefusedError, match="Revoke one first"):
        made(tess)


def test_the_page_shows_a_key_once(company: Company, tess: Person) -> None:
    client = company.client("tess")
    page = client.post("/security/tokens/", {"name": "Shop", "days": "30"}, follow=True).content.decode()
    token = ApiToken.objects.get()
    assert f'<code class="break-all" id="fresh-token">{token.prefix}' in page
    assert "fresh-token" not in client.get("/sign-in/security/").content.decode()
    client.post(f"/security/tokens/{token.pk}/revoke/")
    assert "Shop" not in client.get("/sign-in/security/").content.decode().split("Make a token")[0].split(
        "API tokens"
    )[-1].replace("the web shop", "")
