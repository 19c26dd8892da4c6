"""The analyses that a person sees: their own, and those that others share with them."""

from __future__ import annotations

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404

from terrier.office.analysis.models import Analysis
from terrier.office.people.models import Person
from terrier.office.people.scope import visible_to


def analyses_listed(person: Person) -> QuerySet[Analysis]:
    rows = visible_to(person, Analysis).filter(deleted_at__isnull=True)
    return rows.select_related("owner").prefetch_related("shares", "deliveries").order_by("name", "pk")


def analyses_of(person: Person) -> list[Analysis]:
    return list(analyses_listed(person))


def analysis_seen_by(person: Person, pk: int) -> Analysis:
    """Raises Http404 where it is none that this person sees."""
    return get_object_or_404(analyses_listed(person), pk=pk)
