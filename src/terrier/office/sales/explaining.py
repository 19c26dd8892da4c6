"""What a number says: its measure's definition in the reader's language, and what went into it."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.formats import number_format
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from terrier.ledger import WHOLE
from terrier.office.sales.figures import figures, measure
from terrier.office.sales.periods import Choice
from terrier.office.sales.texts import figure, money, title
from terrier.office.sales.whose import Narrowed

AMOUNT = 100 * WHOLE
"""A ratio of money has its parts in hundredths of a cent's hundredth."""
OF_ACCOUNTS = frozenset({"retention", "acquisition", "cross_sell", "penetration"})
"""Ratios of accounts; all others are of money."""
FORMULAS = {
    "revenue": _("Net amounts of invoices less those of credit notes, by the day of the invoice; each holder's share of the credit on that day."),
    "revenue_before": _("Revenue of the same days a year before."),
    "margin": _("Revenue less cost, of the lines whose cost is known."),
    "margin_rate": _("Margin ÷ revenue of the lines whose cost is known."),
    "growth": _("(Revenue − revenue of the same days a year before) ÷ revenue of the same days a year before."),
    "like_for_like_growth": _("Growth of the accounts that are active in both years."),
    "active": _("Accounts whose invoices less credit notes come to more than nothing in the period."),
    "new": _("Active accounts whose first invoice ever lies in the period."),
    "retained": _("Accounts active in the period and in the same days a year before."),
    "reactivated": _("Active accounts that bought before the period, but not in the same days a year before."),
    "lapsed": _("Accounts active in the same days a year before and not in the period."),
    "retention": _("Retained accounts ÷ accounts active a year before."),
    "acquisition": _("New accounts ÷ accounts active a year before."),
    "value_retention": _("Of what each account bought a year before, what it still buys, at most as much as then; over all ÷ all they bought then."),
    "net_revenue_retention": _("Revenue now of the accounts active a year before ÷ their revenue then."),
    "breadth": _("Number of categories that an active account bought, on average."),
    "upsell": _("Of the accounts active a year before, what those that buy more now buy more ÷ revenue of all of them then."),
    "cross_sell": _("Retained accounts that buy a category they did not buy a year before ÷ retained accounts."),
    "share_of_potential": _("Revenue ÷ potential of the accounts whose potential is known, a year's for as many days as the period has."),
    "penetration": _("Active accounts ÷ potential customers of the market's areas."),
    "market_share": _("Revenue ÷ potential of the market's areas, a year's for as many days as the period has."),
    "market_white_space": _("Of each of the market's areas, its potential less revenue there, where that is more than nothing; a year's for as many days as the period has."),
    "growth_new": _("Revenue of new accounts."),
    "growth_regained": _("Revenue of reactivated accounts."),
    "growth_lapsed": _("What lapsed accounts bought a year before, as a loss."),
    "growth_moved": _("Retained accounts: what they bought a year before, by today's shares of credit less by those of then."),
    "growth_price": _("Retained accounts: what they buy less what it would have cost at last year's prices."),
    "growth_volume": _("Retained accounts: revenue a year before × the change in units."),
    "growth_mix": _("Retained accounts: the rest, from buying dearer or cheaper products than a year before."),
    "orders": _("Invoices, credit notes left out."),
    "order_value": _("Revenue ÷ orders: what an order comes to."),
    "order_frequency": _("Orders ÷ accounts that ordered, in the whole period."),
    "order_interval": _("Days from an account's first to its last order of the year to the end of the period ÷ its orders less one, on average over accounts."),
    "days_since_order": _("Days from the last order to the last day of the period, on average over accounts that ordered in the year before."),
    "off_rhythm": _("Accounts whose last order lies more than 2 of their own intervals back."),
    "slipping": _("Retained accounts that buy at least a quarter less than in the same days a year before."),
    "slipped": _("Of slipping accounts, revenue a year before less revenue now."),
    "white_space": _("By account and category: what the account would buy of the category if its purchases were made up as those of its peers are, less what it buys of it, where that is more than nothing."),
    "cost_to_serve": _("Hours of service planned for the accounts, calls and travel × what an hour costs."),
    "account_profit": _("Margin less cost to serve."),
    "territory_profit": _("Margin less cost to serve less what holding the territory costs, a year's for as many days as the period has."),
    "concentration": _("Revenue of the 10 largest accounts ÷ revenue of all."),
    "forecast": _("Revenue to be expected in the 3 months after the period's last whole one: of each, what it brought a year before × the trend, the last twelve months ÷ the twelve before."),
}  # fmt: skip
"""The ledger's own definitions speak English; these are they, to be translated."""


@dataclass(frozen=True, slots=True)
class Explained:
    name: str
    title: str
    value: str
    formula: str
    edges: tuple[str, ...]
    top: str
    base: str


def explained(name: str, chosen: Choice, asked: Narrowed) -> Explained:
    """A measure over what is asked for, and its two parts where it is a ratio."""
    found = figures(chosen.period, asked.only, chosen.currency).one((name,))
    one = measure(name)
    top, base = found.get(f"{name}.numerator"), found.get(f"{name}.denominator")
    of_money = one.unit == "ratio" and name not in OF_ACCOUNTS
    return Explained(
        name,
        title(name),
        figure(name, found[name], chosen.currency),
        str(FORMULAS.get(name, one.formula)),
        tuple(gettext(edge) for edge in one.edges),
        _part(top, chosen.currency, of_money=of_money or one.unit == "money"),
        _part(base, chosen.currency, of_money=of_money),
    )


def _part(value: float | None, currency: str, *, of_money: bool) -> str:
    if value is None:
        return ""
    if of_money:
        return money(value / AMOUNT, currency)
    return number_format(round(value), 0, force_grouping=True)
