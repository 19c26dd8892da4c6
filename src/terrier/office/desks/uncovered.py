"""What is to be warned of that belongs to no position: accounts nobody holds, and key-size ones without a key account manager."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, F, FloatField, Q, Sum
from django.db.models.functions import Cast, Coalesce
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from terrier.office.accounts.filters import AccountFilter, matching
from terrier.office.accounts.models import Account, Status
from terrier.office.alignment.models import Coverage
from terrier.office.desks.models import Limits, WarningKind
from terrier.office.desks.warning import KEPT, Figure, Warned, key_of, money, whole
from terrier.office.people.models import Person, Role
from terrier.office.people.scope import visible_to

SALES = Cast(F("annual_sales"), FloatField())
POTENTIAL = Cast(F("potential"), FloatField())


def held_by_nobody(person: Person, on: dt.date) -> Iterator[Warned]:
    rows = matching(person, AccountFilter(held="nobody"), on).exclude(status=Status.CLOSED)
    found = rows.order_by().aggregate(n=Count("pk"), sales=Sum(SALES), potential=Sum(POTENTIAL))
    yield from nobody_warning(found["n"], found["sales"] or 0.0, found["potential"] or 0.0)


def nobody_warning(n_accounts: int, sales: float, potential: float) -> Iterator[Warned]:
    if not n_accounts:
        return
    sentence = ngettext(
        "One account with sales of %(sales)s and a potential of %(potential)s a year is held by nobody.",
        "%(n)s accounts with sales of %(sales)s and a potential of %(potential)s a year are held by nobody.",
        n_accounts,
    ) % {"n": whole(n_accounts), "sales": money(sales), "potential": money(potential)}
    yield Warned(
        WarningKind.NOBODY,
        key_of(WarningKind.NOBODY),
        _("Accounts without a holder"),
        sentence,
        1.2 + n_accounts / 100,
        (
            Figure(_("Accounts"), whole(n_accounts)),
            Figure(_("Sales, 12 months"), money(sales)),
            Figure(_("Potential"), money(potential)),
        ),
        urlencode([("held", "nobody"), *KEPT, ("sort", "-annual_sales")]),
    )


def without_key_account_manager(person: Person, limits: Limits, on: dt.date) -> Iterator[Warned]:
    """Chains and single accounts of key size that no key account manager covers any part of."""
    yield from key_size_warnings(list(_of_key_size(person, limits, on)), limits)


def key_size_warnings(found: Sequence[Any], limits: Limits) -> Iterator[Warned]:
    """A warning for the top of each tree, from the sums of its accounts: n_accounts, its own among them, n_sites, sales and whole_potential."""
    names = dict(Account.objects.filter(pk__in=[row["top"] for row in found]).values_list("pk", "name"))
    for row in found:
        top, n_sites = row["top"], row["n_sites"]
        sales, potential = row["sales"] or 0.0, row["whole_potential"] or 0.0
        told = {"n": whole(n_sites), "sales": money(sales), "potential": money(potential)}
        sentence = (
            ngettext(
                "%(n)s site buys for %(sales)s a year and could for %(potential)s; no key account manager covers it.",
                "%(n)s sites buy for %(sales)s a year and could for %(potential)s; no key account manager covers them.",
                n_sites,
            )
            if n_sites
            else _(
                "It buys for %(sales)s a year and could for %(potential)s; no key account manager covers it."
            )
        ) % told
        yield Warned(
            WarningKind.KEY_SIZE,
            key_of(WarningKind.KEY_SIZE, top),
            names.get(top, ""),
            sentence,
            max(
                sales / float(limits.key_sales),
                potential / float(limits.key_potential),
                n_sites / limits.key_sites,
            ),
            (
                Figure(_("Accounts"), whole(row["n_accounts"])),
                Figure(_("Sales, 12 months"), money(sales)),
                Figure(_("Potential"), money(potential)),
            ),
            urlencode([("chain", top), *KEPT]),
        )


def is_key_size(limits: Limits) -> Q:
    """Over any of the limits, of rows with the sums of a tree."""
    return (
        Q(sales__gte=float(limits.key_sales))
        | Q(whole_potential__gte=float(limits.key_potential))
        | Q(n_sites__gte=limits.key_sites)
    )


def _of_key_size(person: Person, limits: Limits, on: dt.date) -> Iterable[Any]:
    """By the top of each tree: of the sites a person may see, those over any of the limits."""
    keys = (
        Coverage.objects.on(on)
        .filter(position__role=Role.KEY_ACCOUNT_MANAGER)
        .order_by()
        .values(top=Coalesce("account__chain", "account"))
    )
    return (
        visible_to(person, Account, on)
        .filter(deleted_at__isnull=True)
        .exclude(status=Status.CLOSED)
        .order_by()
        .values(top=Coalesce("chain", "pk"))
        .annotate(
            n_accounts=Count("pk"), n_sites=Count("chain"), sales=Sum(SALES), whole_potential=Sum(POTENTIAL)
        )
        .filter(is_key_size(limits))
        .exclude(top__in=keys)
    )
