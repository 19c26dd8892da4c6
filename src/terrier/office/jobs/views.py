"""The pages of jobs: what runs, how far it is, cancel, again. Other pages show one by including ``jobs/panel.html``."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect

from terrier.office.audit.models import Act
from terrier.office.errors import RefusedError
from terrier.office.jobs import services
from terrier.office.jobs.models import ENDED, Job, State
from terrier.office.jobs.progress import look
from terrier.office.look.toasts import say_wrong
from terrier.office.paging import page_of
from terrier.office.people.permissions import signed_in
from terrier.office.people.scope import visible_to

A_PAGE = 50


@require_safe
def jobs(request: HttpRequest) -> HttpResponse:
    """One's own jobs, or everybody's for those who look after them, newest first."""
    person = signed_in(request)
    state = request.GET.get("state", "")
    rows = visible_to(person, Job).select_related("author")
    if state in State.values:
        rows = rows.filter(state=state)
    try:
        page = page_of(rows, cursor=request.GET.get("cursor"), limit=A_PAGE, newest_first=True)
    except ValidationError:
        page = page_of(rows, cursor=None, limit=A_PAGE, newest_first=True)
    look(*page["items"])
    query = request.GET.copy()
    query["cursor"] = page["next"] or ""
    context = {
        "jobs": page["items"],
        "next": f"?{query.urlencode()}" if page["next"] else "",
        "state": state,
        "states": State.choices,
        "moving": any(job.state not in ENDED for job in page["items"]),
    }
    return render(request, "jobs/list.html", context)


def to_job(request: HttpRequest, job: Job) -> HttpResponse:
    """On to the page of a job: the whole page, whatever part of one asked for it."""
    address = reverse("jobs:job", args=[job.pk])
    return HttpResponseClientRedirect(address) if getattr(request, "htmx", None) else redirect(address)


@require_safe
def job(request: HttpRequest, job_id: int) -> HttpResponse:
    """One job; asked for by htmx, only its panel."""
    template = (
        "jobs/panel.html" if getattr(request, "htmx", None) and not _boosted(request) else "jobs/job.html"
    )
    return render(request, template, _panel(request, _find(request, job_id)))


@require_POST
def cancel(request: HttpRequest, job_id: int) -> HttpResponse:
    found = _find(request, job_id)
    try:
        found = services.cancel(job=found)
    except RefusedError as error:
        say_wrong(request, str(error))
    return _panel_or_page(request, found)


@require_POST
def again(request: HttpRequest, job_id: int) -> HttpResponse:
    held = services.try_again(job=_find(request, job_id))
    return _panel_or_page(request, held)


def _panel_or_page(request: HttpRequest, held: Job) -> HttpResponse:
    if getattr(request, "htmx", None) and not _boosted(request):
        return render(request, "jobs/panel.html", _panel(request, held))
    return redirect("jobs:job", job_id=held.pk)


def _panel(request: HttpRequest, held: Job) -> dict[str, Any]:
    """A job, and the address that takes back what it did while nobody has.

    renews : the address of the page on which somebody waits for it, once that page has the result to show.
    """
    act = held.result.get("act")
    standing = act and Act.objects.filter(pk=act, undone_by=None).exists()
    htmx: Any = getattr(request, "htmx", None)
    here = (htmx.current_url_abs_path or "") if htmx else ""
    is_here = held.state == State.DONE and here.partition("?")[0] == held.result.get("url")
    return {
        "job": held,
        "undo": reverse("audit:undo", args=[act]) if standing else "",
        "renews": here if is_here else "",
    }


def _boosted(request: HttpRequest) -> bool:
    htmx: Any = getattr(request, "htmx", None)
    return bool(htmx and htmx.boosted)


def _find(request: HttpRequest, job_id: int) -> Job:
    person = signed_in(request)
    found = get_object_or_404(visible_to(person, Job).select_related("author"), pk=job_id)
    look(found)
    return found
