"""The routes of accounts."""

from __future__ import annotations

from terrier.office.accounts.models import Contact, SavedView, Task
from terrier.office.people.permissions import May
from tests.office.conftest import Company
from tests.office.routes import ACCOUNTS, Kind, Route, who_may

FIELD = who_may(May.EDIT_ACCOUNTS)
REMOVERS = who_may(May.REMOVE_ACCOUNTS)
ASSIGNERS = who_may(May.ASSIGN_COVERAGE)


def both(name: str, **more: object) -> list[Route]:
    return [Route(name, method, **more) for method in ("get", "post")]  # type: ignore[arg-type]


def _contact(company: Company, label: str) -> dict[str, object]:
    row, _ = Contact.objects.get_or_create(account=company.accounts[label], name="Colin")
    return {"kind": "contact", "pk": row.pk}


def _task(company: Company, label: str) -> dict[str, object]:
    return {"pk": Task.objects.get_or_create(account=company.accounts[label], title="Call")[0].pk}


def _coverage(company: Company, label: str) -> dict[str, object]:
    from terrier.office.alignment.models import Coverage

    row = Coverage.objects.filter(account=company.accounts[label], kind="primary").first()
    return {"coverage": row.pk if row else 0}


def _view(company: Company, label: str) -> int:
    row, _ = SavedView.objects.get_or_create(owner=company.people[label], name="Mine", shared=True)
    return int(row.pk)


VIEWS = Kind(_view, {"tess": frozenset({"tess"})})
COVERED = Kind(ACCOUNTS.find, {name: seen for name, seen in ACCOUNTS.seen_by.items() if name != "nobody"})

ROUTES = [
    Route("accounts:list"),
    Route("accounts:points"),
    Route("accounts:outlines"),
    Route("accounts:export", address={"ending": "csv"}),
    Route("accounts:choose"),
    Route("accounts:choose_position"),
    Route("accounts:keep_view", "post", data={"name": "Mine"}),
    Route("accounts:drop_view", "post", of=VIEWS),
    *both("accounts:bulk", by=FIELD),
    *both("accounts:new", by=FIELD),
    Route("accounts:account", of=ACCOUNTS),
    Route("accounts:timeline", of=ACCOUNTS),
    *both("accounts:edit", of=ACCOUNTS, by=FIELD, address={"section": "place"}),
    Route("accounts:delete", "post", of=ACCOUNTS, by=REMOVERS),
    Route("accounts:restore", "post", of=ACCOUNTS, by=REMOVERS),
    *both("accounts:move", of=ACCOUNTS, by=FIELD),
    *both("accounts:cover", of=ACCOUNTS, by=ASSIGNERS),
    *both("accounts:uncover", of=COVERED, by=ASSIGNERS, address=_coverage),
    Route("accounts:log", "post", of=ACCOUNTS, by=FIELD, address={"kind": "call"}),
    Route("accounts:finish_task", "post", of=ACCOUNTS, by=FIELD, address=_task),
    *both("accounts:add_detail", of=ACCOUNTS, by=FIELD, address={"kind": "contact"}),
    *both("accounts:edit_detail", of=ACCOUNTS, by=FIELD, address=_contact),
    Route("accounts:remove_detail", "post", of=ACCOUNTS, by=FIELD, address=_contact),
]
