"""The long work of a head count: a plan for every size."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from terrier.office.headcount.choices import HeadCountError, read_size_choices
from terrier.office.headcount.field import people_in_the_field, read_field
from terrier.office.headcount.models import HeadCount
from terrier.office.headcount.reckoning import points_of, result_of, situation_of
from terrier.office.headcount.services import KIND
from terrier.office.jobs.registry import job
from terrier.office.jobs.run import Run
from terrier.office.jobs.words import Said, said


@dataclass
class Watch:
    """Asked by the search whether to stop: reports how far the job is, and is where a cancelled one ends."""

    run: Run
    n_sizes: int
    found: int = 0
    message: Said = field(default_factory=lambda: said("Designing territories"))

    def __call__(self, rounds: int, stale: int) -> bool:
        self.run.step(self.found, self.n_sizes, self.message)
        return False

    def told(self, found: int) -> None:
        self.found = found
        self.run.step(found, self.n_sizes, self.message)


@job(KIND)
def size(run: Run, *, head_count_id: int) -> dict[str, Any] | None:
    """Answer a head count. Begun again after a crash it gives the same answer."""
    asked = HeadCount.objects.select_related("root").get(pk=head_count_id)
    choices, today = read_size_choices(asked.choices), timezone.localdate()
    held = read_field(asked.root, choices.visits, today)
    if held.n <= choices.fewest:
        raise HeadCountError(
            _("Only %(n)s accounts are called on and have a place: too few for %(fewest)s people.")
            % {"n": held.n, "fewest": choices.fewest}
        )
    n_today = people_in_the_field(asked.root, today).count()
    sizes = range(choices.fewest, min(choices.most, held.n) + 1)
    situation = situation_of(held, choices)
    points = points_of(
        situation, sizes, n_today or choices.fewest, watch := Watch(run, len(sizes)), watch.told
    )
    found = result_of(held, situation, points, choices, n_today)
    with run.effects() as result:
        HeadCount.objects.filter(pk=head_count_id).update(result=found)
        result["url"] = reverse("headcount:answer", args=[head_count_id])
        result["told"] = said("The answer is there").kept()
    return None
