"""A question in words, as lists and mail tell it: without any figure, and without names that not everybody may know."""

from __future__ import annotations

from terrier.office.analysis.members import DIMENSIONS
from terrier.office.analysis.question import Question
from terrier.office.sales.periods import KINDS
from terrier.office.sales.texts import title


def said(question: Question) -> str:
    names = ", ".join(title(name) for name in question.measures)
    by = str(DIMENSIONS[question.rows])
    if question.columns:
        by = f"{by} × {DIMENSIONS[question.columns]}"
    parts = [names, by]
    if question.period in KINDS:
        parts.append(str(KINDS[question.period]))
    return " · ".join(parts)
