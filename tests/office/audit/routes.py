"""The routes of the audit."""

from __future__ import annotations

import uuid

from terrier.office.accounts.services import edit_account
from terrier.office.audit.services import Author
from terrier.office.people.permissions import May
from tests.office.conftest import Company
from tests.office.routes import COMPANY_WIDE, TOKEN, Kind, Route, who_may


def _act(company: Company, label: str) -> uuid.UUID:
    """What its territory manager did to an account today."""
    account = company.accounts[label]
    account.refresh_from_db()
    who = company.people["tess" if label == "columbus" else "tom"]
    _row, act = edit_account(
        account=account, values={"phone": str(uuid.uuid4())[:20]}, version=account.version, author=Author(who)
    )
    assert act is not None
    return act.pk


ACTS = Kind(_act, {"columbus": COMPANY_WIDE | {"rita", "tess"}, "provo": COMPANY_WIDE | {"ralph", "tom"}})

ROUTES = [
    Route("audit:search", by=who_may(May.SEE_AUDIT)),
    Route("api:audit", by=who_may(May.SEE_AUDIT), strangers=TOKEN),
    Route("audit:undo", "post", of=ACTS),
]
