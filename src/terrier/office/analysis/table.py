"""The answer to a question: one table, which the page, the exports, the mail and the API all show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from terrier.ledger import MEASURES
from terrier.office.analysis.members import Member
from terrier.office.analysis.question import Question
from terrier.office.sales.periods import Choice
from terrier.office.sales.whose import Narrowed

Value = float | None


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure, and what it is compared with."""

    value: Value
    before: Value = None

    @property
    def change(self) -> Value:
        """By how much it is more."""
        return None if self.value is None or self.before is None else self.value - self.before

    @property
    def growth(self) -> Value:
        """By what part of what it was it is more."""
        if self.change is None or not self.before or self.before < 0:
            return None
        return self.change / self.before


@dataclass(frozen=True, slots=True)
class Column:
    """A measure of a member of the columns; of all, where there is none."""

    measure: str
    member: Member | None = None

    @property
    def is_ratio(self) -> bool:
        return MEASURES[self.measure].unit == "ratio"

    @property
    def changes_in_percent(self) -> bool:
        """Shares change in points; a part of a change is more or less than nothing, and a percentage of that says nothing."""
        return not self.is_ratio and not self.measure.startswith("growth_")


@dataclass(frozen=True, slots=True)
class Line:
    """A row: what it is of, and its figures, one a column."""

    member: Member
    cells: Sequence[Cell]


@dataclass(frozen=True, slots=True)
class Table:
    """The answer to a question, whole or a page of it.

    groups : the members of the columns, and None for all of them. lines : the rows of the page, the rest last. total : over all rows, reckoned and
    not added. n_rows : of all pages. first : the place of the first row of the page. n_columns_left_out : members of the columns that are not shown.
    refused : measures that are not told apart so.
    """

    question: Question
    choice: Choice
    asked: Narrowed
    row_label: str
    column_label: str
    groups: Sequence[Member | None]
    columns: Sequence[Column]
    lines: Sequence[Line]
    total: Line
    n_rows: int
    first: int = 0
    size: int = 100
    n_columns_left_out: int = 0
    refused: Sequence[str] = field(default=())

    @property
    def compares(self) -> bool:
        return bool(self.question.compare)

    @property
    def n_pages(self) -> int:
        return max(1, -(-self.n_rows // self.size))

    @property
    def page(self) -> int:
        return self.first // self.size + 1
