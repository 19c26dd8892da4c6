"""A plan on paper: what it says in a few figures, its map, the balance, the moves, and who hands over what to whom."""

from __future__ import annotations

from collections.abc import Sequence
from typing import BinaryIO

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from reportlab.lib.units import mm
from reportlab.platypus import Flowable, PageBreak

from terrier.office.alignment.choices import MEASURE_NAMES
from terrier.office.alignment.plan_content import PlanContent
from terrier.office.alignment.plan_map import map_of
from terrier.office.paper import MARGIN, PAGE, build, fonts, heading, section

MOST_ROWS = 400
"""Of moves and of hand-overs each: beyond that paper is no help, and the workbook has them all."""


def write_pdf(content: PlanContent, file: BinaryIO) -> None:
    build(content.plan.name, _story(content), file)


def _story(content: PlanContent) -> list[Flowable]:
    plain, _bold = fonts()
    drawn = map_of(content, PAGE[0] - 2 * MARGIN, PAGE[1] - 78 * mm, plain)
    story = heading(content.plan.name, _facts(content))
    if drawn is not None:
        drawn.hAlign = "CENTER"
        story += [drawn, PageBreak()]
    story += section(_("Balance"), *_balance(content))
    story += section(_("Moves"), *_moves(content))
    if content.handovers:
        story += section(_("Hand-overs"), *_handed(content))
    return story


def _facts(content: PlanContent) -> list[str]:
    plan, sheet = content.plan, content.sheet
    facts = [plan.root.name, str(plan.get_state_display())]
    if plan.effective_on:
        facts.append(_("takes effect on %(day)s") % {"day": date_format(plan.effective_on)})
    if sheet.is_part:
        facts.append(_("your part of it below; the whole plan:"))
    facts.append(_("%(n)s accounts") % {"n": f"{sheet.n_accounts:,}"})
    facts.append(_("%(share)s moved") % {"share": f"{sheet.share_moved:.1%}"})
    facts += [
        _("%(measure)s off by at most %(value)s") % {"measure": MEASURE_NAMES[one], "value": f"{value:.0%}"}
        for one, value in sheet.balance.items()
    ]
    return facts


Told = tuple[list[str], list[Sequence[str]], int, str]
"""Header, rows, columns of text at the left, and what is to be said below."""


def _balance(content: PlanContent) -> Told:
    measures = [one.measure for one in content.sheet.choices.balanced]
    header = [
        _("Territory"), _("Position"), _("Accounts"), _("Sales"), _("Workload, hours"), _("Utilization"), _("Expected pay"),
        *(_("%(measure)s off by") % {"measure": MEASURE_NAMES[one]} for one in measures), _("Gained"), _("Lost"),
    ]  # fmt: skip
    rows: list[Sequence[str]] = [
        (
            row.territory.name, row.territory.position.name if row.territory.position else "–", f"{row.n_accounts:,}",
            f"${row.sales:,.0f}", f"{row.workload:,.0f}", "–" if row.utilization is None else f"{row.utilization:.0%}",
            "–" if row.pay is None else f"${row.pay:,.0f}",
            *(f"{row.deviations.get(one, 0.0):+.0%}" for one in measures), f"{row.n_gained:,}", f"{row.n_lost:,}",
        )
        for row in content.rows
    ]  # fmt: skip
    return header, rows, 2, ""


def _moves(content: PlanContent) -> Told:
    rows: list[Sequence[str]] = [
        (one.source or "–", one.target or "–", f"{one.n_accounts:,}", f"${one.sales:,.0f}")
        for one in content.flows
    ]
    below = "" if rows else _("Nobody's accounts change.")
    return [_("From"), _("To"), _("Accounts"), _("Sales")], rows[:MOST_ROWS], 2, below or _more(len(rows))


def _handed(content: PlanContent) -> Told:
    rows: list[Sequence[str]] = [
        (
            one.account.name,
            ", ".join(filter(None, [one.account.city, one.account.state])),
            str(one.giver or "–"),
            str(one.taker or "–"),
            date_format(one.due_on),
        )
        for one in content.handovers[:MOST_ROWS]
    ]
    header = [_("Account"), _("Place"), _("From"), _("To"), _("Due")]
    return header, rows, 5, _more(len(content.handovers))


def _more(n_rows: int) -> str:
    left = n_rows - MOST_ROWS
    return "" if left <= 0 else _("%(n)s more are in the workbook.") % {"n": f"{left:,}"}
