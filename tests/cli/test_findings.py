"""The sentences that close a run: few, short, and right for any column's name."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from rich.console import Console

from terrier.cli.choosing import explained, table
from terrier.cli.delivery import Delivery
from terrier.cli.findings import findings, percent, spelled
from terrier.cli.summary import deviation, largest
from terrier.engine.design import evaluate
from terrier.intake.gateway import read_job
from terrier.intake.job import DesignJob
from terrier.intake.request import DesignRequest
from terrier.report import Choice, Choices
from terrier.report.choices import choices_table


def job_of(folder: Path, sales: list[float], **request: Any) -> DesignJob:
    rows = "\n".join(f"S{i},40,-{100 + i},{value},{value}" for i, value in enumerate(sales))
    (folder / "a.csv").write_text(f"id,latitude,longitude,sales,workload_hours\n{rows}\n")
    return read_job(DesignRequest(accounts=str(folder / "a.csv"), **request))


def said(job: DesignJob, assignment: list[int]) -> list[str]:
    return findings(job, evaluate(job.problem, np.array(assignment, dtype=np.int32)))


@pytest.mark.parametrize(
    ("column", "words"),
    [
        ("sales", "sales"),
        ("Annual Sales", "Annual Sales"),
        ("workload_hours", "“workload_hours”"),
        ("2025 Net Sales ($)", "“2025 Net Sales ($)”"),
        ("HRS", "HRS"),
        ("# visits per year", "“# visits per year”"),
    ],
)
def test_a_column_stands_in_a_sentence_as_it_is_spelled(column: str, words: str) -> None:
    assert spelled(column) == words


def test_a_plan_that_meets_everything_is_one_sentence(tmp_path: Path) -> None:
    job = job_of(tmp_path, [1, 1, 1, 1], n_territories=2)
    assert said(job, [0, 0, 1, 1]) == [
        "Every territory is within ±5% of its share of “sales” and “workload_hours”."
    ]


def test_the_worst_comes_with_its_reason_and_the_rest_is_counted(tmp_path: Path) -> None:
    job = job_of(tmp_path, [1] * 12, n_territories=4, balance=("workload",))
    first, rest = said(job, [0] * 5 + [1] * 4 + [2] * 2 + [3])
    name = job.territory_names[3]
    assert first.startswith(f"{name} is 66.7% under its share of “workload_hours”: ") or first.startswith(
        f"{job.territory_names[0]} is 66.7% over its share of “workload_hours”: "
    )
    assert rest == "3 more figures in 3 territories are beyond tolerance."


def test_an_account_too_large_explains_those_over_and_those_under(tmp_path: Path) -> None:
    job = job_of(tmp_path, [95, 1, 1, 1, 1, 1], n_territories=2, balance=("sales",))
    over, under = sorted(said(job, [0, 1, 1, 1, 1, 1]))
    assert over.endswith("is 90.0% over its share of sales: account S0 alone is 190% of that share.")
    assert under.endswith(
        "is 90.0% under its share of sales: account S0 is so large that too little is left for the others."
    )


def test_several_accounts_too_large_are_one_warning_with_the_largest_first(tmp_path: Path) -> None:
    job = job_of(tmp_path, [60, 90, 1, 1], n_territories=3, balance=("sales",))
    assert job.warnings == [
        "2 accounts are each more than a territory's share of sales, so their territories will be over: "
        "S1 (178%), S0 (118%). To balance the rest, take them out of the file, "
        "or ask for fewer territories."
    ]


@pytest.mark.parametrize(
    ("ratio", "tolerance", "text"),
    [(0.049, 0.05, "+4.9%"), (-0.05, 0.05, "-5.0%"), (0.0504, 0.05, "+5.04%"), (-0.0001, 0.05, "0.0%"), (12.5, 0.05, "+1,250.0%")],
)  # fmt: skip
def test_percents_have_one_style(ratio: float, tolerance: float, text: str) -> None:
    assert str(deviation(ratio, tolerance)) == text


@pytest.mark.parametrize(
    ("ratios", "text"),
    [([0.02, -0.05], "max 5.0%"), ([0.0504, -0.01], "max 5.04%"), ([0.0, 0.0], "max 0.0%")],
)
def test_the_row_of_totals_shows_the_largest_deviation_without_a_side(ratios: list[float], text: str) -> None:
    assert str(largest(np.array(ratios), 0.05)) == text


def test_plain_names_stand_together_without_quotes(tmp_path: Path) -> None:
    job = job_of(tmp_path, [1, 1], n_territories=1, balance=("sales", "accounts"))
    assert said(job, [0, 0]) == ["The territory is within ±5% of its share of sales and accounts."]


def test_as_many_territories_as_accounts_is_the_reason_itself(tmp_path: Path) -> None:
    job = job_of(tmp_path, [1, 2, 9], n_territories=3, balance=("sales",))
    reason = "there are as many territories as accounts, so each holds one as it is"
    assert said(job, [0, 1, 2])[0].endswith(f"over its share of sales: {reason}.")
    assert job.warnings == ["There are as many territories as accounts, so each holds one as it is."]


def test_hardly_more_accounts_than_territories_is_a_reason(tmp_path: Path) -> None:
    job = job_of(tmp_path, [3, 3, 3, 4], n_territories=3, balance=("accounts",), tolerance=0.2)
    over = said(job, [0, 1, 2, 2])[0]
    assert over.endswith(": with 4 accounts for 3 territories, most hold only one.")


@pytest.mark.parametrize(("room", "blamed"), [(20.0, False), (14.0, True)])
def test_only_a_capacity_that_is_nearly_full_is_a_reason(tmp_path: Path, room: float, blamed: bool) -> None:
    job = job_of(tmp_path, [1.0] * 24, n_territories=2, balance=("sales",))
    limits = np.full((2, job.problem.n_measures), room)
    told = said(replace(job, problem=replace(job.problem, capacities=limits)), [0] * 10 + [1] * 14)
    assert told
    assert ("capacities left no way" in told[0]) is blamed


def test_a_percent_is_told_from_the_bound_it_is_beyond() -> None:
    assert percent(0.05001, 0.05) == "5.001%"
    assert percent(60.494, 0.0) == "6,049.4%"


def moving(folder: Path, cap: float, assignment: list[int], **request: Any) -> list[str]:
    """What is said of 20 accounts, 15 of them Ann's, when a share of them may move."""
    rows = "\n".join(f"S{i},40,-{100 + i},10,{'Ann' if i < 15 else 'Bob'}" for i in range(20))
    (folder / "a.csv").write_text(f"id,latitude,longitude,sales,owner\n{rows}\n")
    asked = {"balance": ("accounts",), "current": "owner", "max_moved": cap} | request
    return said(read_job(DesignRequest(accounts=str(folder / "a.csv"), **asked)), assignment)


@pytest.mark.parametrize(
    ("cap", "moved", "reason"),
    [
        (0.1, 2, "the 10% of accounts that may move are used up"),
        (0.12, 2, "the 12% of accounts that may move are used up"),  # a third would be 15%
        (0.2, 2, "the search found no exchange that helps; a longer --time or a wider --tolerance may"),
        (0.0, 0, "nothing may move"),
    ],
)
def test_a_cap_on_moves_is_a_reason_only_when_it_is_used_up(
    tmp_path: Path, cap: float, moved: int, reason: str
) -> None:
    first = moving(tmp_path, cap, [0] * (15 - moved) + [1] * (5 + moved))[0]
    assert first.split(": ")[1] == f"{reason}."


def test_a_cap_on_moves_says_what_it_counts(tmp_path: Path) -> None:
    first = moving(tmp_path, 0.1, [0] * 13 + [1] * 7, moved_by="sales")[0]
    assert first.endswith(": the 10% of sales that may move are used up.")


def a_choice(moved: float) -> Choice:
    return Choice(
        moved=moved, accounts=1, travel=1.0, distance=1.0, balance=[0.1], pairs=1, missed=[], gap=None
    )


@pytest.mark.parametrize(
    ("moved", "must_move", "reason"),
    [
        ([0.05, 0.15], 0.05, "--choose asks for plan 2; plan 1 moves no more than allowed"),
        ([0.12, 0.15], 0.112, "at least 11.2% must move for every tolerance to be met"),
        ([0.12, 0.15], 0.05, "no plan that moves less was found"),
    ],
)
def test_a_cap_that_a_chosen_plan_breaks_is_explained(
    tmp_path: Path, moved: list[float], must_move: float, reason: str
) -> None:
    rows = "\n".join(f"S{i},40,-{100 + i},10,{'Ann' if i < 15 else 'Bob'}" for i in range(20))
    (tmp_path / "a.csv").write_text(f"id,latitude,longitude,sales,owner\n{rows}\n")
    asked = DesignRequest(
        accounts=str(tmp_path / "a.csv"), balance=("accounts",), current="owner", max_moved=0.1, tolerance=0.5
    )
    job = read_job(asked)
    plan = evaluate(job.problem, np.array([0] * 12 + [1] * 8, dtype=np.int32))
    choices = Choices(
        plans=[a_choice(share) for share in moved],
        chosen=1,
        must_move=must_move,
        moved_by="accounts",
        today=[0.5],
        shared_out=0,
        far_counts_more=True,
    )
    assert findings(job, plan, choices) == [f"15.0% moves, over the 10% allowed: {reason}."]


def test_what_a_plan_misses_beside_balance_is_in_its_row() -> None:
    torn = replace(a_choice(0.1), missed=["one piece"])
    choices = Choices(
        plans=[torn],
        chosen=0,
        must_move=0.0,
        moved_by="accounts",
        today=[0.5],
        shared_out=0,
        far_counts_more=False,
    )
    console = Console(width=200, color_system=None)
    with console.capture() as shown:
        console.print(
            table(
                choices,
                ["sales"],
                Delivery(out="", force=False, title=None, miles=False, seconds=None, seed=1, command=()),
                False,
            )
        )
    assert "Missed" in shown.get()
    assert "one piece" in shown.get()
    row = choices_table(choices, ["sales"], "km").row(0, named=True)
    assert (row["within_tolerance"], row["missed"]) == ("yes", "one piece")
    assert "Travel is the mean distance to the center" in explained(choices)
