"""The routes of the desks."""

from __future__ import annotations

from tests.office.routes import Route

ROUTES = [Route("desks:home")]
