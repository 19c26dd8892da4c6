"""Ways to put a question to the database that its planner answers sooner."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, Func
from django.db.models.sql.compiler import SQLCompiler


class Unindexed(Func):
    """A column that is compared but not looked up by an index, so that a list walks the index of its own order and stops after
    a page. A word to SQLite, which knows how many rows a table has but not how they are spread; PostgreSQL decides by itself.
    """

    arity = 1
    template = "%(expressions)s"

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra: Any) -> Any:
        return super().as_sqlite(compiler, connection, template="+%(expressions)s", **extra)


class Among(Func):
    """Whether a column is one of many numbers. They stand in the statement itself: hundreds of parameters take longer to pass
    than the question takes to answer. PostgreSQL reads them as one array, in place of as many constants.
    """

    arity = 1
    output_field = BooleanField()

    def __init__(self, column: Any, numbers: Iterable[int] = (), **extra: Any) -> None:
        self.told = ",".join(str(int(number)) for number in numbers)
        super().__init__(column, template=f"%(expressions)s IN ({self.told or 'NULL'})", **extra)

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra: Any) -> Any:
        among = f"%(expressions)s = ANY ('{{{self.told}}}'::bigint[])"
        return super().as_sql(compiler, connection, template=among, **extra)
