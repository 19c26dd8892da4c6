"""The routes of the API itself, and of people over it."""

from __future__ import annotations

from tests.office.routes import HIDDEN, OPEN, PEOPLE, POSITIONS, TOKEN, Route

ROUTES = [
    Route("api:api-root", by=frozenset(), strangers=HIDDEN),
    Route("api:openapi-json", strangers=OPEN),
    Route("api:me", strangers=TOKEN),
    Route("api:people", strangers=TOKEN),
    Route("api:person", of=PEOPLE, strangers=TOKEN),
    Route("api:positions", strangers=TOKEN),
    Route("api:position", of=POSITIONS, strangers=TOKEN),
    Route("api:incumbencies", strangers=TOKEN),
    Route("api:reporting_lines", strangers=TOKEN),
]
