"""Ways to put a question to the database that its planner answers sooner."""

from __future__ import annotations

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Func
from django.db.models.lookups import In
from django.db.models.sql.compiler import SQLCompiler


class Unindexed(Func):
    """A column that is compared but not looked up by an index, so that a list walks the index of its own order and stops after
    a page. A word to SQLite, which knows how many rows a table has but not how they are spread; PostgreSQL decides by itself.
    """

    arity = 1
    template = "%(expressions)s"

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra: Any) -> Any:
        return super().as_sqlite(compiler, connection, template="+%(expressions)s", **extra)


class AmongAll(In):
    """Whether a value is one of those that a question finds. PostgreSQL gathers them first, and then looks them up by an index:
    told as a question within, it guesses how many there are, and reads the whole table.
    """

    def as_postgresql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **_extra: Any) -> Any:
        value, params = self.process_lhs(compiler, connection)
        found, more = self.process_rhs(compiler, connection)
        return f"{value} = ANY (ARRAY{found})", (*params, *more)
