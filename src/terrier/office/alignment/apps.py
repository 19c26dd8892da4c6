from __future__ import annotations

from django.apps import AppConfig


class AlignmentConfig(AppConfig):
    name = "terrier.office.alignment"
    label = "alignment"
