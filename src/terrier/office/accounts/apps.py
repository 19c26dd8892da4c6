from __future__ import annotations

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "terrier.office.accounts"
    label = "accounts"
