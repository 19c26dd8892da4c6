"""Changes of coverage written one by one in memory: of accounts that are shared, or for which something is planned already."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal

from django.utils.translation import gettext as _

from terrier.office.accounts.models import Account
from terrier.office.alignment.effect_changes import Change
from terrier.office.alignment.errors import PlanError
from terrier.office.alignment.id_sets import id_set
from terrier.office.alignment.models import (
    Cause,
    Coverage,
    CoverageKind,
    Level,
    Plan,
    Territory,
    unfair_day,
)
from terrier.office.audit.models import Action
from terrier.office.audit.rows import change_row, erase_row
from terrier.office.audit.services import Record
from terrier.office.people.models import Position

BATCH = 2_000
ALL = Decimal(1)


def write_others(record: Record, plan: Plan, changes: Sequence[Change]) -> None:
    """Accounts that are shared, or for which something is planned: from the day on they are as the plan says.

    Rows of positions outside of the plan that share the credit stay; what was planned for later gives way.
    """
    if not changes:
        return
    own = set(
        Territory.objects.filter(plan=plan, position__isnull=False, level=Level.TERRITORY).values_list(
            "position", flat=True
        )
    )
    reason = (_("Plan “%(plan)s”") % {"plan": plan.name})[:200]
    rows: dict[int, list[Coverage]] = defaultdict(list)
    of_accounts = Coverage.objects.filter(account__in=id_set(one.account for one in changes))
    for row in of_accounts.select_related("account", "position").order_by("starts_on"):
        rows[row.account_id].append(row)
    fresh: list[Coverage] = []
    for change in changes:
        fresh += _changed(record, change, rows[change.account], own, reason)
    made = Coverage.objects.bulk_create(fresh, batch_size=BATCH)
    positions = Position.objects.in_bulk({row.position_id for row in made})
    accounts = Account.objects.in_bulk([row.account_id for row in made])
    names = ("account", "position", "kind", "split", "starts_on", "cause", "reason", "author")
    for row in made:
        row.account, row.position = accounts[row.account_id], positions[row.position_id]
        values = {name: getattr(row, Coverage._meta.get_field(name).attname) for name in names}  # type: ignore[union-attr]
        record.add(
            Action.CREATE,
            row,
            {name: (None, value) for name, value in values.items() if value not in (None, "")},
        )


def _changed(
    record: Record, change: Change, rows: Iterable[Coverage], own: set[int], reason: str
) -> list[Coverage]:
    """End or erase what gives way, and return the rows that follow."""
    kept: set[int] = set()
    foreign = Decimal(0)
    lasting = [row for row in rows if row.ends_on is None or row.ends_on > change.day]
    for row in lasting:
        if (
            row.kind == CoverageKind.OVERLAY
            and row.position_id not in own
            and row.position_id != change.position
        ):
            foreign += row.split
    rest = ALL - foreign - sum(change.shared.values(), Decimal(0))
    wanted = (
        {} if change.position is None else {change.position: (CoverageKind.PRIMARY, max(rest, Decimal(0)))}
    )
    wanted |= {
        position: (CoverageKind.OVERLAY, split)
        for position, split in change.shared.items()
        if position != change.position
    }
    for row in lasting:
        overlay_of_others = (
            row.kind == CoverageKind.OVERLAY
            and row.position_id not in own
            and row.position_id != change.position
        )
        if overlay_of_others:
            continue
        as_wanted = wanted.get(row.position_id) == (row.kind, row.split)
        if as_wanted and row.starts_on <= change.day and row.ends_on is None:
            kept.add(row.position_id)
        elif row.starts_on >= change.day:
            erase_row(record, row)
        else:
            change_row(record, row, {"ends_on": change.day})
    return [
        Coverage(
            account_id=change.account,
            position_id=position,
            kind=kind,
            split=split,
            starts_on=change.day,
            cause=change.cause if change.cause in Cause.values else Cause.MANUAL,
            reason=reason,
            author=record.author.person,
        )
        for position, (kind, split) in wanted.items()
        if position not in kept
    ]


def refuse_unfair(changes: Sequence[Change]) -> None:
    """No account may have two holders, or more than all of its credit given away, on any day from now on."""
    numbers = [one.account for one in changes]
    for at in range(0, len(numbers), 20_000):
        some = id_set(numbers[at : at + 20_000])
        shared = Coverage.objects.filter(account__in=some, kind=CoverageKind.OVERLAY).values("account")
        rows = Coverage.objects.filter(account__in=shared).select_related("account").order_by("account")
        by_account: dict[int, list[Coverage]] = defaultdict(list)
        for row in rows.filter(account__in=some):
            by_account[row.account_id].append(row)
        for its in by_account.values():
            if wrong := unfair_day(its):
                raise PlanError(wrong)
