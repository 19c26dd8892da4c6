"""The ledger as a dictionary: slow and obvious."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

HEAD = "invoice,line,date,account,product,quantity,net,cost,kind"


@dataclass(frozen=True)
class Line:
    """One line as a file tells it, amounts in cents."""

    invoice: str
    number: int
    day: dt.date
    account: str
    product: str
    net: int
    cost: int | None = None
    credit: bool = False
    quantity: int = 1

    def text(self) -> str:
        cost = "" if self.cost is None else f"{self.cost / 100:.2f}"
        kind = "credit note" if self.credit else "invoice"
        return f"{self.invoice},{self.number},{self.day},{self.account},{self.product},{self.quantity},{self.net / 100:.2f},{cost},{kind}"


def write(path: Path, lines: list[Line]) -> Path:
    path.write_text("\n".join([HEAD, *(line.text() for line in lines)]) + "\n")
    return path


@dataclass
class NaiveLedger:
    """Loads by number, each the lines it brought."""

    loads: dict[str, list[Line]] = field(default_factory=dict)

    def lines(self) -> list[Line]:
        return [line for lines in self.loads.values() for line in lines]

    def fresh(self, lines: list[Line]) -> tuple[list[Line], int, int]:
        """Of a file: the lines that are new, how many are known, how many are refused."""
        known = {(line.invoice, line.number): line for line in self.lines()}
        new: dict[tuple[str, int], Line] = {}
        same = refused = 0
        for line in lines:
            at = (line.invoice, line.number)
            before = new.get(at)
            if before is not None:  # a file's second of a number is judged by its first
                same, refused = same + (line == before), refused + (line != before)
            else:
                new[at] = line
        taken = []
        for at, line in new.items():
            if at in known:
                same, refused = same + (line == known[at]), refused + (line != known[at])
            else:
                taken.append(line)
        return taken, same, refused

    def monthly(self, categories: Mapping[str, str]) -> dict[tuple[dt.date, str, str | None], int]:
        """Cents by month, account and category."""
        sums: dict[tuple[dt.date, str, str | None], int] = defaultdict(int)
        for line in self.lines():
            sums[line.day.replace(day=1), line.account, categories.get(line.product)] += line.net
        return dict(sums)

    def orders(self) -> dict[tuple[dt.date, str], int]:
        """Orders by month and account."""
        found: dict[tuple[dt.date, str], set[tuple[str, dt.date]]] = defaultdict(set)
        for line in self.lines():
            if not line.credit:
                found[line.day.replace(day=1), line.account].add((line.invoice, line.day))
        return {key: len(invoices) for key, invoices in found.items()}
