from __future__ import annotations

from django.apps import AppConfig


class HeadcountConfig(AppConfig):
    name = "terrier.office.headcount"
    label = "headcount"
