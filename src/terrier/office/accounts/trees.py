"""Chain trees: who is above whom, which way is up, and what must never be."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

DEEPEST = 20
"""Levels of a chain. More than any company has; fewer than a circle takes."""


def below(model: type[models.Model], ids: Collection[int]) -> list[int]:
    """The accounts below some, at whatever depth, nearest first, deleted ones among them. One query a level."""
    found: list[int] = []
    level = list(ids)
    known = set(level)
    while level:
        rows = model._base_manager.filter(parent__in=level).values_list("pk", flat=True)
        level = [key for key in rows if key not in known]
        known.update(level)
        found += level
    return found


def broken_chains(model: type[models.Model], ids: Sequence[int]) -> list[str]:
    """What is wrong with some accounts and those below them, in sentences: circles, wrong tops, parents that are gone."""
    rows = _with_those_above(model, {*ids, *below(model, ids)})
    reasons = []
    for row in rows.values():
        above = rows.get(row["parent"])
        if above is None:
            continue
        if above["deleted_at"] is not None and row["deleted_at"] is None:
            reasons.append(
                _("%(site)s is a site of %(chain)s: move it out first.")
                % {"site": row["name"], "chain": above["name"]}
            )
        top = _top_of(row, rows)
        if top is None:
            reasons.append(_("%(account)s would be above itself.") % {"account": row["name"]})
        elif row["chain"] != top:
            reasons.append(_("%(account)s has moved to another chain since.") % {"account": row["name"]})
    return reasons


def _with_those_above(model: type[models.Model], ids: Collection[int]) -> dict[int, dict[str, Any]]:
    rows: dict[int, dict[str, Any]] = {}
    wanted = set(ids)
    while wanted:
        fresh = model._base_manager.filter(pk__in=wanted).values(
            "pk", "name", "parent", "chain", "deleted_at"
        )
        rows.update({row["pk"]: row for row in fresh})
        wanted = {row["parent"] for row in rows.values() if row["parent"]} - rows.keys()
    return rows


def _top_of(row: dict[str, Any], rows: dict[int, dict[str, Any]]) -> int | None:
    """The top above an account; None if there is none, since the way up is a circle."""
    for _level in range(DEEPEST):
        if row["parent"] is None:
            return int(row["pk"])
        row = rows[row["parent"]]
    return None
