"""One error tree. Leaves also subclass the builtin that callers without Terrier in mind would catch."""

from __future__ import annotations

from dataclasses import dataclass


class TerrierError(Exception):
    """Anything Terrier refuses on purpose. Its text is written for the person at the keyboard."""


class ProblemError(TerrierError, ValueError):
    """A design problem that cannot be stated: names the field, the value and the bound."""


@dataclass(eq=False)
class InputError(TerrierError, ValueError):
    """Bad input, located: which file, row, column and value, and what would be right.

    ``row`` is the row a person sees in a spreadsheet (the header is row 1), or None for the whole file.
    """

    file: str
    problem: str
    row: int | None = None
    column: str | None = None
    value: str | None = None
    hint: str | None = None

    def __str__(self) -> str:
        place = [self.file]
        if self.row is not None:
            place.append(f"row {self.row:,}")
        if self.column is not None:
            place.append(f"column “{self.column}”")
        text = f"{', '.join(place)}: {self.problem}"
        if self.value is not None:
            shown = self.value if len(self.value) <= 60 else self.value[:57] + "…"
            text += f" (found “{shown}”)"
        return text + (f". {self.hint}" if self.hint else ".")
