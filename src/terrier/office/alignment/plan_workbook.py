"""A plan as a workbook: its balance, the moves by from and to, every account, and the hand-overs. No text is taken for a formula."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, BinaryIO

import xlsxwriter
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from xlsxwriter.workbook import Workbook

from terrier.office.alignment.choices import MEASURE_NAMES
from terrier.office.alignment.plan_content import PlanContent
from terrier.office.export import LONGEST_CELL
from terrier.report.workbook_style import Style

Rows = Iterable[Sequence[Any]]


def write_workbook(content: PlanContent, file: BinaryIO) -> None:
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(file, options) as book:
        book.set_properties({"title": content.plan.name, "author": "Terrier"})
        style = Style(book)
        _summary(book, style, content)
        measures = [one.measure for one in content.sheet.choices.balanced]
        _sheet(
            book,
            style,
            _("Territories"),
            [
                _("Territory"), _("Position"), _("Kind"), _("Accounts"), _("Sales"), _("Potential"), _("Workload, hours"),
                _("Travel, hours"), _("Utilization"), _("Expected pay"), _("Gained"), _("Lost"),
                *(_("%(measure)s off by") % {"measure": MEASURE_NAMES[one]} for one in measures),
            ],
            (
                (
                    row.territory.name, row.territory.position.name if row.territory.position else "",
                    row.territory.get_kind_display(), row.n_accounts, row.sales, row.potential, row.workload,
                    row.travel_hours, row.utilization, row.pay, row.n_gained, row.n_lost,
                    *(row.deviations.get(one, 0.0) for one in measures),
                )
                for row in content.rows
            ),
            ratios={8, *range(12, 12 + len(measures))},
        )  # fmt: skip
        _sheet(
            book,
            style,
            _("Moves"),
            [_("From"), _("To"), _("Accounts"), _("Sales")],
            ((one.source or "–", one.target or "–", one.n_accounts, one.sales) for one in content.flows),
        )
        _accounts(book, style, content)
        _handovers(book, style, content)


def _summary(book: Workbook, style: Style, content: PlanContent) -> None:
    plan, sheet = content.plan, content.sheet
    page = book.add_worksheet(_("Plan"))
    page.hide_gridlines(2)
    page.set_column(0, 0, 30, style.text)
    page.set_column(1, 1, 60, style.text)
    page.set_row(0, 32)
    page.write_string(0, 0, plan.name, style.title)
    said: list[tuple[str, str]] = [
        (_("State"), str(plan.get_state_display())),
        (_("For"), plan.root.name),
        (_("Takes effect on"), date_format(plan.effective_on) if plan.effective_on else "–"),
        *(
            [(_("What follows"), _("is of the whole plan; the sheets are of your part of it."))]
            if sheet.is_part
            else []
        ),
        (_("Accounts"), f"{sheet.n_accounts:,}"),
        (_("Share of accounts moved"), f"{sheet.share_moved:.1%}"),
        *(
            (_("%(measure)s: furthest off") % {"measure": MEASURE_NAMES[measure]}, f"{value:.1%}")
            for measure, value in sheet.balance.items()
        ),
        (_("Written on"), date_format(timezone.localdate())),
    ]
    for at, (name, value) in enumerate(said, start=2):
        page.write_string(at, 0, name, style.label)
        page.write_string(at, 1, value, style.value)
    if plan.note:
        page.write_string(len(said) + 3, 0, plan.note[:LONGEST_CELL], style.wrapped)


def _accounts(book: Workbook, style: Style, content: PlanContent) -> None:
    _sheet(
        book,
        style,
        _("Accounts"),
        [
            _("Number"), _("Account"), _("Street"), _("City"), _("State"), _("Postal code"), _("Class"), _("Sales"),
            _("Potential"), _("Territory"), _("Held today in"), _("Moved"), _("Cause"),
        ],
        (
            (
                one.external_id or str(one.account), one.name, one.street, one.city, one.state, one.postal_code,
                one.account_class, one.sales, one.potential, content.name(one.territory), content.name(one.present),
                _("yes") if one.is_moved else _("new") if one.is_new else "", content.cause(one),
            )
            for one in content.accounts
        ),
    )  # fmt: skip


def _handovers(book: Workbook, style: Style, content: PlanContent) -> None:
    if not content.handovers:
        return
    _sheet(
        book,
        style,
        _("Hand-overs"),
        [_("Account"), _("From"), _("To"), _("Due"), _("Done")],
        (
            (
                one.account.name, str(one.giver or ""), str(one.taker or ""), one.due_on.isoformat(),
                timezone.localdate(one.done_at).isoformat() if one.done_at else "",
            )
            for one in content.handovers
        ),
    )  # fmt: skip


def _sheet(
    book: Workbook,
    style: Style,
    name: str,
    header: Sequence[str],
    rows: Rows,
    ratios: Iterable[int] = (),
) -> None:
    page = book.add_worksheet(name[:31])
    page.freeze_panes(1, 1)
    shares = set(ratios)
    for column, title in enumerate(header):
        page.set_column(column, column, max(12, min(36, len(title) + 4)))
        page.write_string(0, column, title, style.header)
    page.set_column(0, 0, 26)
    last = 0
    for last, row in enumerate(rows, start=1):
        for column, value in enumerate(row):
            if isinstance(value, str):
                page.write_string(last, column, value[:LONGEST_CELL])
            elif value is not None:
                page.write_number(last, column, value, style.percent if column in shares else style.whole)
    page.autofilter(0, 0, last, len(header) - 1)
