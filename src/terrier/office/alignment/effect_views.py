"""Taking effect, and what follows: the list of who hands over what to whom, ticked off as it is done."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from terrier.office.accounts.models import Account, Contact
from terrier.office.alignment import effect, effect_undoing
from terrier.office.alignment.handing_over import end_holdover, hold_over, settle_handover
from terrier.office.alignment.models import HandOver, Holdover, Plan
from terrier.office.alignment.plan_selectors import plan_seen, plan_shaped
from terrier.office.alignment.plan_views import chosen_day, deed, frame, placement_named
from terrier.office.audit.services import Author
from terrier.office.errors import RefusedError
from terrier.office.export import KINDS, export_response
from terrier.office.jobs.models import ENDED, Job
from terrier.office.look.toasts import say
from terrier.office.people.asked import as_files, numbered_page, pages_around, text
from terrier.office.people.models import Incumbency
from terrier.office.people.permissions import May, signed_in
from terrier.office.people.scope import visible_to

STATES = (
    ("open", gettext_lazy("To be handed over")),
    ("late", gettext_lazy("Late")),
    ("done", gettext_lazy("Handed over")),
)


def handovers_of(request: HttpRequest, found: Plan) -> QuerySet[HandOver, HandOver]:
    """The hand-overs of a plan in one's scope, each with what one needs to know of the account to make the call."""
    contact = Contact.objects.filter(account=OuterRef("account"), deleted_at__isnull=True).order_by(
        "role", "pk"
    )
    seat = Incumbency.objects.on(timezone.localdate())
    rows = visible_to(signed_in(request), HandOver).filter(plan=found)
    return rows.select_related("account", "giver", "taker", "done_by").annotate(
        contact_name=Subquery(contact.values("name")[:1]),
        contact_phone=Subquery(contact.values("phone")[:1]),
        giver_name=Subquery(seat.filter(position=OuterRef("giver")).values("person__name")[:1]),
        taker_name=Subquery(seat.filter(position=OuterRef("taker")).values("person__name")[:1]),
        n_tasks=Count(
            "account__tasks",
            filter=Q(account__tasks__done_at__isnull=True, account__tasks__deleted_at__isnull=True),
        ),
    )


@require_safe
def handovers(request: HttpRequest, plan_id: int) -> HttpResponseBase:
    """Who calls whom by when; or the same as a file with ``?export=csv`` or ``xlsx``."""
    return _page(request, plan_seen(signed_in(request), plan_id))


def _page(request: HttpRequest, found: Plan, refused: dict[str, str] | None = None) -> HttpResponseBase:
    """refused : a holdover as it was asked for, and why it cannot be."""
    rows = handovers_of(request, found)
    state, q = text(request, "state"), text(request, "q")
    if state == "open":
        rows = rows.filter(done_at__isnull=True)
    elif state == "late":
        rows = rows.filter(done_at__isnull=True, due_on__lt=timezone.localdate())
    elif state == "done":
        rows = rows.filter(done_at__isnull=False)
    if q:
        rows = rows.filter(
            Q(account__name__icontains=q) | Q(giver__name__icontains=q) | Q(taker__name__icontains=q)
        )
    rows = rows.order_by("due_on", "-account__annual_sales", "pk")
    if (kind := text(request, "export")) in KINDS:
        return export_response(name="hand-overs", kind=kind, header=_header(), rows=_rows(rows))
    page = numbered_page(request, rows)
    told = {
        **frame(request, found, "handovers"),
        "page": page,
        "today": timezone.localdate(),
        **pages_around(request, page),
        **as_files(request),
        "states": STATES,
        "asked": {"state": state, "q": q},
        "job": _job(found),
        "holdovers": Holdover.objects.filter(plan=found)
        .select_related("account")
        .order_by("until", "pk")[:200],
        "refused": refused,
        "may_hold_over": found.state in {"planning", "in_review", "approved"} and found.applied_at is None,
    }
    response = render(request, "alignment/handovers.html", told, status=422 if refused else 200)
    if refused:  # the address stays that of the page, which can be read again
        response["HX-Push-Url"] = reverse("plans:handovers", args=[found.pk])
    return response


def _job(plan: Plan) -> Job | None:
    """The job that writes the coverage, while it is at work or after it failed."""
    rows = Job.objects.filter(kind=effect.APPLY, payload__plan_id=plan.pk).order_by("-pk")
    job = rows.first()
    return job if job is not None and (job.state not in ENDED or job.state == "failed") else None


def _header() -> list[str]:
    return [
        _("Account"), _("City"), _("State"), _("Phone"), _("Contact"), _("Phone of the contact"), _("Sales, last 12 months"),
        _("Class"), _("Open tasks"), _("From"), _("To"), _("Due"), _("Handed over"),
    ]  # fmt: skip


def _rows(rows: QuerySet[Any, Any]) -> Iterator[tuple[Any, ...]]:
    for row in rows.iterator(chunk_size=2000):
        account: Account = row.account
        yield (
            account.name, account.city, account.state, account.phone, row.contact_name, row.contact_phone,
            account.annual_sales, account.account_class, row.n_tasks, row.giver_name or str(row.giver or ""),
            row.taker_name or str(row.taker or ""), row.due_on, row.done_at,
        )  # fmt: skip


@require_POST
def settle(request: HttpRequest, plan_id: int, handover_id: int) -> HttpResponse:
    """Tick a hand-over off, or take the tick away."""
    found = plan_seen(signed_in(request), plan_id)
    row = get_object_or_404(visible_to(signed_in(request), HandOver), plan=found, pk=handover_id)

    def tick(author: Author) -> str:
        done = settle_handover(handover=row, author=author)
        told = _("%(account)s is handed over.") if done else _("%(account)s is to be handed over still.")
        return told % {"account": row.account}

    return deed(request, found, tick, then="plans:handovers")


@require_POST
def take_effect(request: HttpRequest, plan_id: int) -> HttpResponse:
    found = plan_shaped(signed_in(request), plan_id, May.APPROVE_PLANS)

    def begin(author: Author) -> str:
        effect.put_into_effect(plan=found, author=author)
        return _("Who covers whom is being written. Until the day this can be taken back.")

    return deed(request, found, begin, then="plans:handovers")


@require_POST
def take_back(request: HttpRequest, plan_id: int) -> HttpResponse:
    found = plan_shaped(signed_in(request), plan_id, May.APPROVE_PLANS)

    def back(author: Author) -> str:
        effect_undoing.take_back(plan=found, author=author)
        return _("Coverage is as it was before. The plan is still approved.")

    return deed(request, found, back)


@require_POST
def hold(request: HttpRequest, plan_id: int) -> HttpResponseBase:
    """Let whoever has an account keep it for a time, because of an open deal."""
    found = plan_shaped(signed_in(request), plan_id)

    def keep(author: Author) -> str:
        placement = placement_named(
            found, request.POST.get("account", ""), request.POST.get("account_id", "")
        )
        row = hold_over(
            plan=found,
            account=placement.account,
            until=chosen_day(request, "until"),
            reason=request.POST.get("reason", "").replace("\x00", "")[:200],
            author=author,
        )
        return _("%(account)s stays with whoever has it until %(day)s.") % {
            "account": row.account,
            "day": date_format(row.until),
        }

    try:
        say(request, keep(Author(signed_in(request))))
    except RefusedError as error:
        asked = {name: request.POST.get(name, "") for name in ("account", "account_id", "until", "reason")}
        return _page(request, found, {**asked, "account": _chosen(found, asked), "why": str(error)})
    return redirect("plans:handovers", found.pk)


def _chosen(found: Plan, asked: dict[str, str]) -> str:
    """The account that a form named, in words."""
    try:
        return placement_named(found, asked["account"], asked["account_id"]).account.name
    except RefusedError:
        return asked["account"]


@require_POST
def release(request: HttpRequest, plan_id: int, holdover_id: int) -> HttpResponse:
    found = plan_shaped(signed_in(request), plan_id)
    row = get_object_or_404(Holdover.objects.select_related("account"), plan=found, pk=holdover_id)

    def let_go(author: Author) -> str:
        end_holdover(holdover=row, author=author)
        return _("%(account)s changes hands on the plan's day.") % {"account": row.account}

    return deed(request, found, let_go, then="plans:handovers")
