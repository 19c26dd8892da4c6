"""Head counts as far as somebody sees them, and for whom they may ask one."""

from __future__ import annotations

import datetime as dt

from django.db.models import Q, QuerySet

from terrier.office.headcount.models import HeadCount
from terrier.office.people.models import Person, Position, Role
from terrier.office.people.scope import visible_to


def head_counts_of(person: Person) -> QuerySet[HeadCount]:
    """The newest first."""
    return visible_to(person, HeadCount).select_related("root", "job", "author").order_by("-pk")


def roots_for(person: Person, on: dt.date) -> QuerySet[Position]:
    """The company and the regions that a person sees."""
    open_now = Q(opens_on__lte=on) & (Q(closes_on__isnull=True) | Q(closes_on__gt=on))
    rows = visible_to(person, Position, on).filter(open_now, role__in=(Role.DIRECTOR, Role.REGION_MANAGER))
    return rows.order_by("name", "pk")
