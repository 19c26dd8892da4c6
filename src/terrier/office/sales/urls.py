from __future__ import annotations

from django.urls import path

from terrier.office.sales import load_views, views

app_name = "sales"
urlpatterns = [
    path("", views.breakdown, name="breakdown"),
    path("lines", views.lines, name="lines"),
    path("bought/<int:account_id>", views.bought, name="bought"),
    path("measures/<slug:name>", views.explain, name="explain"),
    path("loads/", load_views.loads, name="loads"),
    path("loads/new", load_views.new, name="new"),
    path("loads/parked", load_views.parked, name="parked"),
    path("loads/parked.<slug:ending>", load_views.parked_file, name="parked_file"),
    path("loads/<int:load_id>/", load_views.show, name="load"),
    path("loads/<int:load_id>/look", load_views.look_again, name="look_again"),
    path("loads/<int:load_id>/take-in", load_views.take_in, name="take_in"),
    path("loads/<int:load_id>/withdraw", load_views.take_out, name="take_out"),
    path("loads/<int:load_id>/cancel", load_views.cancel, name="cancel"),
    path("loads/<int:load_id>/forget", load_views.forget, name="forget"),
    path("loads/<int:load_id>/refused.<slug:ending>", load_views.refused, name="refused"),
]
