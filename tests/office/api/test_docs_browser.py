from __future__ import annotations

from tests.office.browser import EVERY_LOOK, Office


def test_the_page_of_the_api_is_fit_for_everybody(office: Office) -> None:
    for look in EVERY_LOOK:
        page = office.look("tess", "/api/v1/docs", **look)
        page.page.locator("#create_coverage > summary").click()
        page.picture("api")
        assert page.faults() == []
