"""Taking back acts of very many objects, done while one goes on with something else."""

from __future__ import annotations

from terrier.office.audit.models import Act, Entry, Via
from terrier.office.audit.services import Author
from terrier.office.audit.undo import NotUndoneError, undo_act
from terrier.office.jobs.models import Job
from terrier.office.jobs.registry import job
from terrier.office.jobs.run import Run
from terrier.office.jobs.services import enqueue
from terrier.office.jobs.words import said
from terrier.office.people.models import Person

KIND = "audit.undo"
AT_ONCE = 2000
"""As many objects are put back while one waits; more are a job."""


def is_long(act: Act) -> bool:
    return Entry.objects.filter(act=act).order_by()[: AT_ONCE + 1].count() > AT_ONCE


def undo_later(*, act: Act, person: Person, then: str) -> Job:
    """Ask for an undo as a job. then : the address where its result is seen."""
    return enqueue(
        KIND,
        author=person,
        summary=said("Undo: %(act)s", act=act.summary),
        person_id=person.pk,
        act_id=str(act.pk),
        then=then,
    )


@job(KIND)
def run_undo(run: Run, *, person_id: int, act_id: str, then: str) -> None:
    act = Act.objects.get(pk=act_id)
    author = Author(Person.objects.get(pk=person_id), Via.JOB)
    run.step(0, 0, said("Undoing: %(act)s", act=act.summary))
    try:
        with run.effects() as result:
            undone = undo_act(act=act, author=author, report=run.step)
            result["told"], result["act"], result["url"] = undone.summary, str(undone.pk), then
    except NotUndoneError as error:
        raise NotUndoneError(error.told()) from error
