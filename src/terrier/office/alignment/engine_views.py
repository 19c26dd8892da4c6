"""The page of the engine: what to ask, how far it is, and the row of plans it found, to choose from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Exists, OuterRef
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from terrier.office.alignment.choices import MEASURE_NAMES, Measure, read_choices
from terrier.office.alignment.engine_runs import Meanwhile, ask_engine, moved_since, take_candidate
from terrier.office.alignment.errors import ChangedMeanwhileError
from terrier.office.alignment.models import Candidate, EngineRun, Plan, RunKind
from terrier.office.alignment.plan_selectors import plan_shaped
from terrier.office.alignment.plan_views import deed, frame
from terrier.office.audit.services import Author
from terrier.office.people.asked import text
from terrier.office.people.permissions import signed_in

DEEDS = (
    (
        RunKind.FRONTIER,
        gettext_lazy(
            "A row of plans, from moving as little as balance needs to a redesign. The best beginning."
        ),
    ),
    (
        RunKind.REALIGN,
        gettext_lazy("One plan: balanced, with as few moves as the settings ask for."),
    ),
    (
        RunKind.REPAIR,
        gettext_lazy("Bring islands home and what is out of tolerance back, from the plan as it is."),
    ),
    (RunKind.DESIGN, gettext_lazy("From scratch, as if nobody held anything yet.")),
)


@require_safe
def show_engine(request: HttpRequest, plan_id: int) -> HttpResponse:
    found = plan_shaped(signed_in(request), plan_id)
    runs = EngineRun.objects.filter(plan=found).select_related("job", "author")
    last = runs.first()
    answers = list(runs.filter(Exists(Candidate.objects.filter(run=OuterRef("pk")))))
    asked = text(request, "run")
    run = next((one for one in answers if str(one.pk) == asked), answers[0] if answers else None)
    told: dict[str, Any] = {
        **frame(request, found, "engine"),
        "deeds": [(kind, kind.label, about) for kind, about in DEEDS],
        "run": run,
        "answers": answers,
        "job": last.job if last else None,
        "at_work": bool(last and last.job and not last.job.ended),
    }
    if run is not None:
        rows = list(run.candidates.defer("groups"))
        told |= {
            "rows": rows,
            "measures": [MEASURE_NAMES[one] for one in read_choices(run.choices).measures],
            "balances": [
                [
                    (MEASURE_NAMES[one], row.figures["balance"][one.value])
                    for one in read_choices(run.choices).measures
                ]
                for row in rows
            ],
            "now": _now(run),
            "pictures": _pictures(rows, run),
            "most_moved": read_choices(run.choices).max_moved,
            "outdated": run.version != found.version and not told["at_work"],
        }
        told["lines"] = list(zip(rows, told["balances"], strict=True))
    return render(request, "alignment/engine.html", told)


def _now(run: EngineRun) -> dict[str, Any] | None:
    if "now" not in run.result:
        return None
    balance = run.result["now"]["balance"]
    return {
        "moved": run.result["moved_now"],
        "balances": [(MEASURE_NAMES[Measure(one)], value) for one, value in balance.items()],
        "islands": run.result["now"].get("islands"),
    }


def _pictures(rows: list[Candidate], run: EngineRun) -> list[dict[str, Any]]:
    """Balance against share moved, and distances against share moved: what the moves of each plan buy."""
    balance: list[tuple[float, float, Candidate | None]] = [(row.moved, row.balance, row) for row in rows]
    if "now" in run.result:
        off = max(run.result["now"]["balance"].values(), default=0.0)
        balance.insert(0, (run.result["moved_now"], off, None))
    return [
        {
            "label": _("↑ further off balance"),
            "title": _(
                "Each plan of the engine: the further right, the more accounts move; the higher, the further off balance."
            ),
            **_points(balance),
        },
        {
            "label": _("↑ longer distances"),
            "title": _(
                "Each plan of the engine: the further right, the more accounts move; the higher, the longer the distances."
            ),
            **_points([(row.moved, row.travel, row) for row in rows]),
        },
    ]


def _points(told: Sequence[tuple[float, float, Candidate | None]]) -> dict[str, Any]:
    """Where each plan stands in a picture of 400 × 150: share moved to the right; what is best lowest. No plan: as it was."""
    most_moved = max((moved for moved, _height, _row in told), default=0) or 1
    least = min((height for _moved, height, _row in told), default=0)
    most = max((height for _moved, height, _row in told), default=0)
    return {
        "most_moved": most_moved,
        "least": least,
        "most": most,
        "points": [
            {
                "x": round(30 + 350 * moved / most_moved, 1),
                "y": round(112 - 72 * (height - least) / ((most - least) or 1), 1),
                "number": row.number if row else "",
                "recommended": bool(row and row.is_recommended),
            }
            for moved, height, row in told
        ],
    }


@require_POST
def ask(request: HttpRequest, plan_id: int, kind: str) -> HttpResponse:
    found = plan_shaped(signed_in(request), plan_id)
    if kind not in {one for one, _text in DEEDS}:
        raise Http404

    def begin(author: Author) -> str:
        ask_engine(plan=found, kind=kind, author=author)
        return _("The engine is at work. You can go on with something else meanwhile.")

    return deed(request, found, begin, then="plans:engine")


@require_safe
def candidate(request: HttpRequest, plan_id: int, candidate_id: int) -> HttpResponse:
    """One plan of the engine, territory by territory."""
    found = plan_shaped(signed_in(request), plan_id)
    row = _candidate(found, candidate_id)
    measures = [Measure(one) for one in row.figures["balance"]]
    now = {one["id"]: one for one in row.run.result.get("now", {}).get("territories", ())}
    told = {
        **frame(request, found, "engine"),
        "row": row,
        "measures": [MEASURE_NAMES[one] for one in measures],
        "territories": [
            {
                **one,
                "deviations_by_name": [
                    (MEASURE_NAMES[measure], one["deviations"][measure.value]) for measure in measures
                ],
                "before": now.get(one["id"]),
            }
            for one in sorted(row.figures["territories"], key=lambda one: one["name"])
        ],
        "shortfalls": row.figures["shortfalls"],
        "more": row.figures["n_shortfalls"] - len(row.figures["shortfalls"]),
    }
    told["n_changed"] = len(moved_since(row)) if told["may_shape"] else 0
    return render(request, "alignment/candidate.html", told)


@require_POST
def take(request: HttpRequest, plan_id: int, candidate_id: int) -> HttpResponse:
    found = plan_shaped(signed_in(request), plan_id)
    row = _candidate(found, candidate_id)
    said = request.POST.get("meanwhile", Meanwhile.REFUSE)
    if said not in set(Meanwhile):
        raise Http404

    def take_over(author: Author) -> str:
        step = take_candidate(candidate=row, author=author, meanwhile=Meanwhile(said))
        n_moved = step.n_accounts if step else 0
        return ngettext("%(n)s account moved.", "%(n)s accounts moved.", n_moved) % {"n": f"{n_moved:,}"}

    try:
        return deed(request, found, take_over, but=ChangedMeanwhileError)
    except ChangedMeanwhileError:
        return redirect("plans:candidate", found.pk, row.pk)


def _candidate(plan: Plan, number: int) -> Candidate:
    return get_object_or_404(Candidate.objects.select_related("run"), run__plan=plan, pk=number)
