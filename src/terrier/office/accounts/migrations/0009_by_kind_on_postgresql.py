"""PostgreSQL reads the few accounts of a state, class and status by an index, and counts by it alone: it had read all.

SQLite has none: it would find rows by it and sort them, where to walk in the list's order is sooner done.
"""

from typing import Any

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def put_up(_apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor == "postgresql":
        editor.execute(
            "CREATE INDEX account_by_kind ON accounts_account (state, account_class, status, channel, id)"
            " WHERE deleted_at IS NULL"
        )


def take_down(_apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor == "postgresql":
        editor.execute("DROP INDEX account_by_kind")


class Migration(migrations.Migration):
    dependencies = [("accounts", "0008_lists_by_name")]

    operations = [migrations.RunPython(put_up, take_down)]
