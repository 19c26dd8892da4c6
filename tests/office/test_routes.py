"""Every route of the office, walked as everybody: inside the scope it answers, outside it is not there."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping
from http.cookies import SimpleCookie
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from django.http import HttpResponseBase
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.office.conftest import EVERYBODY, Company, make_company
from tests.office.routes import HIDDEN, OPEN, SIGN_IN, TOKEN, Route

METHODS = ("get", "post", "put", "patch", "delete")
REFUSED = {404, 405, 401, 403}


def collected() -> list[Route]:
    """What every app's table says."""
    found: list[Route] = []
    for file in sorted(Path(__file__).parent.glob("*/routes.py")):
        found += importlib.import_module(f"tests.office.{file.parent.name}.routes").ROUTES
    return found


ROUTES = collected()


def patterns(resolver: URLResolver | None = None, namespace: str = "") -> Iterator[tuple[str, URLPattern]]:
    """Each address the office answers, and its name."""
    for entry in (resolver or get_resolver()).url_patterns:
        if isinstance(entry, URLResolver):
            inner = f"{namespace}{entry.namespace}:" if entry.namespace else namespace
            yield from patterns(entry, inner)
        else:
            yield f"{namespace}{entry.name or ''}", entry


def parameters(name: str) -> tuple[str, ...]:
    """The names of the values in an address."""
    *spaces, last = name.split(":")
    resolver = get_resolver()
    for space in spaces:
        resolver = resolver.namespace_dict[space][1]
    return tuple(resolver.reverse_dict.getlist(last)[0][0][0][1])


def address(route: Route, company: Company, label: str) -> str:
    more = route.address(company, label) if callable(route.address) else dict(route.address or {})
    if route.of is None:
        return reverse(route.name, kwargs=dict(more) or None)
    missing = [name for name in parameters(route.name) if name not in more]
    assert len(missing) == 1, f"{route}: say in `address` what {missing[1:]} are"
    return reverse(route.name, kwargs={missing[0]: route.of.find(company, label), **more})


@pytest.fixture(scope="module")
def everybody(django_db_setup: None, django_db_blocker: Any) -> Iterator[tuple[Company, dict[str, Client]]]:
    """The company and everybody's browser, made once: what a route did is taken back before the next is asked for."""
    with django_db_blocker.unblock(), transaction.atomic():
        company = make_company()
        yield company, {"a stranger": Client(), **{name: company.client(name) for name in EVERYBODY}}
        transaction.set_rollback(True)


@pytest.fixture
def company(everybody: tuple[Company, dict[str, Client]], db: None, settings: Any) -> Company:
    settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 86_400  # the walk may take longer than a sign-in is fresh
    return everybody[0]


@pytest.fixture
def clients(everybody: tuple[Company, dict[str, Client]]) -> dict[str, Client]:
    return everybody[1]


def ask(client: Client, route: Route, company: Company, label: str) -> HttpResponseBase:
    """Send it, and take back what it did: to the database, and to the cookies of the browser."""
    cookies = SimpleCookie(client.cookies)
    data: Mapping[str, Any] = route.data(company, label) if callable(route.data) else dict(route.data or {})
    extra: dict[str, Any] = {"content_type": "application/json"} if route.json else {}
    cache.clear()  # nobody has tried too often
    with transaction.atomic():
        answer: HttpResponseBase = getattr(client, route.method)(
            address(route, company, label), data or ({} if route.json else None), **extra
        )
        if answer.streaming:
            b"".join(
                answer
            )  # to its end, which closes it; `close` would close the database's connection, too
        transaction.set_rollback(True)
    client.cookies = cookies
    return answer


def met(answer: HttpResponseBase) -> str:
    """What somebody met: open, sign-in, token, not found; or the status, which no entry can name."""
    code = answer.status_code
    if code in {301, 302} and answer.headers["Location"].split("?")[0] == reverse("account_login"):
        return SIGN_IN
    if code == 401:
        return TOKEN
    if code == 404:
        return HIDDEN
    return OPEN if code < 400 or code in {400, 409, 412, 422} else str(code)


@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_whoever_comes_meets_what_the_table_says(
    company: Company, clients: dict[str, Client], route: Route
) -> None:
    wrong = []
    strangers = {met(ask(clients["a stranger"], route, company, label)) for label in route.labels()}
    if strangers != {route.strangers}:
        wrong.append(f"a stranger meets {', '.join(sorted(strangers))} instead of {route.strangers}")
    for persona in EVERYBODY:
        for label in route.labels():
            found = met(ask(clients[persona], route, company, label))
            expected = OPEN if route.expected(persona, label) else HIDDEN
            if found != expected:
                wrong.append(f"{persona} meets {found} instead of {expected} {label and f'at {label}'}")
    assert not wrong, f"{route}:\n" + "\n".join(wrong)


def test_every_route_has_a_name_and_an_entry() -> None:
    named = {route.name for route in ROUTES}
    routed = dict(patterns())
    nameless = [str(pattern.pattern) for name, pattern in patterns() if not name or name.endswith(":")]
    assert not nameless, f"routes without a name: {nameless}"
    assert not routed.keys() - named, "write an entry in tests/office/<app>/routes.py"
    assert not named - routed.keys(), "these entries name no route any more"


def test_no_entry_stands_twice() -> None:
    assert len({str(route) for route in ROUTES}) == len(ROUTES)


@pytest.mark.parametrize("name", sorted({route.name for route in ROUTES}))
def test_a_method_that_no_entry_names_is_refused(
    company: Company, clients: dict[str, Client], name: str
) -> None:
    entries = [route for route in ROUTES if route.name == name]
    one = entries[0]
    for method in set(METHODS) - {route.method for route in entries}:
        unnamed = Route(name, method, of=one.of, address=one.address, json=method != "get")
        code = ask(clients["ada"], unnamed, company, one.labels()[0]).status_code
        assert code in REFUSED, f"{method} {name} answers {code}: give it an entry, or refuse it in the view"


def test_every_kind_hides_something_and_shows_something() -> None:
    for route in ROUTES:
        if route.of:
            assert any(route.of.seen_by.values()), f"{route} is never seen"
            assert any(set(EVERYBODY) - seen for seen in route.of.seen_by.values()), f"{route} hides nothing"
