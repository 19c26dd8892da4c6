from __future__ import annotations

from django.urls import path

from terrier.office.audit import undo_views, views

app_name = "audit"
urlpatterns = [
    path("", views.search, name="search"),
    path("acts/<uuid:act>/undo", undo_views.undo, name="undo"),
]
