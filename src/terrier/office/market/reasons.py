"""Why a file of market potential cannot be taken, and what was noticed in it, in the reader's language. The ledger speaks English."""

from __future__ import annotations

import re

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from terrier.errors import InputError
from terrier.office.imports.refusals import told
from terrier.office.market.reading import REGIONS_NOTED
from terrier.office.sales.reasons import MISSING, no_row

PATTERNS_COLUMNS = {"industry": "naics", "establishments": "est"}


def why(error: InputError) -> str:
    """Why a whole file cannot be taken: what is wrong, and what would be right."""
    problem = error.problem
    if problem.startswith(MISSING):
        return _missing(problem.removeprefix(MISSING))
    if problem.startswith("has neither counties"):
        return _(
            "The file names neither counties nor ZIP codes.\nTake the county file of County Business Patterns, whose name ends in co: those of states and of the nation name no areas."
        )
    if found := re.fullmatch(r"has none of the industries (.*)", problem):
        return _("The file has none of these industries: %(industries)s.") % {"industries": found[1]}
    if problem == "names no area that is known":
        return _(
            "No area in the file is known; the first is “%(value)s”.\nAreas are counties (39049, or Franklin, OH), ZIP codes (43215) or states (OH, Ohio, 39)."
        ) % {"value": (error.value or "")[:40]}
    return no_row(error) or told(error)


def _missing(role: str) -> str:
    if role in PATTERNS_COLUMNS:
        return _("This is no file of County Business Patterns: it has no column “%(column)s”.") % {
            "column": PATTERNS_COLUMNS[role]
        }
    what = {"area": _("Area"), "value": _("Value")}.get(role, role)
    return _("No column is understood as: %(what)s. Say below which one it is.") % {"what": what}


def note(text: str) -> str:
    """What was noticed in a file."""
    if found := re.fullmatch(r"([\d,]+) establishments of a state's, in no county, are left out\.", text):
        n = int(found[1].replace(",", ""))
        return ngettext(
            "%(n)s establishment of a state, in no county, is left out.",
            "%(n)s establishments of states, in no county, are left out.",
            n,
        ) % {"n": found[1]}
    if found := re.fullmatch(r"Not in the file: (.*)\.", text):
        return _("Not in the file: %(industries)s.") % {"industries": found[1]}
    if found := re.fullmatch(r"Tells the same as (.*), file (\d+), which counts already\.", text):
        return _("Tells the same as %(file)s, file %(number)s, which counts already.") % {
            "file": found[1],
            "number": found[2],
        }
    if text == REGIONS_NOTED:
        return _(
            "Connecticut is told by planning regions: each counts for the county where most of its people live. Nothing is told of Tolland on its own."
        )
    return text
