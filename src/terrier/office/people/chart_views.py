"""The org chart as a page, on any day."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from terrier.office.people.asked import day
from terrier.office.people.chart import chart_for
from terrier.office.people.permissions import May, may, signed_in


@require_safe
def chart(request: HttpRequest) -> HttpResponse:
    """What the viewer sees of the chart on ``?on=``, today by default. Who may edit people drags in it."""
    person, today, on = signed_in(request), timezone.localdate(), day(request)
    told = {
        "chart": chart_for(person, on),
        "on": on,
        "today": today,
        "may_edit": may(person, May.EDIT_PEOPLE),
    }
    return render(request, "people/chart.html", told)
