"""The pages of plans in a real browser. Their story is told in test_story_browser.py."""

from __future__ import annotations

import pytest
from django.urls import reverse

from terrier.office.accounts.models import Account
from tests.office.alignment.planned import east
from tests.office.browser import EVERY_LOOK, Office

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def located(office: Office) -> Office:
    """Ohio holds three accounts and Iowa one, all of them a little way from one another."""
    for at, label in enumerate(("columbus", "dayton", "chain ohio", "ames")):
        Account.objects.filter(pk=office.company.accounts[label].pk).update(
            longitude=-84 - at, latitude=40, annual_sales=1000, account_class="B"
        )
    return office


def test_the_pages_of_plans_are_fit_for_everybody(located: Office) -> None:
    plan, nodes = east(located.company)
    pages = ("plan", "rules", "engine", "challenges", "handovers", "compare", "history", "settings")
    for look in (EVERY_LOOK[0], EVERY_LOOK[3]):
        for name in pages:
            opened = located.open("rita", reverse(f"plans:{name}", args=[plan.pk]), **look)
            opened.picture(f"plan-{name}")
            assert opened.faults() == [], name
        opened = located.open("rita", reverse("plans:territory", args=[plan.pk, nodes["Ohio"].pk]), **look)
        assert opened.faults() == []
        assert located.open("rita", reverse("plans:list"), **look).faults() == []
