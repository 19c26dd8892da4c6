"""The best assignment that a search without centers has met."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from terrier.engine.design.instance import Floats, Ints
from terrier.engine.design.packed import Ground, Packed, beyond
from terrier.engine.design.stop import Stop


@dataclass(slots=True, eq=False)
class Champion:
    """What is outside its bounds comes first, then the value: squared diameter (a chord) or weight of the edges cut."""

    assignment: Ints
    excess: float
    value: float

    @property
    def is_balanced(self) -> bool:
        return self.excess <= 0.0

    def offer(self, ground: Ground, state: Packed, value: float) -> bool:
        """Take a state if it is better, and say whether it was."""
        excess = excess_of(ground, state)
        if (excess, value) < (self.excess, self.value - 1e-9 * abs(self.value)):
            self.assignment[:] = state.assignment
            self.excess, self.value = excess, value
            return True
        return False

    def copy(self) -> Champion:
        return Champion(self.assignment.copy(), self.excess, self.value)

    def take(self, other: Champion) -> None:
        """Become as good as another that is better."""
        if (other.excess, other.value) < (self.excess, self.value):
            self.assignment[:] = other.assignment
            self.excess, self.value = other.excess, other.value


def excess_of(ground: Ground, state: Packed) -> float:
    """Σ load outside its bounds in territories' worth, plus the share moved beyond its cap likewise."""
    over: Floats = beyond(ground, state)
    cap = max(0.0, float(state.moved[0]) - ground.instance.max_moved)
    return float(over.sum()) + cap * ground.instance.n_territories


def search_rounds(
    champion: Champion, round_: Callable[[], None], stop: Stop, report: Callable[[int], None]
) -> None:
    """Let the champion be improved round by round until ``stop`` says so."""
    rounds = stale = 0
    report(0)
    while not stop(rounds, stale):
        before = (champion.excess, champion.value)
        round_()
        rounds += 1
        better = (champion.excess, champion.value) < before
        stale = 0 if better else stale + 1
        if better:
            report(rounds)
