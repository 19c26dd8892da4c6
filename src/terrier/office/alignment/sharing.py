"""Who shares an account in a plan: key accounts go to one key account manager, and the territory managers of their sites share the
credit, so that the splits of each account add up to all of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from terrier.office.accounts.models import Account
from terrier.office.alignment.errors import PlanError
from terrier.office.alignment.id_sets import id_set
from terrier.office.alignment.models import (
    Cause,
    Overlay,
    Placement,
    Plan,
    Territory,
    TerritoryKind,
)
from terrier.office.alignment.moving import counted_up, locked, place, refuse_strangers
from terrier.office.alignment.splits import splits_of, write_splits
from terrier.office.audit.services import Author, Record, save_act

MOST_ACCOUNTS = 20_000
LEAST_SPLIT = Decimal("0.0001")


@transaction.atomic
def share_accounts(*, plan: Plan, wanted: Mapping[int, Mapping[int, Decimal]], author: Author) -> int:
    """Set with whom accounts are shared: for each, the splits of other territories by their numbers; whoever holds it keeps the
    rest. An empty table ends all sharing of an account. Returns how many accounts changed.

    Raises PlanError where the splits would leave nothing to the holder, or name the holder, or strangers.
    """
    held = locked(plan)
    if len(wanted) > MOST_ACCOUNTS:
        raise PlanError(_("20,000 accounts can be shared at once."))
    refuse_strangers(held, {node for splits in wanted.values() for node in splits})
    placed = dict(
        Placement.objects.filter(plan=held, account__in=id_set(wanted)).values_list("account", "territory")
    )
    for account, splits in wanted.items():
        _refuse_unfair(account, splits, placed)
    before = splits_of(held, wanted)
    changed = [account for account, splits in wanted.items() if before.get(account, {}) != dict(splits)]
    if not changed:
        return 0
    summary = ngettext(
        "%(n)s account shared otherwise in “%(plan)s”",
        "%(n)s accounts shared otherwise in “%(plan)s”",
        len(changed),
    )
    record = Record(author, summary % {"n": f"{len(changed):,}", "plan": held.name})
    write_splits(record, held, before, wanted)
    version = counted_up(plan, held)
    Placement.objects.filter(plan=held, account__in=id_set(changed)).update(version=version)
    save_act(record)
    return len(changed)


@transaction.atomic
def make_key_account(*, plan: Plan, account: Account, to: Territory, split: Decimal, author: Author) -> int:
    """Give a chain, or a single account, to a key account manager, whole; whoever holds a site in the field keeps a share of it. One
    step, which undo takes back with the shares.

    Returns how many sites there are. Raises PlanError if ``to`` is no territory of key accounts, or the split is none.
    """
    held = locked(plan)
    if to.kind != TerritoryKind.KEY or to.plan_id != held.pk:
        raise PlanError(_("Choose a territory of the kind “Key accounts”."))
    split = split.quantize(LEAST_SPLIT)
    if not 0 <= split < 1:
        raise PlanError(_("The field's share is 0 % or more, and less than 100 %."))
    top = account.chain_id or account.pk
    sites = Placement.objects.filter(plan=held).filter(Q(account=top) | Q(account__chain=top))
    rows = list(sites.values_list("account", "territory", "territory__kind"))
    if not rows:
        raise PlanError(_("%(account)s is not part of this plan.") % {"account": account})
    place(
        plan=plan,
        wanted={number: to.pk for number, _node, _kind in rows},
        author=author,
        cause=Cause.MANUAL,
        summary=_("%(account)s becomes a key account of %(territory)s")
        % {"account": account, "territory": to.name},
        splits=_shares(plan, rows, split),
    )
    return len(rows)


def _shares(
    plan: Plan, rows: Iterable[tuple[int, int | None, str | None]], split: Decimal
) -> dict[int, dict[int, Decimal]]:
    """The field's share of each site: of the territory it was in, or that shared it already if it was a key account before."""
    found: dict[int, dict[int, Decimal]] = {}
    before = dict(
        Overlay.objects.filter(plan=plan, territory__kind=TerritoryKind.GEOGRAPHIC).values_list(
            "account", "territory"
        )
    )
    for account, node, kind in rows:
        field = node if kind == TerritoryKind.GEOGRAPHIC else before.get(account)
        found[account] = {field: split} if field is not None and split > 0 else {}
    return found


def _refuse_unfair(account: int, splits: Mapping[int, Decimal], placed: Mapping[int, int | None]) -> None:
    if account not in placed:
        raise PlanError(_("Account number %(number)s is not part of this plan.") % {"number": account})
    if placed[account] in splits:
        raise PlanError(
            _("Whoever holds an account keeps what others do not share; they need no share of their own.")
        )
    if any(split <= 0 for split in splits.values()) or sum(splits.values(), Decimal(0)) >= 1:
        raise PlanError(_("Each share is more than 0 %, and together they leave something to the holder."))
