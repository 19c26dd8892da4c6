"""From the text of a cell to a value as the audit writes it: plain, comparable, and readable by ``Field.to_python``."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator, validate_email
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import override

from terrier.intake.columns import key
from terrier.intake.numbers import parse
from terrier.office.imports.days import DayError, day

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_FORMULA = re.compile(r"^(?:[=@]|[+\-].*[|!])")
_PLAIN = re.compile(r"^-?\d{1,12}(?:\.\d{1,2})?$")
_SIMPLE = re.compile(r"^[+-]?(?:\d{1,15}\.?\d{0,15}|\.\d{1,15})(?:[eE][+-]?\d{1,2})?$")
COUNTRIES = {
    "usa": "US", "unitedstates": "US", "unitedstatesofamerica": "US", "canada": "CA", "mexico": "MX", "italy": "IT",
    "italia": "IT", "germany": "DE", "france": "FR", "spain": "ES", "unitedkingdom": "GB", "uk": "GB", "ireland": "IE",
}  # fmt: skip


class CellError(ValueError):
    """What is wrong with a cell, as a sentence for whoever mends it."""


@dataclass(frozen=True, slots=True)
class Writing:
    """How the file writes numbers and dates. decimal : its sign, None where a comma could mean two things."""

    decimal: str | None = "."
    dates: str = "iso"


Reader = Callable[[str, Writing], Any]


@dataclass(frozen=True, slots=True)
class Field:
    """A field that a column can be matched to.

    name : the model's own, where there is one. also : other headings it goes by. read : from text to value.
    example : for the sample file. needed : every row must have it. to_create : only rows that make something new must.
    """

    name: str
    label: Any
    read: Reader
    also: tuple[str, ...] = ()
    example: str = ""
    hint: Any = ""
    needed: bool = False
    to_create: bool = False
    choices: Mapping[str, Any] = field(default_factory=dict)

    def value(self, cell: str, writing: Writing) -> Any:
        """What the cell says. Raises CellError."""
        if _CONTROL.search(cell):
            raise CellError(_("Holds a control character: delete it."))
        if _FORMULA.match(cell):
            raise CellError(_("Is a formula: a value is needed."))
        return self.read(cell, writing)


def text(longest: int) -> Reader:
    def read(cell: str, _writing: Writing) -> str:
        if len(cell) > longest:
            raise CellError(
                _("Has %(found)s characters; at most %(most)s fit.") % {"found": len(cell), "most": longest}
            )
        return cell

    return read


def in_all_languages(text: str | Promise) -> Iterator[str]:
    """What a text is in each language that people here may read: a file is written in its author's, not in the worker's."""
    for language, _name in settings.LANGUAGES:
        with override(language):
            yield str(text)


def choice(of: Mapping[str, Any], also: Mapping[str, str] | None = None) -> Reader:
    """One of some words, by its value or its label in any language, whatever the case."""
    known = {key(value): value for value in of} | dict(also or {})

    def read(cell: str, _writing: Writing) -> str:
        asked = key(cell)
        if asked in known:
            return known[asked]
        for value, label in of.items():
            if asked in map(key, in_all_languages(label)):
                return value
        words = ", ".join(str(label) for label in of.values())
        raise CellError(_("“%(cell)s” is none of: %(words)s.") % {"cell": _short(cell), "words": words})

    return read


def amount(*, digits: int, places: int, least: int | None = None) -> Reader:
    """A decimal number, as text with all its places."""
    limit = Decimal(10) ** (digits - places)
    unit = Decimal(1).scaleb(-places)

    def read(cell: str, writing: Writing) -> str:
        plain = writing.decimal != "," and _PLAIN.match(cell)
        value = Decimal(cell) if plain else Decimal(repr(_number(cell, writing)))
        if abs(value) >= limit:
            raise CellError(_("Is too large: it must be below %(limit)s.") % {"limit": f"{limit:,}"})
        if least is not None and value < least:
            raise CellError(_("Must be %(least)s or more.") % {"least": least})
        value = value.quantize(unit)
        return str(value or abs(value))  # no "-0.00"

    return read


def share(cell: str, writing: Writing) -> Decimal:
    """ "30%", "0.3" and "30" with a percent sign are 0.3; a bare number above 1 could mean either and is refused."""
    percent = cell.endswith("%")
    value = Decimal(repr(_number(cell.removesuffix("%").strip(), writing))) / (100 if percent else 1)
    if not 0 <= value <= 1:
        raise CellError(_("Must be between 0 and 1, or a percentage such as 30%."))
    return value


def share_text(places: int, *, above_zero: bool = False) -> Reader:
    def read(cell: str, writing: Writing) -> str:
        value = share(cell, writing).quantize(Decimal(1).scaleb(-places))
        if above_zero and not value:
            raise CellError(_("Must be more than 0."))
        return str(value)

    return read


def coordinate(most: int) -> Reader:
    def read(cell: str, writing: Writing) -> float:
        value = _number(cell, writing)
        if abs(value) > most:
            raise CellError(_("Must be a number of degrees from −%(most)s to %(most)s.") % {"most": most})
        return value

    return read


def email(cell: str, _writing: Writing) -> str:
    try:
        validate_email(cell)
    except ValidationError:
        raise CellError(_("Is not an e-mail address such as ann@example.com.")) from None
    if len(cell) > 254:
        raise CellError(
            _("Has %(found)s characters; at most %(most)s fit.") % {"found": len(cell), "most": 254}
        )
    return cell.lower()


_address = URLValidator(schemes=["http", "https"])


def website(cell: str, _writing: Writing) -> str:
    """An address; the usual one without https:// gets it."""
    full = cell if "://" in cell else f"https://{cell}"
    try:
        _address(full)
    except ValidationError:
        raise CellError(_("Is not a web address such as https://example.com.")) from None
    if len(full) > 200:
        raise CellError(
            _("Has %(found)s characters; at most %(most)s fit.") % {"found": len(full), "most": 200}
        )
    return full


def country(cell: str, _writing: Writing) -> str:
    code = COUNTRIES.get(key(cell), cell.upper())
    if not re.fullmatch("[A-Z]{2}", code):
        raise CellError(_("Must be a country code of two letters, such as US."))
    return code


def date(cell: str, writing: Writing) -> str:
    try:
        return day(cell, writing.dates)
    except DayError as error:
        raise CellError(str(error)) from None


def _number(cell: str, writing: Writing) -> float:
    if writing.decimal != "," and _SIMPLE.match(cell):
        return float(cell)
    value = parse(cell, writing.decimal)
    if value is None:
        if writing.decimal is None and parse(cell, ",") is not None:
            raise CellError(
                _(
                    "Has a comma that may be a decimal sign or separate thousands: say which sign the file uses."
                )
            )
        raise CellError(_("“%(cell)s” is not a number.") % {"cell": _short(cell)})
    return value


def _short(cell: str) -> str:
    return cell if len(cell) <= 40 else cell[:39] + "…"
