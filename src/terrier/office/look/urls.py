from __future__ import annotations

from django.urls import path

from terrier.office.look import views

urlpatterns = [
    path("palette", views.search_palette, name="palette"),
    path("language", views.choose_language, name="language"),
    path("gallery/", views.gallery, name="gallery"),
]
