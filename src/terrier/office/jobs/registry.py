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
AFTER: dict[str, tuple[Callable[[], str], Any]] = {}
"""Those that they ask for whenever something changed: what tells of it, and what each is called."""


def job(
    kind: str, *, daily: Any = None, after: Callable[[], str] | None = None, called: Any = ""
) -> Callable[[H], H]:
    """Make a function the handler of a kind of job: ``handler(run, **payload)`` returns the result.

    daily : what it is called, if workers ask for one a day, without a payload. after : tells of something, in a word that is another
    whenever it changed, empty while there is nothing to do; then workers ask for one, ``called`` so.
    """

    def register(handler: H) -> H:
        if kind in HANDLERS:
            raise ValueError(f"two handlers for {kind}")
        HANDLERS[kind] = handler
        if daily:
            DAILY[kind] = daily
        if after:
            AFTER[kind] = after, called
        return handler

    return register


__all__ = ["AFTER", "DAILY", "HANDLERS", "Run", "job"]
