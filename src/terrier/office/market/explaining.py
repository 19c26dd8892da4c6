"""What a number of the market says: its formula, and what of an area went into it."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_lazy

from terrier.office.market.figures import AreaRow
from terrier.office.market.listing import BY_NAME, Column
from terrier.office.sales.explaining import FORMULAS

PARTS = {
    "penetration": ("customers", "places"),
    "market_share": ("sales", "potential"),
    "market_white_space": ("potential", "sales"),
    "customers": ("customers", "places"),
}
SIGNS = {"penetration": "÷", "market_share": "÷", "market_white_space": "−"}
OWN = {
    "potential": gettext_lazy("What its potential customers could buy of what you sell, as the files of market potential tell; a year's for as many days as the period has."),
    "places": gettext_lazy("Establishments that could be customers, as the files of market potential tell."),
    "customers": gettext_lazy("Accounts in the area whose invoices less credit notes come to more than nothing in the period."),
    "sales": gettext_lazy("Net amounts of invoices less those of credit notes, of accounts in the area."),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Explained:
    title: str
    value: str
    formula: str
    sum: str
    parts: list[tuple[str, str]]


def explained(column: Column, row: AreaRow) -> Explained:
    """A figure of one area, or of several added up."""
    parts = [
        (str(BY_NAME[name].title), BY_NAME[name].shown(BY_NAME[name].value(row)))
        for name in PARTS.get(column.name, ())
    ]
    return Explained(
        str(column.title),
        column.shown(column.value(row)),
        str(FORMULAS.get(column.name) or OWN[column.name]),
        f" {SIGNS[column.name]} ".join(value for _name, value in parts) if column.name in SIGNS else "",
        parts,
    )
