"""People and positions in one file: who holds which position, to whom it reports, where it sits and what it can take.

A person is known by an external id or else the e-mail address, a position by an external id or else its name. A row may name a
person without a position, or a position that nobody holds.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any, ClassVar

import polars as pl
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from terrier.intake.columns import SYNONYMS
from terrier.intake.sealed import ROW
from terrier.office.imports import cells
from terrier.office.imports.cells import CellError, Field
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
from terrier.office.imports.kinds.directory import Directory
from terrier.office.imports.kinds.land import Land
from terrier.office.imports.kinds.reporting import circle_of, lines_now
from terrier.office.imports.kinds.spells import Spell, SpellError, take_over
from terrier.office.imports.kinds.stored import initial, plain
from terrier.office.imports.numbering import new_numbers
from terrier.office.people.models import Incumbency, Person, Position, ReportingLine, Role

KEY = "key"
MOST_HOURS = Decimal(10) ** 6
"""What a position's hours must stay below."""
PERSON = {"email": "email", "name": "name", "phone": "phone", "person_external_id": "external_id"}
"""The fields of the file that say a person's, and what the model calls them."""
POSITION = {
    "position": "name", "position_external_id": "external_id", "role": "role", "base": "base",
    "base_latitude": "base_latitude", "base_longitude": "base_longitude", "employment_share": "employment_share",
    "capacity_hours": "capacity_hours", "base_pay": "base_pay", "commission_rate": "commission_rate", "quota": "quota",
    "accelerator": "accelerator",
}  # fmt: skip
ROLES = {
    "rep": "territory_manager", "salesrep": "territory_manager", "territoryrep": "territory_manager", "tm": "territory_manager",
    "regionalmanager": "region_manager", "rm": "region_manager", "regionalsalesmanager": "region_manager",
    "insidesales": "account_manager", "am": "account_manager", "kam": "key_account_manager", "admin": "administrator",
    "salesdirector": "director", "salesoperations": "analyst",
}  # fmt: skip


class PeopleChecker(Checker):
    FIELDS: ClassVar = (
        Field("email", gettext_lazy("E-mail"), cells.email, ("email", "emailaddress", "mail", "workemail", "login"), "tess@example.com"),
        Field("name", gettext_lazy("Person"), cells.text(120), tuple(one for one in SYNONYMS["person"] if one not in {"territorymanager", "tm", "manager", "owner"}), "Tess Turner"),
        Field("person_external_id", gettext_lazy("External id of the person"), cells.text(64), ("personid", "personexternalid", "employeeid", "employeeno", "employeenumber", "personnelno"), "E-101"),
        Field("phone", gettext_lazy("Phone"), cells.text(40), ("phone", "telephone", "tel", "mobile", "cell"), "+1 614 555 0110"),
        Field("position", gettext_lazy("Position"), cells.text(120), ("position", "positionname", "territory", "territoryname", "seat", "job"), "Ohio"),
        Field("position_external_id", gettext_lazy("External id of the position"), cells.text(64), ("positionid", "positionexternalid", "positionno", "positioncode", "territoryid", "territorycode"), "P-12"),
        Field("role", gettext_lazy("Role"), cells.choice(dict(Role.choices), ROLES), ("role", "positionrole", "jobrole", "title", "jobtitle"), "Territory manager", choices=dict(Role.choices)),
        Field("reports_to", gettext_lazy("Reports to"), cells.text(120), ("reportsto", "manager", "boss", "managerposition", "manageremail", "supervisor", "parentposition"), "East", gettext_lazy("A position's external id or name, or its holder's e-mail.")),
        Field("base", gettext_lazy("Home base"), cells.text(200), ("base", "homebase", "home", "homeaddress", "location", "office"), "Columbus OH"),
        Field("base_latitude", gettext_lazy("Latitude of the base"), cells.coordinate(90), ("baselatitude", "homelatitude", "homelat", *SYNONYMS["latitude"]), "39.9612"),
        Field("base_longitude", gettext_lazy("Longitude of the base"), cells.coordinate(180), ("baselongitude", "homelongitude", "homelon", *SYNONYMS["longitude"]), "-82.9988"),
        Field("employment_share", gettext_lazy("Employment share"), cells.share_text(3, above_zero=True), ("employmentshare", "fte", "employment", "parttime", "share"), "1"),
        Field("capacity_hours", gettext_lazy("Selling hours a year"), cells.amount(digits=7, places=1, least=0), ("capacity", "capacityhours", "hours", "sellinghours", "annualhours"), "1640", gettext_lazy("The person's own: for a part of a job, the hours of that part.")),
        Field("base_pay", gettext_lazy("Base pay a year"), cells.amount(digits=10, places=2, least=0), ("basepay", "basesalary", "salary"), "60000"),
        Field("commission_rate", gettext_lazy("Share of sales paid"), cells.share_text(5), ("commissionrate", "commission", "rate"), "0.01"),
        Field("quota", gettext_lazy("Quota of sales a year"), cells.amount(digits=14, places=2, least=0), ("quota", "salesquota", "annualquota", "target"), "1500000"),
        Field("accelerator", gettext_lazy("Accelerator beyond the quota"), cells.amount(digits=3, places=2, least=0), ("accelerator",), "1.5"),
        Field("starts_on", gettext_lazy("From"), cells.date, ("from", "since", "effective", "effectivedate", *SYNONYMS["start"]), "2026-01-01", gettext_lazy("When the person takes the position and it reports so; today if it is not given.")),
    )  # fmt: skip
    KNOWN_BY: ClassVar = ("position_external_id", "position", "email", "person_external_id")
    LEANS_ON: ClassVar = ("reports_to",)
    ANY_OF: ClassVar = (("email", "position", "position_external_id"),)

    def __init__(self, how: How, mapped: Sequence[str]) -> None:
        super().__init__(how, mapped)
        self.directory = Directory(how.today)
        self.person_start = initial(Person, PERSON.values())
        self.position_start = initial(Position, POSITION.values())
        self.twice: dict[str, list[int]] = {}
        self._load_people()
        self._load_positions()
        self.spells = {
            Incumbency: _spells(Incumbency, "person"),
            ReportingLine: _spells(ReportingLine, "manager"),
        }
        self.numbers = {model: new_numbers(model) for model in (Person, Position, Incumbency, ReportingLine)}
        self.lines = lines_now()
        self.land = Land() if {"base_latitude", "base_longitude"} <= self.fields.keys() else None
        self.new_positions: dict[str, int] = {}
        self.made: set[int] = set()
        self.people_said: dict[int, tuple[int, dict[str, Any]]] = {}

    def _load_people(self) -> None:
        names = ("id", *PERSON.values())
        self.people = {
            values[0]: dict(zip(names, values, strict=True)) for values in Person.objects.values_list(*names)
        }
        self.person_by_email: dict[str, int] = {
            str(one["email"]).casefold(): key for key, one in self.people.items()
        }
        self.person_by_external: dict[str, int] = {
            one["external_id"]: key for key, one in self.people.items() if one["external_id"]
        }

    def _load_positions(self) -> None:
        names = ("id", *POSITION.values())
        self.positions = {
            values[0]: dict(zip(names, map(plain, values), strict=True))
            for values in Position.objects.values_list(*names)
        }

    @property
    def key_fields(self) -> list[str]:
        return [name for name in ("position_external_id", "position", "email") if name in self.fields]

    def prepare(self, keys: pl.DataFrame) -> None:
        """Positions that the file makes get their numbers now, so that rows above can report to them."""
        known_by = [name for name in ("position_external_id", "position") if name in keys.columns]
        if known_by:
            self.twice = repeated(keys.select(ROW, pl.coalesce(known_by).alias(KEY)), KEY)
        wanted = [name for name in ("position_external_id", "position", "email") if name in keys.columns]
        for values in keys.select(wanted).iter_rows(named=True):
            external, title, email = (
                values.get(key) for key in ("position_external_id", "position", "email")
            )
            if not (external or title):
                continue
            number = self._known_position(external, title)
            if number is None:
                number = self.new_positions.setdefault(external or str(title), next(self.numbers[Position]))
                self.made.add(number)
                self.directory.add(number, external, title or external or "")
            if email:
                self.directory.by_email[email.casefold()] = {number}

    def _known_position(self, external: str | None, name: str | None) -> int | None:
        if external:
            found = self.directory.by_external.get(external)
            return None if found in self.made else found
        alike = self.directory.by_name.get(str(name).casefold(), set()) - self.made
        return next(iter(alike)) if len(alike) == 1 else None

    def check(self, rows: list[Outcome]) -> None:
        for row in rows:
            self._check(row)
        for row in rows:
            circle = circle_of(self.lines, row.values.get("_position"))
            if circle and not row.errors:
                names = " → ".join(self.directory.names[one] for one in circle)
                row.refuse("reports_to", _("Comes to report to itself: %(circle)s.") % {"circle": names})

    def _check(self, row: Outcome) -> None:
        external, name = row.cells.get("position_external_id"), row.cells.get("position")
        row.key = str(external or name or row.cells.get("email") or "")
        if not row.key and not row.cells.get("name"):
            row.refuse(next(iter(self.fields)), _("Names neither a person nor a position."))
        if numbers := self.twice.get(str(external or name or "")):
            row.refuse(
                "position_external_id" if external else "position",
                _("The same position is in row %(rows)s too.") % {"rows": other_rows(numbers, row.number)},
            )
        position = self._known_position(external, name) if external or name else None
        if position is None and (external or name):
            position = self.new_positions.get(external or str(name))
        person = self._person(row)
        manager = self._manager(row)
        if position in self.made:
            self._refuse_unmade(row)
        if self.land is not None:
            self.land.refuse_misplaced(row, "base_latitude", "base_longitude")
        if row.errors:
            return
        row.values["_position"] = position
        if person is not None:
            self._write_person(row, person)
        if position is not None:
            self._write_position(row, position, person, manager)

    def _refuse_unmade(self, row: Outcome) -> None:
        for name in ("position", "role"):
            if row.values.get(name) is None and name not in row.errors:
                row.refuse(name, _("Is missing: something new cannot do without it."))

    def _person(self, row: Outcome) -> int | None:
        """The person a row names, known or new; None if it names none."""
        email, external = row.values.get("email"), row.values.get("person_external_id")
        if not (email or external):
            if row.values.get("name") and "email" not in row.errors:
                row.refuse("email", _("Is missing: a person is known by the e-mail address."))
            return None
        known = self.person_by_external.get(str(external)) if external else None
        by_email = self.person_by_email.get(str(email)) if email else None
        if known is not None and by_email not in (None, known):
            row.refuse(
                "email", _("Belongs to %(name)s already.") % {"name": self.people[by_email or 0]["name"]}
            )
            return None
        if known is not None or by_email is not None:
            return known if known is not None else by_email
        for name in ("email", "name"):
            if row.values.get(name) is None and name not in row.errors:
                row.refuse(name, _("Is missing: something new cannot do without it."))
        if row.errors:
            return None
        number = next(self.numbers[Person])
        self.person_by_email[str(email)] = number
        if external:
            self.person_by_external[external] = number
        self.people[number] = {"id": number, "email": None}
        return number

    def _manager(self, row: Outcome) -> int | None:
        asked = row.values.get("reports_to")
        if asked is None:
            return None
        try:
            return self.directory.find(asked)
        except CellError as error:
            row.refuse("reports_to", str(error))
            return None

    def _said(self, row: Outcome, names: dict[str, str], start: dict[str, Any]) -> dict[str, Any]:
        return {
            field: start[field] if row.values[name] is None else row.values[name]
            for name, field in names.items()
            if name in row.values and not (row.values[name] is None and field in {"email", "name", "role"})
        }

    def _write_person(self, row: Outcome, person: int) -> None:
        values = self._said(row, PERSON, self.person_start)
        first, said = self.people_said.setdefault(person, (row.number, values))
        if first != row.number:
            for name, value in values.items():
                if name in said and said[name] != value:
                    field = next(key for key, one in PERSON.items() if one == name)
                    row.refuse(
                        field,
                        _("Row %(row)s says “%(value)s” of the same person.")
                        % {"row": first, "value": said[name]},
                    )
            return
        before = self.people[person]
        label = str(values.get("name") or before.get("name") or "")
        if before["email"] is None:
            row.new = True
            row.writes.append(
                Staged(
                    "create",
                    "people.person",
                    person,
                    label,
                    None,
                    created(self.person_start | values | {"is_active": True}),
                )
            )
        elif changes := changes_of(before, values):
            row.writes.append(Staged("update", "people.person", person, label, None, changes))

    def _write_position(self, row: Outcome, position: int, person: int | None, manager: int | None) -> None:
        since = row.values.get("starts_on") or self.how.today.isoformat()
        values = self._said(row, POSITION, self.position_start)
        self._say_hours_of_a_whole_job(row, values, position)
        label = str(values.get("name") or self.directory.names[position])
        if position in self.made:
            row.new = True
            values = self.position_start | values | {"opens_on": since}
            row.writes.append(Staged("create", "people.position", position, label, None, created(values)))
        elif changes := changes_of(self.positions[position], values):
            row.writes.append(Staged("update", "people.position", position, label, None, changes))
        self._succeed(row, Incumbency, position, person, since, label)
        if manager == position:
            row.refuse(
                "reports_to", _("Comes to report to itself: %(circle)s.") % {"circle": f"{label} → {label}"}
            )
        else:
            self._succeed(row, ReportingLine, position, manager, since, label)

    def _say_hours_of_a_whole_job(self, row: Outcome, values: dict[str, Any], position: int) -> None:
        """A file tells the hours of the person, a position those of a whole job: its capacity is their product with the share."""
        if row.values.get("capacity_hours") is None:
            return
        known = self.position_start | self.positions.get(position, {}) | values
        hours = Decimal(values["capacity_hours"]) / Decimal(known["employment_share"])
        if hours >= MOST_HOURS:
            row.refuse("capacity_hours", _("Is too large for a job of this employment share."))
        else:
            values["capacity_hours"] = str(hours.quantize(Decimal("0.1")))

    def _succeed(
        self,
        row: Outcome,
        model: type[Incumbency] | type[ReportingLine],
        position: int,
        holder: int | None,
        since: str,
        label: str,
    ) -> None:
        """Who holds the position, or whom it reports to, from a day on: nobody named leaves it as it is."""
        if holder is None or row.errors:
            return
        name = "person" if model is Incumbency else "manager"
        spells = self.spells[model].setdefault(position, [])
        if any(one.holder == holder and one.holds_on(self.how.today.isoformat()) for one in spells):
            return
        try:
            touched = take_over(spells, Spell(holder, since))
        except SpellError as error:
            row.refuse("starts_on" if row.cells.get("starts_on") else "position", str(error))
            return
        if model is ReportingLine:
            self.lines[position] = holder
        for one in touched:
            values = {name: one.holder, "starts_on": one.starts, "ends_on": one.ends}
            told = f"{label}: {row.values.get('name') or label}" if model is Incumbency else label
            kind = model._meta.label_lower
            if one.id is None:
                one.id, one.before = next(self.numbers[model]), dict(values)
                changes = created(values | {"position": position})
                row.writes.append(Staged("create", kind, one.id, told[:160], None, changes))
            elif changes := changes_of(one.before, values):
                row.writes.append(Staged("update", kind, one.id, told[:160], None, changes))


def _spells(model: type[Incumbency] | type[ReportingLine], holder: str) -> dict[int, list[Spell]]:
    found: dict[int, list[Spell]] = {}
    for number, position, who, starts, ends in model.objects.values_list(
        "id", "position_id", f"{holder}_id", "starts_on", "ends_on"
    ):
        values = {holder: who, "starts_on": plain(starts), "ends_on": plain(ends)}
        found.setdefault(position, []).append(
            Spell(who, values["starts_on"], values["ends_on"], id=number, before=values)
        )
    return found
