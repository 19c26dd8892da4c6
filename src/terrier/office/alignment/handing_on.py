"""What a position that closes leaves behind, and who takes it over: every account it covers beyond that day, dated."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from terrier.office.accounts.models import Account
from terrier.office.alignment.models import Cause, Coverage, CoverageKind, unfair_day
from terrier.office.alignment.services import end_row, lasts_past, open_row, overlaps, resplit, total_of
from terrier.office.alignment.workload import hours_of
from terrier.office.audit.rows import batches
from terrier.office.audit.services import Record
from terrier.office.errors import RefusedError
from terrier.office.people.models import Position

SHOWN = 50
FIELD = "accounts_to"


@dataclass(frozen=True, slots=True)
class Left:
    """What a position covers beyond a day. rows : those with the most sales, for a reader."""

    n_accounts: int
    n_primary: int
    annual_sales: Decimal
    service_hours: float
    rows: list[Coverage]

    @property
    def n_more(self) -> int:
        return self.n_accounts - len(self.rows)


def left_by(position: Position, day: dt.date) -> Left:
    """What would be left without a position from a day on. Deleted accounts count, too: they may come back."""
    held: dict[int, Coverage] = {}
    for row in _beyond(position, day).select_related("account").order_by("-kind", "starts_on"):
        held.setdefault(row.account_id, row)
    primary = [row.account for row in held.values() if row.kind == CoverageKind.PRIMARY]
    largest = sorted(held.values(), key=lambda row: (row.kind, row.account.annual_sales), reverse=True)
    return Left(
        n_accounts=len(held),
        n_primary=len(primary),
        annual_sales=sum((account.annual_sales for account in primary), Decimal(0)),
        service_hours=hours_of(_beyond(position, day).filter(kind=CoverageKind.PRIMARY), position),
        rows=largest[:SHOWN],
    )


def hand_on(*, record: Record, position: Position, to: Position | None, day: dt.date) -> None:
    """End what a position covers on a day, as part of its closing, and let another take it over as it was; or nobody.

    Where the other one shares the account already, it gets both shares. What an overlay leaves to nobody goes back to the
    holder.
    """
    if to is not None:
        _refuse_successor(position, to, day)
    accounts = sorted(set(_beyond(position, day).values_list("account", flat=True)))
    list(Account.objects.select_for_update().filter(pk__in=accounts).values_list("pk"))
    reason = _("Took over when %(position)s closed.") % {"position": position}
    for batch in batches(accounts, 500):
        for rows in _by_account(batch):
            _hand_on_one(record, rows, position, to, day, reason)
        for rows in _by_account(batch):
            if wrong := unfair_day(rows):
                raise RefusedError(wrong, FIELD)


def _hand_on_one(
    record: Record, rows: list[Coverage], position: Position, to: Position | None, day: dt.date, reason: str
) -> None:
    leaving = [row for row in rows if row.position_id == position.pk and lasts_past(row, day)]
    for n, row in enumerate(leaving):
        now = rows if n == 0 else _rows_of(row.account)  # the first may have cut them
        others = [one for one in now if one.position_id != position.pk]
        starts_on, until, share = max(day, row.starts_on), row.ends_on, row.split
        beside = [one for one in others if overlaps(one, starts_on, until)]
        mine = [one for one in beside if to is not None and one.position_id == to.pk]
        whole = {one.pk: total_of(now, max(starts_on, one.starts_on)) == 1 for one in beside}
        end_row(record, row, starts_on)
        if row.kind == CoverageKind.OVERLAY and (to is None or mine):
            for one in mine or [one for one in beside if one.kind == CoverageKind.PRIMARY and whole[one.pk]]:
                resplit(record, one, starts_on, until, one.split + share)
            continue
        if to is None:
            continue
        told = {"account": row.account, "position": to, "cause": Cause.MANUAL, "reason": reason}
        for one in mine:
            share, last = share + one.split, one.ends_on
            kept = {"kind": one.kind, "split": one.split}
            end_row(record, one, starts_on)
            if until is not None and (last is None or last > until):
                open_row(record, **told, **kept, starts_on=until, ends_on=last)
        open_row(record, **told, kind=row.kind, starts_on=starts_on, ends_on=until, split=share)


def _refuse_successor(position: Position, to: Position, day: dt.date) -> None:
    told = {"position": position, "to": to}
    if to.pk == position.pk:
        raise RefusedError(_("Nobody can take over from themselves: choose another position."), FIELD)
    if to.opens_on > day or to.closes_on is not None:
        raise RefusedError(
            _("%(to)s is not open from then on: choose a position that is.") % told,
            FIELD,
        )


def _beyond(position: Position, day: dt.date) -> QuerySet[Coverage]:
    return Coverage.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=day), position=position)


def _by_account(accounts: list[int]) -> Iterator[list[Coverage]]:
    rows = (
        Coverage.objects.filter(account__in=accounts)
        .select_related("account", "position")
        .order_by("account_id", "starts_on", "pk")
    )
    for _account, its_rows in groupby(rows, key=lambda row: row.account_id):
        yield list(its_rows)


def _rows_of(account: Account) -> list[Coverage]:
    return next(_by_account([account.pk]), [])
