from __future__ import annotations

from django.urls import path

from terrier.office.market import source_views, views

app_name = "market"
urlpatterns = [
    path("", views.areas, name="areas"),
    path("areas/<slug:code>", views.area, name="area"),
    path("measures/<slug:name>", views.explain, name="explain"),
    path("files/", source_views.sources, name="sources"),
    path("files/new", source_views.new, name="new"),
    path("files/<int:source_id>/", source_views.show, name="source"),
    path("files/<int:source_id>/look", source_views.look_again, name="look_again"),
    path("files/<int:source_id>/load", source_views.load, name="load"),
    path("files/<int:source_id>/withdraw", source_views.withdraw, name="withdraw"),
    path("files/<int:source_id>/cancel", source_views.cancel, name="cancel"),
    path("files/<int:source_id>/forget", source_views.forget, name="forget"),
    path("files/<int:source_id>/refused.<slug:ending>", source_views.refused, name="refused"),
    path("files/<int:source_id>/unmatched.<slug:ending>", source_views.unmatched, name="unmatched"),
]
