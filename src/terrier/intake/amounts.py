"""The numbers of a job: measures to balance, their tolerances, and what weighs how much."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from terrier.engine.design import Problem
from terrier.engine.travel import Calls
from terrier.errors import InputError
from terrier.intake.columns import called, guess, key, listed
from terrier.intake.numbers import measure
from terrier.intake.request import DesignRequest
from terrier.intake.said import Said
from terrier.intake.table import Table

ADVICE = "To balance the rest, take {} out of the file, or ask for fewer territories."

STRONGEST = 5.0
"""Times the mean: what the strongest relationship counts at most."""

SMALL_WEIGHT = 1e-3
"""Of the mean weight: what a weight of 0 counts, so that the unit still goes somewhere near."""


WITH_TRAVEL = "workload with travel"


def read_measures(
    request: DesignRequest, table: Table, said: Said, calls: Calls | None = None
) -> tuple[list[str], NDArray[np.float64]]:
    """The measures to balance; "accounts" counts one for each row where no column is called so.

    With ``calls`` one of them is `WITH_TRAVEL`, in place of the workload if that is balanced; its values are the calls' hours for now.
    """
    asked = list(request.balance)
    if not asked:
        found = [column for role in ("sales", "workload") if (column := guess(table, role, said.used))]
        asked = found or ["accounts"]
        said.notes.append(f"Balanced by {listed(asked)}, as no --balance was given.")
    names: list[str] = []
    values: list[NDArray[np.float64]] = []
    if calls is not None and not any(_is_workload(wanted, table) for wanted in asked):
        asked.append("workload")
    for wanted in asked:
        if calls is not None and _is_workload(wanted, table):
            name, amounts = WITH_TRAVEL, calls.total
            if amounts.sum() == 0:
                raise table.error("has no visit that takes any time; there is no workload to balance")
        elif key(wanted) == "accounts" and key(wanted) not in map(key, table.columns):
            name, amounts = "accounts", np.ones(table.n_rows)
        else:
            name = said.asked("balance", table, wanted, "--balance")
            amounts = measure(table, name, blanks_as_zero=request.blanks_as_zero)
            if amounts.sum() == 0:
                raise table.error("is 0 in every row; there is nothing to balance", column=name)
        if name in names:
            raise InputError("--balance", "names a measure twice", value=name)
        names.append(name)
        values.append(amounts)
    return names, np.column_stack(values)


def _is_workload(wanted: str, table: Table) -> bool:
    return key(wanted) == "workload" or key(wanted) == key(guess(table, "workload") or "workload")


def tolerances(request: DesignRequest, names: list[str]) -> NDArray[np.float64]:
    # A measure may be called here as it is in --balance, where the first words of its column do.
    asked = {key(wanted): name for wanted, name in zip(request.balance, names, strict=False)}
    asked |= {key(name): name for name in names}
    for name in request.tolerances:
        if key(name) not in asked and (at := called(name, names)) is not None:
            asked[key(name)] = names[at]
    by_name = {asked.get(key(name)): ratio for name, ratio in request.tolerances.items()}
    unknown = [name for name in request.tolerances if key(name) not in asked]
    if unknown:
        raise InputError(
            "--tolerance",
            "is not a measure to balance",
            value=unknown[0],
            hint=f"Balanced are: {listed(names)}.",
        )
    return np.array([by_name.get(name, request.tolerance) for name in names])


def weights(request: DesignRequest, table: Table, said: Said) -> NDArray[np.float64] | None:
    if request.weight is None:
        return None
    column = said.asked("weight", table, request.weight, "--weight")
    given = measure(table, column, blanks_as_zero=request.blanks_as_zero)
    if given.sum() == 0:
        raise table.error("is 0 in every row; nothing would weigh anything", column=column)
    floored: NDArray[np.float64] = np.maximum(given / given.mean(), SMALL_WEIGHT)
    return floored


def move_weights(request: DesignRequest, table: Table, said: Said) -> tuple[str, NDArray[np.float64] | None]:
    """What the share moved counts, and how much of it each unit holds; None where each counts as one."""
    if request.relationship:
        return _relationship(request, table, said)
    if request.moved_by is None or key(request.moved_by) == "accounts":
        return "accounts", None
    column = said.asked("moved by", table, request.moved_by, "--moved-by")
    return column, measure(table, column, blanks_as_zero=request.blanks_as_zero)


def _relationship(request: DesignRequest, table: Table, said: Said) -> tuple[str, NDArray[np.float64]]:
    """One for an account with the usual relationship: half of it for being an account, half by the columns named.

    Each column counts by its ratio to its mean, no more than `STRONGEST`, so that one giant does not outweigh all others.
    """
    columns = [said.asked("relationship", table, name, "--relationship") for name in request.relationship]
    ratios = []
    for column in columns:
        values = measure(table, column, blanks_as_zero=request.blanks_as_zero)
        if values.sum() == 0:
            raise table.error("is 0 in every row; no relationship would be stronger", column=column)
        ratios.append(np.minimum(values / values.mean(), STRONGEST))
    said.used.difference_update(columns)
    said.notes.append(
        f"Moving an account counts ½ for itself and ½ for its {listed(columns)}, compared with the average "
        f"account and at most {STRONGEST:g} times it."
    )
    return "relationships", 0.5 + 0.5 * np.mean(ratios, axis=0)


def stay_weights(
    request: DesignRequest, moves: NDArray[np.float64] | None, distances: NDArray[np.float64] | None
) -> NDArray[np.float64] | None:
    """What leaving counts: as a distance does, times the relationship."""
    if not request.relationship or moves is None:
        return None
    return moves if distances is None else moves * distances


def oversized(problem: Problem, ids: list[str], measure_names: list[str]) -> list[str]:
    """A sentence for each measure with units that alone exceed what the largest territory may hold."""
    found = []
    for m, name in enumerate(measure_names):
        target = float(problem.targets[:, m].max())
        share = problem.measures[:, m] / target
        over = np.flatnonzero(share > 1 + problem.tolerances[m])
        if len(over) and problem.n_units == problem.n_territories:
            return ["There are as many territories as accounts, so each holds one as it is."]
        if len(over):
            worst = over[np.argsort(-share[over], kind="stable")]
            if len(over) == 1:
                holder = (
                    f"Account {ids[over[0]]} alone is {share[over[0]]:,.0%} of a territory's share of {name}"
                )
                found.append(f"{holder}, so its territory will be over. {ADVICE.format('it')}")
            else:
                shown = listed([f"{ids[i]} ({share[i]:,.0%})" for i in worst], 5)
                found.append(
                    f"{len(over):,} accounts are each more than a territory's share of {name}, so their "
                    f"territories will be over: {shown}. {ADVICE.format('them')}"
                )
    return found
