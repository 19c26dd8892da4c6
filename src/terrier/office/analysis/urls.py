from __future__ import annotations

from django.urls import path

from terrier.office.analysis import views

app_name = "analysis"
urlpatterns = [
    path("", views.page, name="page"),
    path("table.<slug:ending>", views.export, name="export"),
    path("saved/", views.saved, name="saved"),
    path("save", views.save, name="save"),
    path("<int:analysis_id>/", views.page, name="open"),
    path("<int:analysis_id>/update", views.update, name="update"),
    path("<int:analysis_id>/rename", views.rename, name="rename"),
    path("<int:analysis_id>/duplicate", views.duplicate, name="duplicate"),
    path("<int:analysis_id>/delete", views.delete, name="delete"),
]
