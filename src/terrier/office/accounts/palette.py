"""Accounts in the command palette."""

from __future__ import annotations

from collections.abc import Iterable

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from terrier.office.accounts.filters import AccountFilter
from terrier.office.accounts.listing import ListQuery, list_page
from terrier.office.look.palette import Hit
from terrier.office.people.permissions import signed_in


def found_accounts(request: HttpRequest, query: str, limit: int) -> Iterable[Hit]:
    """Accounts whose words begin as typed, the ones that buy most first."""
    asked = ListQuery(AccountFilter(q=query[:200]), sort="annual_sales", descending=True, size=limit)
    for row in list_page(signed_in(request), asked).rows:
        note = ", ".join(filter(None, [row.city, row.state]))
        yield Hit(row.name, reverse("accounts:account", args=[row.pk]), _("Accounts"), "store", note)
