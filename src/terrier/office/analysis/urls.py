from __future__ import annotations

from django.urls import path

from terrier.office.analysis import people_views, views

app_name = "analysis"
urlpatterns = [
    path("", views.page, name="page"),
    path("table.<slug:ending>", views.export, name="export"),
    path("saved/", views.saved, name="saved"),
    path("save", views.save, name="save"),
    path("choose-person", people_views.choose_person, name="choose_person"),
    path("no-more/<str:token>", people_views.unsubscribe, name="unsubscribe"),
    path("<int:analysis_id>/", views.page, name="open"),
    path("<int:analysis_id>/update", views.update, name="update"),
    path("<int:analysis_id>/rename", views.rename, name="rename"),
    path("<int:analysis_id>/duplicate", views.duplicate, name="duplicate"),
    path("<int:analysis_id>/delete", views.delete, name="delete"),
    path("<int:analysis_id>/people/", people_views.people, name="people"),
    path("<int:analysis_id>/share", people_views.share, name="share"),
    path("<int:analysis_id>/share/<int:share_id>/end", people_views.end_share, name="end_share"),
    path("<int:analysis_id>/send", people_views.schedule, name="schedule"),
    path("<int:analysis_id>/send/<int:delivery_id>/stop", people_views.stop, name="stop"),
]
