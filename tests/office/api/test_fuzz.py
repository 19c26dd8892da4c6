"""Every operation of the API is sent what fits its description and what does not; whatever comes, it answers as described.

CASES=10000 sends more (``make fuzz``), SEED=… sends others.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from terrier.office.accounts.models import Contact, Task
from terrier.office.alignment.models import Coverage
from terrier.office.api.site import api
from terrier.office.audit.services import Author
from terrier.office.people.tokens import create_token
from terrier.office.wsgi import application
from tests.office.api.routes import EVENTS, NOTES, PRESENCES
from tests.office.conftest import Company
from tests.office.imports.routes import IMPORTS
from tests.office.market.routes import COUNTING, SOURCES
from tests.office.sales.routes import LOADS

CASES = int(os.environ.get("CASES", "600"))
SEED = int(os.environ.get("SEED", "4"))
WHO = ("ada", "tess")
FEWEST = 2
"""Requests for an operation: the first that comes to mind is the simplest there is, and tells little."""
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


def operations() -> list[Any]:
    schema = schemathesis.openapi.from_dict(dict(api.get_openapi_schema()))
    schema.app = application
    return [found.ok() for found in schema.get_all_operations()]


def cases_of(operation: Any) -> st.SearchStrategy[Any]:
    """Good requests; and bad ones, where one can ask wrongly at all."""
    kinds = [operation.as_strategy(generation_mode=GenerationMode.POSITIVE)]
    if operation.body or operation.query or operation.path_parameters:
        kinds.append(operation.as_strategy(generation_mode=GenerationMode.NEGATIVE))
    return st.one_of(kinds)


def known(company: Company) -> dict[str, list[int]]:
    """What the names of numbers can mean in this company, so that not every request asks for what is not there."""
    Task.objects.create(account=company.accounts["columbus"], title="Call")
    return {
        "account_id": [row.pk for row in company.accounts.values()],
        "parent_id": [row.pk for row in company.accounts.values()],
        "position_id": [row.pk for row in company.positions.values()],
        "person_id": [row.pk for row in company.people.values()],
        "contact_id": list(Contact.objects.values_list("pk", flat=True)),
        "task_id": list(Task.objects.values_list("pk", flat=True)),
        "load_id": [LOADS.find(company, "checked")],
        "source_id": [SOURCES.find(company, "checked"), COUNTING.find(company, "loaded")],
        "import_id": [IMPORTS.find(company, label) for label in ("checked", "another")],
        "number": [2],
        "note_id": [NOTES.find(company, "columbus")],
        "event_id": [EVENTS.find(company, "columbus")],
        "presence_id": [PRESENCES.find(company, "columbus")],
        "coverage_id": list(Coverage.objects.values_list("pk", flat=True)),
    }


def make_real(case: Any, ids: dict[str, list[int]], pick: int) -> None:
    """Let two of three requests ask for something that is there."""
    if pick % 3 == 0:
        return
    for part in (case.path_parameters, case.query, case.body):
        for name in set(part) & set(ids) if isinstance(part, dict) else ():
            part[name] = ids[name][pick % len(ids[name])]


@pytest.fixture
def one_transaction() -> Iterator[None]:
    """A server lets go of its connection after each request; a test that is one transaction must not."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.parametrize("who", WHO)
@pytest.mark.usefixtures("one_transaction")
def test_whatever_is_sent_is_answered_as_described(company: Company, who: str) -> None:
    ids, every = known(company), operations()
    _, key = create_token(person=company.people[who], name="fuzz", days=1, author=Author(None))
    if (
        len(every) * len(WHO) * FEWEST > CASES
    ):  # a short run: one of them asks for each, but more than the simplest
        every = every[WHO.index(who) :: len(WHO)]
        each = FEWEST
    else:
        each = CASES // len(WHO) // len(every)
    for operation in every:

        @seed(SEED)
        @settings(
            max_examples=each,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=cases_of(operation), pick=st.integers(0, 2**16))
        def send(case: Any, pick: int) -> None:
            make_real(case, ids, pick)
            with transaction.atomic():  # and taken back, so that the company is there for the next
                answer = case.call(headers={"Authorization": f"Bearer {key}"})
                transaction.set_rollback(True)
            case.validate_response(answer, checks=CHECKS)

        send()
