"""The API itself: /api/v1/, its operations from each app's api.py."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.urls import URLPattern, URLResolver, path
from django.views.decorators.http import require_safe

from terrier.office.accounts.api import router as accounts
from terrier.office.accounts.details_api import router as details
from terrier.office.accounts.views_api import router as views
from terrier.office.alignment.api import router as coverage
from terrier.office.alignment.challenge_api import router as challenges
from terrier.office.alignment.coverage_model_api import router as coverage_model
from terrier.office.alignment.effect_api import router as effect
from terrier.office.alignment.engine_api import router as engine
from terrier.office.alignment.own_areas_api import router as own_areas
from terrier.office.alignment.plan_api import router as plans
from terrier.office.alignment.plan_files_views import router as plan_files
from terrier.office.alignment.plan_warning_views import router as plan_warnings
from terrier.office.alignment.sharing_api import router as sharing
from terrier.office.analysis.api import router as analysis
from terrier.office.analysis.people_api import router as analysis_people
from terrier.office.api.description import DescribedAPI
from terrier.office.api.docs import docs_of
from terrier.office.api.door import SignedIn
from terrier.office.api.problems import answer_problems
from terrier.office.api.rendering import QuickJSON
from terrier.office.api.strict import refuse_unknown
from terrier.office.audit.api import router as audit
from terrier.office.desks.api import router as warnings
from terrier.office.headcount.api import router as head_counts
from terrier.office.imports.api import router as imports
from terrier.office.jobs.api import router as jobs
from terrier.office.market.api import router as market
from terrier.office.people.writing_api import router as people
from terrier.office.sales.api import router as invoices

api = DescribedAPI(
    title="Terrier",
    version="1",
    description=(
        "Everything here is narrowed to what the asking person may see; what lies outside is not found. Lists are paged by"
        " `cursor`. Send an `Idempotency-Key` with what you may have to send again."
    ),
    auth=SignedIn(),
    renderer=QuickJSON(),
    docs_url=None,
    urls_namespace="api",
)
answer_problems(api)
for router in (
    accounts,
    details,
    views,
    coverage,
    plans,
    own_areas,
    coverage_model,
    plan_files,
    plan_warnings,
    sharing,
    engine,
    people,
    imports,
    invoices,
    market,
    jobs,
    audit,
    warnings,
    head_counts,
    effect,
    challenges,
    analysis,
    analysis_people,
):
    api.add_router("", router)
refuse_unknown(api)


def urls() -> tuple[list[URLPattern | URLResolver], str, str]:
    """The API's addresses. It says itself who is not signed in, by 401 and not by a page to sign in on."""
    patterns, app, namespace = api.urls
    served: dict[str, URLPattern] = {}  # one for each address: the operations of an address are one view
    for each in patterns:
        pattern: Any = each
        view: Any = pattern.callback
        if pattern.name == "openapi-json":
            view = require_safe(view)
        served.setdefault(
            str(pattern.pattern), path(str(pattern.pattern), login_not_required(view), name=pattern.name)
        )
    return [path("docs", docs_of(api), name="docs"), *served.values()], app, namespace
