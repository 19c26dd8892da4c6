from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest
from django.db.models import Count, Sum
from django.test import Client
from django.utils import timezone

from terrier.errors import InputError
from terrier.office.accounts.models import Account, Contact, Event, EventKind, Purchase
from terrier.office.alignment.models import Coverage, CoverageKind
from terrier.office.audit.models import Act, Entry
from terrier.office.audit.services import plain
from terrier.office.demo.load import PASSWORD, load_sample_company
from terrier.office.market.models import Source
from terrier.office.people.models import Incumbency, Position, Role
from terrier.office.people.scope import visible_to

pytestmark = pytest.mark.django_db


def test_the_sample_company_has_every_role_and_each_has_something_to_see() -> None:
    force = load_sample_company(500, 6)
    assert set(force.sign_ins) == set(Role.values)
    for person in force.sign_ins.values():
        assert Client().login(email=person.email, password=PASSWORD) or person.check_password(PASSWORD)
        assert visible_to(person, Account).exists(), person
    assert Source.objects.get().made_up, "nobody takes what it says of the market for true"
    everything = Account.objects.count()
    assert visible_to(force.sign_ins[Role.DIRECTOR], Account).count() == everything
    assert 0 < visible_to(force.sign_ins[Role.TERRITORY_MANAGER], Account).count() < everything
    assert Position.objects.exclude(pk__in=Incumbency.objects.values("position")).count() == 1, "one vacancy"
    splits = Coverage.objects.filter(ends_on=None).values("account").annotate(total=Sum("split"))
    assert {row["total"] for row in splits} == {Decimal(1)}
    key_accounts = Coverage.objects.filter(kind=CoverageKind.OVERLAY).values_list("account__chain", flat=True)
    spans = (
        Coverage.objects.filter(account__chain__in=key_accounts, ends_on=None, kind=CoverageKind.PRIMARY)
        .values("account__chain")
        .annotate(territories=Count("position", distinct=True))
    )
    assert max(row["territories"] for row in spans) > 1, "chains span territories"
    for account in Account.objects.filter(annual_sales__gt=0)[:50]:
        bought = Purchase.objects.filter(account=account).aggregate(total=Sum("last_year"))["total"]
        assert bought == account.annual_sales
    assert Position.objects.filter(employment_share__lt=1).exists()
    assert set(Position.objects.values_list("capacity_hours", flat=True)) == {1640}, "hours of a whole job"
    assert Contact.objects.count() >= everything
    assert Event.objects.filter(kind=EventKind.ORDER, amount__gt=0).exists()
    assert not Event.objects.filter(amount=0).exists(), "a head office orders nothing itself"


def test_it_does_not_mix_with_true_records(django_user_model: type) -> None:
    django_user_model.objects.create_user("true@example.com", name="True")  # type: ignore[attr-defined]
    with pytest.raises(InputError, match="holds people already"):
        load_sample_company(500, 6)


def test_its_territories_hold_together_and_what_nobody_holds_is_worth_a_look() -> None:
    load_sample_company(500, 6)
    held = Coverage.objects.filter(
        ends_on=None,
        kind=CoverageKind.PRIMARY,
        position__role=Role.TERRITORY_MANAGER,
        account__latitude__isnull=False,
    ).values_list("position", "account__latitude", "account__longitude")
    places: dict[int, list[tuple[float, float]]] = {}
    for position, latitude, longitude in held:
        places.setdefault(position, []).append((latitude, longitude))
    middles = {position: np.median(rows, axis=0) for position, rows in places.items()}
    for position, rows in places.items():
        own = np.linalg.norm(np.array(rows) - middles[position], axis=1)
        nearest = np.min(
            [np.linalg.norm(np.array(rows) - middle, axis=1) for middle in middles.values()], axis=0
        )
        assert (own <= nearest + 6).all(), "nobody drives across the country"
    nobody = Account.objects.exclude(coverages__ends_on=None, coverages__isnull=False)
    assert nobody.order_by("-annual_sales")[0].annual_sales > 0
    assert not nobody.filter(sites__isnull=False).exists(), "somebody holds every head office"


def test_its_changes_are_on_record_and_lead_to_what_is_so_today() -> None:
    load_sample_company(500, 6)
    assert Act.objects.filter(entries__object_type="accounts.account").values("actor").distinct().count() > 3
    assert Act.objects.filter(entries__object_type="alignment.coverage").exists()
    assert not Act.objects.filter(at__gt=timezone.now()).exists()
    for entry in Entry.objects.filter(object_type="accounts.account"):
        account = Account.objects.get(pk=entry.object_id)
        for name, (before, after) in entry.changes.items():
            assert before != after
            assert after == plain(getattr(account, name)), name
