"""Plans made up at random, with a little of everything that belongs to one."""

from __future__ import annotations

import datetime as dt
import random
import uuid

from django.utils import timezone

from terrier.office.accounts.models import Account
from terrier.office.alignment.models import (
    Answer,
    Area,
    Candidate,
    Challenge,
    ChallengeMove,
    Comment,
    CompanyThresholds,
    EngineRun,
    HandOver,
    Holdover,
    Level,
    Lock,
    Overlay,
    Placement,
    Plan,
    PlanState,
    Rule,
    Step,
    Territory,
)
from terrier.office.audit.models import Act
from terrier.office.people.models import Person, Position

DAY = dt.date(2025, 1, 1)


def make_plans(
    chance: random.Random, positions: list[Position], accounts: list[Account], people: list[Person]
) -> None:
    Area.objects.create(kind="zip", code="43004", name="43004")
    CompanyThresholds.objects.create(pk=1)
    for state in PlanState.values:
        _plan(chance, state, positions, accounts, chance.choice(people))


def _plan(
    chance: random.Random,
    state: str,
    positions: list[Position],
    accounts: list[Account],
    author: Person,
) -> None:
    now = timezone.now()
    plan = Plan.objects.create(
        name=state, root=chance.choice(positions), state=state, based_on=DAY, effective_on=DAY,
        review_until=DAY, approved_at=now, applied_at=now, author=author,
    )  # fmt: skip
    chosen = [*chance.sample(positions, k=5), None]
    top = Territory.objects.create(plan=plan, name="0", level=Level.NATION, position=chosen[0])
    region = Territory.objects.create(plan=plan, name="1", level=Level.REGION, position=chosen[1], parent=top)
    nodes = [
        Territory.objects.create(
            plan=plan, name=str(at), position=position, parent=chance.choice([region, top])
        )
        for at, position in enumerate(chosen[2:], 2)
    ]
    some = chance.sample(accounts, k=6)
    for account in some:
        Placement.objects.create(
            plan=plan, account=account, territory=chance.choice([*nodes, None]),
            present=chance.choice([*nodes, None]), changed_at=now,
        )  # fmt: skip
    act = Act.objects.create(id=uuid.UUID(int=chance.getrandbits(128)), at=now, via="web", summary="x")
    Step.objects.create(
        plan=plan, version=1, act=act, cause="manual", summary="x", n_accounts=1, groups=[], author=author
    )
    run = EngineRun.objects.create(plan=plan, kind="realign", version=1)
    Candidate.objects.create(run=run, number=1, moved=0, balance=0, travel=0, n_moved=0, groups=[])
    Rule.objects.create(plan=plan, number=1, kind="catch_all", territory=nodes[0])
    Lock.objects.create(plan=plan, account=some[0])
    Overlay.objects.create(plan=plan, account=some[0], territory=nodes[0], split="0.2")
    Holdover.objects.create(plan=plan, account=some[0], until=DAY, reason="A deal")
    for node in nodes:
        Answer.objects.create(plan=plan, territory=node)
        Comment.objects.create(plan=plan, territory=node, text="x")
        challenge = Challenge.objects.create(plan=plan, territory=node, reason="x")
        ChallengeMove.objects.create(challenge=challenge, account=some[0], target=node)
    Comment.objects.create(plan=plan, text="x", latitude=1, longitude=1)
    for account in some:
        giver, taker = chance.sample(positions, k=2)
        HandOver.objects.create(plan=plan, account=account, giver=giver, taker=taker, due_on=DAY)
