"""The best assignment that a search without centers has met."""

from __future__ import annotations

from dataclasses import dataclass

from terrier.engine.design.instance import Floats, Ints
from terrier.engine.design.packed import Ground, Packed, beyond


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


def excess_of(ground: Ground, state: Packed) -> float:
    """Σ load outside its bounds in territories' worth, plus the share moved beyond its cap likewise."""
    over: Floats = beyond(ground, state)
    cap = max(0.0, float(state.moved[0]) - ground.instance.max_moved)
    return float(over.sum()) + cap * ground.instance.n_territories
