"""How the credit for accounts is split within a plan: read and written set by set, along with where accounts are placed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from terrier.office.alignment.id_sets import id_set
from terrier.office.alignment.models import Overlay, Plan, Territory, TerritoryKind
from terrier.office.audit.models import Action
from terrier.office.audit.services import Record

Splits = Mapping[int, Decimal]
"""Of one account: the shares of other territories than its own, by their numbers."""
Told = list[tuple[int, dict[str, str], dict[str, str]]]
"""Of accounts, as a step keeps it: the splits before and after."""


def splits_of(plan: Plan, accounts: Iterable[int]) -> dict[int, Splits]:
    """The splits of those of the accounts that are shared."""
    found: dict[int, dict[int, Decimal]] = {}
    rows = Overlay.objects.filter(plan=plan, account__in=id_set(accounts)).order_by()
    for account, node, split in rows.values_list("account", "territory", "split"):
        found.setdefault(account, {})[node] = split
    return dict(found)


def left_by_moves(
    plan: Plan, shared: Mapping[int, Splits], moves: Mapping[int, tuple[int | None, int | None]]
) -> dict[int, Splits]:
    """What moves, each from one territory to another, leave of splits: nothing to the new holder, who has the rest; and where a key
    account ends, nothing to the field, which shared it only as long as it was one."""
    if not shared:
        return {}
    kinds: dict[int | None, str] = dict(Territory.objects.filter(plan=plan).values_list("pk", "kind"))
    found: dict[int, Splits] = {}
    for account, splits in shared.items():
        source, target = moves[account]
        ends = kinds.get(source) == TerritoryKind.KEY != kinds.get(target)
        found[account] = {
            node: split
            for node, split in splits.items()
            if node != target and not (ends and kinds[node] == TerritoryKind.GEOGRAPHIC)
        }
    return found


def write_splits(
    record: Record, plan: Plan, before: Mapping[int, Splits], after: Mapping[int, Splits]
) -> list[int]:
    """Write the splits of the accounts in ``after`` where they differ, with an entry for each row; returns which did."""
    changed = [account for account, splits in after.items() if before.get(account, {}) != splits]
    if not changed:
        return []
    rows = Overlay.objects.filter(plan=plan, account__in=id_set(changed))
    for row in rows.select_related("account", "territory"):
        _tell(record, Action.DELETE, row)
    rows.delete()
    Overlay.objects.bulk_create(
        [
            Overlay(plan=plan, account_id=account, territory_id=node, split=split)
            for account in changed
            for node, split in after[account].items()
        ],
        batch_size=1000,
    )
    for row in rows.all().select_related("account", "territory"):
        _tell(record, Action.CREATE, row)
    return changed


def told(before: Mapping[int, Splits], after: Mapping[int, Splits]) -> Told:
    return [
        (account, _texts(before.get(account, {})), _texts(splits))
        for account, splits in after.items()
        if before.get(account, {}) != splits
    ]


def read(splits: Mapping[str, str]) -> dict[int, Decimal]:
    """Splits as a step keeps them."""
    return {int(node): Decimal(split) for node, split in splits.items()}


def _texts(splits: Splits) -> dict[str, str]:
    return {str(node): str(split) for node, split in splits.items()}


def _tell(record: Record, action: str, row: Overlay) -> None:
    values = {
        "plan": row.plan_id,
        "account": row.account_id,
        "territory": row.territory_id,
        "split": row.split,
    }
    made = action == Action.CREATE
    record.add(
        action, row, {name: (None, value) if made else (value, None) for name, value in values.items()}
    )
