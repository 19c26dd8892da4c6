"""Random numbers of the kernels: one generator, whose state is a number that callers pass along."""

import numpy as np
from numba import njit

small = njit(forceinline=True, error_model="numpy")
"""For functions of numbers alone: LLVM inlines them, which compiles several times faster than inlining their source."""


@small
def advance(chance):
    """The next state of xorshift64 (Marsaglia 2003)."""
    chance ^= chance << np.uint64(13)
    chance ^= chance >> np.uint64(7)
    chance ^= chance << np.uint64(17)
    return chance


@small
def below(chance, n):
    """A number from 0 to n - 1."""
    return np.int64(((chance >> np.uint64(32)) * np.uint64(n)) >> np.uint64(32))


@small
def fraction(chance):
    """A number in (0, 1]."""
    return (np.float64(chance >> np.uint64(11)) + 1.0) / 9007199254740992.0
