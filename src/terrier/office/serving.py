"""What `terrier serve` calls: the office, with what the first tours need loaded, and the figures of everybody's first page reckoned,
while nobody waits for them."""

from __future__ import annotations

import logging
import threading

from django.urls import get_resolver

from terrier.office.wsgi import application

__all__ = ["application"]

log = logging.getLogger(__name__)

_ = get_resolver().url_patterns  # imports all pages now, and not while the first who asks waits for them


def _warm() -> None:
    from django.db import connection  # noqa: PLC0415 - once the office is set up

    from terrier.office.alignment.workload import warm_tours  # noqa: PLC0415
    from terrier.office.sales.warming import warm  # noqa: PLC0415

    try:
        warm_tours()
        warm()
    except Exception:
        log.exception("the first figures could not be reckoned ahead")
    finally:
        connection.close()


threading.Thread(target=_warm, name="first figures", daemon=True).start()
