"""The routes of the audit."""

from __future__ import annotations

from terrier.office.people.permissions import May
from tests.office.routes import TOKEN, Route, who_may

ROUTES = [Route("audit:search", by=who_may(May.SEE_AUDIT)), Route("api:audit", strangers=TOKEN)]
