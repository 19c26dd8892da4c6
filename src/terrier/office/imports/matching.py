"""Which column is which field, and which kind of list a file is: guessed from headings, remembered from the last time."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Container, Iterable, Sequence

from terrier.intake.columns import PERIOD, key
from terrier.office.imports.cells import in_all_languages
from terrier.office.imports.kinds.known import CHECKERS
from terrier.office.imports.models import Import, Kind, Memory

BESIDES = frozenset(["a", "of", "the", "in", "per", "year", "yearly", "annual", "annually", "estimated", "est", "expected", "approx", "current", "main", "primary", "our", "total", "usd", "eur", "us", "stimato", "stimata", "stimati", "annuo", "annua", "attuale", "principale", "totale", "del", "della", "di", "all", "anno"])  # fmt: skip
"""What a heading may say besides what it is about."""


def guess_kind(columns: Sequence[str]) -> str:
    """The kind whose fields account for most of the headings; of equals the commoner."""
    tell = {
        Kind.COVERAGE: {"split", "share of credit", "coverage", "coverage kind", "starts_on", "until"},
        Kind.CONTACTS: {"contact", "contact name", "contact id", "job title", "stance"},
        Kind.PEOPLE: {"reports to", "manager", "employee", "employee id", "fte", "capacity", "incumbent"},
        Kind.ACCOUNTS: {
            "channel",
            "status",
            "street",
            "zip",
            "postal code",
            "annual sales",
            "potential",
            "terms",
        },
    }
    headings = {key(column) for column in columns}

    def score(kind: str) -> tuple[int, int]:
        telling = len(headings & {key(word) for word in tell[Kind(kind)]})
        return len(guess(kind, columns)) + 3 * telling, -list(CHECKERS).index(kind)

    whole = [kind for kind in CHECKERS if not missing(kind, guess(kind, columns))]
    return max(whole or list(CHECKERS), key=score)


def guess(kind: str, columns: Sequence[str]) -> dict[str, str]:
    """The column of each field whose heading is like one the field goes by: first its own names, then the others.

    “Account” is most often a number; in the office's own exports, which have the external id beside it, it is the name.
    """
    free = {key(column): column for column in reversed(columns)}
    found: dict[str, str] = {}
    fields = CHECKERS[kind].FIELDS
    own = {one.name: [key(one.name), *map(key, in_all_languages(one.label))] for one in fields}
    exported = {one.name: _exported(kind, one.name) if _is_own(kind, free) else [] for one in fields}
    for names in (own, exported, {one.name: list(one.also) for one in fields}):
        for one in fields:
            if one.name in found:
                continue
            fit = next((name for name in names[one.name] if name in free), None)
            if fit is not None:
                found[one.name] = free.pop(fit)
    told = {column: _core(column) for column in free.values()}
    for one in fields:
        known = {*own[one.name], *one.also}
        like = [column for column, core in told.items() if core in known]
        if one.name not in found and len(like) == 1:  # of two years, the user says which
            found[one.name] = like[0]
            del told[like[0]]
    return {one.name: found[one.name] for one in fields if one.name in found}


def _core(heading: str) -> str:
    """A heading without what it says besides: "Estimated potential (USD)" is the potential, "FY25 net sales" are the sales."""
    words = re.findall(r"[^\W_]+", PERIOD.sub(" ", heading.replace("_", " ")).casefold())
    return key("".join(word for word in words if word not in BESIDES))


def _is_own(kind: str, headings: Container[str]) -> bool:
    """Whether a file has the headings by which our exports say what each row is about."""
    return all(
        any(key(heading) in headings for heading in in_all_languages(one.label))
        for one in CHECKERS[kind].FIELDS
        if one.needed
    )


def _exported(kind: str, name: str) -> list[str]:
    title = CHECKERS[kind].EXPORTED.get(name)
    return [key(heading) for heading in in_all_languages(title)] if title else []


def missing(kind: str, mapping: Iterable[str]) -> list[tuple[str, ...]]:
    """The fields that a kind cannot do without and that no column is matched to; several where one of them will do."""
    has = set(mapping)
    alone = [(one.name,) for one in CHECKERS[kind].FIELDS if one.needed]
    return [group for group in (*alone, *CHECKERS[kind].ANY_OF) if not has.intersection(group)]


def headings(columns: Iterable[str]) -> str:
    """One text for a set of headings, whatever their order and case."""
    return hashlib.sha256("\x1f".join(sorted(map(key, columns))).encode()).hexdigest()


def remembered(kind: str, columns: Sequence[str]) -> Memory | None:
    memory = Memory.objects.filter(kind=kind, headings=headings(columns)).first()
    if memory is None:
        return None
    by_key = {key(column): column for column in columns}
    memory.mapping = {
        name: by_key[key(column)] for name, column in memory.mapping.items() if key(column) in by_key
    }
    return memory


def remember(import_: Import) -> None:
    kept = {name: import_.options[name] for name in ("decimal", "dates") if import_.options.get(name)}
    Memory.objects.update_or_create(
        kind=import_.kind,
        headings=headings(import_.columns),
        defaults={"mapping": import_.mapping, "options": kept | {"clear_blanks": import_.clear_blanks}},
    )


def last_kind(columns: Sequence[str]) -> str | None:
    """The kind that a file with these headings was taken for the last time."""
    memory = Memory.objects.filter(headings=headings(columns)).order_by("-used_at").first()
    return memory.kind if memory else None
