"""Packed plans, kept while nothing has happened: a studio that is opened again does not gather 100,000 accounts again.

One file for each plan and language. The stamp holds whatever an answer may depend on: whatever people do leaves an entry in the
audit. Whoever asks was let through before: a plan is the same to all who shape it.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language

from terrier.office.accounts.models import Account
from terrier.office.alignment.models import Plan
from terrier.office.alignment.sealed_files import keep, kept
from terrier.office.alignment.studio import opened
from terrier.office.alignment.studio_columns import Column, part
from terrier.office.audit.models import Entry

PACKING = 2
"""Counted up when what is packed changes: what an older release has kept counts no more."""
GZIP = 16
"""Added to the size of the window it has zlib write gzip."""
N_LAST = 50
"""Entries in the stamp: on PostgreSQL one with a lower number may come after one with a higher."""


def packed_plan(plan: Plan) -> Iterator[bytes]:
    """The plan for the studio, compressed: its parts one after the other, each as soon as it is there."""
    stamp = _stamp(plan)
    path = settings.PACKED_PLANS / f"{plan.pk}-{get_language()}"
    body = kept(path, stamp)
    if body is not None:
        return iter([body])
    parts = opened(plan)
    first = next(parts)  # what goes wrong here is answered as such: later the answer is on its way
    return _packing(path, stamp, chain([first], parts))


def _packing(
    path: Path, stamp: bytes, parts: Iterable[tuple[Mapping[str, Any], Mapping[str, Column]]]
) -> Iterator[bytes]:
    squeeze = zlib.compressobj(1, wbits=zlib.MAX_WBITS + GZIP)
    sent: list[bytes] = []
    for header, columns in parts:
        sent.append(squeeze.compress(part(header, columns)) + squeeze.flush(zlib.Z_SYNC_FLUSH))
        yield sent[-1]
    sent.append(squeeze.flush())
    yield sent[-1]
    keep(path, stamp, b"".join(sent))


def _stamp(plan: Plan) -> bytes:
    last = list(Entry.objects.order_by("-id").values_list("id", "act")[:N_LAST])
    account = Account.objects.order_by("-updated_at", "-id").values_list("id", "updated_at").first()
    told = (PACKING, plan.pk, plan.version, plan.state, last, account, timezone.localdate(), get_language())
    return repr(told).encode()
