"""Figures of plans as people read them."""

from __future__ import annotations

from django import template
from django.utils.formats import number_format

register = template.Library()


@register.filter
def percent(ratio: float | None, places: int = 0) -> str:
    """0.123 as 12%."""
    return (
        "–" if ratio is None else f"{number_format(round(ratio * 100, places), places)}%"
    )  # it cuts, unrounded


@register.filter
def deviation(ratio: float | None) -> str:
    """0.123 as +12%, -0.05 as −5%."""
    if ratio is None:
        return "–"
    whole = round(ratio * 100)
    sign = "+" if whole > 0 else "−" if whole < 0 else "±"
    return f"{sign}{number_format(abs(whole), 0)}%"


@register.filter
def of(table: dict[str, object], key: str) -> object:
    """One value of a table."""
    return table.get(key)


@register.filter
def bar(ratio: float | None) -> int:
    """A deviation as the length of a bar, 0 to 100, full at 50 %."""
    return 0 if ratio is None else min(100, round(abs(ratio) * 200))
