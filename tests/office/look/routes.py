"""The routes of the look."""

from __future__ import annotations

from tests.office.routes import OPEN, Route

ROUTES = [
    Route("palette"),
    Route("language", "post", data={"language": "it"}, strangers=OPEN),
    Route("gallery", by=frozenset()),  # for developers: there is none in production
]
