"""Short messages that come up at the foot of the page, with a way back where there is one.

They travel as Django's messages; the address that undoes a deed travels in the message's extra tags.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest

UNDO = "undo:"


def say(request: HttpRequest, text: str, *, undo: str = "", level: int = messages.SUCCESS) -> None:
    """Tell what was done. undo : an address that takes it back when it is posted to."""
    messages.add_message(request, level, text, extra_tags=f"{UNDO}{undo}" if undo else "")


def say_wrong(request: HttpRequest, text: str) -> None:
    """Tell what could not be done, and why."""
    say(request, text, level=messages.ERROR)


def undo_address(extra_tags: str | None) -> str:
    return (extra_tags or "").removeprefix(UNDO) if (extra_tags or "").startswith(UNDO) else ""


def told_beside(request: HttpRequest) -> bool:
    """Whether messages travel beside the answer, in its head: htmx may take a part of it alone, and never those in it."""
    htmx: Any = getattr(request, "htmx", None)
    return bool(htmx) and not htmx.boosted and not htmx.history_restore_request


def waiting(request: HttpRequest) -> list[dict[str, Any]]:
    """The messages not shown yet, as the script takes them; they count as shown from here on."""
    return [
        {"text": str(message), "level": message.level_tag, "undo": undo_address(message.extra_tags)}
        for message in messages.get_messages(request)
    ]
