"""Accounts: known by their external id, in trees by the external id of the next one up, held by a position if the file says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import polars as pl
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from terrier.intake.columns import SYNONYMS
from terrier.office.accounts.listing import COLUMNS
from terrier.office.accounts.models import Account, AccountClass, Channel, Status
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
from terrier.office.imports.kinds.covering import Covering
from terrier.office.imports.kinds.directory import Directory
from terrier.office.imports.kinds.land import Land
from terrier.office.imports.kinds.stored import initial, stored
from terrier.office.imports.kinds.trees import Trees
from terrier.office.imports.numbering import new_numbers

LABEL = "accounts.account"
PLAIN = (
    "external_id", "name", "status", "channel", "account_class", "street", "city", "state", "postal_code", "country",
    "latitude", "longitude", "phone", "website", "annual_sales", "potential", "service_hours", "payment_terms",
)  # fmt: skip
"""The fields that a row says as they are stored."""

CHANNELS = {
    "petstore": "independent", "petshop": "independent", "independentpet": "independent", "retail": "independent",
    "petchain": "chain", "nationalchain": "chain", "regionalchain": "chain", "grooming": "groomer", "vetclinic": "vet",
    "veterinary": "vet", "veterinarian": "vet", "boarding": "kennel", "daycare": "kennel", "feed": "farm",
    "feedstore": "farm", "farmandfeed": "farm", "supermarket": "grocery", "online": "ecommerce", "web": "ecommerce",
}  # fmt: skip


class AccountChecker(Checker):
    FIELDS: ClassVar = (
        Field("external_id", gettext_lazy("External id"), cells.text(64), ("externalid", *SYNONYMS["id"], "codicecliente", "codcliente", "codice", "idcliente"), "A-1001", needed=True),
        Field("name", gettext_lazy("Name"), cells.text(160), (*SYNONYMS["name"], "ragionesociale", "denominazione", "nomecliente", "cliente", "insegna"), "Happy Paws Columbus", to_create=True),
        Field("parent", gettext_lazy("Parent (external id)"), cells.text(64), ("parent", "parentid", "parentaccount", "parentaccountid", "parentno", "headquarters", "hq", "chainid", "parentexternalid"), "", gettext_lazy("The external id of the next one up: a chain above its sites.")),
        Field("status", gettext_lazy("Status"), cells.choice(dict(Status.choices), {"inactive": "lapsed", "lead": "prospect", "customer": "active", "open": "active"}), ("status", "accountstatus", "customerstatus"), "Active", choices=dict(Status.choices)),
        Field("channel", gettext_lazy("Channel"), cells.choice(dict(Channel.choices), CHANNELS), ("channel", "segment", "type", "accounttype", "customertype", "storetype", "tradechannel", "canale", "tipocliente", "tipologia"), "Groomer", choices=dict(Channel.choices)),
        Field("account_class", gettext_lazy("Class"), cells.choice(dict(AccountClass.choices)), ("class", "accountclass", "abc", "abcclass", "tier", "grade", "rating", "classe", "classeabc", "fascia"), "B", choices=dict(AccountClass.choices)),
        Field("street", gettext_lazy("Street"), cells.text(160), ("street", "address", "address1", "addressline1", "street1", "streetaddress", "shiptoaddress", "shiptostreet", "shippingstreet", "indirizzo", "via"), "12 Main Street"),
        Field("city", gettext_lazy("City"), cells.text(80), (*SYNONYMS["city"], "citta", "città", "comune", "localita", "località"), "Columbus"),
        Field("state", gettext_lazy("State"), cells.text(40), (*SYNONYMS["state"], "provincia", "prov", "pv"), "OH"),
        Field("postal_code", gettext_lazy("Postal code"), cells.text(16), (*SYNONYMS["zip"], "cap", "codicepostale"), "43215"),
        Field("country", gettext_lazy("Country"), cells.country, ("country", "countrycode", "nation", "shiptocountry", "nazione", "paese"), "US"),
        Field("latitude", gettext_lazy("Latitude"), cells.coordinate(90), tuple(SYNONYMS["latitude"]), "39.9612"),
        Field("longitude", gettext_lazy("Longitude"), cells.coordinate(180), tuple(SYNONYMS["longitude"]), "-82.9988"),
        Field("phone", gettext_lazy("Phone"), cells.text(40), ("phone", "telephone", "tel", "phonenumber", "mainphone", "telefono", "cellulare"), "+1 614 555 0100"),
        Field("website", gettext_lazy("Website"), cells.website, ("website", "web", "url", "homepage", "site"), "https://happypaws.example"),
        Field("annual_sales", gettext_lazy("Sales, last 12 months"), cells.amount(digits=14, places=2), (*SYNONYMS["sales"], "fatturato", "vendite", "venduto", "ricavi"), "48250.00"),
        Field("potential", gettext_lazy("Potential a year"), cells.amount(digits=14, places=2, least=0), ("potential", "annualpotential", "potentialusd", "potentialsales", "marketpotential", "opportunity", "potentialayear", "potenziale", "potenzialedacquisto"), "60000"),
        Field("service_hours", gettext_lazy("Service hours a year"), cells.amount(digits=8, places=2, least=0), tuple(SYNONYMS["workload"]), "18.5"),
        Field("payment_terms", gettext_lazy("Payment terms"), cells.text(40), ("paymentterms", "terms", "termsofpayment", "creditterms", "condizionidipagamento", "pagamento", "terminidipagamento"), "Net 30"),
        Field("holder", gettext_lazy("Holder (position)"), cells.text(120), ("holder", "holderposition", "position", "positionid", *SYNONYMS["owner"], "agente", "venditore", "commerciale", "responsabile"), "", gettext_lazy("A position's external id or name, or its holder's e-mail: becomes the primary holder.")),
        Field("holder_from", gettext_lazy("Held from"), cells.date, ("heldfrom", "holderfrom", "holdersince", "ownersince", "assignedon", "effectivedate", "effective"), "", gettext_lazy("The day the holder begins; today if it is not given.")),
    )  # fmt: skip
    EXPORTED: ClassVar = {
        name: COLUMNS[name].title for name in ("name", "holder", "annual_sales", "potential", "service_hours")
    }
    KNOWN_BY: ClassVar = ("external_id",)
    LEANS_ON: ClassVar = ("parent",)

    def __init__(self, how: How, mapped: Sequence[str]) -> None:
        super().__init__(how, mapped)
        self.ids: dict[str, int] = {}
        self.new: set[int] = set()
        self.deleted: set[str] = set()
        self.twice: dict[str, list[int]] = {}
        self.trees: Trees | None = None
        self.carried: dict[int, list[int]] = {}
        self.names_in_circles: dict[int, str] = {}
        self.start = initial(Account, PLAIN)
        self.covering = Covering(how) if "holder" in self.fields else None
        self.directory = Directory(how.today) if "holder" in self.fields else None
        self.land = Land() if {"latitude", "longitude"} <= self.fields.keys() else None

    @property
    def key_fields(self) -> list[str]:
        return [name for name in ("external_id", "parent") if name in self.fields]

    def prepare(self, keys: pl.DataFrame) -> None:
        self.twice = repeated(keys, "external_id")
        own = keys["external_id"].drop_nulls().unique(maintain_order=True)
        parents = keys["parent"].drop_nulls().unique() if "parent" in keys.columns else own.clear()
        asked = pl.concat([own, parents]).unique()
        for at in range(0, len(asked), 5000):
            known = Account.objects.filter(external_id__in=asked.slice(at, 5000).to_list())
            for number, key, deleted_at in known.values_list("id", "external_id", "deleted_at"):
                self.ids[str(key)] = number
                if deleted_at is not None:
                    self.deleted.add(str(key))
        numbers = new_numbers(Account)
        for key in own:
            if key not in self.ids:
                self.ids[key] = next(numbers)
                self.new.add(self.ids[key])
        if self.deleted:
            self.deleted.difference_update(own)  # those of the file come back
        if "parent" in keys.columns:
            self._plant(keys)

    def _plant(self, keys: pl.DataFrame) -> None:
        self.trees = Trees()
        in_file = []
        for key, parent in keys.select("external_id", "parent").iter_rows():
            number = self.ids.get(key)
            if number is None:
                continue
            in_file.append(number)
            if parent is not None and parent in self.ids:
                self.trees.put(number, self.ids[parent])
            elif parent is None and self.how.clear_blanks:
                self.trees.put(number, None)
        self.trees.settle()
        self.carried = self.trees.carried_along(in_file)
        if self.trees.circles:
            known = Account.objects.filter(pk__in=self.trees.circles).values_list("id", "external_id", "name")
            self.names_in_circles = {number: key or name for number, key, name in known}
            self.names_in_circles |= {
                number: key for key, number in self.ids.items() if number in self.trees.circles
            }

    def check(self, rows: list[Outcome]) -> None:
        for row in rows:
            row.key = str(row.values.get("external_id") or row.cells.get("external_id") or "")
            self._refuse_repeated(row)
        before = self._before(rows)
        for row in rows:
            if row.key:
                self._check(row, before.get(row.key))
        if self.covering is not None:
            self._hold(rows)

    def _refuse_repeated(self, row: Outcome) -> None:
        if row.key in self.twice:
            row.refuse(
                "external_id",
                _("“%(key)s” is in row %(rows)s too.")
                % {"key": row.key, "rows": other_rows(self.twice[row.key], row.number)},
            )

    def _before(self, rows: list[Outcome]) -> dict[str, dict[str, Any]]:
        keys = [row.key for row in rows if row.key and self.ids.get(row.key) not in self.new]
        found = stored(Account, "external_id", keys, (*PLAIN, "parent", "chain", "deleted_at"))
        return {key: values[0] for key, values in found.items()}

    def _check(self, row: Outcome, before: dict[str, Any] | None) -> None:
        values = {
            name: self.start[name] if row.values[name] is None else row.values[name]
            for name in PLAIN
            if name in row.values
        }
        self._place(row, values, before)
        self._read_parent(row, values)
        if before is None:
            self.refuse_missing(row)
        if row.errors:
            return
        number = self.ids[row.key]
        if before is None:
            row.new = True
            changes = created(self.start | values)
            label = str(values["name"])
            row.writes.append(Staged("create", LABEL, number, label, number, changes))
        else:
            changes = changes_of(before, values)
            label = str(values.get("name", before["name"]))
            back = before["deleted_at"] is not None
            if back:
                changes["deleted_at"] = [str(before["deleted_at"]), None]
            if changes:
                row.writes.append(
                    Staged("restore" if back else "update", LABEL, number, label, number, changes)
                )
        row.writes += self._carry(number)

    def _place(self, row: Outcome, values: dict[str, Any], before: dict[str, Any] | None) -> None:
        """A place has both coordinates or neither, and they stand the right way round."""
        has = [
            (values[name] if name in values else (before or {}).get(name)) is not None
            for name in ("latitude", "longitude")
        ]
        if has[0] != has[1] and not {"latitude", "longitude"} & row.errors.keys():
            missing = "longitude" if has[0] else "latitude"
            row.refuse(missing, _("Is missing: a place needs both latitude and longitude."))
        elif self.land is not None:
            country = values.get("country") or (before or self.start).get("country")
            self.land.refuse_misplaced(row, "latitude", "longitude", str(country))

    def _read_parent(self, row: Outcome, values: dict[str, Any]) -> None:
        if self.trees is None or row.key not in self.ids:
            return
        number, asked = self.ids[row.key], row.values.get("parent")
        if asked is not None and (asked not in self.ids or asked in self.deleted):
            row.refuse(
                "parent",
                _("There is no account “%(parent)s”, neither in this file nor in Terrier.")
                % {"parent": asked},
            )
        elif number in self.trees.circles:
            circle = self.trees.circles[number]
            at = circle.index(number)
            shown = [self.names_in_circles[one] for one in [*circle[at:], *circle[:at], number]]
            row.refuse(
                "parent", _("Comes to stand above itself: %(circle)s.") % {"circle": " → ".join(shown[:8])}
            )
        elif "parent" not in row.errors:
            values["parent"] = self.trees.above.get(number)
            values["chain"] = self.trees.chain(number)

    def _carry(self, number: int) -> list[Staged]:
        """The accounts below one of the file whose tree gets another top with it."""
        if self.trees is None or number not in self.carried:
            return []
        below = stored(Account, "id", self.carried[number], ("name", "chain"))
        return [
            Staged(
                "update", LABEL, other, row["name"], other, {"chain": [row["chain"], self.trees.chain(other)]}
            )
            for other, (row,) in below.items()
        ]

    def _hold(self, rows: list[Outcome]) -> None:
        """The primary holder that each row names."""
        assert self.covering is not None
        assert self.directory is not None
        named = [row for row in rows if row.values.get("holder") is not None]
        whole = [self.ids[row.key] for row in named if not row.errors]
        self.covering.load([number for number in whole if number not in self.new])
        for row in named:
            try:
                position = self.directory.find(row.values["holder"])
            except CellError as error:
                row.refuse("holder", str(error))
            if row.errors:
                continue
            number = self.ids[row.key]
            label = row.writes[0].label if row.writes else str(row.values.get("name") or row.key)
            since = row.values.get("holder_from") or self.how.today.isoformat()
            problem = self.covering.hold(number, position, since, given="holder_from" in row.values)
            if problem:
                row.refuse("holder_from" if row.cells.get("holder_from") else "holder", problem)
                continue
            row.writes += self.covering.writes(number, label, self.directory.names)
