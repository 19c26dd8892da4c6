"""Contacts: known by their external id or else, at their account, by their e-mail address or their name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import polars as pl
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from terrier.intake.columns import SYNONYMS
from terrier.intake.sealed import ROW
from terrier.office.accounts.models import Account, Contact, ContactRole, ReachBy, Stance
from terrier.office.imports import cells
from terrier.office.imports.cells import Field
from terrier.office.imports.kinds.base import (
    Checker,
    How,
    Outcome,
    Staged,
    changes_of,
    created,
    other_rows,
    repeated,
)
from terrier.office.imports.kinds.stored import initial, stored
from terrier.office.imports.numbering import new_numbers

LABEL = "accounts.contact"
PLAIN = ("external_id", "name", "job_title", "role", "stance", "reach_by", "email", "phone")
KEY = "key"
_APART = "\x1f"


class ContactChecker(Checker):
    FIELDS: ClassVar = (
        Field("account", gettext_lazy("Account (external id)"), cells.text(64), ("account", "accountexternalid", *SYNONYMS["id"]), "A-1001", needed=True),
        Field("external_id", gettext_lazy("External id of the contact"), cells.text(64), ("contactid", "contactno", "contactexternalid", "externalid", "personid"), "C-1"),
        Field("name", gettext_lazy("Name"), cells.text(120), ("contactname", "contact", "name", "fullname", "person", "personname"), "Colin Carter", to_create=True),
        Field("job_title", gettext_lazy("Job title"), cells.text(80), ("jobtitle", "title", "function", "job"), "Store manager"),
        Field("role", gettext_lazy("Role"), cells.choice(dict(ContactRole.choices)), ("role", "contactrole", "buyingrole", "decisionrole"), "Decision maker", choices=dict(ContactRole.choices)),
        Field("stance", gettext_lazy("Stance"), cells.choice(dict(Stance.choices)), ("stance", "attitude", "sentiment", "relationship"), "Supporter", choices=dict(Stance.choices)),
        Field("reach_by", gettext_lazy("Likes to be reached by"), cells.choice(dict(ReachBy.choices), {"call": "phone", "sms": "text", "mail": "email", "inperson": "visit"}), ("reachby", "preferredcontact", "preferredchannel", "contactby", "preference"), "Phone", choices=dict(ReachBy.choices)),
        Field("email", gettext_lazy("E-mail"), cells.email, ("email", "emailaddress", "mail", "contactemail"), "colin@happypaws.example"),
        Field("phone", gettext_lazy("Phone"), cells.text(40), ("phone", "telephone", "tel", "mobile", "phonenumber", "contactphone"), "+1 614 555 0101"),
    )  # fmt: skip
    KNOWN_BY: ClassVar = ("account", "external_id")
    ANY_OF: ClassVar = (("external_id", "email", "name"),)

    def __init__(self, how: How, mapped: Sequence[str]) -> None:
        super().__init__(how, mapped)
        self.start = initial(Contact, PLAIN)
        self.twice: dict[str, list[int]] = {}
        self.numbers = new_numbers(Contact)

    @property
    def key_fields(self) -> list[str]:
        return [name for name in ("account", "external_id", "email", "name") if name in self.fields]

    def prepare(self, keys: pl.DataFrame) -> None:
        has = [name for name in ("external_id", "email", "name") if name in keys.columns]
        at_account = [
            pl.concat_str("account", pl.lit(name), pl.col(name).str.to_lowercase(), separator=_APART)
            if name != "external_id"
            else pl.col(name)
            for name in has
        ]
        self.twice = repeated(keys.select(ROW, pl.coalesce(at_account).alias(KEY)), KEY)

    def check(self, rows: list[Outcome]) -> None:
        accounts = stored(
            Account,
            "external_id",
            {row.values["account"] for row in rows if "account" in row.values},
            ("name", "deleted_at"),
        )
        ids = [found[0]["id"] for found in accounts.values()]
        by_account = stored(Contact, "account", ids, (*PLAIN, "deleted_at"))
        externals = {row.values["external_id"] for row in rows if row.values.get("external_id")}
        by_external = stored(Contact, "external_id", externals, (*PLAIN, "account", "deleted_at"))
        for row in rows:
            row.key = _key(row)
            if numbers := self.twice.get(row.key):
                name = (
                    "external_id"
                    if row.values.get("external_id")
                    else "email"
                    if row.values.get("email")
                    else "name"
                )
                row.refuse(
                    name,
                    _("The same contact is in row %(rows)s too.") % {"rows": other_rows(numbers, row.number)},
                )
            account = accounts.get(row.values.get("account"))
            if account is None or account[0]["deleted_at"] is not None:
                if "account" not in row.errors:
                    row.refuse(
                        "account",
                        _("There is no account “%(account)s”.") % {"account": row.values["account"]},
                    )
                continue
            self._check(row, account[0]["id"], _match(row, by_external, by_account.get(account[0]["id"], [])))

    def _check(self, row: Outcome, account: int, before: dict[str, Any] | None) -> None:
        values = {
            name: self.start[name] if row.values[name] is None else row.values[name]
            for name in PLAIN
            if name in row.values
        } | {"account": account}
        if before is None:
            self.refuse_missing(row)
        if row.errors:
            return
        label = str(values.get("name") or (before or {}).get("name", ""))
        if before is None:
            row.new = True
            changes = created(self.start | values)
            row.writes.append(Staged("create", LABEL, next(self.numbers), label, account, changes))
            return
        if not row.values.get("external_id"):
            values.pop("external_id", None)  # what it was found by stays
        changes = changes_of(before, values)
        back = before["deleted_at"] is not None
        if back:
            changes["deleted_at"] = [str(before["deleted_at"]), None]
        if changes:
            row.writes.append(
                Staged("restore" if back else "update", LABEL, before["id"], label, account, changes)
            )


def _key(row: Outcome) -> str:
    """As ``prepare`` makes it of the texts."""
    if row.cells.get("external_id"):
        return str(row.cells["external_id"])
    for name in ("email", "name"):
        if row.cells.get(name):
            return _APART.join([str(row.cells.get("account")), name, str(row.cells[name]).lower()])
    return ""


def _match(
    row: Outcome, by_external: dict[Any, list[dict[str, Any]]], here: list[dict[str, Any]]
) -> dict[str, Any] | None:
    """The contact that a row means: its external id says, else its e-mail at the account, else its name there."""
    external = row.values.get("external_id")
    if external:
        if external in by_external:
            return by_external[external][0]
        here = [one for one in here if not one["external_id"]]
    for name in ("email", "name"):
        asked = row.values.get(name)
        if asked:
            alike = [one for one in here if str(one[name]).casefold() == str(asked).casefold()]
            alike.sort(key=lambda one: one["deleted_at"] is not None)
            if alike or name == "email":
                if alike:
                    return alike[0]
                here = [one for one in here if not one["email"]]
    return None
