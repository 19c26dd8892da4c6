"""What the charts of a head count draw: the figures, and every word in the reader's language."""

from __future__ import annotations

from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from terrier.office.headcount.models import HeadCount
from terrier.office.headcount.telling import sentences_of


def curve_of(head_count: HeadCount) -> dict[str, Any]:
    """`frontend/src/office/headcount/payload.ts` describes the same."""
    found = head_count.result
    return {
        "hours": found["hours"],
        "byWorkload": found["by_workload"],
        "byProfit": found["by_profit"],
        "flat": found["flat"],
        "today": found["n_today"],
        "columns": found["columns"],
        "sensitivity": found["sensitivity"],
        "elasticity": head_count.choices["elasticity"],
        "sentences": sentences_of(head_count)[:1],
        "language": get_language() or "en",
        "texts": _texts(),
    }


def _texts() -> dict[str, Any]:
    return {
        "profit": {
            "title": _("Profit by number of people"),
            "lead": _("Margin on what their calls sell, less what people and travel cost."),
            "best": _("best"),
            "trend": _("profit"),
            "plans": _("of the plans found"),
            "flat": _("within 1% of the best"),
            "workload": _("enough by workload"),
        },
        "hours": {
            "title": _("A year of one person"),
            "lead": _("Hours that the calls wanted and their travel take, against the hours there are."),
            "calls": _("calls"),
            "travel": _("travel"),
            "available": _("hours there are"),
        },
        "choose": _("Number of people"),
        "back": _("Back to the answer"),
        "sensitivity": {
            "title": _("If sales responded otherwise"),
            "lead": _("The best number of people by how much sales rise with 1% more effort."),
            "assumed": _("assumed"),
            "edge": _("at the edge of what was looked at"),
            "row": _("{e}% more sales for 1% more effort: {n} people"),
        },
        "chosen": {
            "people": _("People"),
            "service": _("Calls made"),
            "profit": _("Profit"),
            "sales": _("Sales"),
            "brings": _("The last one brings"),
            "costs": _("The last one costs"),
            "today": _("today"),
        },
    }
