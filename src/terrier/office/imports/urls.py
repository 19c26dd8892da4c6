from __future__ import annotations

from django.urls import path

from terrier.office.imports import views, views_rows

app_name = "imports"
urlpatterns = [
    path("", views.imports, name="list"),
    path("new", views.new, name="new"),
    path("samples/<slug:kind>.<slug:ending>", views.sample, name="sample"),
    path("<int:import_id>/", views.show, name="import"),
    path("<int:import_id>/read", views.read_again, name="read"),
    path("<int:import_id>/match", views.match, name="match"),
    path("<int:import_id>/commit", views.commit, name="commit"),
    path("<int:import_id>/undo", views.undo, name="undo"),
    path("<int:import_id>/discard", views.discard, name="discard"),
    path("<int:import_id>/cancel", views.cancel, name="cancel"),
    path("<int:import_id>/rows/<int:number>", views_rows.row, name="row"),
    path("<int:import_id>/leave-out", views_rows.leave_out, name="leave_out"),
    path("<int:import_id>/take-in", views_rows.take_in, name="take_in"),
    path("<int:import_id>/errors.<slug:ending>", views_rows.errors, name="errors"),
    path("<int:import_id>/corrections", views_rows.corrections, name="corrections"),
]
