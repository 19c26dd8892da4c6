"""A plan taking effect, and taken back, in a process of their own, killed at random moments.

python -m tests.office.alignment.killing POINTS: sets up an office in TERRIER_HOME (and DATABASE_URL, if given), then kills
each at so many random points. Whatever the moment, coverage is the old one or the new one, never a mixture; and the next worker
ends what was begun, once. Exits with 1 and says so where it does not.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import sys
from pathlib import Path
from typing import Any

from tests.office.keep.killing import damaged
from tests.office.killing import finish, kill, work_here

ACCOUNTS = 1_500
HOLDERS = 5


def main(points: int) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "terrier.office.settings"
    import django

    django.setup()
    from django.core.management import call_command

    from terrier.office.alignment.effect import put_into_effect
    from terrier.office.alignment.effect_undoing import take_back
    from terrier.office.alignment.models import Plan
    from terrier.office.audit.services import Author

    call_command("migrate", verbosity=0)
    plan = approved_plan()
    before, torn, moment = state_hash(), 0, 1.0
    for _ in range(points):
        put_into_effect(plan=Plan.objects.get(pk=plan.pk), author=Author(None))
        moment = kill(work_here, moment)
        applied = Plan.objects.get(pk=plan.pk).applied_at is not None
        torn += (state_hash() != before) != applied
        finish()
        after = state_hash()
        torn += after == before or Plan.objects.get(pk=plan.pk).applied_at is None
        moment = kill(lambda: take_back(plan=Plan.objects.get(pk=plan.pk), author=Author(None)), moment)
        applied = Plan.objects.get(pk=plan.pk).applied_at is not None
        torn += state_hash() != (after if applied else before)
        if applied:
            take_back(plan=Plan.objects.get(pk=plan.pk), author=Author(None))
        torn += state_hash() != before or damaged()
    print(f"{points} points each, {torn} torn")
    sys.exit(torn > 0)


def approved_plan() -> Any:
    """Five territories; every account moves on to the next, every tenth is shared with the one after."""
    from django.utils import timezone

    from terrier.office.accounts.models import Account
    from terrier.office.alignment.models import Coverage, Overlay, Territory
    from terrier.office.alignment.moving import move_accounts, placed_where
    from terrier.office.alignment.planning import create_plan
    from terrier.office.alignment.states import approve
    from terrier.office.audit.services import Author
    from terrier.office.people.models import Position, ReportingLine

    long_ago, author = dt.date(2020, 1, 1), Author(None)
    top = Position.objects.create(name="East", role="region_manager", opens_on=long_ago)
    holders = [
        Position.objects.create(name=f"T{at}", role="territory_manager", opens_on=long_ago)
        for at in range(HOLDERS)
    ]
    for one in holders:
        ReportingLine.objects.create(position=one, manager=top, starts_on=long_ago)
    accounts = Account.objects.bulk_create(Account(name=f"A{at}") for at in range(ACCOUNTS))
    Coverage.objects.bulk_create(
        Coverage(account=account, position=holders[at % HOLDERS], starts_on=long_ago)
        for at, account in enumerate(accounts)
    )
    plan = create_plan(name="Spring", root=top, author=author)
    nodes = list(Territory.objects.filter(plan=plan, level="territory").order_by("name"))
    held = [placed_where(plan, territory=node) for node in nodes]
    for at, numbers in enumerate(held):
        move_accounts(plan=plan, accounts=numbers, to=nodes[(at + 1) % HOLDERS], author=author)
    Overlay.objects.bulk_create(
        Overlay(plan=plan, account_id=number, territory=nodes[(at + 2) % HOLDERS], split="0.2")
        for at, numbers in enumerate(held)
        for number in numbers[::10]
    )
    return approve(plan=plan, effective_on=timezone.localdate() + dt.timedelta(30), author=author)


def state_hash() -> str:
    from terrier.office.alignment.models import Coverage, HandOver

    rows = Coverage.objects.order_by("account", "starts_on", "kind", "position")
    told = list(rows.values_list("account", "position", "kind", "split", "starts_on", "ends_on"))
    handed = list(HandOver.objects.order_by("account").values_list("account", "giver", "taker"))
    return hashlib.sha256(repr((told, handed)).encode()).hexdigest()


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[3]))
    main(int(sys.argv[1]))
