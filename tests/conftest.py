"""What all tests share."""

from __future__ import annotations

from hypothesis import settings

# The first example compiles kernels, which no deadline should count. The seed is fixed so that a run can be repeated.
settings.register_profile("terrier", deadline=None, derandomize=True)
settings.load_profile("terrier")
