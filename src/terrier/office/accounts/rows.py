"""The rows of the account list as HTML, written here and not by templates: those took most of a page's processor time.

What an account holds is text of others: each cell escapes it, with ``escape`` or through ``_or_none``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from functools import partial
from html import escape
from typing import Any

from django.template.defaultfilters import floatformat, truncatechars
from django.urls import reverse
from django.utils.formats import get_format
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from terrier.office.accounts.flat import Held
from terrier.office.accounts.listing import Column
from terrier.office.accounts.models import Status
from terrier.office.look.templatetags.look import icon, initials, short_day, tint

NONE = "–"
MUTED = f'<span class="text-muted">{NONE}</span>'
ONE_LINE, ITSELF = "whitespace-nowrap", "says-itself"
HIDDEN_ON_PHONES = " max-sm:hidden!"
TAGS = {Status.ACTIVE: " tag-good", Status.LAPSED: " tag-bad", Status.PROSPECT: " tag-info"}
A_WHOLE = Decimal(1)


def _whole_amounts() -> Callable[[Decimal], str]:
    """Writes amounts without cents as the language does: nearly all group by threes, which Python does in one go."""
    if get_format("NUMBER_GROUPING") != 3:
        return partial(floatformat, arg="0g")
    sign = str(get_format("THOUSAND_SEPARATOR"))
    return lambda amount: f"{int(amount.quantize(A_WHOLE, ROUND_HALF_UP)):,}".replace(",", sign)


@dataclass(frozen=True)
class Setting:
    """What the cells of a page have in common. state_apart : whether states have a column of their own. holders : the cells of
    holders written before: most hold several rows of a page."""

    today: dt.date
    state_apart: bool
    address: str = field(default_factory=partial(reverse, "accounts:account", args=[0]))
    amount: Callable[[Decimal], str] = field(default_factory=_whole_amounts)
    holders: dict[Held, str] = field(default_factory=dict)


def rows_of(
    rows: Iterable[Any], columns: Sequence[Column], *, today: dt.date, state_apart: bool, ticks: bool
) -> SafeString:
    """The rows of a page. ticks : whether each can be ticked."""
    setting = Setting(today, state_apart)
    cells = [
        (CELLS[column.key], f'" data-label="{escape(str(column.short or column.title))}">')
        for column in columns
        if column.key != "name"
    ]
    written = []
    for row in rows:
        written.append(f'<tr data-account="{row.pk}">')
        if ticks:
            written.append(
                '<td class="tick"><input type="checkbox" class="checkbox checkbox-sm checkbox-primary" data-tick'
                f' name="ids" value="{row.pk}" aria-label="{escape(row.name)}"></td>'
            )
        written.append(_name(row, setting))
        for cell, label in cells:
            classes, inside = cell(row, setting)
            written.append(f'<td class="{classes}{label}{inside}</td>')
        written.append("</tr>\n")
    return SafeString("".join(written))


def _name(row: Any, setting: Setting) -> str:
    address = setting.address.replace("/0/", f"/{row.pk}/")
    chain = f'<span class="row-sub">{escape(row.chain.name)}</span>' if row.chain else ""
    return f'<th scope="row" class="min-w-44"><a class="row-main" href="{address}">{escape(row.name)}</a>{chain}</th>'


Inside = tuple[str, str]
"""A cell's classes and what stands in it."""


def _or_none(text: str | None, classes: str) -> Inside:
    """A text; without one, a dash, and on a phone nothing."""
    return (classes, escape(text)) if text else (classes + HIDDEN_ON_PHONES, NONE)


def _status(row: Any, _setting: Setting) -> Inside:
    tag = f'<span class="tag{TAGS.get(row.status, "")}">{escape(row.get_status_display())}</span>'
    return f"{ONE_LINE} {ITSELF}", tag


def _city(row: Any, setting: Setting) -> Inside:
    city, state = row.city, "" if setting.state_apart else row.state
    told = escape(", ".join(filter(None, (city, state)))) or NONE
    return ITSELF if city else ITSELF + HIDDEN_ON_PHONES, told


def _holder(row: Any, setting: Setting) -> Inside:
    if row.held is None:
        return ITSELF, f'<span class="text-muted">{escape(_("Nobody holds it"))}</span>'
    if row.held not in setting.holders:
        setting.holders[row.held] = _holder_told(row.held)
    return ITSELF, setting.holders[row.held]


def _holder_told(held: Held) -> str:
    position, person = escape(held.position), held.person
    if person:
        face = (
            f'<span class="face {tint(person)} face-sm" aria-hidden="true">{escape(initials(person))}</span>'
        )
        told = (
            f'<span><span class="whitespace-nowrap">{escape(person)}</span>'
            f'<span class="row-sub max-sm:hidden">{position}</span></span>'
        )
    else:
        face = f'<span class="face face-empty face-sm" aria-hidden="true">{icon("user-plus")}</span>'
        told = f'<span>{escape(_("Vacant"))}<span class="row-sub">{position}</span></span>'
    return f'<span class="inline-flex items-center gap-2">{face}{told}</span>'


def _potential(row: Any, setting: Setting) -> Inside:
    if row.potential is None:
        return "num" + HIDDEN_ON_PHONES, MUTED
    return "num", f"${setting.amount(row.potential)}"


def _phone(row: Any, _setting: Setting) -> Inside:
    if not row.phone:
        return f"{ONE_LINE} {ITSELF}{HIDDEN_ON_PHONES}", MUTED
    number, called = escape(row.phone), escape(row.phone.replace(" ", ""))
    return f"{ONE_LINE} {ITSELF}", f'<a class="link" href="tel:{called}">{number}</a>'


def _tasks(row: Any, setting: Setting) -> Inside:
    task = row.next_task
    if task is None:
        return "whole-row" + HIDDEN_ON_PHONES, MUTED
    late = "text-error" if task.due_on and task.due_on < setting.today else ""
    due = f'<span class="whitespace-nowrap">{escape(short_day(task.due_on))}</span>' if task.due_on else ""
    return "whole-row", f'<span class="{late}">{due} {escape(truncatechars(task.title, 40))}</span>'


CELLS: dict[str, Callable[[Any, Setting], Inside]] = {
    "external_id": lambda row, _setting: _or_none(row.external_id, f"{ONE_LINE} {ITSELF}"),
    "status": _status,
    "channel": lambda row, _setting: (ITSELF, escape(str(row.get_channel_display()))),
    "account_class": lambda row, _setting: _or_none(row.account_class, ONE_LINE),
    "city": _city,
    "state": lambda row, _setting: _or_none(row.state, f"{ONE_LINE} {ITSELF}"),
    "postal_code": lambda row, _setting: _or_none(row.postal_code, f"{ONE_LINE} {ITSELF}"),
    "holder": _holder,
    "chain": lambda row, _setting: _or_none(row.chain and row.chain.name, ITSELF),
    "annual_sales": lambda row, setting: ("num", f"${setting.amount(row.annual_sales)}"),
    "potential": _potential,
    "service_hours": lambda row, _setting: ("num", floatformat(row.service_hours, "-1g")),
    "payment_terms": lambda row, _setting: _or_none(row.payment_terms, f"{ONE_LINE} {ITSELF}"),
    "phone": _phone,
    "tasks": _tasks,
    "updated_at": lambda row, _setting: (ONE_LINE, escape(short_day(row.updated_at))),
}
"""What writes a column's cells; the name, which heads the row, is none of them."""
