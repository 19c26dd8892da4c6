"""Coverage: which position covers an account from when to when, as primary or overlay, with what share of the credit."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import groupby
from typing import Any, ClassVar

import polars as pl
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from terrier.intake.columns import SYNONYMS
from terrier.intake.sealed import ROW
from terrier.office.accounts.models import Account
from terrier.office.alignment.models import CoverageKind
from terrier.office.imports import cells
from terrier.office.imports.cells import CellError, Field
from terrier.office.imports.kinds.base import Checker, How, Outcome, other_rows, repeated
from terrier.office.imports.kinds.covering import WHOLE, Covering
from terrier.office.imports.kinds.directory import Directory
from terrier.office.imports.kinds.spells import Spell
from terrier.office.imports.kinds.stored import stored

KEY = "key"
ONCE = ("account", "position", "kind", "starts_on")


class CoverageChecker(Checker):
    FIELDS: ClassVar = (
        Field("account", gettext_lazy("Account (external id)"), cells.text(64), ("account", "accountexternalid", "externalid", *SYNONYMS["id"]), "A-1001", needed=True),
        Field("position", gettext_lazy("Position"), cells.text(120), ("position", "positionid", "holder", *SYNONYMS["owner"]), "Ohio", gettext_lazy("A position's external id or name, or its holder's e-mail."), needed=True),
        Field("kind", gettext_lazy("Kind"), cells.choice(dict(CoverageKind.choices)), ("kind", "coveragekind", "type", "coverage"), "Primary", gettext_lazy("Primary if it is not given."), choices=dict(CoverageKind.choices)),
        Field("split", gettext_lazy("Share of credit"), cells.share_text(4), ("split", "share", "credit", "creditshare", "shareofcredit", "creditsplit"), "100%", gettext_lazy("A primary holder gets what overlays leave, if it is not given.")),
        Field("starts_on", gettext_lazy("From"), cells.date, ("from", "startson", "start", "startdate", "since", "effective", "effectivedate", "begins"), "2026-01-01", gettext_lazy("Today if it is not given.")),
        Field("ends_on", gettext_lazy("Until (not included)"), cells.date, ("until", "endson", "end", "enddate", "to", "ends"), ""),
        Field("reason", gettext_lazy("Why"), cells.text(200), ("why", "reason", "note", "comment"), ""),
    )  # fmt: skip

    KNOWN_BY: ClassVar = ("account",)
    TOGETHER: ClassVar = "account"

    def __init__(self, how: How, mapped: Sequence[str]) -> None:
        super().__init__(how, mapped)
        self.covering = Covering(how)
        self.directory = Directory(how.today)
        self.twice: dict[str, list[int]] = {}

    @property
    def key_fields(self) -> list[str]:
        return [name for name in ONCE if name in self.fields]

    def prepare(self, keys: pl.DataFrame) -> None:
        told = [pl.col(name).fill_null("") for name in self.key_fields]
        self.twice = repeated(keys.select(ROW, pl.concat_str(told, separator="\x1f").alias(KEY)), KEY)

    def check(self, rows: list[Outcome]) -> None:
        names = {row.values["account"] for row in rows if "account" in row.values}
        accounts = stored(Account, "external_id", names, ("name", "deleted_at"))
        self.covering.load([found[0]["id"] for found in accounts.values()])
        for name, group in groupby(rows, key=lambda row: row.values.get("account")):
            found = accounts.get(name)
            self._check_account(list(group), found[0] if found else None)

    def _check_account(self, rows: list[Outcome], account: dict[str, Any] | None) -> None:
        for row in rows:
            row.key = "\x1f".join(str(row.cells.get(name) or "") for name in self.key_fields)
            if numbers := self.twice.get(row.key):
                row.refuse(
                    "account", _("Row %(rows)s says the same.") % {"rows": other_rows(numbers, row.number)}
                )
            if (account is None or account["deleted_at"] is not None) and "account" not in row.errors:
                row.refuse(
                    "account", _("There is no account “%(account)s”.") % {"account": row.values["account"]}
                )
        whole = [row for row in rows if not row.errors]
        if account is None or not whole:
            return
        self._apply(whole, account)

    def _apply(self, rows: list[Outcome], account: dict[str, Any]) -> None:
        """The rows in the order in which they begin. What an account gets is written by the row that began it."""
        told = set()
        for row in sorted(
            rows, key=lambda row: (row.values.get("starts_on") or self.how.today.isoformat(), row.number)
        ):
            self._begin(row, account["id"])
        whole = [row for row in rows if not row.errors]
        problem = self.covering.settle(account["id"]) if whole else None
        if problem:
            for row in whole:
                row.refuse("split" if "split" in self.fields else "position", problem)
            return
        if not whole or len(whole) < len(rows):
            return  # what the others would do depends on the row that is wrong
        for write in self.covering.writes(account["id"], account["name"], self.directory.names):
            position = write.changes.get("position")
            row = next(
                (
                    row
                    for row in whole
                    if position and row.values["_position"] == position[1] and row.number not in told
                ),
                whole[0],
            )
            row.writes.append(write)
            if write.action == "create":
                row.new = True
                told.add(row.number)

    def _begin(self, row: Outcome, account: int) -> None:
        try:
            row.values["_position"] = position = self.directory.find(row.values["position"])
        except CellError as error:
            row.refuse("position", str(error))
            return
        spell = self._spell(row, account, position)
        if spell is None:
            return
        if spell.ends is not None and spell.ends <= spell.starts:
            row.refuse("ends_on", _("Must be after %(day)s, when it begins.") % {"day": spell.starts})
            return
        problem = self.covering.add(account, spell, fixed=row.values.get("split") is not None)
        if problem:
            row.refuse("starts_on" if row.cells.get("starts_on") else "position", problem)

    def _spell(self, row: Outcome, account: int, position: int) -> Spell | None:
        """What a row asks for; None if that is so already, after what it says of it was changed in place."""
        since = row.values.get("starts_on") or self.how.today.isoformat()
        kind = row.values.get("kind") or CoverageKind.PRIMARY.value
        split, reason = row.values.get("split"), row.values.get("reason")
        now = next(
            (
                one
                for one in self.covering.spells.get(account, [])
                if one.holder == position and one.kind == kind and one.holds_on(since)
            ),
            None,
        )
        if now is None and kind == CoverageKind.OVERLAY and split is None:
            row.refuse("split", _("Is missing: an overlay needs a share of the credit."))
            return None
        same_split = now is not None and (split is None or split == now.split)
        if now is not None and (same_split or now.starts == since):
            now.split = split or now.split
            now.ends = row.values.get("ends_on", now.ends)
            now.reason = now.reason if reason is None and "reason" not in row.values else reason or ""
            if split is not None:
                self.covering.fixed.add(id(now))
            return None
        share = split or (now.split if now is not None else str(WHOLE.quantize(Decimal("0.0001"))))
        spell = Spell(position, since, row.values.get("ends_on"), kind, share, reason or "")
        if now is not None:  # the share changes: what was ends, the new one begins
            spell.ends = row.values.get("ends_on", now.ends)
            now.ends = since
        return spell
