from __future__ import annotations

import csv
import io
import math
from dataclasses import replace

import numpy as np
import pytest

from terrier.bench import tables
from terrier.bench.case import Case, Loaded
from terrier.bench.growth import fit, seconds_until_close, time_by_size
from terrier.bench.result import Result, Task
from terrier.bench.rows import rows_of, tallies_of


def case(name: str = "a", best: float | None = 100.0, family: str = "cpmp", n: int = 50) -> Case:
    def never() -> Loaded:
        raise AssertionError("tables load nothing")

    return Case(family=family, name=name, n=n, k=5, load=never, best_known=best, proved=True)


def result(value: float | None, seed: int = 1, **about: object) -> Result:
    task = Task(
        family=str(about.pop("family", "cpmp")),
        case=str(about.pop("case", "a")),
        method=str(about.pop("method", "terrier")),
        seed=seed,
        seconds=float(str(about.pop("budget", 10.0))),
        limit=60.0,
        folder=None,
        target=100.0 if about.pop("until_known", False) else None,
    )
    fields = {"value": value, "seconds": 1.0 * seed, "cpu_seconds": 2.0 * seed, "peak_mb": 100.0 + seed}
    return Result(task=task, **(fields | about))  # type: ignore[arg-type]


def test_a_row_tells_the_median_and_the_worst_of_its_seeds() -> None:
    (row,) = rows_of([case()], [result(101.0, 1), result(110.0, 2), result(100.0, 3)])
    assert (row.median, row.worst) == (101.0, 110.0)
    assert row.gap(row.median) == pytest.approx(0.01)
    assert (row.seconds, row.cpu_seconds, row.peak_mb) == (2.0, 4.0, 103.0)
    assert not row.reaches
    assert row.reference_kind == "optimum"


def test_a_seed_without_a_feasible_plan_counts_as_infinitely_bad() -> None:
    broken = result(99.0, 2, flaws=("1 empty territories",))
    doubted = result(99.0, 3, doubts=("the score is wrong",))
    (row,) = rows_of([case()], [result(100.0, 1), broken, doubted])
    assert row.n_feasible == 1
    assert math.isinf(row.median)
    assert row.why_not == "1 empty territories"
    assert not row.reaches


def test_a_value_rounded_like_the_best_known_one_reaches_it() -> None:
    (row,) = rows_of([case(best=17288.9931)], [result(17288.99314)])
    assert row.reaches


def test_a_value_that_was_published_with_few_digits_is_reached_by_all_that_round_to_it() -> None:
    published = replace(case(best=229.16), rounding=0.005, proved=False, in_pieces=True)
    near, far = (rows_of([published], [result(value)])[0] for value in (229.1612, 229.17))
    assert near.reaches
    assert not far.reaches
    assert near.reference_kind == "best known, in pieces"


def test_without_a_best_known_value_the_best_plan_here_is_the_measure() -> None:
    peer = result(80.0, method="highs", flaws=("1 empty territories",))
    ours, theirs = rows_of([case(best=None)], [result(90.0), peer])
    assert (ours.reference, ours.reference_kind) == (90.0, "best here")
    assert theirs.reference == 90.0


def test_each_plan_is_held_against_its_own_bound() -> None:
    (row,) = rows_of([case()], [result(102.0, 1, bound=100.0), result(105.0, 2, bound=104.0)])
    assert row.above_bound == pytest.approx((0.02 + 1 / 104) / 2)
    (without,) = rows_of([case()], [result(102.0, 1, bound=100.0), result(105.0, 2)])
    assert math.isnan(without.above_bound)


def test_a_family_counts_what_it_reached() -> None:
    cases = [case("a"), case("b"), case("c")]
    rows = rows_of(cases, [result(100.0), result(103.0, case="b"), result(None, case="c", failure="stopped")])
    (tally,) = tallies_of(rows)
    assert (tally.n_cases, tally.n_feasible, tally.n_reached) == (3, 2, 1)
    assert tally.mean_gap == pytest.approx(0.015)
    assert tally.largest_gap == pytest.approx(0.03)


def test_runs_of_different_budgets_seeds_and_code_stay_apart_and_say_so() -> None:
    runs = [
        result(103.0, case="b", budget=60.0, until_known=True, code="abc1234", cores=1),
        *(result(100.0 + seed, seed, code="def5678", cores=2) for seed in (1, 2)),
        result(101.0, method="highs"),
    ]
    rows = rows_of([case("a"), case("b")], runs)
    assert [(row.method, str(row.budget)) for row in rows] == [
        ("terrier", "10"),
        ("highs", "10"),
        ("terrier", "≤ 60"),
    ]
    lines = tables.tally_markdown(tallies_of(rows)).splitlines()
    assert "| cpmp | Terrier | 10 | 2 | 1 |" in lines[2]
    assert lines[2].endswith("| def5678, 2 cores |")
    assert "| cpmp | Terrier | ≤ 60 | 1 | 1 |" in lines[4]
    assert lines[4].endswith("| abc1234, 1 core |")


def test_the_table_shows_figures_or_the_reason_for_their_absence() -> None:
    failed = result(None, method="highs", failure="stopped after 60 s", seconds=None)
    text = tables.markdown(rows_of([case()], [result(101.5), failed]))
    lines = text.splitlines()
    widths = {line.count("|") for line in lines}
    assert widths == {len(tables.HEADER) + 1}
    assert (
        "| a | 50 | 5 | Terrier | 10 | 1 | 2 | 101 | 1 of 1 | 101.5 | 101.5 | 100 (optimum) | 1.50 | 1.50 | – |"
        in lines
    )
    assert "stopped after 60 s" in lines[-1]


def test_a_gap_that_rounds_to_nothing_has_no_sign() -> None:
    assert [tables.percent(ratio) for ratio in (-1e-7, 1e-7, -1e-3, math.nan)] == [
        "0.00",
        "0.00",
        "-0.10",
        "–",
    ]


def test_the_csv_has_a_line_for_each_row_and_no_infinities() -> None:
    rows = rows_of([case()], [result(99.0, flaws=("1 empty territories",))])
    (line,) = csv.DictReader(io.StringIO(tables.summary_csv(rows)))
    assert line["feasible"] == "0"
    assert line["median"] == line["gap_pct"] == ""
    assert line["note"] == "1 empty territories"
    (run,) = csv.DictReader(io.StringIO(tables.runs_csv([result(99.0, 7)])))
    assert (run["seed"], run["value"], run["feasible"]) == ("7", "99.0", "1")


def test_a_result_survives_its_file() -> None:
    kept = result(99.5, flaws=("a", "b"), trace=((0.5, 101.0, 0.2), (1.0, 99.5, 0.0)))
    assert Result.from_json(kept.to_json()) == kept


def test_the_fit_finds_the_exponent_of_a_power_law() -> None:
    sizes = np.array([1e4, 1e5, 1e6])
    law = fit(sizes.tolist(), (3e-4 * sizes**1.12).tolist())
    assert law is not None
    assert law.exponent == pytest.approx(1.12)
    assert law.at(2e4) == pytest.approx(3e-4 * 2e4**1.12)
    assert fit([100, 100], [1.0, 2.0]) is None


def test_a_run_is_close_once_inside_tolerance_within_a_hundredth_of_its_last_plan() -> None:
    trace = ((0.1, 90.0, 0.3), (0.2, 104.0, 0.0), (0.4, 100.9, 0.0), (2.0, 100.0, 0.0))
    assert seconds_until_close(result(100.0, trace=trace)) == 0.4
    assert seconds_until_close(result(100.0, trace=trace[:1])) is None
    assert seconds_until_close(result(100.0, trace=trace, flaws=("broken",))) is None


def test_growth_is_measured_on_free_sales_cases_with_their_shortest_budget() -> None:
    cases = [
        case("small", None, "sales", 10_000),
        case("large", None, "sales", 100_000),
        case("large-contiguous", None, "sales", 100_000),
    ]
    runs = [
        result(1.0, family="sales", case="small", budget=1.0, trace=((0.5, 1.0, 0.0),)),
        result(1.0, family="sales", case="small", budget=10.0, trace=((0.9, 1.0, 0.0),)),
        result(1.0, family="sales", case="large", trace=((6.0, 1.0, 0.0),)),
        result(1.0, family="sales", case="large-contiguous", trace=((60.0, 1.0, 0.0),)),
    ]
    assert time_by_size(rows_of(cases, runs)) == [(10_000, 0.5), (100_000, 6.0)]
