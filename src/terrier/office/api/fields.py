"""Bounded types for the API's schemas: every text has a length, every number a range, and no text what a database cannot hold."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Annotated

from django.utils.translation import gettext as _
from pydantic import AfterValidator, Field

from terrier.office.paging import GREATEST_ID


def _storable(text: str) -> str:
    if "\x00" in text:
        raise ValueError(_("Must not contain the character NUL."))
    try:
        text.encode()
    except UnicodeEncodeError:
        raise ValueError(_("Must be valid Unicode, without half characters (lone surrogates).")) from None
    return text


def _said(text: str) -> str:
    """Without the blanks around it; a name of blanks alone is none."""
    if not (text := text.strip()):
        raise ValueError(_("Must not be empty."))
    return text


Id = Annotated[int, Field(ge=1, le=GREATEST_ID)]
Text = Annotated[str, AfterValidator(_storable), Field(max_length=4000)]
Line = Annotated[str, AfterValidator(_storable), Field(max_length=200)]
Name = Annotated[str, AfterValidator(_storable), AfterValidator(_said), Field(min_length=1, max_length=120)]
LongName = Annotated[
    str, AfterValidator(_storable), AfterValidator(_said), Field(min_length=1, max_length=160)
]
Label = Annotated[str, AfterValidator(_storable), Field(max_length=64)]
Cursor = Annotated[str, AfterValidator(_storable), Field(max_length=500)]
Limit = Annotated[int, Field(ge=1, le=500, description="How many to answer with at most.")]
Money = Annotated[Decimal, Field(ge=0, max_digits=14, decimal_places=2)]
Hours = Annotated[Decimal, Field(ge=0, max_digits=8, decimal_places=2)]
Share = Annotated[Decimal, Field(ge=0, le=1, max_digits=5, decimal_places=4)]
Latitude = Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
Longitude = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]
Day = Annotated[dt.date, Field(ge=dt.date(1900, 1, 1), le=dt.date(2999, 1, 1))]
Moment = Annotated[
    dt.datetime, Field(ge=dt.datetime(1900, 1, 2, tzinfo=dt.UTC), le=dt.datetime(2999, 1, 1, tzinfo=dt.UTC))
]
