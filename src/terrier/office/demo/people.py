"""The sample company's people: a director, three regions, territory managers, account managers, key account managers."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

import numpy as np
import polars as pl
from django.contrib.auth.hashers import make_password

from terrier.office.people.models import Incumbency, Person, Position, ReportingLine, Role
from terrier.sample.names import people_names

REGIONS = ("East", "Central", "West")
ACCOUNT_MANAGERS = 6
KEY_ACCOUNT_MANAGERS = 3
FOUNDED = dt.date(2006, 3, 1)
DOMAIN = "wholesaler.example"


@dataclass
class Force:
    """Who there is. territories : the position of each owner in the sample, "VACANT" among them, and its region."""

    sign_ins: dict[str, Person] = field(default_factory=dict)
    territories: dict[str, Position] = field(default_factory=dict)
    region_of: dict[int, int] = field(default_factory=dict)
    account_managers: list[Position] = field(default_factory=list)
    key_account_managers: list[Position] = field(default_factory=list)
    region_managers: list[Person] = field(default_factory=list)
    people: dict[int, Person] = field(default_factory=dict)
    """By position."""


class Hiring:
    """Makes people and positions one by one, all with one password."""

    def __init__(self, rng: np.random.Generator, password: str) -> None:
        self.force = Force()
        self._password = make_password(password)
        self._names = iter(people_names(rng, 64))
        self._emails: set[str] = set()

    def person(self, name: str = "", external_id: str | None = None) -> Person:
        name = name or next(self._names)
        stem = ".".join(name.lower().replace("'", "").split())
        email, again = f"{stem}@{DOMAIN}", 1
        while email in self._emails:
            again += 1
            email = f"{stem}{again}@{DOMAIN}"
        self._emails.add(email)
        return Person.objects.create(name=name, email=email, external_id=external_id, password=self._password)

    def position(
        self,
        name: str,
        role: Role,
        manager: Position | None,
        person: Person | None,
        since: dt.date = FOUNDED,
        **fields: object,
    ) -> Position:
        made = Position.objects.create(name=name, role=role, opens_on=FOUNDED, **fields)
        if manager:
            ReportingLine.objects.create(position=made, manager=manager, starts_on=FOUNDED)
        if person:
            Incumbency.objects.create(person=person, position=made, starts_on=since)
            self.force.people[made.pk] = person
            self.force.sign_ins.setdefault(role, person)
        return made


def hire(table: pl.DataFrame, rng: np.random.Generator, password: str) -> Force:
    """Everybody, from the sample's table of territory managers; the territory that is vacant there is vacant here."""
    hiring = Hiring(rng, password)
    force = hiring.force
    director = hiring.position("Company", Role.DIRECTOR, None, hiring.person())
    hiring.position("Sales operations", Role.ANALYST, director, hiring.person())
    hiring.position("Administration", Role.ADMINISTRATOR, director, hiring.person())
    managers = [
        hiring.position(f"Region {region}", Role.REGION_MANAGER, director, hiring.person())
        for region in REGIONS
    ]
    force.region_managers = [force.people[manager.pk] for manager in managers]
    # Thirds by longitude, so that each region has as many territories as the others.
    rank = np.argsort(np.argsort(-table["longitude"].to_numpy()))
    region = rank * len(REGIONS) // max(1, len(table))
    for row, home in zip(table.iter_rows(named=True), region, strict=True):
        position = hiring.position(
            row["territory"],
            Role.TERRITORY_MANAGER,
            managers[home],
            hiring.person(row["name"], row["person_id"]),
            since=row["start_date"],
            external_id=f"T-{row['person_id']}",
            base=f"{row['city']}, {row['state']} {row['zip']}",
            base_latitude=row["latitude"],
            base_longitude=row["longitude"],
            employment_share=str(row["employment_share"]),
            # As an import does: a file tells the hours of a part of a job, a position those of a whole one.
            capacity_hours=round(row["capacity_hours"] / row["employment_share"]),
        )
        force.territories[row["name"]], force.region_of[position.pk] = position, int(home)
    vacant = hiring.position(
        "Vacant territory", Role.TERRITORY_MANAGER, managers[1], None, external_id="T-VACANT"
    )
    force.territories["VACANT"] = vacant
    for number in range(ACCOUNT_MANAGERS):
        name = f"Inside sales {REGIONS[number % 3]} {number // 3 + 1}"
        made = hiring.position(name, Role.ACCOUNT_MANAGER, managers[number % 3], hiring.person())
        force.account_managers.append(made)
        force.region_of[made.pk] = number % 3
    force.key_account_managers = [
        hiring.position(f"Key accounts {number + 1}", Role.KEY_ACCOUNT_MANAGER, director, hiring.person())
        for number in range(KEY_ACCOUNT_MANAGERS)
    ]
    return force
