"""A rule in words, as a list of rules shows it."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from terrier.office.accounts.models import Account, Channel
from terrier.office.alignment.models import Area, Rule, RuleKind

SHOWN = 4


def in_words(rule: Rule) -> str:
    """What a rule asks for: the first few of a list, and how many more."""
    asked: dict[str, Any] = rule.parameters
    match rule.kind:
        case RuleKind.NAMED:
            return _few(_accounts(asked["accounts"]), len(asked["accounts"]))
        case RuleKind.CHAIN:
            return _few(_accounts(asked["chains"]), len(asked["chains"]))
        case RuleKind.AREA:
            shown = asked["areas"][:SHOWN]
            names = list(Area.objects.filter(pk__in=shown).values_list("name", flat=True))
            names += [_("a deleted area")] * (len(shown) - len(names))
            return _few(names, len(asked["areas"]))
        case RuleKind.ZIP:
            return _few(asked["zips"], len(asked["zips"]))
        case RuleKind.STATE:
            return _few(asked["states"], len(asked["states"]))
        case RuleKind.CHANNEL:
            return _few([str(Channel(one).label) for one in asked["channels"]], len(asked["channels"]))
        case RuleKind.CLASS:
            return _few([one or _("without a class") for one in asked["classes"]], len(asked["classes"]))
        case RuleKind.SIZE:
            return _size(asked)
    return _("all that no other rule takes")


def _accounts(ids: Sequence[int]) -> list[str]:
    return list(Account.objects.filter(pk__in=ids[:SHOWN]).values_list("name", flat=True))


def _few(names: Sequence[str], n_all: int) -> str:
    shown = ", ".join(names[:SHOWN])
    more = n_all - len(names[:SHOWN])
    if more <= 0:
        return shown
    return ngettext("%(shown)s and %(n)s more", "%(shown)s and %(n)s more", more) % {
        "shown": shown,
        "n": f"{more:,}",
    }


def _size(asked: dict[str, Any]) -> str:
    by = {
        "annual_sales": _("sales"),
        "potential": _("potential"),
        "service_hours": _("service hours"),
    }[asked["by"]]
    told = {name: _number(asked[name]) for name in ("at_least", "below") if asked.get(name) is not None}
    if len(told) == 2:
        return _("%(what)s from %(least)s up to %(below)s") % {
            "what": by,
            "least": told["at_least"],
            "below": told["below"],
        }
    if "at_least" in told:
        return _("%(what)s of %(least)s or more") % {"what": by, "least": told["at_least"]}
    return _("%(what)s below %(below)s") % {"what": by, "below": told["below"]}


def _number(value: Any) -> str:
    number = Decimal(str(value))
    return number_format(
        number.quantize(Decimal(1)) if number == number.to_integral() else number, force_grouping=True
    )
