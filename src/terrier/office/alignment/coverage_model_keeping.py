"""Where the thresholds of coverage models are kept: with a plan, or for the company, whose key sizes are those of its warnings."""

from __future__ import annotations

from decimal import Decimal

from django.db import transaction
from django.utils.translation import gettext as _

from terrier.office.alignment.choices import choices_of
from terrier.office.alignment.coverage_thresholds import Thresholds, read_thresholds
from terrier.office.alignment.models import CompanyThresholds, Plan
from terrier.office.alignment.planning import edit_plan
from terrier.office.audit.rows import change_row, create_row
from terrier.office.audit.services import Author, Record, save_act
from terrier.office.desks.services import set_limits
from terrier.office.desks.warned import limits_now

OF_LIMITS = ("key_sales", "key_potential", "key_sites")


def thresholds_of(plan: Plan) -> Thresholds:
    """A plan's own thresholds, else the company's."""
    return choices_of(plan).coverage or company_thresholds()


def company_thresholds() -> Thresholds:
    """What the company says; the defaults until somebody did. Key size is where its warnings take it to be."""
    kept, limits = CompanyThresholds.objects.filter(pk=1).first(), limits_now()
    said = kept.thresholds if kept else {}
    return read_thresholds(
        {
            **said,
            "key_sales": float(limits.key_sales),
            "key_potential": float(limits.key_potential),
            "key_sites": limits.key_sites,
        }
    )


def keep_for_plan(*, plan: Plan, thresholds: Thresholds, author: Author) -> bool:
    """Keep thresholds with a plan. False if they are kept already."""
    choices = choices_of(plan).model_copy(update={"coverage": thresholds})
    return edit_plan(plan=plan, author=author, values={"choices": choices.model_dump(mode="json")})


@transaction.atomic
def keep_for_company(*, thresholds: Thresholds, author: Author) -> None:
    """Keep thresholds for the company: plans without their own begin with them, and warnings take key size from them."""
    values = thresholds.model_dump(mode="json")
    key_sizes = {
        "key_sales": Decimal(str(thresholds.key_sales)),
        "key_potential": Decimal(str(thresholds.key_potential)),
        "key_sites": thresholds.key_sites,
    }
    limits = limits_now()
    if any(getattr(limits, name) != value for name, value in key_sizes.items()):
        set_limits(values=key_sizes, author=author)
    rest = {name: value for name, value in values.items() if name not in OF_LIMITS}
    record = Record(author, _("The company’s thresholds of coverage changed"))
    kept = CompanyThresholds.objects.select_for_update().filter(pk=1).first()
    if kept is None:
        create_row(record, CompanyThresholds(pk=1, thresholds=rest))
    else:
        change_row(record, kept, {"thresholds": rest})
    save_act(record)
