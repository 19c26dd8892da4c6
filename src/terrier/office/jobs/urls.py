from __future__ import annotations

from django.urls import path

from terrier.office.jobs import views

app_name = "jobs"
urlpatterns = [
    path("", views.jobs, name="list"),
    path("<int:job_id>/", views.job, name="job"),
    path("<int:job_id>/cancel", views.cancel, name="cancel"),
    path("<int:job_id>/again", views.again, name="again"),
]
