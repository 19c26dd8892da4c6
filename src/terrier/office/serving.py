"""What `terrier serve` calls: the office, with the figures of everybody's first page reckoned while nobody waits for them."""

from __future__ import annotations

import logging
import threading

from terrier.office.wsgi import application

__all__ = ["application"]

log = logging.getLogger(__name__)


def _warm() -> None:
    from django.db import connection  # noqa: PLC0415 - once the office is set up

    from terrier.office.sales.warming import warm  # noqa: PLC0415

    try:
        warm()
    except Exception:
        log.exception("the first figures could not be reckoned ahead")
    finally:
        connection.close()


threading.Thread(target=_warm, name="first figures", daemon=True).start()
