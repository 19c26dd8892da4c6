from __future__ import annotations

from django.apps import AppConfig


class AlignmentConfig(AppConfig):
    name = "terrier.office.alignment"
    label = "alignment"

    def ready(self) -> None:
        from terrier.office.alignment.undoing import take_back  # noqa: PLC0415 - models are there only now
        from terrier.office.audit.undo import TAKERS  # noqa: PLC0415

        TAKERS.append(take_back)
