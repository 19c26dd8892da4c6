"""Which account tops which: the trees as they are, with the parents that a file names laid over them."""

from __future__ import annotations

from collections.abc import Iterable

from terrier.office.accounts.models import Account


class Trees:
    """above : the next one up of each account that has one. chains : the top as it is stored."""

    def __init__(self) -> None:
        self.above: dict[int, int] = {}
        self.chains: dict[int, int | None] = {}
        for number, parent, chain in Account.objects.exclude(parent=None).values_list(
            "id", "parent_id", "chain_id"
        ):
            self.above[number], self.chains[number] = parent, chain
        self._tops: dict[int, int] = {}
        self.circles: dict[int, list[int]] = {}

    def put(self, number: int, parent: int | None) -> None:
        if parent is None:
            self.above.pop(number, None)
        else:
            self.above[number] = parent

    def settle(self) -> None:
        """Find the top of every tree, and the circles, which have none."""
        for start in self.above:
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
            self._tops.update(dict.fromkeys(path, top))

    def chain(self, number: int) -> int | None:
        """The top of an account's tree; None for the top itself."""
        return self._tops.get(number, number) if number in self.above else None

    def carried_along(self, in_file: Iterable[int]) -> dict[int, list[int]]:
        """Accounts that no row names but whose tree gets another top, by the account of the file that takes them along."""
        named = set(in_file)
        moved: dict[int, list[int]] = {}
        for number, before in self.chains.items():
            if number in named or self.chain(number) == before:
                continue
            at = number
            while at not in named and at in self.above:
                at = self.above[at]
            moved.setdefault(at, []).append(number)
        return moved
