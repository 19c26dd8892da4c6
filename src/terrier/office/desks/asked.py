"""What the list of warnings is asked for, read from its address with care: whatever is not understood counts as not asked."""

from __future__ import annotations

from django.http import HttpRequest

from terrier.office.desks.models import WarningKind
from terrier.office.desks.warned import SORTS, STATES, WarningFilter
from terrier.office.desks.warning import Severity
from terrier.office.people.asked import number, text


def warning_filter(request: HttpRequest) -> WarningFilter:
    kind, severity = text(request, "kind"), number(request, "severity")
    state, sort = text(request, "state"), text(request, "sort")
    return WarningFilter(
        text=text(request, "q"),
        kind=kind if kind in WarningKind.values else "",
        severity=severity if severity in Severity.values else None,
        region=number(request, "region"),
        state=state if state in STATES else "open",
        sort=sort if sort.removeprefix("-") in SORTS else "-severity",
    )
