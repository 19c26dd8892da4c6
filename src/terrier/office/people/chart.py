"""The org chart of a day, as far as somebody sees it: trees of positions, vacancies among them."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from django.db.models import Q

from terrier.office.people.models import Incumbency, Person, Position, ReportingLine, counting_on
from terrier.office.people.scope import visible_to


@dataclass(slots=True)
class Node:
    """A position on a day, who holds it, and the nodes that report to it."""

    position: Position
    holder: Person | None
    manager_id: int | None
    reports: list[Node] = field(default_factory=list)
    n_below: int = 0
    n_vacant: int = 0

    @property
    def teams(self) -> list[Node]:
        """Those below with somebody below them."""
        return [node for node in self.reports if node.reports]

    @property
    def singles(self) -> list[Node]:
        return [node for node in self.reports if not node.reports]


@dataclass(frozen=True, slots=True)
class Chart:
    on: dt.date
    roots: list[Node]
    n_positions: int
    n_vacant: int


def chart_for(person: Person, on: dt.date) -> Chart:
    """The positions a person sees on a day. One whose manager is out of sight stands at the top."""
    open_then = Q(opens_on__lte=on) & (Q(closes_on__isnull=True) | Q(closes_on__gt=on))
    rows = list(visible_to(person, Position, on).filter(open_then).order_by("name", "pk"))
    lines = dict(
        visible_to(person, ReportingLine, on).filter(counting_on(on)).values_list("position", "manager")
    )
    held = visible_to(person, Incumbency, on).filter(counting_on(on)).select_related("person")
    holders = {row.position_id: row.person for row in held}
    nodes = {row.pk: Node(row, holders.get(row.pk), lines.get(row.pk)) for row in rows}
    roots: list[Node] = []
    for node in nodes.values():
        above = nodes.get(node.manager_id or 0)
        (above.reports if above else roots).append(node)
    for root in roots:
        _count(root)
    roots.sort(key=lambda node: -node.n_below)
    return Chart(on, roots, len(nodes), sum(node.holder is None for node in nodes.values()))


def _count(node: Node) -> None:
    for below in node.reports:
        _count(below)
    node.n_below = sum(1 + below.n_below for below in node.reports)
    node.n_vacant = sum((below.holder is None) + below.n_vacant for below in node.reports)
