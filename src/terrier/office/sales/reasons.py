"""Why the ledger refuses a row, in the reader's language. The ledger itself speaks English."""

from __future__ import annotations

import datetime as dt
import re

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from terrier.errors import InputError
from terrier.office.imports.refusals import told

REASONS = {
    "is blank": gettext_lazy("is blank"),
    "is not a day": gettext_lazy("is not a day"),
    "is not between 1970 and 2199": gettext_lazy("is not between 1970 and 2199"),
    "is not an amount with at most two decimals": gettext_lazy("is not an amount with at most two decimals"),
    "is too large; no line is worth more than 100,000,000,000": gettext_lazy(
        "is too large; no line is worth more than 100,000,000,000"
    ),
    "is not a number": gettext_lazy("is not a number"),
    "has a decimal comma, and points are expected: say that the decimal sign is a comma": gettext_lazy(
        "has a decimal comma, and points are expected: say that the decimal sign is a comma"
    ),
    "is not a currency of three letters": gettext_lazy("is not a currency of three letters"),
    "is neither an invoice nor a credit note": gettext_lazy("is neither an invoice nor a credit note"),
    "is longer than 200 characters": gettext_lazy("is longer than 200 characters"),
    "stands in several rows": gettext_lazy("stands in several rows"),
    "is in the ledger already, with other values; withdraw that load, or load a credit note": gettext_lazy(
        "is in the ledger already, with other values; withdraw that load, or load a credit note"
    ),
    "is not the code of a state, of 2 digits": gettext_lazy("is not the code of a state, of 2 digits"),
    "is not the code of a county, of 3 digits": gettext_lazy("is not the code of a county, of 3 digits"),
    "is not the code of a ZIP code, of 5 digits": gettext_lazy("is not a ZIP code of 5 digits"),
    "is not a whole number": gettext_lazy("is not a whole number"),
    "is not a number of zero or more": gettext_lazy("is not a number of zero or more"),
    "is too large; an area has less than 1,000,000,000,000": gettext_lazy(
        "is too large; an area has less than 1,000,000,000,000"
    ),
    "is a ZIP code; this file tells counties": gettext_lazy("is a ZIP code; this file tells counties"),
    "is a state; this file tells counties": gettext_lazy("is a state; this file tells counties"),
    "is a county; this file tells ZIP codes": gettext_lazy("is a county; this file tells ZIP codes"),
    "is a state; this file tells ZIP codes": gettext_lazy("is a state; this file tells ZIP codes"),
    "is a county; this file tells states": gettext_lazy("is a county; this file tells states"),
    "is a ZIP code; this file tells states": gettext_lazy("is a ZIP code; this file tells states"),
    "stands in the file before, with other values": gettext_lazy(
        "stands in the file before, with other values"
    ),
}

AHEAD = re.compile(r"is more than a year ahead; a line is dated (\S+) at the latest")
SOME_AHEAD = re.compile(r"([\d,]+) lines? (?:is|are) dated after today, the last on (\S+)\.")
BEFORE = re.compile(r"The file was loaded before, as (.*) at (\S+): load \w+\..*", re.DOTALL)
NOTES = {
    "Days like 03/04 are read as March 4. Say “dmy” if they mean April 3.": gettext_lazy(
        "Days like 03/04 are read as March 4. Say below if they mean April 3."
    ),
    "Credit notes are written without a minus in this file; they count against sales.": gettext_lazy(
        "Credit notes are written without a minus in this file; they count against sales."
    ),
}

ROLES = {
    "invoice": gettext_lazy("Invoice number"),
    "line": gettext_lazy("Line number"),
    "date": gettext_lazy("Day"),
    "account": gettext_lazy("Account"),
    "product": gettext_lazy("Product"),
    "quantity": gettext_lazy("Quantity"),
    "net": gettext_lazy("Net amount"),
    "cost": gettext_lazy("Cost"),
    "currency": gettext_lazy("Currency"),
    "kind": gettext_lazy("Invoice or credit note"),
    "name": gettext_lazy("Name"),
    "category": gettext_lazy("Category"),
    "brand": gettext_lazy("Brand"),
}
"""What a column may hold."""

MISSING = "has no column for the "


def reason(text: str) -> str:
    if found := re.fullmatch(r"is told in row (\d+) already; each area has one value", text):
        return _("is told in row %(row)s already; each area has one value") % {"row": f"{int(found[1]):,}"}
    if found := AHEAD.fullmatch(text):
        return _("is more than a year ahead; a line is dated %(day)s at the latest") % {"day": _day(found[1])}
    return str(REASONS.get(text, text))


def note(text: str) -> str:
    """What was noticed in a file."""
    if found := SOME_AHEAD.fullmatch(text):
        n = int(found[1].replace(",", ""))
        return ngettext(
            "%(n)s line is dated after today, on %(day)s.",
            "%(n)s lines are dated after today, the last on %(day)s.",
            n,
        ) % {"n": found[1], "day": _day(found[2])}
    if found := BEFORE.fullmatch(text):
        at = timezone.localtime(dt.datetime.fromisoformat(found[2]))
        return _("This file was loaded before, as %(file)s, on %(when)s.") % {
            "file": found[1],
            "when": date_format(at, "DATETIME_FORMAT"),
        }
    return str(NOTES.get(text, text))


def _day(iso: str) -> str:
    return date_format(dt.date.fromisoformat(iso), "DATE_FORMAT")


def why(error: InputError) -> str:
    """Why a whole file cannot be taken, one line for what is wrong and one each for where and what would be right."""
    if error.problem.startswith(MISSING):
        role = ROLES[error.problem.removeprefix(MISSING)]
        return _("No column is understood as: %(what)s. Say below which one it is.") % {"what": role}
    return no_row(error) or told(error)


def no_row(error: InputError) -> str:
    """Of a file of which not one row can be taken: the first, and what is wrong with it. Empty where it is something else."""
    found = re.fullmatch(r"(.*), and no other row can be taken either", error.problem, re.DOTALL)
    if found is None:
        return ""
    where = {
        "row": f"{error.row or 0:,}",
        "column": error.column or "",
        "value": (error.value or "")[:40],
        "reason": reason(found[1]),
    }
    return (
        _("Not one row of the file can be taken.\nRow %(row)s, column “%(column)s”: “%(value)s” %(reason)s.")
        % where
    )
