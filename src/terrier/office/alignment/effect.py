"""Taking effect: what a plan says becomes coverage from its day on, all of it or nothing; and back again until that day.

An account changes hands where the plan places it otherwise than it was at first; where people have moved it by hand since
then, what was approved counts. Nothing before the day changes. Most accounts are written set by set; those that are
shared, or for which something is planned already, one by one in memory.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import connection, transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from terrier.office.accounts.models import Account
from terrier.office.alignment.errors import PlanError
from terrier.office.alignment.id_sets import id_set, id_set_sql
from terrier.office.alignment.models import (
    Cause,
    Coverage,
    CoverageKind,
    HandOver,
    Holdover,
    Level,
    Overlay,
    Placement,
    Plan,
    PlanState,
    Territory,
    unfair_day,
)
from terrier.office.audit.models import Act, Action, Entry
from terrier.office.audit.rows import change_row, erase_row
from terrier.office.audit.services import Author, Record, begin_act, save_act, undoing
from terrier.office.imports.taking_back import swapped
from terrier.office.jobs.models import ENDED, Job
from terrier.office.jobs.services import enqueue
from terrier.office.jobs.words import said
from terrier.office.people.models import Position
from terrier.office.people.scope import with_those_below

HAND_OVER_DAYS = 14
"""From the day on, within which the one who had an account should have introduced the one who gets it."""
BATCH = 2_000
APPLY, BEGIN = "alignment.apply", "alignment.begin"
"""The jobs that write the coverage, and that make the plan active on its day."""
ALL = Decimal(1)


@dataclass(frozen=True, slots=True)
class Change:
    """What is to be of one account from a day on. position : the holder, none for nobody. shared : with whom else, by split."""

    account: int
    day: dt.date
    position: int | None
    cause: str
    shared: dict[int, Decimal]


@transaction.atomic
def apply_plan(*, plan: Plan, author: Author) -> Act:
    """Write the coverage of an approved plan, effective on its day.

    Raises PlanError where the plan is not approved, its day is past, or it is written already.
    """
    held = Plan.objects.select_for_update().get(pk=plan.pk)
    day = _day_of(held)
    refuse_closed_positions(held, day)
    summary = _("“%(plan)s” takes effect on %(day)s") % {"plan": held.name, "day": day.isoformat()}
    record = Record(author, summary)
    act = begin_act(record)
    _lock_accounts(held)
    changes = _changes(held, day)
    simple = _simple(changes)
    _hand_over(held, changes, day)
    _write_simple(held, act, [one for one in changes if one.account in simple], author)
    _write_others(record, held, [one for one in changes if one.account not in simple])
    change_row(record, held, {"applied_at": timezone.now()})
    Entry.objects.bulk_create(record.entries, batch_size=1000)
    _refuse_unfair(changes)
    if day == timezone.localdate():
        begin(held, author)
    for field in Plan._meta.concrete_fields:
        setattr(plan, field.attname, getattr(held, field.attname))
    return act


@transaction.atomic
def put_into_effect(*, plan: Plan, author: Author) -> Job:
    """Ask for the coverage of an approved plan to be written, as a job. One that is asked for twice is one."""
    held = Plan.objects.select_for_update().get(pk=plan.pk)
    day = _day_of(held)
    refuse_closed_positions(held, day)
    busy = Job.objects.filter(kind=APPLY, payload__plan_id=held.pk).exclude(state__in=ENDED).first()
    return busy or enqueue(
        APPLY,
        author=author.person,
        summary=said("“%(plan)s” takes effect on %(day)s", plan=held.name, day=day.isoformat()),
        plan_id=held.pk,
        author_id=author.person.pk if author.person else None,
    )


def begin_later(plan: Plan, act: Act) -> None:
    """Let a worker make the plan active on its day, if that is still to come."""
    if plan.is_scheduled and plan.effective_on is not None:
        morning = timezone.make_aware(dt.datetime.combine(plan.effective_on, dt.time()))
        enqueue(
            BEGIN,
            author=None,
            key=f"{BEGIN}:{act.pk}",
            not_before=morning,
            summary=act.summary,
            plan_id=plan.pk,
        )


def begin(plan: Plan, author: Author) -> None:
    """The day has come: the plan is active, and those that were so for its root, or for a part of it, are put away."""
    record = Record(author, _("“%(plan)s” is in force") % {"plan": plan.name})
    below = with_those_below(frozenset({plan.root_id}), timezone.localdate())
    for other in Plan.objects.filter(state=PlanState.ACTIVE, root__in=below).exclude(pk=plan.pk):
        change_row(record, other, {"state": PlanState.ARCHIVED})
    change_row(record, plan, {"state": PlanState.ACTIVE})
    save_act(record)


def _day_of(plan: Plan) -> dt.date:
    if plan.state != PlanState.APPROVED or plan.effective_on is None:
        raise PlanError(_("Only an approved plan takes effect; “%(plan)s” is not.") % {"plan": plan.name})
    if plan.applied_at is not None:
        raise PlanError(_("The coverage of this plan is written already."))
    if plan.effective_on < timezone.localdate():
        raise PlanError(
            _(
                "%(day)s is past. Take the plan back into planning and approve it for a later day: history stays."
            )
            % {"day": plan.effective_on.isoformat()}
        )
    return plan.effective_on


def refuse_closed_positions(plan: Plan, day: dt.date) -> None:
    """Accounts go only to positions that are open on the day."""
    placed = Placement.objects.filter(plan=plan).values("territory")
    wrong = (
        Territory.objects.filter(plan=plan, level=Level.TERRITORY, pk__in=placed)
        .filter(Q(position__isnull=True) | Q(position__opens_on__gt=day) | Q(position__closes_on__lte=day))
        .select_related("position")
        .first()
    )
    if wrong is not None:
        raise PlanError(
            _("%(territory)s belongs to no position that is open on %(day)s; name another.")
            % {"territory": wrong.name, "day": day.isoformat()}
        )


def _lock_accounts(plan: Plan) -> None:
    """Keep others from changing who covers these accounts meanwhile. (SQLite lets one write at a time anyway.)"""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT 1 FROM accounts_account a JOIN alignment_placement p ON p.account_id = a.id"
                " WHERE p.plan_id = %s ORDER BY a.id FOR UPDATE OF a",
                [plan.pk],
            )


def _changes(plan: Plan, day: dt.date) -> list[Change]:
    """Accounts whose holder, or with whom the credit is shared, becomes another by the plan."""
    until = dict(Holdover.objects.filter(plan=plan, until__gt=day).values_list("account", "until"))
    wanted: dict[int, dict[int, Decimal]] = defaultdict(dict)
    for account, position, split in Overlay.objects.filter(
        plan=plan, territory__position__isnull=False
    ).values_list("account", "territory__position", "split"):
        wanted[account][position] = split
    own = set(
        Territory.objects.filter(plan=plan, position__isnull=False, level=Level.TERRITORY).values_list(
            "position", flat=True
        )
    )
    # Which of these accounts are the plan's is asked afterwards: joined, it would be asked for each pair of the two.
    overlays = Coverage.objects.on(day).filter(kind=CoverageKind.OVERLAY, position__in=own)
    shared: dict[int, dict[int, Decimal]] = defaultdict(dict)
    for account, position, split in overlays.order_by().values_list("account", "position", "split"):
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


def _simple(changes: Sequence[Change]) -> set[int]:
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


def _hand_over(plan: Plan, changes: Sequence[Change], day: dt.date) -> None:
    """The list of hand-overs: one for each account whose holder becomes another."""
    holders: dict[int, int] = {}
    for account, position in (
        Coverage.objects.on(day)
        .filter(kind=CoverageKind.PRIMARY, account__placements__plan=plan)
        .order_by()
        .values_list("account", "position")
    ):
        holders[account] = position
    HandOver.objects.bulk_create(
        (
            HandOver(
                plan=plan,
                account_id=one.account,
                giver_id=holders.get(one.account),
                taker_id=one.position,
                due_on=one.day + dt.timedelta(HAND_OVER_DAYS),
            )
            for one in changes
            if holders.get(one.account) != one.position
        ),
        batch_size=BATCH,
    )


def _write_simple(plan: Plan, act: Act, changes: Sequence[Change], author: Author) -> None:
    """End the open row of each and open the next, with the record of both: four statements for each day, holder and cause."""
    groups: dict[tuple[dt.date, int, str], list[int]] = defaultdict(list)
    for one in changes:
        assert one.position is not None
        groups[one.day, one.position, one.cause].append(one.account)
    now = timezone.now()
    reason = _("Plan “%(plan)s”") % {"plan": plan.name}
    for (day, position, cause), accounts in groups.items():
        _write_group(act, accounts, day, position, cause, reason[:200], now, author)


def _write_group(
    act: Act,
    accounts: Sequence[int],
    day: dt.date,
    position: int,
    cause: str,
    reason: str,
    now: dt.datetime,
    author: Author,
) -> None:
    subquery, ids = id_set_sql(accounts)
    open_ = (
        f"c.kind = 'primary' AND c.ends_on IS NULL AND c.position_id <> %s AND c.account_id IN ({subquery})"
    )
    one, pair = _json()
    label = (
        "SUBSTR((SELECT a.name FROM accounts_account a WHERE a.id = c.account_id) || ': ' ||"
        " (SELECT p.name FROM people_position p WHERE p.id = c.position_id), 1, 160)"
    )
    head = "INSERT INTO audit_entry (act_id, action, object_type, object_id, object_label, account_id, changes) SELECT"
    coverage = Coverage._meta
    key = Act._meta.get_field("id").get_db_prep_value(act.pk, connection)
    moment = coverage.get_field("created_at").get_db_prep_save(now, connection)
    text = day.isoformat()
    held = Coverage.objects.filter(
        account__in=id_set(accounts), kind=CoverageKind.PRIMARY, ends_on__isnull=True, position=position
    )
    already = set(held.values_list("account", flat=True))
    fresh_sql, fresh = id_set_sql([account for account in accounts if account not in already])
    person = author.person.pk if author.person else None
    with connection.cursor() as cursor:
        cursor.execute(
            f"{head} %s, 'update', 'alignment.coverage', c.id, {label}, c.account_id, {one('ends_on', pair('NULL', '%s'))}"
            f" FROM alignment_coverage c WHERE {open_} ORDER BY c.id",
            [key, text, position, ids],
        )
        cursor.execute(
            f"UPDATE alignment_coverage AS c SET ends_on = {_cast('%s', 'date')} WHERE {open_}",
            [text, position, ids],
        )
        cursor.execute(
            "INSERT INTO alignment_coverage (account_id, position_id, kind, split, starts_on, ends_on, cause, reason,"
            f" author_id, created_at) SELECT a.id, {_cast('%s', 'bigint')}, 'primary', {_cast('1', 'numeric')},"
            f" {_cast('%s', 'date')}, {_cast('NULL', 'date')}, {_cast('%s', 'varchar')}, {_cast('%s', 'varchar')},"
            f" {_cast('%s', 'bigint')}, {_cast('%s', 'timestamptz')} FROM accounts_account a WHERE a.id IN ({fresh_sql})",
            [position, text, cause, reason, person, moment, fresh],
        )
        told = one(
            "account", pair("NULL", "c.account_id"), "position", pair("NULL", "c.position_id"),
            "kind", pair("NULL", "c.kind"), "split", pair("NULL", "'1.0000'"), "starts_on", pair("NULL", "%s"),
            "cause", pair("NULL", "c.cause"), "reason", pair("NULL", "c.reason"), "author", pair("NULL", "c.author_id"),
        )  # fmt: skip
        cursor.execute(
            f"{head} %s, 'create', 'alignment.coverage', c.id, {label}, c.account_id, {told} FROM alignment_coverage c"
            f" WHERE c.kind = 'primary' AND c.ends_on IS NULL AND c.position_id = %s AND c.starts_on = {_cast('%s', 'date')}"
            f" AND c.account_id IN ({fresh_sql}) ORDER BY c.id",
            [key, text, position, text, fresh],
        )


def _json() -> tuple[Any, Any]:
    """How this database makes a JSON object of names and values, and a list of two values."""
    if connection.vendor == "postgresql":

        def pair(first: str, second: str) -> str:
            second = f"{second}::text" if second in {"%s", "c.kind", "c.cause", "c.reason"} else second
            return f"jsonb_build_array({first}, {second})"

        return _object("jsonb_build_object"), pair
    return _object("json_object"), lambda first, second: f"json_array({first}, {second})"


def _object(function: str) -> Any:
    def make(*parts: str) -> str:
        names = [f"'{part}'" if at % 2 == 0 else part for at, part in enumerate(parts)]
        return f"{function}({', '.join(names)})"

    return make


def _cast(value: str, kind: str) -> str:
    """PostgreSQL must be told the types of values that nothing else tells; SQLite takes them as they come."""
    return f"CAST({value} AS {kind})" if connection.vendor == "postgresql" else value


def _write_others(record: Record, plan: Plan, changes: Sequence[Change]) -> None:
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


def _refuse_unfair(changes: Sequence[Change]) -> None:
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


@transaction.atomic
def take_back(*, plan: Plan, author: Author) -> Act:
    """Coverage as it was before the plan was written, while its day is still to come. The plan stays approved.

    Raises PlanError if the day has come, or if somebody has changed some of that coverage since.
    """
    held = Plan.objects.select_for_update().get(pk=plan.pk)
    if not held.is_scheduled or held.effective_on is None or held.effective_on <= timezone.localdate():
        raise PlanError(_("This can be taken back until the day on which the plan takes effect, not later."))
    act = _act_of(held)
    _refuse_changed_since(act)
    record = undoing(act, author)
    undone = begin_act(record)
    _restore(act, undone)
    HandOver.objects.filter(plan=held)._raw_delete(connection.alias)
    change_row(record, held, {"applied_at": None})
    Entry.objects.bulk_create(record.entries)
    plan.applied_at = None
    return undone


def _act_of(plan: Plan) -> Act:
    entry = (
        Entry.objects.filter(object_type="alignment.plan", object_id=plan.pk, changes__has_key="applied_at")
        .select_related("act")
        .order_by("-pk")
        .first()
    )
    if entry is None:
        raise PlanError(_("Nothing is on record of how this plan took effect."))
    return entry.act


def _refuse_changed_since(act: Act) -> None:
    mine = Entry.objects.filter(act=act, object_type="alignment.coverage")
    last = mine.order_by("-pk").values_list("pk", flat=True).first()
    if last is None:
        return
    later = Entry.objects.filter(
        pk__gt=last, object_type="alignment.coverage", account_id__in=mine.values("account_id")
    ).select_related("act__actor")
    first = later.exclude(act=act).first()
    if first is not None:
        raise PlanError(
            _("%(who)s has changed %(what)s since. Take that back first.")
            % {"who": first.act.actor or _("Somebody"), "what": first.object_label}
        )


def _restore(act: Act, undone: Act) -> None:
    """Delete what the act made, put back what it ended, make again what it erased; and record it."""
    key, fresh = (Act._meta.get_field("id").get_db_prep_value(one.pk, connection) for one in (act, undone))
    of_act = "e.act_id = %s AND e.object_type = 'alignment.coverage'"
    if connection.vendor == "postgresql":
        before = "CAST(e.changes->'ends_on'->>0 AS date)"
    else:
        before = "json_extract(e.changes, '$.ends_on[0]')"
    with connection.cursor() as cursor:
        cursor.execute(
            f"DELETE FROM alignment_coverage WHERE id IN (SELECT e.object_id FROM audit_entry e WHERE {of_act}"
            " AND e.action = 'create')",
            [key],
        )
        cursor.execute(
            f"UPDATE alignment_coverage SET ends_on = {before} FROM audit_entry e WHERE {of_act} AND e.action = 'update'"
            " AND e.object_id = alignment_coverage.id",
            [key],
        )
        erased = Entry.objects.filter(act=act, object_type="alignment.coverage", action=Action.DELETE)
        Coverage.objects.bulk_create([_made_again(entry) for entry in erased], batch_size=BATCH)
        cursor.execute(
            "INSERT INTO audit_entry (act_id, action, object_type, object_id, object_label, account_id, changes)"
            " SELECT %s, CASE e.action WHEN 'update' THEN 'update' WHEN 'create' THEN 'delete' ELSE 'create' END,"
            f" e.object_type, e.object_id, e.object_label, e.account_id, {swapped()} FROM audit_entry e"
            f" WHERE {of_act} ORDER BY e.id",
            [fresh, key],
        )


def _made_again(entry: Entry) -> Coverage:
    row = Coverage(pk=entry.object_id)
    for name, (before, _after) in entry.changes.items():
        column: Any = Coverage._meta.get_field(name)
        setattr(row, column.attname, column.to_python(before))
    return row
