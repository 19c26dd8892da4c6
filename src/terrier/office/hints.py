"""Ways to put a question to the database that its planner answers sooner."""

from __future__ import annotations

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Func
from django.db.models.sql.compiler import SQLCompiler


class Unindexed(Func):
    """A column that is compared but not looked up by an index, so that a list walks the index of its own order and stops after
    a page. A word to SQLite, which knows how many rows a table has but not how they are spread; PostgreSQL decides by itself.
    """

    arity = 1
    template = "%(expressions)s"

    def as_sqlite(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, **extra: Any) -> Any:
        return super().as_sqlite(compiler, connection, template="+%(expressions)s", **extra)
