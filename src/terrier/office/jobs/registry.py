"""Which function does which kind of job. Each app names its own in its jobs.py, read when Django starts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from terrier.office.jobs.run import Run

Handler = Callable[..., dict[str, Any] | None]
H = TypeVar("H", bound=Handler)

HANDLERS: dict[str, Handler] = {}
DAILY: dict[str, Any] = {}
"""The kinds of job that workers ask for by themselves, once a day, and what each is called."""


def job(kind: str, *, daily: Any = None) -> Callable[[H], H]:
    """Make a function the handler of a kind of job: ``handler(run, **payload)`` returns the result.

    daily : what it is called, if workers ask for one a day, without a payload.
    """

    def register(handler: H) -> H:
        if kind in HANDLERS:
            raise ValueError(f"two handlers for {kind}")
        HANDLERS[kind] = handler
        if daily:
            DAILY[kind] = daily
        return handler

    return register


__all__ = ["DAILY", "HANDLERS", "Run", "job"]
