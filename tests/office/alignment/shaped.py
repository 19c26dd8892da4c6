"""A plan to shape on the map: sixty accounts in rows across Ohio, the western half Tess's, the eastern Tim's, and Ann's portfolio empty."""

from __future__ import annotations

from django.utils import timezone

from terrier.office.accounts.models import Account, Status
from terrier.office.alignment.models import Placement, Plan, Territory
from tests.office.alignment.planned import east
from tests.office.conftest import Company

COLUMNS, ROWS = 10, 6


def shaped(company: Company, **fields: object) -> tuple[Plan, dict[str, Territory]]:
    """Territory managers' bases lie in the middle of their halves; every account sells the same."""
    plan, nodes = east(company, **fields)
    Placement.objects.filter(plan=plan).delete()
    accounts = Account.objects.bulk_create(
        Account(
            name=f"Store {column}-{row}",
            external_id=f"S-{column}-{row}",
            status=Status.ACTIVE,
            city="Dayton" if column < COLUMNS / 2 else "Columbus",
            state="OH",
            account_class="B",
            annual_sales=10_000,
            longitude=-84.4 + 0.25 * column + 0.02 * (row % 2),
            latitude=39.4 + 0.25 * row,
        )
        for column in range(COLUMNS)
        for row in range(ROWS)
    )
    for holder, longitude in {"tess": -83.9, "tim": -82.65}.items():
        position = company.positions[holder]
        position.base_longitude, position.base_latitude = longitude, 40.0
        position.save()
    now = timezone.now()
    Placement.objects.bulk_create(
        Placement(plan=plan, account=account, territory=node, present=node, changed_at=now)
        for at, account in enumerate(accounts)
        for node in [nodes["Ohio"] if at < len(accounts) / 2 else nodes["Iowa"]]
    )
    return plan, nodes
