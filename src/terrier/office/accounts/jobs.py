"""Edits of very many accounts, done while their author goes on with something else."""

from __future__ import annotations

from typing import Any

from terrier.office.accounts.bulk import Edit, edit_many
from terrier.office.audit.models import Via
from terrier.office.audit.services import Author
from terrier.office.jobs.models import Job
from terrier.office.jobs.registry import job
from terrier.office.jobs.run import Run
from terrier.office.jobs.services import enqueue
from terrier.office.jobs.words import said
from terrier.office.people.models import Person

KIND = "accounts.edit"


def edit_later(*, edit: Edit, person: Person, then: str) -> Job:
    """Ask for an edit as a job. then : the address where its result is seen."""
    return enqueue(
        KIND,
        author=person,
        summary=said("Edit %(n)s accounts", n=edit.n_accounts),
        person_id=person.pk,
        edit=edit.as_payload(),
        then=then,
    )


@job(KIND)
def run_edit(run: Run, *, person_id: int, edit: dict[str, Any], then: str) -> None:
    """All of it or nothing, as one act that Undo takes back."""
    wanted = Edit.from_payload(edit)
    author = Author(Person.objects.get(pk=person_id), Via.JOB)
    run.step(0, 0, said("Changing %(n)s accounts", n=wanted.n_accounts))
    with run.effects() as result:
        act = edit_many(edit=wanted, author=author, report=run.step)
        result["told"] = act.summary if act else said("Nothing was to be changed").kept()
        result["act"] = str(act.pk) if act else None
        result["url"] = then
