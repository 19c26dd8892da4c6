"""An analyst brings a list as an old system exports it, and mends it on the way: in a real browser, on a laptop and on a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from terrier.office.accounts.models import Account
from tests.office.browser import DARK, LAPTOP, LIGHT, PHONE, Office
from tests.office.imports.bringing import work

DIRTY = """\
"Export from NavTrade 9, 21 Nov 2026",,,,,,,,
Customer #,Shop,State of customer,Class,Sales Rep,Rep since,Revenue L12M,Potential ($),Website
COLUMBUS,Columbus Pets,Active,A,tess@example.com,01/31/2026,"$48,250.00","$60,000",columbuspets.example
N-1,Paw Palace,active,B,Ohoi,31/01/2026,"€1,200.50",$5000,https://pawpalace.example
N-2,Aquatics Unlimited,Prospect,C,,2026-02-01,n/a,,
N-3,Birds and Co,Prospect,C,tess,02/03/2026,100,200,
N-3,Birds and Company,Prospect,C,tess,3-Feb-26,"(1,000.00)","1,500",
,No number,Active,A,,,1,1,
"""


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("width", "theme"), [(LAPTOP, LIGHT), (PHONE, DARK)])
def test_a_dirty_file_is_mended_until_it_can_be_imported(office: Office, width: int, theme: str) -> None:
    opened = office.open("ada", "/imports/", width=width, theme=theme)
    page = opened.page

    def look(name: str) -> None:
        """A picture, and whether all of it fits. (What axe says of each state: test_pages.py.)"""
        opened.picture(f"dirty-{name}", whole=True)
        assert not opened.scrolls_sideways()

    file = {"name": "customers 2026.csv", "mimeType": "text/csv", "buffer": DIRTY.encode()}
    page.set_input_files("input[type=file]", file)
    page.wait_for_url("**/imports/*/")
    work()
    expect(page.get_by_text("Row 1 looks like a title")).to_be_visible()
    look("1-refused")
    expect(page.get_by_label("Row of the headings")).to_have_value("2")
    page.get_by_role("button", name="Use row 2 as the headings").click()
    expect(page.get_by_text("Reading").first).to_be_visible()
    work()

    expect(page.locator("#field-external_id")).to_have_value("Customer #")
    expect(page.locator("#field-holder")).to_have_value("Sales Rep")
    for field, column in {
        "name": "Shop",
        "status": "State of customer",
        "annual_sales": "Revenue L12M",
        "holder_from": "Rep since",
    }.items():
        page.locator(f"#field-{field}").select_option(column)
    expect(page.get_by_text("Columns that go nowhere")).to_have_count(0)
    expect(page.get_by_text("Columbus Pets · Paw Palace")).to_be_visible()
    page.get_by_label("Days are written").select_option("mdy")
    look("2-matching")
    page.get_by_role("button", name="Check the rows").click()
    expect(page.get_by_text("Checking").first).to_be_visible()
    work()

    expect(page.get_by_text("5 rows have errors")).to_be_visible()
    expect(page.get_by_text("Did you mean “Ohio”?")).to_be_visible()
    expect(page.get_by_text("this file writes the month first")).to_be_visible()
    look("3-errors")
    equals = page.locator("#row-6, #row-7")
    expect(equals.get_by_text("is in row")).to_have_count(2)
    second = page.locator("#row-7")
    second.get_by_label("External id").fill("N-4")
    second.get_by_role("button", name="Save the row").click()
    expect(equals.get_by_text("is in row")).to_have_count(0)
    expect(equals.get_by_text("New", exact=True)).to_have_count(2)
    expect(page.get_by_text("3 rows have errors")).to_be_visible()

    fourth = page.locator("#row-4")
    fourth.get_by_label("Holder (position)").fill("Ohio")
    fourth.get_by_label("Held from").fill("01/31/2026")
    fourth.get_by_role("button", name="Save the row").click()
    expect(page.get_by_text("2 rows have errors")).to_be_visible()
    fifth = page.locator("#row-5")
    fifth.get_by_label("Sales, last 12 months").fill("")
    fifth.get_by_label("Sales, last 12 months").press("Enter")
    expect(page.get_by_text("1 row has an error")).to_be_visible()
    expect(page.locator("#deeds").get_by_text("Error 1")).to_be_visible()
    look("4-mended")
    page.get_by_role("button", name="Leave them out").click()
    expect(page.get_by_text("Checking").first).to_be_visible()
    work()

    expect(page.get_by_role("button", name="Import 5 rows")).to_be_visible()
    look("5-ready")
    page.get_by_role("button", name="Import 5 rows").click()
    expect(page.get_by_text("Importing").first).to_be_visible()
    work()
    expect(page.get_by_text("5 rows changed something")).to_be_visible()
    look("6-imported")
    made = {row.external_id: row for row in Account.objects.filter(external_id__startswith="N-")}
    assert sorted(made) == ["N-1", "N-2", "N-3", "N-4"]
    assert (str(made["N-1"].annual_sales), str(made["N-4"].annual_sales)) == ("1200.50", "-1000.00")
    page.get_by_role("button", name="Undo the import").click()
    page.locator("#confirm-yes").click()
    expect(page.get_by_text("Undoing").first).to_be_visible()
    work()
    expect(page.get_by_text("as it was before")).to_be_visible()
    assert not Account.objects.filter(external_id="N-1", deleted_at=None).exists()
