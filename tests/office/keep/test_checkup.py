from __future__ import annotations

import pytest
from pytest_django import Settings

from terrier.office.keep.checkup import look


@pytest.mark.parametrize(
    ("url", "warned"), [("https://terrier.example.com", True), ("http://127.0.0.1:8000", False)]
)
def test_a_demo_that_others_can_reach_is_wrong(db: None, settings: Settings, url: str, warned: bool) -> None:
    settings.ENVIRONMENT = settings.ENVIRONMENT.model_copy(update={"url": url, "demo": True})
    settings.SITE_URL = url
    found = [one for one in look() if one.what == "demo"]
    assert [one.fine for one in found] == ([False] if warned else [])
