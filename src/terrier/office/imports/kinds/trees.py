"""Which account tops which: the trees as they are, with the parents that a file names laid over them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from terrier.office.accounts.models import Account

LONG = 4


class Trees:
    """above : the next one up of each account that has one. A million of them must fit, so little else is remembered."""

    def __init__(self) -> None:
        self.above: dict[int, int] = dict(_standing("parent_id"))
        self._tops: dict[int, int] = {}
        self.circles: dict[int, list[int]] = {}

    def put(self, number: int, parent: int | None) -> None:
        if parent is None:
            self.above.pop(number, None)
        else:
            self.above[number] = parent

    def settle(self) -> None:
        """Find the circles, which have no top."""
        for start in self.above:
            self._climb(start)

    def chain(self, number: int) -> int | None:
        """The top of an account's tree; None for the top itself."""
        return self._climb(number) if number in self.above else None

    def carried_along(self, in_file: Iterable[int]) -> dict[int, list[int]]:
        """Accounts that no row names but whose tree gets another top, by the account of the file that takes them along."""
        named = set(in_file)
        moved: dict[int, list[int]] = {}
        for number, before in _standing("chain_id"):
            if number in named or self.chain(number) == before:
                continue
            at = number
            while at not in named and at in self.above:
                at = self.above[at]
            moved.setdefault(at, []).append(number)
        return moved

    def _climb(self, start: int) -> int:
        """The top of the tree that an account stands in. Only long ways are remembered, and circles."""
        path: list[int] = []
        on_path: set[int] = set()
        at = start
        while at not in self._tops and at in self.above and at not in on_path:
            path.append(at)
            on_path.add(at)
            at = self.above[at]
        if at in on_path:
            circle = path[path.index(at) :]
            self.circles.update(dict.fromkeys(circle, circle))
        top = self._tops.get(at, at)
        if at in on_path or len(path) > LONG:
            self._tops.update(dict.fromkeys(path, top))
        return top


def _standing(name: str) -> Iterable[Any]:
    """Each account that stands below another, with its parent or its chain."""
    return Account.objects.exclude(parent=None).values_list("id", name).iterator(10_000)
