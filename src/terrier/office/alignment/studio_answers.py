"""Packed plans, kept while nothing has happened: a studio that is opened again does not gather 100,000 accounts again.

In the memory of each worker. The stamp holds whatever an answer may depend on: whatever people do leaves an entry in the audit.
"""

from __future__ import annotations

import gzip
from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock

from django.utils import timezone
from django.utils.translation import get_language

from terrier.office.accounts.models import Account
from terrier.office.alignment.models import Plan
from terrier.office.alignment.studio import opened
from terrier.office.alignment.studio_columns import packed
from terrier.office.audit.models import Entry

MOST_KEPT = 4
"""Of 100,000 accounts each has some 3 MB."""

_kept: OrderedDict[Hashable, bytes] = OrderedDict()
_guard = Lock()


def packed_plan(plan: Plan) -> bytes:
    """The plan for the studio, compressed."""
    stamp = _stamp(plan)
    with _guard:
        if stamp in _kept:
            _kept.move_to_end(stamp)
            return _kept[stamp]
    body = gzip.compress(packed(*opened(plan)), compresslevel=1)
    with _guard:
        _kept[stamp] = body
        while len(_kept) > MOST_KEPT:
            _kept.popitem(last=False)
    return body


def _stamp(plan: Plan) -> Hashable:
    entry = Entry.objects.order_by("-id").values_list("id", flat=True).first()
    account = Account.objects.order_by("-updated_at", "-id").values_list("id", "updated_at").first()
    return (plan.pk, plan.version, plan.state, entry, account, timezone.localdate(), get_language())
