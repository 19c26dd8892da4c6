from __future__ import annotations

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "terrier.office.accounts"
    label = "accounts"

    def ready(self) -> None:
        from terrier.office.accounts.palette import found_accounts  # noqa: PLC0415 - models are read by then
        from terrier.office.look.palette import register  # noqa: PLC0415

        register(found_accounts)
