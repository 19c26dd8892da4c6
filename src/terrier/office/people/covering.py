"""Whether some positions cover an account, as conditions written out: lists ask this all day, and to build it from the models
each time took longer than to run it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.apps import apps
from django.core.exceptions import EmptyResultSet
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import BooleanField, F, Func
from django.db.models.functions import Coalesce
from django.db.models.sql.compiler import SQLCompiler

from terrier.office.people.models import counting_sql


class Covered(Func):
    """Whether the positions cover the account on a day.

    walked : whether rows are read in an order until a page is full. Then each is asked for who covers it, which is sooner
    done than to gather all that are covered.
    """

    output_field = BooleanField()

    def __init__(
        self, account: F | Coalesce, positions: frozenset[int], on: dt.date, *, walked: bool = False
    ) -> None:
        super().__init__(account)
        self.positions = positions
        self.on = on
        self.walked = walked

    def as_sql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, *_args: Any, **_extra: Any
    ) -> Any:
        account, params = compiler.compile(self.source_expressions[0])
        counts, values = self._counts(connection)
        held = f"{_table('alignment.Coverage')} held"
        if self.walked:
            # by the account: SQLite would rather ask for each position whether it has it
            sign = "+" if connection.vendor == "sqlite" else ""
            found = f"SELECT 1 FROM {held} WHERE held.account_id = {account} AND {sign}{counts}"
            return f"EXISTS ({found})", (*params, *values)
        return f"{account} IN (SELECT held.account_id FROM {held} WHERE {counts})", (*params, *values)

    def _counts(self, connection: BaseDatabaseWrapper) -> tuple[str, list[Any]]:
        """The rows of coverage that count, and the values that stand in it."""
        if not self.positions:
            raise EmptyResultSet
        day = connection.ops.adapt_datefield_value(self.on)
        marks = ", ".join(["%s"] * len(self.positions))
        return f"held.position_id IN ({marks}) AND {counting_sql('held')}", [*self.positions, day, day]


class InCoveredTree(Covered):
    """Whether the positions cover anything in the tree that has this account at its top."""

    def as_sql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, *_args: Any, **_extra: Any
    ) -> Any:
        top, params = compiler.compile(self.source_expressions[0])
        counts, values = self._counts(connection)
        # PostgreSQL gathers an array first, and then looks it up by an index: told as a question within, it guesses how many
        # there are, and reads the whole table. SQLite takes doubles out of the list by itself.
        among = "= ANY (ARRAY(%s))" if connection.vendor == "postgresql" else "IN (%s)"
        once = "DISTINCT " if connection.vendor == "postgresql" else ""
        held = f"SELECT held.account_id FROM {_table('alignment.Coverage')} held WHERE {counts}"
        tops = (
            f"SELECT {once}COALESCE(site.chain_id, site.id) FROM {_table('accounts.Account')} site"
            f" WHERE site.id {among.replace('%s', held)}"
        )
        return f"{top} {among.replace('%s', tops)}", (*params, *values)


def _table(model: str) -> str:
    """The table of a model of those that build on people."""
    return str(apps.get_model(model)._meta.db_table)
