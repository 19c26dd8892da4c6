"""What each kind of rule asks of an account: its parameters, as types, and the question they put to the database."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Annotated, Any, Literal

from django.db import connection
from django.db.models import F, Q, QuerySet
from django.db.models.expressions import RawSQL
from django.db.models.functions import Substr
from django.utils.translation import gettext as _
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from terrier.office.accounts.models import AccountClass, Channel
from terrier.office.alignment.areas import accounts_in
from terrier.office.alignment.errors import PlanError
from terrier.office.alignment.id_sets import id_set
from terrier.office.alignment.models import Area, Rule, RuleKind
from terrier.office.wording import first_fault

MOST_ZIPS = 50_000
MOST_NAMED = 100_000
ZIP = re.compile(r"\d{5}|\d{1,4}\*|\d{5}-\d{5}")

Id = Annotated[int, Field(ge=1, le=2**63 - 1)]


def _zip(text: str) -> str:
    clean = text.strip()
    if not ZIP.fullmatch(clean):
        raise ValueError(
            _("“%(text)s” is not a ZIP code (43004), a beginning (430*) or a range (43000-43099).")
            % {"text": clean[:20]}
        )
    return clean


def _state(text: str) -> str:
    """Codes as accounts are kept with them, in capitals; whatever else is written as it is."""
    clean = text.strip()
    return clean.upper() if len(clean) == 2 else clean


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Named(_Asked):
    accounts: Annotated[tuple[Id, ...], Field(min_length=1, max_length=MOST_NAMED)]


class Chain(_Asked):
    chains: Annotated[tuple[Id, ...], Field(min_length=1, max_length=1_000)]


class Within(_Asked):
    areas: Annotated[tuple[Id, ...], Field(min_length=1, max_length=5_000)]


class Zips(_Asked):
    zips: Annotated[
        tuple[Annotated[str, Field(max_length=20), AfterValidator(_zip)], ...],
        Field(min_length=1, max_length=MOST_ZIPS),
    ]


class States(_Asked):
    states: Annotated[
        tuple[Annotated[str, Field(min_length=1, max_length=40), AfterValidator(_state)], ...],
        Field(min_length=1, max_length=100),
    ]


class Channels(_Asked):
    channels: Annotated[tuple[Channel, ...], Field(min_length=1)]


class Classes(_Asked):
    classes: Annotated[tuple[AccountClass | Literal[""], ...], Field(min_length=1)]


class Sized(_Asked):
    """at_least ≤ value < below. An account whose potential nobody knows is of no size by potential."""

    by: Literal["annual_sales", "potential", "service_hours"] = "annual_sales"
    at_least: Annotated[Decimal | None, Field(ge=0, max_digits=14)] = None
    below: Annotated[Decimal | None, Field(gt=0, max_digits=14)] = None

    @model_validator(mode="after")
    def _some(self) -> Sized:
        if self.at_least is None and self.below is None:
            raise ValueError(_("Say from where, or up to where."))
        if self.at_least is not None and self.below is not None and self.at_least >= self.below:
            raise ValueError(_("“at least” must be less than “below”."))
        return self


class Everything(_Asked):
    pass


ASKED: dict[str, type[_Asked]] = {
    RuleKind.NAMED: Named,
    RuleKind.CHAIN: Chain,
    RuleKind.AREA: Within,
    RuleKind.ZIP: Zips,
    RuleKind.STATE: States,
    RuleKind.CHANNEL: Channels,
    RuleKind.CLASS: Classes,
    RuleKind.SIZE: Sized,
    RuleKind.CATCH_ALL: Everything,
}


def read_parameters(kind: str, given: Any) -> dict[str, Any]:
    """A rule's parameters as they are kept. Raises PlanError that names the first that is wrong."""
    if kind not in ASKED:
        raise PlanError(_("“%(kind)s” is no kind of rule.") % {"kind": str(kind)[:40]})
    try:
        return ASKED[kind].model_validate(given or {}).model_dump(mode="json")
    except ValidationError as error:
        where, said = first_fault(error)
        raise PlanError(f"{where}: {said}" if where else said, where) from error


def question(rule: Rule, accounts: QuerySet[Any, Any]) -> Q:
    """What a rule asks, as a condition on accounts. ``accounts`` : those it is asked of, for areas to look among.

    They must carry ``zip``, see `asked_of`.
    """
    asked = ASKED[rule.kind].model_validate(rule.parameters)
    return QUESTIONS[rule.kind](asked, accounts)


def asked_of(accounts: QuerySet[Any, Any]) -> QuerySet[Any, Any]:
    """Accounts with what questions need beside their columns."""
    found: QuerySet[Any, Any] = accounts.annotate(zip=Substr("postal_code", 1, 5))
    return found


def _within(asked: Any, accounts: QuerySet[Any, Any]) -> Q:
    areas = list(Area.objects.filter(pk__in=asked.areas))
    return Q(pk__in=id_set(accounts_in(areas, accounts)))


def _zips(asked: Any, accounts: QuerySet[Any, Any]) -> Q:
    single = [text for text in asked.zips if len(text) == 5 and text.isdigit()]
    found = Q(zip__in=_texts(single)) if single else Q(pk__in=[])
    for text in asked.zips:
        if text.endswith("*"):
            found |= Q(zip__startswith=text[:-1])
        elif "-" in text:
            found |= Q(zip__range=(text[:5], text[6:]))
    return found


def _sized(asked: Any, accounts: QuerySet[Any, Any]) -> Q:
    found = Q(**{f"{asked.by}__isnull": False})
    if asked.at_least is not None:
        found &= Q(**{f"{asked.by}__gte": asked.at_least})
    if asked.below is not None:
        found &= Q(**{f"{asked.by}__lt": asked.below})
    return found


QUESTIONS: dict[str, Callable[[Any, QuerySet[Any, Any]], Q]] = {
    RuleKind.NAMED: lambda asked, _: Q(pk__in=id_set(asked.accounts)),
    RuleKind.CHAIN: lambda asked, _: Q(pk__in=asked.chains) | Q(chain__in=asked.chains),
    RuleKind.AREA: _within,
    RuleKind.ZIP: _zips,
    RuleKind.STATE: lambda asked, _: Q(state__in=asked.states),
    RuleKind.CHANNEL: lambda asked, _: Q(channel__in=[one.value for one in asked.channels]),
    RuleKind.CLASS: lambda asked, _: Q(account_class__in=[str(one) for one in asked.classes]),
    RuleKind.SIZE: _sized,
    RuleKind.CATCH_ALL: lambda *_: Q(pk=F("pk")),
}


def _texts(texts: Sequence[str]) -> RawSQL:
    if connection.vendor == "postgresql":
        return RawSQL("SELECT unnest(%s::text[])", [list(texts)])
    return RawSQL("SELECT value FROM json_each(%s)", [json.dumps(list(texts))])
