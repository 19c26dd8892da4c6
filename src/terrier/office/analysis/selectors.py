"""The analyses that a person sees: their own, and those that others share with them."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.shortcuts import get_object_or_404

from terrier.office.analysis.models import Analysis, Delivery
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


def analysis_owned_by(person: Person, pk: int) -> Analysis:
    """Raises Http404 where it is not their own."""
    return get_object_or_404(analyses_listed(person), pk=pk, owner=person)


def deliveries_seen_by(person: Person, pk: int) -> QuerySet[Delivery]:
    """To whom an analysis is sent: all of them to its owner, to others what is sent to themselves."""
    row = analysis_seen_by(person, pk)
    rows = row.deliveries.select_related("analysis", "person").order_by("person__name", "pk")
    return rows if row.owner_id == person.pk else rows.filter(person=person)


def people_to_choose(person: Person, text: str, limit: int = 20) -> list[Person]:
    """People within somebody's scope who may sign in, by name or address."""
    rows = visible_to(person, Person).filter(is_active=True).exclude(pk=person.pk)
    if text:
        rows = rows.filter(Q(name__icontains=text) | Q(email__icontains=text))
    return list(rows.order_by("name", "pk").distinct()[:limit])
