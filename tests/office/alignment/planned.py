"""A plan of the test company, as tests begin with it: East's, of Ohio and Iowa, every account where it is held today."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from terrier.office.alignment.models import Level, Placement, Plan, Territory, TerritoryKind
from tests.office.conftest import Company

TODAY = dt.date(2026, 1, 1)

HELD = {"columbus": "Ohio", "dayton": "Ohio", "ames": "Iowa", "chain ohio": "Ohio"}


def plan_of(company: Company, root: str = "rita", name: str = "Spring", **fields: object) -> Plan:
    """An empty plan below a persona's position."""
    return Plan.objects.create(
        name=name, root=company.positions[root], based_on=TODAY, author=company.people[root], **fields
    )


def east(company: Company, **fields: object) -> tuple[Plan, dict[str, Territory]]:
    """East's plan with its accounts placed as they are held today."""
    plan = plan_of(company, **fields)
    top = Territory.objects.create(
        plan=plan, name="East", level=Level.REGION, position=company.positions["rita"]
    )
    nodes = {
        name: Territory.objects.create(plan=plan, name=name, parent=top, position=company.positions[holder])
        for name, holder in {"Ohio": "tess", "Iowa": "tim"}.items()
    }
    nodes["Inside"] = Territory.objects.create(
        plan=plan,
        name="Inside",
        parent=top,
        position=company.positions["ann"],
        kind=TerritoryKind.PORTFOLIO,
    )
    for label, held in HELD.items():
        Placement.objects.create(
            plan=plan,
            account=company.accounts[label],
            territory=nodes[held],
            present=nodes[held],
            changed_at=timezone.now(),
        )
    return plan, nodes
