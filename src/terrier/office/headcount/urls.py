from __future__ import annotations

from django.urls import path

from terrier.office.headcount import views

app_name = "headcount"
urlpatterns = [
    path("", views.head_counts, name="list"),
    path("new", views.new_head_count, name="new"),
    path("<int:head_count_id>/", views.answer, name="answer"),
    path("<int:head_count_id>/export/<str:ending>", views.export, name="export"),
    path("<int:head_count_id>/delete", views.delete, name="delete"),
]
