from __future__ import annotations

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "terrier.office.people"
    label = "people"

    def ready(self) -> None:
        from terrier.office.look.palette import register  # noqa: PLC0415 - models are read by then
        from terrier.office.people.palette import found_people, found_positions  # noqa: PLC0415

        register(found_people)
        register(found_positions)
