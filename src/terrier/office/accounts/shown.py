"""How a question shows itself above the list: a chip for each thing asked for, which takes it away."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from django.contrib.humanize.templatetags.humanize import intcomma
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from terrier.office.accounts.listing import ListQuery
from terrier.office.accounts.models import Channel, Status
from terrier.office.accounts.requests import query_string
from terrier.office.accounts.selectors import chain_name
from terrier.office.people.models import Person, Position
from terrier.office.people.scope import visible_to


@dataclass(frozen=True, slots=True)
class Chip:
    """What is asked for, in words, and the query string without it."""

    text: str
    without: str


def chips_of(person: Person, query: ListQuery) -> list[Chip]:
    asked = query.asked
    chips: list[Chip] = []

    def add(text: str, **without: Any) -> None:
        rest = replace(query, asked=replace(asked, **without), cursor="")
        chips.append(Chip(text, query_string(rest.as_pairs())))

    for name, labels in (("status", dict(Status.choices)), ("channel", dict(Channel.choices))):
        for value in getattr(asked, name):
            add(str(labels[value]), **{name: tuple(one for one in getattr(asked, name) if one != value)})
    for value in asked.account_class:
        add(
            _("Class %(name)s") % {"name": value},
            account_class=tuple(one for one in asked.account_class if one != value),
        )
    for value in asked.state:
        add(value, state=tuple(one for one in asked.state if one != value))
    names: dict[int, str] = {}
    if asked.holder:
        positions = visible_to(person, Position).filter(pk__in=asked.holder)
        names = dict(positions.values_list("pk", "name"))
    for key in asked.holder:
        add(
            _("Held by %(name)s") % {"name": names.get(key, f"#{key}")},
            holder=tuple(one for one in asked.holder if one != key),
        )
    if asked.holder and asked.alone:
        add(_("Without those below"), alone=False)
    if asked.held:
        add({"nobody": _("Nobody holds it"), "vacant": _("The position is vacant")}[asked.held], held="")
    if asked.chain is not None:
        name = chain_name(person, asked.chain) or f"#{asked.chain}"
        add(_("Chain %(name)s") % {"name": name}, chain=None)
    if asked.has_potential is not None:
        add(_("Has a potential") if asked.has_potential else _("Without a potential"), has_potential=None)
    for name, text in (
        ("sales_from", _("Sales from $%(amount)s")),
        ("sales_to", _("Sales up to $%(amount)s")),
        ("potential_from", _("Potential from $%(amount)s")),
        ("potential_to", _("Potential up to $%(amount)s")),
    ):
        if getattr(asked, name) is not None:
            add(text % {"amount": intcomma(getattr(asked, name))}, **{name: None})
    if asked.tasks:
        add(
            {"open": _("Open tasks"), "due": _("Tasks due"), "overdue": _("Tasks overdue")}[asked.tasks],
            tasks="",
        )
    if asked.deleted:
        add(_("Deleted"), deleted=False)
    if asked.ids:
        n = len(asked.ids)
        add(ngettext("%(n)s chosen account", "%(n)s chosen accounts", n) % {"n": n}, ids=())
    return chips
