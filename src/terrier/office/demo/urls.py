from __future__ import annotations

from django.urls import path

from terrier.office.demo import switching

app_name = "demo"
urlpatterns = [path("demo/become/", switching.become, name="become")]
