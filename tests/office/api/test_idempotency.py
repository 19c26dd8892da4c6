from __future__ import annotations

import json

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from terrier.office.api.idempotency import once
from terrier.office.api.models import KeptAnswer
from terrier.office.people.models import Person
from tests.office.conftest import Company


def send(
    company: Company, *, key: str = "k", who: str = "ada", body: str = "{}", status: int = 200
) -> HttpResponse:
    """A request that makes a person each time that it is truly done."""
    request = RequestFactory().post(
        "/api/v1/x", body, content_type="application/json", headers={"Idempotency-Key": key}
    )

    def do() -> HttpResponse:
        made = Person.objects.create_user(f"{Person.objects.count()}@example.com", name="Made")
        return HttpResponse(json.dumps({"id": made.pk}), status=status, content_type="application/json")

    return once(request, company.people[who], do)


def made() -> int:
    return Person.objects.filter(name="Made").count()


def test_the_same_request_twice_is_done_once_and_answered_twice(company: Company) -> None:
    first, second = send(company), send(company)
    assert first.content == second.content
    assert second["Idempotency-Replayed"] == "true"
    assert made() == 1


def test_another_key_or_another_person_is_another_request(company: Company) -> None:
    send(company)
    send(company, key="other")
    send(company, who="dora")
    assert made() == 3


def test_a_key_is_not_for_another_request(company: Company) -> None:
    send(company)
    assert send(company, body='{"a": 1}').status_code == 422
    assert made() == 1


def test_what_was_refused_left_nothing_and_may_be_sent_again(company: Company) -> None:
    send(company, status=422)
    assert made() == 0
    assert not KeptAnswer.objects.exists()
    assert send(company).status_code == 200
    assert made() == 1


@pytest.mark.parametrize("key", ["", "x" * 101, "tab\there", "naïve"])
def test_a_bad_key_is_refused(company: Company, key: str) -> None:
    assert send(company, key=key).status_code == 422
    assert made() == 0
