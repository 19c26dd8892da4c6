"""Rows mended after the file was read: what was changed is kept, and the row judged anew with those that hang together with it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from terrier.office.imports.checking import Source, checker_of
from terrier.office.imports.kinds.known import CHECKERS
from terrier.office.imports.models import Deed, Import, Mend, Row, State, Write
from terrier.office.imports.services import ImportRefusedError, begin, hold
from terrier.office.imports.staging import mends_of, stage

LONGEST_CELL = 4000


@dataclass(frozen=True, slots=True)
class Mended:
    """A mended row as it stands now. others : the rows of which something else became by it."""

    row: Row
    others: list[Row]


def mend_row(*, import_: Import, number: int, values: Mapping[str, str | None]) -> Mended:
    """Change some cells of a row, and say at once what becomes of it and of those that hang together with it.

    All rows are checked again when the import is committed.
    """
    with transaction.atomic():
        held = hold(import_, State.CHECKED)
        before = Row.objects.filter(of=held, number=number).first()
        if before is None:
            raise ImportRefusedError(_("There is no row %(number)s.") % {"number": number})
        keep_mends(held, {number: values})
        return _judge(held, before)


@transaction.atomic
def mend_alike(*, import_: Import, number: int, values: Mapping[str, str | None]) -> Import:
    """Change cells of a row, and the same cells wherever they say the same and are as wrong; all rows are checked again.

    What rows are known by is changed in the row alone.
    """
    held = hold(import_, State.CHECKED)
    row = Row.objects.filter(of=held, number=number).first()
    if row is None:
        raise ImportRefusedError(_("There is no row %(number)s.") % {"number": number})
    mends: dict[int, dict[str, str | None]] = {number: dict(values)}
    for name, value in values.items():
        if name not in row.errors or name in CHECKERS[held.kind].KNOWN_BY or name not in held.mapping:
            continue
        alike = Row.objects.filter(of=held, deed=Deed.ERROR, errors__has_key=name)
        alike = alike.filter(**{f"values__{name}": row.values.get(name)}).exclude(number=number)
        for other in alike.values_list("number", flat=True):
            mends.setdefault(other, {})[name] = value
    keep_mends(held, mends)
    begin(held, State.CHECKING, "imports.check", gettext_noop("Checking %(file)s"))
    return held


def keep_mends(import_: Import, mends: Mapping[int, Mapping[str, str | None]]) -> None:
    """Remember what was changed in some rows, on top of what was changed before."""
    known = {mend.number: mend for mend in Mend.objects.filter(of=import_, number__in=list(mends))}
    fresh = []
    for number, values in mends.items():
        clean = {name: _cell(value) for name, value in values.items() if name in import_.mapping}
        mend = known.get(number) or Mend(of=import_, number=number)
        mend.values, mend.left_out = mend.values | clean, False
        if number not in known:
            fresh.append(mend)
    Mend.objects.bulk_update(known.values(), ["values", "left_out"], batch_size=500)
    Mend.objects.bulk_create(fresh, batch_size=1000)
    Import.objects.filter(pk=import_.pk).update(edited=True)
    import_.edited = True


def _cell(value: str | None) -> str | None:
    text = (value or "").strip()
    if len(text) > LONGEST_CELL:
        raise ImportRefusedError(_("A cell has at most %(most)s characters.") % {"most": f"{LONGEST_CELL:,}"})
    return text or None


def _judge(import_: Import, mended: Row) -> Mended:
    """Say anew what becomes of a mended row and of those that share its key, now or before, or lean on it."""
    checker = checker_of(import_)
    frame, judged = Source(import_, mends_of(import_)).near(mended.number, mended.values, checker)
    listed = frame["#row"].to_list()
    stood = {row.number: row for row in Row.objects.filter(of=import_, number__in=listed)}
    anew = {n for n in listed if n in judged or (n in stood and stood[n].deed == Deed.ERROR)}
    checker.prepare(frame.select("#row", *checker.key_fields))
    rows = checker.read(frame)
    checker.check(rows)
    rows = [row for row in rows if row.number in anew]
    Row.objects.filter(of=import_, number__in=anew).delete()
    Write.objects.filter(of=import_, number__in=anew).delete()
    stage(import_, rows)
    counts = Counter(import_.counts)
    counts.subtract(stood[n].deed for n in anew if n in stood)
    counts.update(str(row.deed) for row in rows)
    import_.counts = {deed: counts[deed] for deed in Deed.values}
    import_.save(update_fields=["counts"])
    now = {row.number: row for row in Row.objects.filter(of=import_, number__in=anew).order_by("number")}
    own = now.pop(mended.number)
    others = [
        row
        for number, row in now.items()
        if number not in stood or (row.deed, row.errors) != (stood[number].deed, stood[number].errors)
    ]
    return Mended(own, others)
