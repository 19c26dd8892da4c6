"""Locks: what neither a person nor the engine moves until it is unlocked."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import ngettext

from terrier.office.alignment.id_sets import id_set
from terrier.office.alignment.models import Lock, Placement, Plan, Territory
from terrier.office.alignment.moving import counted_up, locked, rows_of
from terrier.office.audit.models import Action
from terrier.office.audit.services import Author, Record, save_act


@transaction.atomic
def lock_accounts(*, plan: Plan, accounts: Iterable[int], author: Author, reason: str = "") -> int:
    """Lock accounts where they are. Those locked already stay so. Returns how many were locked."""
    held = locked(plan)
    rows = rows_of(held, dict.fromkeys((int(number) for number in accounts), None))
    there = set(Lock.objects.filter(plan=held, account__isnull=False).values_list("account", flat=True))
    fresh = [row.account for row in rows if row.account not in there]
    if not fresh:
        return 0
    version = counted_up(plan, held)
    Lock.objects.bulk_create(
        [Lock(plan=held, account_id=account, reason=reason[:200], author=author.person) for account in fresh],
        batch_size=1000,
    )
    Placement.objects.filter(plan=held, account__in=id_set(fresh)).update(version=version)
    _record_locks(held, author, Action.CREATE, Lock.objects.filter(plan=held, account__in=id_set(fresh)))
    return len(fresh)


@transaction.atomic
def unlock_accounts(*, plan: Plan, accounts: Iterable[int], author: Author) -> int:
    """Take the locks of accounts away; returns how many there were."""
    held = locked(plan)
    found = Lock.objects.filter(plan=held, account__in=id_set(accounts))
    numbers = list(found.values_list("account", flat=True))
    if not numbers:
        return 0
    version = counted_up(plan, held)
    _record_locks(held, author, Action.DELETE, found)
    found.delete()
    Placement.objects.filter(plan=held, account__in=id_set(n for n in numbers if n is not None)).update(
        version=version
    )
    return len(numbers)


@transaction.atomic
def lock_territory(*, territory: Territory, author: Author, reason: str = "") -> Lock:
    """Lock a whole territory: nothing leaves it, nothing comes. One that is locked stays as it is."""
    held = locked(territory.plan)
    lock, fresh = Lock.objects.get_or_create(
        plan=held, territory=territory, defaults={"reason": reason[:200], "author": author.person}
    )
    if fresh:
        _touched(territory, held)
        _record_locks(held, author, Action.CREATE, Lock.objects.filter(pk=lock.pk))
    return lock


@transaction.atomic
def unlock_territory(*, territory: Territory, author: Author) -> bool:
    held = locked(territory.plan)
    found = Lock.objects.filter(plan=held, territory=territory)
    if not found.exists():
        return False
    _touched(territory, held)
    _record_locks(held, author, Action.DELETE, found)
    found.delete()
    return True


def _touched(territory: Territory, held: Plan) -> None:
    version = counted_up(territory.plan, held)
    Territory.objects.filter(pk=territory.pk).update(version=version)
    territory.version = version


def _record_locks(plan: Plan, author: Author, action: str, rows: QuerySet[Lock, Lock]) -> None:
    found = list(rows.select_related("account", "territory"))
    told = {"n": f"{len(found):,}", "plan": plan.name}
    summary = (
        ngettext("%(n)s lock set in “%(plan)s”", "%(n)s locks set in “%(plan)s”", len(found))
        if action == Action.CREATE
        else ngettext("%(n)s lock opened in “%(plan)s”", "%(n)s locks opened in “%(plan)s”", len(found))
    ) % told
    record = Record(author, summary)
    names = ("plan", "account", "territory", "reason", "author")
    for row in found:
        values = {name: getattr(row, Lock._meta.get_field(name).attname) for name in names}  # type: ignore[union-attr]
        told_of = {name: value for name, value in values.items() if value not in (None, "")}
        pairs = {
            name: (None, value) if action == Action.CREATE else (value, None)
            for name, value in told_of.items()
        }
        record.add(action, row, pairs)
    save_act(record)
