"""Coverage as it is and as a file wants it: who covers an account from when to when, each with a share of the credit."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from django.utils.translation import gettext as _

from terrier.office.alignment.models import Cause, Coverage, CoverageKind
from terrier.office.imports.kinds.base import How, Staged, changes_of, created
from terrier.office.imports.kinds.spells import Spell, SpellError, take_over
from terrier.office.imports.kinds.stored import stored
from terrier.office.imports.numbering import new_numbers

LABEL = "alignment.coverage"
NAMES = ("position", "kind", "split", "starts_on", "ends_on", "reason")
WHOLE = Decimal(1)


class Covering:
    """The coverage of the accounts of a batch. Spells are moved about in memory; ``writes`` tells what has become of them."""

    def __init__(self, how: How) -> None:
        self.how = how
        self.spells: dict[int, list[Spell]] = {}
        self.fixed: set[int] = set()  # spells whose share the file says, by their identity
        self.numbers = new_numbers(Coverage)

    def load(self, accounts: Sequence[int]) -> None:
        self.spells = {}
        self.fixed = set()
        for account, rows in stored(Coverage, "account", accounts, NAMES).items():
            self.spells[account] = [
                Spell(
                    row["position"], row["starts_on"], row["ends_on"], row["kind"], row["split"], row["reason"], row["id"], row
                )
                for row in rows
            ]  # fmt: skip

    def hold(self, account: int, position: int, since: str, *, given: bool) -> str | None:
        """Give an account to a position from a day on. Returns what is wrong, if anything is."""
        if not given and any(
            one.holder == position and one.kind == CoverageKind.PRIMARY and one.holds_on(since)
            for one in self.spells.get(account, [])
        ):
            return None
        new = Spell(position, since, None, CoverageKind.PRIMARY, str(WHOLE.quantize(Decimal("0.0001"))))
        return self.add(account, new) or self.settle(account)

    def add(self, account: int, new: Spell, *, fixed: bool = False) -> str | None:
        """Let a spell begin. A primary takes over from the one before; a position covers an account once a day."""
        spells = self.spells.setdefault(account, [])
        same = [one for one in spells if one.holder == new.holder and one.kind == new.kind]
        others = (
            [one for one in spells if one.kind == CoverageKind.PRIMARY]
            if new.kind == CoverageKind.PRIMARY
            else same
        )
        crossing = [
            one for one in spells if one.holder == new.holder and one.kind != new.kind and one.meets(new)
        ]
        try:
            for one in crossing:
                if one.starts >= new.starts:
                    raise SpellError(
                        _("This position covers the account otherwise from %(day)s.") % {"day": one.starts}
                    )
                one.ends = new.starts
            n_before = len(others)
            touched = take_over(others, new)
        except SpellError as error:
            return str(error)
        if len(others) > n_before:
            spells.append(new)
        if fixed:
            self.fixed.update(id(one) for one in touched)
        return None

    def settle(self, account: int) -> str | None:
        """Let primary holders give what overlays get, unless the file says their share. Returns what still does not add up."""
        spells = self.spells.get(account, [])
        for one in [one for one in spells if one.kind == CoverageKind.PRIMARY and id(one) not in self.fixed]:
            self._give_way(spells, one)
        for day in sorted({one.starts for one in spells}):
            total = sum((Decimal(one.split) for one in spells if one.holds_on(day)), Decimal(0))
            touched = any(one.id is None or self._changes(one) for one in spells if one.holds_on(day))
            if total > 1 and touched:
                return _(
                    "The shares of credit add up to %(total)s%% from %(day)s on; at most 100%% can be given."
                ) % {
                    "total": format((total * 100).normalize(), "f"),
                    "day": day,
                }
        return None

    def _give_way(self, spells: list[Spell], one: Spell) -> None:
        overlays = [other for other in spells if other.kind != CoverageKind.PRIMARY and other.meets(one)]
        if not any(other.id is None or self._changes(other) for other in [*overlays, one]):
            return
        days = sorted({max(one.starts, other.starts) for other in overlays})
        taken = {
            day: sum((Decimal(o.split) for o in overlays if o.holds_on(day)), Decimal(0)) for day in days
        }
        first = next((day for day in days if taken[day] + Decimal(one.split) > 1), None)
        if first is None:
            return
        rest = str(max(Decimal(0), WHOLE - max(taken.values())).quantize(Decimal("0.0001")))
        if one.id is None or first == one.starts:
            one.split = rest
            return
        spells.append(Spell(one.holder, first, one.ends, one.kind, rest, one.reason))
        one.ends = first

    def _changes(self, one: Spell) -> dict[str, list[object]]:
        return changes_of(one.before, self._values(one)) if one.id is not None else {}

    def _values(self, one: Spell) -> dict[str, object]:
        return {
            "position": one.holder,
            "kind": one.kind,
            "split": one.split,
            "starts_on": one.starts,
            "ends_on": one.ends,
            "reason": one.reason,
        }

    def writes(self, account: int, label: str, positions: dict[int, str]) -> list[Staged]:
        """What has become of an account's spells: those that end first, so that the next may begin."""
        found = []
        for one in sorted(self.spells.get(account, []), key=lambda one: (one.id is None, one.starts)):
            name = f"{label}: {positions[one.holder]}"[:160]
            if one.id is None:
                values = self._values(one) | {
                    "account": account,
                    "cause": Cause.IMPORT.value,
                    "author": self.how.author,
                }
                found.append(Staged("create", LABEL, next(self.numbers), name, account, created(values)))
            elif changes := self._changes(one):
                found.append(Staged("update", LABEL, one.id, name, account, changes))
        return found
