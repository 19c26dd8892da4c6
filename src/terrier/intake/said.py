"""What there is to tell the user while their files are read."""

from __future__ import annotations

from dataclasses import dataclass, field

from terrier.intake.columns import key, named
from terrier.intake.table import Table


@dataclass(slots=True)
class Said:
    """file : the accounts. columns : (file, what for, column) as read. used : columns that details leave out. notes, warnings : sentences."""

    file: str
    columns: list[tuple[str, str, str]] = field(default_factory=list)
    used: set[str] = field(default_factory=set)
    notes: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def column(self, role: str, column: str) -> str:
        self.columns.append((self.file, role, column))
        self.used.add(column)
        return column

    def asked(self, role: str, table: Table, given: str, option: str) -> str:
        """The column that the user named, perhaps by its first words only; which one that is, is then said."""
        column = self.column(role, named(table, given, option))
        note = f"“{given}” means the column “{column}”."
        if key(given) != key(column) and note not in self.notes:
            self.notes.append(note)
        return column
