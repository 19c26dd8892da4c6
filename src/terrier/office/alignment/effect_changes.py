"""What a plan changes in who covers which account, from its day on."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.db import connection
from django.db.models import F, Q
from django.utils import timezone

from terrier.office.alignment.id_sets import id_set
from terrier.office.alignment.models import (
    Coverage,
    CoverageKind,
    Holdover,
    Level,
    Overlay,
    Placement,
    Plan,
    Territory,
)


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be of one account from a day on. position : the holder, none for nobody. shared : with whom else, by split."""

    account: int
    day: dt.date
    position: int | None
    cause: str
    shared: dict[int, Decimal]


def lock_accounts(plan: Plan) -> None:
    """Keep others from changing who covers these accounts meanwhile. (SQLite lets one write at a time anyway.)"""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT 1 FROM accounts_account a JOIN alignment_placement p ON p.account_id = a.id"
                " WHERE p.plan_id = %s ORDER BY a.id FOR UPDATE OF a",
                [plan.pk],
            )


def changes_of(plan: Plan, day: dt.date) -> list[Change]:
    """Accounts whose holder, or with whom the credit is shared, becomes another by the plan."""
    until = dict(Holdover.objects.filter(plan=plan, until__gt=day).values_list("account", "until"))
    wanted: dict[int, dict[int, Decimal]] = defaultdict(dict)
    overlays = Overlay.objects.filter(plan=plan, territory__position__isnull=False)
    holders = Placement.objects.filter(plan=plan, account__in=overlays.values("account"))
    holder = dict(holders.values_list("account", "territory"))
    for account, territory, position, split in overlays.values_list(
        "account", "territory", "territory__position", "split"
    ):
        if holder.get(account) != territory:  # whoever holds it all shares with nobody
            wanted[account][position] = split
    own = set(
        Territory.objects.filter(plan=plan, position__isnull=False, level=Level.TERRITORY).values_list(
            "position", flat=True
        )
    )
    # Which of these accounts are the plan's is asked afterwards: joined, it would be asked for each pair of the two.
    shares = Coverage.objects.on(day).filter(kind=CoverageKind.OVERLAY, position__in=own)
    shared: dict[int, dict[int, Decimal]] = defaultdict(dict)
    for account, position, split in shares.order_by().values_list("account", "position", "split"):
        shared[account][position] = split
    resplit = {
        account for account in wanted.keys() | shared.keys() if wanted.get(account) != shared.get(account)
    }
    rows = (
        Placement.objects.filter(plan=plan)
        .exclude(Q(territory=F("present")) | Q(territory__isnull=True, present__isnull=True))
        .values_list("account", "territory__position", "cause")
    )
    found = {
        account: Change(account, until.get(account, day), position, cause, wanted.get(account, {}))
        for account, position, cause in rows.order_by("account")
    }
    others = Placement.objects.filter(plan=plan, account__in=id_set(resplit - found.keys()))
    for account, position, cause in others.values_list("account", "territory__position", "cause"):
        found[account] = Change(account, until.get(account, day), position, cause, wanted.get(account, {}))
    return [found[account] for account in sorted(found)]


def simple_among(changes: Sequence[Change]) -> set[int]:
    """Accounts that nobody shares and for which nothing is planned: at most one row lasts past the day, and it is open."""
    alone = {one.account for one in changes if not one.shared and one.position is not None}
    first = min((one.day for one in changes), default=timezone.localdate())
    lasting = (
        Coverage.objects.filter(account__in=id_set(alone))
        .filter(Q(ends_on__isnull=True) | Q(ends_on__gt=first))
        .order_by()
        .values_list("account", "kind", "starts_on", "ends_on")
    )
    seen: set[int] = set()
    for account, kind, starts_on, ends_on in lasting:
        if account in seen or kind != CoverageKind.PRIMARY or ends_on is not None or starts_on >= first:
            alone.discard(account)
        seen.add(account)
    return alone
