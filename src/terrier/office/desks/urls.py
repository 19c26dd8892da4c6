from __future__ import annotations

from django.urls import path

from terrier.office.desks import views

app_name = "desks"
urlpatterns = [path("", views.home, name="home")]
