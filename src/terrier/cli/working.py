"""What commands of the office have in common: in whose name, doing a job here, and how tables look."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from terrier.errors import InputError, TerrierError

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from terrier.office.audit.services import Author
    from terrier.office.jobs.models import Job
    from terrier.office.people.models import Person


def person_of(email: str | None) -> Person | None:
    """Whose e-mail address it is; None where it is not said."""
    from terrier.office.people.models import Person  # noqa: PLC0415 - Django is set up by now

    if email is None:
        return None
    found = Person.objects.filter(email=email.lower()).first()
    if found is None:
        raise InputError("--as", "is nobody's e-mail address in this office", value=email)
    return found


def author_of(person: Person | None) -> Author:
    from terrier.office.audit.models import Via  # noqa: PLC0415 - Django is set up by now
    from terrier.office.audit.services import Author  # noqa: PLC0415

    return Author(person, Via.COMMAND)


def finish(job: Job, name: str) -> None:
    """Do a job here, unless a worker of the office has it already."""
    from terrier.office.jobs.worker import run_one  # noqa: PLC0415 - Django is set up by now

    while not job.ended:
        if not run_one(name):
            time.sleep(0.2)
        job.refresh_from_db()


def finish_well(job: Job, name: str) -> None:
    """Do a job here. Raises TerrierError if it does not get done."""
    finish(job, name)
    if job.state != "done":
        raise TerrierError(job.error or "It was cancelled; nothing was changed.")


def a_console() -> Console:
    from rich.console import Console  # noqa: PLC0415 - heavy, and not needed for --help

    made = Console(highlight=False)
    return made if made.is_terminal else Console(highlight=False, width=160, color_system=None)


def a_table(*headings: str, right: tuple[str, ...] | None) -> Table:
    """right : the columns of numbers; None for all but the first."""
    from rich.table import Table  # noqa: PLC0415 - heavy, and not needed for --help

    made = Table(header_style="bold", pad_edge=False)
    for at, heading in enumerate(headings):
        is_number = at > 0 if right is None else heading in right
        made.add_column(heading, justify="right" if is_number else "left")
    return made
