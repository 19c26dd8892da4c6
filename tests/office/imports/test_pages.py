"""The pages of imports in a real browser: fit for everybody, at every width, in both themes."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest

from terrier.office.imports import services
from terrier.office.imports.models import Import
from tests.office.browser import EVERY_LOOK, Office
from tests.office.conftest import Company
from tests.office.imports.bringing import HEAD_AND_ROWS, bring, commit, undo, work

MENDED = HEAD_AND_ROWS.replace("sold", "Lapsed") + "N-2,A new site,Utrecht,Prospect\n"


def _matching(company: Company) -> Import:
    import_ = services.start_import(
        stream=io.BytesIO(MENDED.encode()), name="accounts.csv", author=company.people["ada"]
    )
    work()
    return import_


def _waiting(company: Company) -> Import:
    return services.start_import(
        stream=io.BytesIO(MENDED.encode()), name="accounts.csv", author=company.people["ada"]
    )


STATES: dict[str, Callable[[Company], Import]] = {
    "waiting": _waiting,
    "matching": _matching,
    "refused": lambda company: bring(company.people["ada"], b"id,name\nN-1,Caf\xe9\n"),
    "errors": lambda company: bring(company.people["ada"], HEAD_AND_ROWS),
    "checked": lambda company: bring(company.people["ada"], MENDED),
    "committed": lambda company: commit(bring(company.people["ada"], MENDED)),
    "undone": lambda company: undo(commit(bring(company.people["ada"], MENDED)), company.people["ada"]),
}


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("state", STATES)
def test_an_import_is_fit_for_everybody_in_every_state(office: Office, state: str) -> None:
    import_ = STATES[state](office.company)
    for look in EVERY_LOOK:
        page = office.look("ada", f"/imports/{import_.pk}/", **look)
        page.picture(f"import-{state}", whole=True)
        assert page.faults() == []


@pytest.mark.django_db(transaction=True)
def test_the_list_of_imports_is_fit_for_everybody(office: Office) -> None:
    for state in ("errors", "committed", "refused"):
        STATES[state](office.company)
    for look in EVERY_LOOK:
        page = office.look("ada", "/imports/", **look)
        page.picture("imports", whole=True)
        assert page.faults() == []


@pytest.mark.django_db(transaction=True)
def test_a_file_goes_all_the_way_in_and_out_again(office: Office) -> None:
    opened = office.open("ada", "/imports/")
    page = opened.page
    page.set_input_files(
        "input[type=file]", {"name": "new.csv", "mimeType": "text/csv", "buffer": HEAD_AND_ROWS.encode()}
    )
    page.wait_for_url("**/imports/*/")
    work()
    page.get_by_role("button", name="Check the rows").click()
    page.get_by_text("Checking").first.wait_for()
    work()
    page.get_by_label("Status").select_option("Lapsed")
    page.get_by_role("button", name="Save the row").click()
    page.get_by_text("Changed", exact=True).first.wait_for()
    page.reload()
    page.get_by_role("button", name="Import 3").click()
    page.get_by_text("Importing").first.wait_for()
    work()
    page.get_by_text("rows changed something").wait_for()
    page.get_by_role("button", name="Undo the import").click()
    page.locator("#confirm-yes").click()
    page.get_by_text("Undoing").first.wait_for()
    work()
    page.get_by_text("as it was before").wait_for()
    assert opened.complaints == []
