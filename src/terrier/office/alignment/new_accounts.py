"""Accounts that are new since a plan is in force: its rules say who holds them, and they become part of it."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from terrier.office.accounts.models import Account, Status
from terrier.office.alignment.id_sets import id_set
from terrier.office.alignment.models import (
    Cause,
    Coverage,
    CoverageKind,
    Level,
    Placement,
    Plan,
    PlanState,
    Territory,
)
from terrier.office.alignment.moving import counted_up, locked
from terrier.office.alignment.rules import territory_by_rules
from terrier.office.audit.models import Action
from terrier.office.audit.services import Author, Record, save_act
from terrier.office.jobs.models import Job
from terrier.office.jobs.services import enqueue
from terrier.office.jobs.words import said
from terrier.office.people.models import Person, Position
from terrier.office.people.scope import WHOLE_COMPANY

PLACE_NEW = "alignment.place_new"
"""The job that looks for accounts without a holder."""


def place_new_later(author: Person | None) -> Job | None:
    """Ask for that job, if any plan is in force."""
    if not Plan.objects.filter(state=PlanState.ACTIVE).exists():
        return None
    return enqueue(
        PLACE_NEW,
        author=author,
        summary=said("New accounts placed by rules"),
        author_id=author.pk if author else None,
    )


def plans_in_force() -> list[Plan]:
    """Active plans, those of a part of the company before the company's own: the nearer rule wins."""
    rows = Plan.objects.filter(state=PlanState.ACTIVE).select_related("root").order_by("pk")
    return sorted(rows, key=lambda plan: plan.root.role in WHOLE_COMPANY)


def holder_by_rules(account: Account) -> Position | None:
    """Who holds a new account by the rules of the plans in force; it becomes part of that plan. None if no rule says."""
    for plan in plans_in_force():
        found = _wanted(plan, [account.pk])
        if account.pk in found:
            territory = found[account.pk]
            _join(plan, {account.pk: territory})
            return territory.position
    return None


@transaction.atomic
def place_new_accounts(*, plan: Plan, author: Author) -> int:
    """Let an active plan's rules give a holder, from today on, to accounts that have none, and take in those that others took
    in meanwhile. Returns how many got a holder."""
    locked(plan, even_active=True)
    _adopt(plan)
    today = timezone.localdate()
    covered = Coverage.objects.on(today).filter(kind=CoverageKind.PRIMARY).order_by().values("account")
    loose = (
        Account.objects.filter(deleted_at__isnull=True)
        .exclude(status=Status.CLOSED)
        .exclude(pk__in=covered)
        .exclude(placements__plan=plan)
        .order_by("pk")
    )
    wanted = _wanted(plan, loose.values_list("pk", flat=True))
    if not wanted:
        return 0
    record = Record(
        author,
        ngettext(
            "%(n)s new account placed by the rules of “%(plan)s”",
            "%(n)s new accounts placed by the rules of “%(plan)s”",
            len(wanted),
        )
        % {"n": f"{len(wanted):,}", "plan": plan.name},
    )
    rows = Coverage.objects.bulk_create(
        [
            Coverage(
                account_id=account,
                position=territory.position,
                starts_on=today,
                cause=Cause.RULE,
                reason=(_("Plan “%(plan)s”") % {"plan": plan.name})[:200],
                author=author.person,
            )
            for account, territory in wanted.items()
        ],
        batch_size=1000,
    )
    accounts = Account.objects.in_bulk(list(wanted))
    for row in rows:
        row.account = accounts[row.account_id]
        values = {
            "account": row.account_id,
            "position": row.position_id,
            "kind": row.kind,
            "split": row.split,
        }
        values |= {
            "starts_on": row.starts_on,
            "cause": row.cause,
            "reason": row.reason,
            "author": row.author_id,
        }
        record.add(
            Action.CREATE, row, {name: (None, value) for name, value in values.items() if value is not None}
        )
    save_act(record)
    _join(plan, wanted)
    return len(rows)


def _wanted(plan: Plan, accounts: Iterable[int]) -> dict[int, Territory]:
    """Which territory the rules choose for accounts. The catch-all is for the company's plan: a part's would take what is others'."""
    rows = Account.objects.filter(pk__in=id_set(accounts))
    found = territory_by_rules(plan, rows, with_catch_all=plan.root.role in WHOLE_COMPANY)
    nodes = {
        node.pk: node
        for node in Territory.objects.filter(plan=plan, position__isnull=False).select_related("position")
        if node.position is not None
        and node.position.opens_on <= timezone.localdate()
        and (node.position.closes_on is None or node.position.closes_on > timezone.localdate())
    }
    return {account: nodes[number] for account, number in found.items() if number in nodes}


def _join(plan: Plan, wanted: dict[int, Territory]) -> None:
    held = Plan.objects.select_for_update().get(pk=plan.pk)
    version, now = counted_up(plan, held), timezone.now()
    Placement.objects.bulk_create(
        [
            Placement(
                plan=held,
                account_id=account,
                territory=territory,
                present=territory,
                cause=Cause.RULE,
                changed_at=now,
                version=version,
            )
            for account, territory in wanted.items()
        ],
        batch_size=1000,
        ignore_conflicts=True,
    )


def _adopt(plan: Plan) -> None:
    """Accounts that somebody of the plan took on by hand since become part of it, where they are."""
    today = timezone.localdate()
    nodes = {
        node.position_id: node
        for node in Territory.objects.filter(plan=plan, level=Level.TERRITORY, position__isnull=False)
    }
    rows = (
        Coverage.objects.on(today)
        .filter(kind=CoverageKind.PRIMARY, position__in=list(nodes), account__deleted_at__isnull=True)
        .exclude(account__placements__plan=plan)
        .order_by()
        .values_list("account", "position")
    )
    found = {account: nodes[position] for account, position in rows}
    if found:
        _join(plan, found)
