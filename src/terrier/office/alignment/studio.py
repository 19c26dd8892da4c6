"""What the map studio reads: a plan with all of its accounts, and what others have changed since somebody looked."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import numpy as np
from django.db.models import Count, F, Max, QuerySet
from django.utils import timezone

from terrier.office.accounts.models import Channel
from terrier.office.alignment.choices import Choices, choices_of
from terrier.office.alignment.expected_pay import PayTerms, terms_of
from terrier.office.alignment.figures import peers_of, plan_loads
from terrier.office.alignment.models import Comment, Level, Lock, Placement, Plan, Step, StepKind, Territory
from terrier.office.alignment.studio_accounts import CAUSES, CLASSES, Shaped, keep_accounts, shaped
from terrier.office.alignment.studio_columns import Column
from terrier.office.alignment.undoing import way_back
from terrier.office.alignment.workload import NOTHING, Load
from terrier.office.audit.services import Author
from terrier.office.desks.planned import limits_of
from terrier.office.people.models import Incumbency, Person

MOST_NEWS = 20_000
"""Beyond so many changed accounts it is quicker to open the plan again."""


def opened(plan: Plan) -> Iterator[tuple[dict[str, Any], dict[str, Column]]]:
    """Headers and columns of a plan: first of its accounts, of which a browser makes a map while the rest is reckoned, then of the plan."""
    choices = choices_of(plan)
    read = shaped(plan, choices)
    header = {
        "plan": {
            "id": plan.pk,
            "name": plan.name,
            "version": plan.version,
            "state": plan.state,
            "root": plan.root.name,
            "open": plan.is_open,
        },
        "measures": [{"key": one.measure.value, "tolerance": one.tolerance} for one in choices.balanced],
        "channels": [str(label) for label in Channel.labels],
        "classes": CLASSES,
        "day_hours": choices.visits.day_hours,
        "warned_over": limits_of(choices).over_percent / 100,
        "remarks": remarks_of(plan),
        "remarks_stamp": remarks_stamp(plan),
    }
    yield {}, {**read.sent}
    yield {**header, "territories": _told(plan, read)}, _columns(plan, read)
    keep_accounts(read)


def _told(plan: Plan, read: Shaped) -> list[dict[str, Any]]:
    """The territories, each with who covers it and where from, how much it should hold and what it pays."""
    nodes, choices = read.territories, read.choices
    loads = plan_loads(read)
    has_moved = bool((read.territory != read.present).any())
    before = plan_loads(read, by="present") if has_moved else loads
    positions = [node.position_id for node in nodes if node.position_id is not None]
    people = dict(
        Incumbency.objects.on(timezone.localdate())
        .filter(position__in=positions)
        .values_list("position", "person__name")
    )
    locked = set(locked_territories(plan))
    return [
        {
            "id": node.pk,
            "name": node.name,
            "kind": node.kind,
            "peers": peers_of(node, choices),
            "person": people.get(node.position_id or 0, ""),
            "region": node.parent.name if node.parent and node.parent.level == Level.REGION else "",
            "seat": _seat(node),
            "share": float(node.share),
            "capacity": float(node.position.capacity_hours * node.position.employment_share)
            if node.position
            else 0,
            "pay": _pay(node, choices),
            "load": _load(loads.get(node.pk, NOTHING)),
            "load_before": _load(before.get(node.pk, NOTHING)),
            "locked": node.pk in locked,
        }
        for node in nodes
    ]


def _load(load: Load) -> dict[str, float]:
    """Hours and kilometers a year as all pages reckon them; the studio reckons from there what its edits change."""
    return {
        "workload": load.workload,
        "travel_hours": load.travel_hours,
        "travel_km": load.travel_km,
    }


def _pay(node: Territory, choices: Choices) -> dict[str, float | None] | None:
    """The terms of whoever holds a territory, as ``expected_pay`` reckons with them: for a part of a job, a part of base and quota."""
    if node.position is None:
        return None
    otherwise = PayTerms(Decimal(str(choices.terms.base)), Decimal(str(choices.terms.rate)))
    terms = terms_of(node.position) or otherwise
    share = node.position.employment_share
    return {
        "base": float(terms.base * share),
        "rate": float(terms.rate),
        "quota": None if terms.quota is None else float(terms.quota * share),
        "accelerator": float(terms.accelerator),
    }


def _seat(node: Territory) -> list[float] | None:
    position = node.position
    if position is None or position.base_longitude is None or position.base_latitude is None:
        return None
    return [position.base_longitude, position.base_latitude]


def _columns(plan: Plan, read: Shaped) -> dict[str, Column]:
    locked = Lock.objects.filter(plan=plan, account__isnull=False).values_list("account", flat=True)
    return {
        "territory": read.territory.astype("i2"),
        "before": read.present.astype("i2"),
        "cause": read.cause,
        "lock": np.isin(read.accounts, np.fromiter(locked, dtype="i8")).astype("u1"),
    }


def locked_territories(plan: Plan) -> list[int]:
    rows = Lock.objects.filter(plan=plan, territory__isnull=False).order_by("territory")
    return [number for number in rows.values_list("territory", flat=True) if number is not None]


def news_since(plan: Plan, seen: int, *, but: int | None = None) -> dict[str, Any]:
    """What changed in a plan after a version, without the changes of one step that the reader made and knows.

    rows : ``[account, territory, cause, locked, who]`` of each, the last a position in ``people``.
    """
    changed = Placement.objects.filter(plan=plan, version__gt=seen)
    if but is not None:
        changed = changed.exclude(version=but)
    found = list(changed.values_list("account", "territory", "cause", "author")[: MOST_NEWS + 1])
    news = {"version": plan.version, "locked": locked_territories(plan), "rows": [], "people": []}
    if len(found) > MOST_NEWS:
        return {**news, "reload": True}
    if not found:
        return news
    held = set(
        Lock.objects.filter(plan=plan, account__in=changed.values("account")).values_list(
            "account", flat=True
        )
    )
    authors = sorted({row[3] for row in found if row[3] is not None})
    names = dict(Person.objects.filter(pk__in=authors).values_list("pk", "name"))
    at = {author: i for i, author in enumerate(authors)}
    return {
        **news,
        "rows": [
            [account, territory, CAUSES.index(cause), int(account in held), at.get(author, -1)]
            for account, territory, cause, author in found
        ],
        "people": [names[author] for author in authors],
    }


def way_back_of(plan: Plan, author: Author, below: int) -> dict[str, Any]:
    """What Undo and Redo of a studio that was opened anew go through."""
    done, undone, more = way_back(plan, author, below=below)
    return {"done": [_step(one) for one in done], "undone": [_step(one) for one in undone], "more": more}


def _step(step: Step) -> dict[str, Any]:
    """groups : ``[from, to, accounts, cause before]``; of locks the cause says nothing."""
    is_move = step.kind == StepKind.MOVE
    groups = [
        [source, target, accounts, CAUSES.index(why) if is_move else 0]
        for source, target, accounts, why in step.groups
    ]
    return {"step": step.pk, "version": step.version, "kind": step.kind, "groups": groups}


def remarks_of(plan: Plan) -> list[dict[str, Any]]:
    """What was said about places of the plan, with the answers below."""
    rows: QuerySet[Comment] = Comment.objects.filter(plan=plan).select_related("author")
    answers: dict[int, list[dict[str, str]]] = {}
    tops = []
    for row in rows.order_by("created_at", "pk"):
        said = {"text": row.text, "who": _name(row), "at": row.created_at.isoformat()}
        if row.parent_id is not None:
            answers.setdefault(row.parent_id, []).append(said)
            continue
        tops.append(
            {
                **said,
                "id": row.pk,
                "territory": row.territory_id,
                "longitude": row.longitude,
                "latitude": row.latitude,
                "settled": row.resolved_at is not None,
            }
        )
    return [{**top, "answers": answers.get(int(str(top["id"])), [])} for top in tops]


def _name(row: Comment) -> str:
    return row.author.name if row.author else ""


def remarks_stamp(plan: Plan) -> str:
    """Differs as soon as anything was said or settled."""
    found = Comment.objects.filter(plan=plan).aggregate(
        n=Count("pk"), last=Max("pk"), settled=Max("resolved_at"), n_settled=Count(F("resolved_at"))
    )
    return "-".join(str(found[name]) for name in ("n", "last", "n_settled", "settled"))
