"""Packed plans, kept while nothing has happened: a studio that is opened again does not gather 100,000 accounts again.

One file for each plan and language. The stamp holds whatever an answer may depend on: whatever people do leaves an entry in the
audit. Whoever asks was let through before: a plan is the same to all who shape it.
"""

from __future__ import annotations

import gzip

from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language

from terrier.office.accounts.models import Account
from terrier.office.alignment.models import Plan
from terrier.office.alignment.sealed_files import keep, kept
from terrier.office.alignment.studio import opened
from terrier.office.alignment.studio_columns import packed
from terrier.office.audit.models import Entry

PACKING = 1
"""Counted up when what is packed changes: what an older release has kept counts no more."""
N_LAST = 50
"""Entries in the stamp: on PostgreSQL one with a lower number may come after one with a higher."""


def packed_plan(plan: Plan) -> bytes:
    """The plan for the studio, compressed."""
    stamp = _stamp(plan)
    path = settings.PACKED_PLANS / f"{plan.pk}-{get_language()}"
    body = kept(path, stamp)
    if body is None:
        body = gzip.compress(packed(*opened(plan)), compresslevel=1, mtime=0)
        keep(path, stamp, body)
    return body


def _stamp(plan: Plan) -> bytes:
    last = list(Entry.objects.order_by("-id").values_list("id", "act")[:N_LAST])
    account = Account.objects.order_by("-updated_at", "-id").values_list("id", "updated_at").first()
    told = (PACKING, plan.pk, plan.version, plan.state, last, account, timezone.localdate(), get_language())
    return repr(told).encode()
