"""Every address of the office. Each app names its own in its urls.py."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("terrier.office.look.urls")),
    path("", include("terrier.office.people.urls")),
    path("sign-in/", include("terrier.office.people.sign_in_urls")),
]
