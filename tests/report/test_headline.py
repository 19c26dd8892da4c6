"""The sentence that says how good the plan is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from terrier.engine.design import Bound, Plan
from terrier.report.figures import figures
from terrier.report.headline import bound_sentence, headlines
from tests.report.factory import make_document


def proved(gap: float, scope: str = "centers") -> Plan:
    plan = make_document().plan
    return replace(
        plan,
        score=replace(plan.score, total=1_000_000.0 * (1 + gap)),
        bound=Bound(1_000_000.0, scope),  # type: ignore[arg-type]
    )


@pytest.mark.parametrize(
    ("gap", "scope", "said"),
    [
        (
            0.008,
            "all",
            "The plan is within 0.8% of the best possible: no plan can score below 1,000,000.",
        ),
        (
            0.0081,
            "centers",
            "The plan is within 0.9% of the best possible with these centers: "
            "no plan with these centers can score below 1,000,000.",
        ),
        (0.0, "all", "The plan is the best possible: no plan can score below 1,000,000."),
        (1.5, "all", ""),
    ],
)
def test_it_never_promises_more_than_is_proved(gap: float, scope: str, said: str) -> None:
    assert bound_sentence(proved(gap, scope)) == said


def test_without_a_bound_nothing_is_said() -> None:
    document = make_document()
    assert bound_sentence(document.plan) == ""
    assert not any("Gap" in line.label for line in headlines(document, figures(document)))


def test_the_first_sheet_has_the_gap_among_its_figures() -> None:
    document = make_document(plan=proved(0.008))
    gap = next(line for line in headlines(document, figures(document)) if "Gap" in line.label)
    assert gap.after == pytest.approx(0.008)
    assert gap.remark == bound_sentence(document.plan)
