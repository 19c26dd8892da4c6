"""Changes of coverage written set by set: of accounts that nobody shares and for which nothing is planned; and the list of who hands over what."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _

from terrier.office.alignment.effect_changes import Change
from terrier.office.alignment.id_sets import id_set, id_set_sql
from terrier.office.alignment.models import (
    Coverage,
    CoverageKind,
    HandOver,
    Plan,
)
from terrier.office.audit.models import Act
from terrier.office.audit.services import Author

HAND_OVER_DAYS = 14
"""From the day on, within which the one who had an account should have introduced the one who gets it."""
BATCH = 2_000


def hand_over(plan: Plan, changes: Sequence[Change], day: dt.date) -> None:
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


def write_simple(
    plan: Plan, act: Act, changes: Sequence[Change], author: Author, wrote: Callable[[int], None]
) -> None:
    """End the open row of each and open the next, with the record of both: four statements for each day, holder and cause.

    wrote : told of how many, after each.
    """
    groups: dict[tuple[dt.date, int, str], list[int]] = defaultdict(list)
    for one in changes:
        assert one.position is not None
        groups[one.day, one.position, one.cause].append(one.account)
    now = timezone.now()
    reason = _("Plan “%(plan)s”") % {"plan": plan.name}
    for (day, position, cause), accounts in groups.items():
        _write_group(act, accounts, day, position, cause, reason[:200], now, author)
        wrote(len(accounts))


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
