"""The scope rule, slow and obvious: what test_scope_oracle.py holds the real one against.

Everything is read whole into lists, and each question is asked of each row by itself, in the words of DESIGN.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import Any

from django.db import models

from terrier.office.accounts.models import Account, SavedView
from terrier.office.alignment.models import (
    Answer,
    Area,
    Candidate,
    Challenge,
    ChallengeMove,
    Comment,
    CompanyThresholds,
    Coverage,
    HandOver,
    Overlay,
    Placement,
    Plan,
    Territory,
)
from terrier.office.analysis.models import Analysis, Share
from terrier.office.jobs.models import Job
from terrier.office.people.models import Incumbency, Person, Position, ReportingLine

SEE_ALL = {"director", "analyst", "administrator"}


class World:
    """Every row there is, by number."""

    def __init__(self) -> None:
        self.positions = {row.pk: row for row in Position.objects.all()}
        self.accounts = {row.pk: row for row in Account.objects.all()}
        self.held_by: dict[int, list[Incumbency]] = defaultdict(list)
        self.held: dict[int, list[Incumbency]] = defaultdict(list)
        for held in Incumbency.objects.all():
            self.held_by[held.person_id].append(held)
            self.held[held.position_id].append(held)
        self.lines: dict[int, list[ReportingLine]] = defaultdict(list)
        for line in ReportingLine.objects.all():
            self.lines[line.position_id].append(line)
        self.covered: dict[int, list[Coverage]] = defaultdict(list)
        for coverage in Coverage.objects.all():
            self.covered[coverage.account_id].append(coverage)
        self.sites: dict[int, list[int]] = defaultdict(list)
        for number in self.accounts:
            self.sites[self.top(number)].append(number)

    def top(self, account: int) -> int:
        """The head of the chain that an account belongs to; itself if it is single."""
        while (parent := self.accounts[account].parent_id) is not None:
            account = parent
        return account

    def viewer(self, person: Person, day: dt.date) -> Viewer:
        return Viewer(self, person, day)


def counts(row: Any, day: dt.date) -> bool:
    return bool(row.starts_on <= day and (row.ends_on is None or day < row.ends_on))


class Viewer:
    """A person on a day."""

    def __init__(self, world: World, person: Person, day: dt.date) -> None:
        self.world, self.person, self.day = world, person, day
        held = [row.position_id for row in world.held_by[person.pk] if counts(row, day)]
        self.seats = held
        self.roles = {world.positions[position].role for position in held}
        self.sees_all = bool(self.roles & SEE_ALL)
        self.reach = {position for position in world.positions if self._answers_to(position, held)}

    def _answers_to(self, position: int | None, held: list[int]) -> bool:
        """Whether going up from a position, one comes by one of those held."""
        while position is not None:
            if position in held:
                return True
            above = [line.manager_id for line in self.world.lines[position] if counts(line, self.day)]
            assert len(above) < 2, "a position reports to one"
            position = above[0] if above else None
        return False

    def sees(self, row: models.Model) -> bool:
        """Whether the row may be seen."""
        label = row._meta.label_lower
        match row:
            case Job():
                return (
                    "administrator" in self.roles
                    or "analyst" in self.roles
                    or row.author_id == self.person.pk
                )
            case SavedView():
                return row.shared or row.owner_id == self.person.pk
            case Analysis():
                return row.owner_id == self.person.pk or (
                    row.deleted_at is None and any(self._is_meant(share) for share in row.shares.all())
                )
        if label == "people.apitoken":
            return bool(row.person_id == self.person.pk)  # type: ignore[attr-defined]
        if self.sees_all:
            return True
        match row:
            case Account():
                return self.sees_account(row.pk)
            case Position():
                return row.pk in self.reach
            case ReportingLine() | Incumbency():
                return row.position_id in self.reach
            case Person():
                return row == self.person or any(
                    held.person_id == row.pk and counts(held, self.day)
                    for position in self.reach
                    for held in self.world.held[position]
                )
        if label in {"imports.import", "sales.load", "market.source"}:
            return False
        if label == "headcount.headcount":
            return row.root_id in self.reach  # type: ignore[attr-defined]
        if label.startswith("alignment.") and not isinstance(row, Coverage):
            return self._sees_of_a_plan(row)
        account = row.account_id  # type: ignore[attr-defined]
        return account in self.world.accounts and self.sees_account(account)

    def _is_meant(self, share: Share) -> bool:
        """Whether somebody shares with this person, or with everybody at and below a position."""
        if share.position_id is None:
            return share.person_id == self.person.pk
        return any(self._answers_to(seat, [share.position_id]) for seat in self.seats)

    def _sees_of_a_plan(self, row: models.Model) -> bool:
        """All of the plans made at or below one's positions; one's own part of those that are in review or later."""
        match row:
            case Area() | CompanyThresholds():
                return True
            case Plan():
                plan = row
                parts = list(row.territories.all())
            case HandOver():
                return bool({row.giver_id, row.taker_id, row.plan.root_id} & self.reach)
            case Candidate():
                return row.run.plan.root_id in self.reach
            case ChallengeMove():
                return self._sees_of_a_plan(row.challenge)
            case Territory():
                plan, parts = row.plan, [row]
            case Placement():
                plan, parts = row.plan, [row.territory, row.present]
            case Overlay():
                holders = Placement.objects.filter(plan=row.plan, account=row.account_id)
                plan, parts = row.plan, [row.territory, *(one.territory for one in holders)]
            case Answer() | Challenge() | Comment():
                plan, parts = row.plan, [row.territory]
            case _:
                return row.plan.root_id in self.reach  # type: ignore[attr-defined]
        if plan.root_id in self.reach:
            return True
        if plan.state not in {"in_review", "approved", "active"}:
            return False
        return any(part is not None and self._holds(part) for part in parts)

    def _holds(self, territory: Territory) -> bool:
        """Whether a territory, or one that it lies in, belongs to a position within reach."""
        above: Territory | None = territory
        while above is not None:
            if above.position_id in self.reach:
                return True
            above = above.parent
        return False

    def sees_account(self, account: int) -> bool:
        """Covered from within reach; or part of a chain of which a key account manager within reach covers any part."""
        if self._covered(account, self.reach):
            return True
        keys = {one for one in self.reach if self.world.positions[one].role == "key_account_manager"}
        return any(self._covered(site, keys) for site in self.world.sites[self.world.top(account)])

    def _covered(self, account: int, positions: set[int]) -> bool:
        return any(
            row.position_id in positions and counts(row, self.day) for row in self.world.covered[account]
        )
