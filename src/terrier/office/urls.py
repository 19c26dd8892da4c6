"""Every address of the office. Each app names its own in its urls.py."""

from __future__ import annotations

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from terrier.office.api.site import urls as api_urls

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("terrier.office.look.urls")),
    path("", include("terrier.office.desks.urls")),
    path("accounts/", include("terrier.office.accounts.urls")),
    path("", include("terrier.office.people.urls")),
    path("api/v1/", api_urls()),
    path("plans/", include("terrier.office.alignment.studio_urls")),
    path("jobs/", include("terrier.office.jobs.urls")),
    path("changes/", include("terrier.office.audit.urls")),
    path("sign-in/", include("terrier.office.people.sign_in_urls")),
    path("imports/", include("terrier.office.imports.urls")),
    path("market/", include("terrier.office.market.urls")),
    path("invoices/", include("terrier.office.sales.urls")),
    path("analysis/", include("terrier.office.analysis.urls")),
    path("plans/", include("terrier.office.alignment.urls")),
    path("head-counts/", include("terrier.office.headcount.urls")),
]
if settings.DEMO:
    urlpatterns.append(path("", include("terrier.office.demo.urls")))
