from __future__ import annotations

from django.apps import AppConfig


class LookConfig(AppConfig):
    name = "terrier.office.look"
    label = "look"
