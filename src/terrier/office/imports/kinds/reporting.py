"""Circles among reporting lines: a position that comes to report to itself."""

from __future__ import annotations

from terrier.office.people.models import ReportingLine


def lines_now() -> dict[int, int]:
    """Whom each position reports to until further notice."""
    return dict(ReportingLine.objects.filter(ends_on__isnull=True).values_list("position_id", "manager_id"))


def circle_of(lines: dict[int, int], position: int | None) -> list[int]:
    """The circle that a position is part of, from itself back to itself; empty if there is none."""
    path: list[int] = []
    at = position
    while at is not None and at not in path:
        path.append(at)
        at = lines.get(at)
    return [*path, at] if path and at == position and at is not None else []
