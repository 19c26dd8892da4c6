"""Keys of groups."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from terrier.engine.design.sums import distinct


@given(st.lists(st.integers(-5, 5)))
def test_distinct_numbers_are_what_numpy_says(keys: list[int]) -> None:
    found = distinct(np.array(keys, dtype=np.int64))
    assert found.tolist() == np.unique(keys).tolist()
