"""What a validator finds wrong, said in plain words: what would be right."""

from __future__ import annotations

import re
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy
from pydantic import ValidationError

LONGEST = 60


def shortened(name: Any) -> Any:
    """A name as it was sent, however long it is."""
    return f"{name[:LONGEST]}…" if isinstance(name, str) and len(name) > LONGEST else name


def plainly(error: Any) -> str:
    """A validator's error as a sentence, in the reader's language. What is not known here is said in its own words."""
    kind = _SAME.get(error["type"], error["type"])
    told = {
        name: f"{bound:g}" if isinstance(bound, float) else bound
        for name, bound in error.get("ctx", {}).items()
    }
    if kind in {"too_long", "too_short"} and isinstance(error.get("input"), str):
        kind = f"string_{kind}"
    if kind == "string_too_short" and told["min_length"] == 1:
        kind = "empty"
    if kind == "enum":
        told["expected"] = ", ".join(re.findall(r"'([^']*)'", str(told["expected"]))) or told["expected"]
    if kind == "value_error":
        return str(told.get("error", error["msg"]))
    return str(_SAID[kind] % told) if kind in _SAID else str(error["msg"])


def first_fault(error: ValidationError) -> tuple[str, str]:
    """Where the first thing is that is wrong (nowhere: in all of it together), and what would be right."""
    first = error.errors(include_url=False)[0]
    return ".".join(str(shortened(part)) for part in first["loc"]), plainly(first)


_SAME = {
    "int_type": "int_parsing",
    "int_from_float": "int_parsing",
    "int_parsing_size": "int_parsing",
    "float_type": "number",
    "float_parsing": "number",
    "decimal_type": "number",
    "decimal_parsing": "number",
    "finite_number": "number",
    "bool_type": "bool_parsing",
    "date_type": "date_parsing",
    "date_from_datetime_parsing": "date_parsing",
    "date_from_datetime_inexact": "date_parsing",
    "datetime_type": "datetime_parsing",
    "datetime_from_date_parsing": "datetime_parsing",
    "datetime_object_invalid": "datetime_parsing",
    "timezone_aware": "datetime_parsing",
    "uuid_type": "uuid_parsing",
    "tuple_type": "list_type",
    "set_type": "list_type",
    "model_type": "dict_type",
    "model_attributes_type": "dict_type",
    "literal_error": "enum",
}

_SAID: dict[str, Any] = {
    "extra_forbidden": _("There is no such field here."),
    "missing": _("This is needed."),
    "empty": _("Must not be empty."),
    "int_parsing": _("Must be a whole number, such as 12."),
    "number": _("Must be a number, such as 12.5."),
    "bool_parsing": _("Must be true or false."),
    "string_type": _("Must be a text."),
    "string_unicode": _("Must be valid Unicode, without half characters (lone surrogates)."),
    "date_parsing": _("Must be a day, such as 2026-11-22."),
    "datetime_parsing": _("Must be a day and time with its zone, such as 2026-11-22T09:30:00Z."),
    "uuid_parsing": _("Must be an id, such as 123e4567-e89b-12d3-a456-426614174000."),
    "list_type": _("Must be a list: [ … ]."),
    "dict_type": _("Must be an object: { … }."),
    "enum": _("Must be one of: %(expected)s."),
    "less_than_equal": _("Must be %(le)s or less."),
    "greater_than_equal": _("Must be %(ge)s or more."),
    "less_than": _("Must be less than %(lt)s."),
    "greater_than": _("Must be more than %(gt)s."),
    "string_pattern_mismatch": _("Must look like %(pattern)s."),
    "string_too_long": ngettext_lazy(
        "Must have %(max_length)s character at most.",
        "Must have %(max_length)s characters at most.",
        "max_length",
    ),
    "string_too_short": ngettext_lazy(
        "Must have %(min_length)s character at least.",
        "Must have %(min_length)s characters at least.",
        "min_length",
    ),
    "too_long": ngettext_lazy(
        "Must have %(max_length)s entry at most.", "Must have %(max_length)s entries at most.", "max_length"
    ),
    "too_short": ngettext_lazy(
        "Must have %(min_length)s entry at least.", "Must have %(min_length)s entries at least.", "min_length"
    ),
    "decimal_max_digits": ngettext_lazy(
        "Must have %(max_digits)s digit at most.", "Must have %(max_digits)s digits at most.", "max_digits"
    ),
    "decimal_whole_digits": ngettext_lazy(
        "Must have %(whole_digits)s digit at most before the decimal point.",
        "Must have %(whole_digits)s digits at most before the decimal point.",
        "whole_digits",
    ),
    "decimal_max_places": ngettext_lazy(
        "Must have %(decimal_places)s digit at most after the decimal point.",
        "Must have %(decimal_places)s digits at most after the decimal point.",
        "decimal_places",
    ),
}
