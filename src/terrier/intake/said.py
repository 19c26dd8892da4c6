"""What there is to tell the user while their files are read."""

from __future__ import annotations

from dataclasses import dataclass, field


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
