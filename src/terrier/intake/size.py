"""A sizing job as read: accounts with their calls, roads and sales, of no number of territories yet."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from terrier.engine.design import Problem
from terrier.engine.size import fit_elasticity
from terrier.errors import InputError
from terrier.intake.columns import guess, named
from terrier.intake.gateway import read_job
from terrier.intake.job import DesignJob
from terrier.intake.read import read_table
from terrier.intake.request import DesignRequest

CLASS = ("class", "Class", "CLASS", "segment", "Segment", "tier", "Tier")


@dataclass(frozen=True, slots=True, eq=False)
class SizeJob:
    """``job`` : with the calls' hours as its only measure. sales : (n,) today, None where no column says; ``sales_column`` its name."""

    job: DesignJob
    problem: Problem
    sales: NDArray[np.float64] | None
    sales_column: str | None


def read_size_job(request: DesignRequest, sales: str | None, *, needs_sales: bool) -> SizeJob:
    """Read the accounts and state the problem.

    ``request`` asks for the fewest territories, with travel, and without anything that belongs to one of them.

    Raises
    ------
    InputError
        Anything doubtful, located.
    """
    table = read_table(
        request.accounts,
        sheet=request.sheet,
        encoding=request.encoding,
        header_row=request.header_row,
        decimal=request.decimal,
    )
    column = named(table, sales, "--sales") if sales else guess(table, "sales")
    if column is None and needs_sales:
        raise table.error(
            "has no column of sales, which profit needs",
            hint="Pass --sales, or leave out --margin and --cost.",
        )
    if request.n_territories is not None and request.n_territories > table.n_rows:
        raise InputError(
            "--from", f"is more than the {table.n_rows:,} accounts", value=str(request.n_territories)
        )
    balance = ("workload", column) if column else ("workload",)
    job = read_job(replace(request, balance=balance))
    # No size continues today's territories.
    job = replace(job, notes=[note for note in job.notes if "--current" not in note])
    assert job.calls is not None
    measures = job.problem.measures
    problem = Problem(
        coordinates=job.problem.coordinates,
        measures=measures[:, :1],
        tolerances=job.problem.tolerances[:1],
        n_territories=job.problem.n_territories,
        # A kilometer to an account counts as often as it is driven.
        weights=np.maximum(job.calls.visits / job.calls.visits.mean(), 1e-3),
    )
    return SizeJob(job, problem, measures[:, 1] if column else None, column)


def fitted_elasticity(size: SizeJob) -> tuple[float, float]:
    """Elasticity and standard error, from how sales and call hours go together within classes of accounts.

    Raises
    ------
    InputError
        The accounts cannot tell, or tell nonsense.
    """
    job = size.job
    assert job.calls is not None
    assert size.sales is not None
    texts = next((job.details[name] for name in CLASS if name in job.details), None)
    classes = (
        np.unique(texts, return_inverse=True)[1] if texts else np.zeros(job.problem.n_units, dtype=np.intp)
    )
    try:
        slope, error = fit_elasticity(size.sales, job.calls.total, classes.astype(np.int32))
    except ValueError as problem:
        raise InputError(
            "--elasticity", f"cannot be fitted: {problem}", hint="Pass a number, such as 0.31."
        ) from None
    if not 0.02 <= slope <= 0.95:
        raise InputError(
            "--elasticity",
            f"cannot be fitted: within classes sales go with hours to the power of {slope:.2f}, which no response does",
            hint="Pass a number, such as 0.31.",
        )
    return slope, error
