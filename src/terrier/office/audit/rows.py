"""Writing rows so that the record tells all of it: one row at a time, or the same columns of very many."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, TypeVar

from django.db import connections, models, router
from django.utils import timezone

from terrier.office.audit.models import Action
from terrier.office.audit.services import Record, changes_between, state_of

Row = TypeVar("Row", bound=models.Model)
Item = TypeVar("Item")

UNTOLD = frozenset({"id", "version", "created_at", "updated_at", "deleted_at", "password", "last_login"})
"""Fields that follow from an act rather than being what it did."""

BATCH = 1000


def create_row(record: Record, row: Row) -> Row:
    """Save a new row and record every value it starts with, so that its making can be undone and done again."""
    row.save(force_insert=True)
    names = told_fields(type(row))
    record.add(
        Action.CREATE,
        row,
        {name: (None, value) for name, value in state_of(row, names).items() if value not in (None, "")},
    )
    return row


def change_row(record: Record, row: models.Model, values: Mapping[str, Any]) -> bool:
    """Give a row new values and record those that differ. False if none does."""
    before = state_of(row, values)
    for name, value in values.items():
        field = row._meta.get_field(name)
        clean = value.pk if isinstance(value, models.Model) else value
        setattr(row, field.attname, field.to_python(clean))  # type: ignore[union-attr]
    changes = changes_between(before, state_of(row, values))
    if not changes:
        return False
    row.save(update_fields=[*changes, *_touch(row)])
    record.add(Action.UPDATE, row, changes)
    return True


def remove_row(record: Record, row: models.Model) -> None:
    """Delete a row softly: it stays, with the time, so that it can come back."""
    _set_deleted(record, Action.DELETE, row, timezone.now())


def erase_row(record: Record, row: models.Model) -> None:
    """Delete a row for good, its last values recorded: for dated rows, which have no other way to have never been."""
    values = {name: (value, None) for name, value in state_of(row, told_fields(type(row))).items()}
    record.add(Action.DELETE, row, values)
    row.delete()


def restore_row(record: Record, row: models.Model) -> None:
    _set_deleted(record, Action.RESTORE, row, None)


def _set_deleted(record: Record, action: str, row: Any, value: Any) -> None:
    before, row.deleted_at = row.deleted_at, value
    row.save(update_fields=["deleted_at", *_touch(row)])
    record.add(action, row, {"deleted_at": (before, value)})


def _touch(row: Any) -> list[str]:
    """Count the version up, where rows have one; what else a save moves along."""
    names = {field.name for field in row._meta.concrete_fields}
    if "version" in names:
        row.version += 1
    return sorted(names & {"version", "updated_at"})


def told_fields(model: type[models.Model]) -> list[str]:
    """The fields whose values a record tells."""
    return [field.name for field in model._meta.concrete_fields if field.name not in UNTOLD]


def write_columns(model: type[models.Model], names: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> int:
    """Set the same columns of many rows, each row to values of its own: ``(id, value, …)`` in the order of names.

    Counts the version up and the time of change, where the model has them. One prepared statement, run for each row:
    much quicker than a CASE for every value.
    """
    using = router.db_for_write(model)
    connection = connections[using]
    fields: list[Any] = [model._meta.get_field(name) for name in names]
    own = {field.name for field in model._meta.concrete_fields}
    quote = connection.ops.quote_name
    settings = [f"{quote(field.column)} = %s" for field in fields]
    now: tuple[Any, ...] = ()
    if "version" in own:
        settings.append("version = version + 1")
    if "updated_at" in own:
        settings.append("updated_at = %s")
        now = (model._meta.get_field("updated_at").get_db_prep_save(timezone.now(), connection),)  # type: ignore[union-attr]
    sql = f"UPDATE {quote(model._meta.db_table)} SET {', '.join(settings)} WHERE id = %s"
    n_rows = 0
    with connection.cursor() as cursor:
        for batch in batches(rows):
            cursor.executemany(
                sql,
                [
                    (
                        *(
                            field.get_db_prep_save(value, connection)
                            for field, value in zip(fields, values, strict=True)
                        ),
                        *now,
                        key,
                    )
                    for key, *values in batch
                ],
            )
            n_rows += len(batch)
    return n_rows


def batches(items: Iterable[Item], size: int = BATCH) -> Iterator[list[Item]]:
    run = iter(items)
    while batch := list(islice(run, size)):
        yield batch
