from __future__ import annotations

from django.urls import path

from terrier.office.desks import views, warning_views

app_name = "desks"
urlpatterns = [
    path("", views.home, name="home"),
    path("desk/act-on", views.act, name="act"),
    path("desk/<slug:name>", views.part, name="part"),
    path("desk/<slug:name>.<slug:ending>", views.part_file, name="part_file"),
    path("warnings/", warning_views.warnings, name="warnings"),
    path("warnings/brief", warning_views.brief, name="brief"),
    path("warnings/dismiss", warning_views.dismiss, name="dismiss"),
    path("warnings/restore", warning_views.restore, name="restore"),
    path("warnings/limits", warning_views.limits, name="limits"),
]
