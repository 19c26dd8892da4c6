"""Packed plans, kept while nothing has happened: a studio that is opened again does not gather 100,000 accounts again.

One file for each plan and language, that all workers of a machine share. The stamp holds whatever an answer may depend on:
whatever people do leaves an entry in the audit. A file begins with the seal of its stamp and of the rest of it, so that one that is
older, of another database or torn counts for nothing. Whoever asks was let through before: a plan is the same to all who shape it.
"""

from __future__ import annotations

import gzip
import logging
import os
import tempfile
import time
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language

from terrier.office.accounts.models import Account
from terrier.office.alignment.models import Plan
from terrier.office.alignment.studio import opened
from terrier.office.alignment.studio_columns import packed
from terrier.office.audit.models import Entry

PACKING = 1
"""Counted up when what is packed changes: what an older release has kept counts no more."""
KEPT_SECONDS = 7 * 24 * 3600
N_LAST = 50
"""Entries in the stamp: on PostgreSQL one with a lower number may come after one with a higher."""
SEAL_BYTES = sha256().digest_size

log = logging.getLogger(__name__)


def packed_plan(plan: Plan) -> bytes:
    """The plan for the studio, compressed."""
    stamp = _stamp(plan)
    path = settings.PACKED_PLANS / f"{plan.pk}-{get_language()}"
    body = _kept(path, stamp)
    if body is None:
        body = gzip.compress(packed(*opened(plan)), compresslevel=1, mtime=0)
        try:
            _keep(path, stamp, body)
        except OSError:  # a full disk keeps nobody from the plan
            log.exception("the packed plan could not be kept")
    return body


def _stamp(plan: Plan) -> bytes:
    last = list(Entry.objects.order_by("-id").values_list("id", "act")[:N_LAST])
    account = Account.objects.order_by("-updated_at", "-id").values_list("id", "updated_at").first()
    told = (PACKING, plan.pk, plan.version, plan.state, last, account, timezone.localdate(), get_language())
    return repr(told).encode()


def _kept(path: Path, stamp: bytes) -> bytes | None:
    try:
        told = path.read_bytes()
    except OSError:
        return None
    body = told[SEAL_BYTES:]
    return body if told[:SEAL_BYTES] == _seal(stamp, body) else None


def _keep(path: Path, stamp: bytes, body: bytes) -> None:
    """Put the file there whole, and take away what nobody has packed for long."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, written = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(_seal(stamp, body))
        file.write(body)
    Path(written).replace(path)
    for other in path.parent.iterdir():
        with suppress(FileNotFoundError):  # another worker puts its own there
            if other.stat().st_mtime < time.time() - KEPT_SECONDS:
                other.unlink()


def _seal(stamp: bytes, body: bytes) -> bytes:
    return sha256(stamp + b"\0" + body).digest()
