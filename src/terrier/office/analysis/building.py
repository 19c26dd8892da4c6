"""What the page offers to ask: measures in their groups, rows and columns, periods, filters; and what is chosen of it."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby
from typing import Any

from django.utils.translation import gettext as _

from terrier.office.analysis.measures import MOST_MEASURES, offered
from terrier.office.analysis.members import dimensions_of
from terrier.office.analysis.question import Question
from terrier.office.market.places import county_names
from terrier.office.people.models import Person
from terrier.office.sales import gateway
from terrier.office.sales.periods import DAYS, KINDS
from terrier.office.sales.texts import title
from terrier.office.sales.whose import TESTED, Narrowed, accounts_seen, sees_whole_accounts


def builder(person: Person, question: Question, narrowed: Narrowed | None = None) -> dict[str, Any]:
    """The controls over the table."""
    chosen = dict(question.filters)
    named = dict(narrowed.told) if narrowed else {}
    return {
        "measure_groups": [
            (group, [(one, one.name in question.measures) for one in found])
            for group, found in groupby(offered(), key=lambda one: one.group)
        ],
        "most_measures": MOST_MEASURES,
        "dimensions": list(dimensions_of(person).items()),
        "periods": [*((kind, str(label)) for kind, label in KINDS.items()), (DAYS, _("From a day…"))],
        "compares": [("", _("Nothing")), ("year", _("A year before")), ("previous", _("The period before"))],
        "changes": [("percent", _("as a change in %")), ("amount", _("as a change in amounts")), ("before", _("as figures"))],
        "filters": [
            (name, label, options, chosen.get(name, ()))
            for name, label, options in (
                ("category", _("Category"), [(one, one) for one in gateway.categories()]),
                ("channel", _("Channel"), list(TESTED["channel"].items())),
                ("account_class", _("Class"), list(TESTED["account_class"].items())),
                ("status", _("Status"), list(TESTED["status"].items())),
                ("state", _("State"), [(one, one) for one in _states(person)]),
                # A row by county narrows to it; to choose among thousands, that is the way.
                ("county", _("County"), [(one, county_names().get(one, one)) for one in chosen.get("county", ())]),
            )
        ],
        "narrows_by_position": not sees_whole_accounts(person),
        **{name: next(iter(chosen.get(name, ())), "") for name in ("position", "account")},
        **{f"{name}_name": named.get(name, "") for name in ("position", "account")},
    }  # fmt: skip


def options_of(person: Person, question: Question, narrowed: Narrowed | None = None) -> dict[str, Any]:
    """What is chosen, each with the question without it."""
    labels = (
        dict(narrowed.told) if narrowed else {name: ", ".join(values) for name, values in question.filters}
    )
    return {
        "chosen_measures": [
            (title(name), replace(question, measures=tuple(one for one in question.measures if one != name)).query)
            for name in question.measures
        ],
        "chosen_filters": [(labels.get(name, ""), question.without(name).query) for name, _values in question.filters],
    }  # fmt: skip


def _states(person: Person) -> list[str]:
    return sorted(one for one in accounts_seen(person)["state"].unique().to_list() if one)
