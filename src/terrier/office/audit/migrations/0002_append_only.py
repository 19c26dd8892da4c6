"""The database refuses to change or delete what was recorded."""

from __future__ import annotations

from typing import Any

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

TABLES = ("audit_act", "audit_entry")
REFUSED = ("UPDATE", "DELETE")


def refuse(apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor == "postgresql":
        editor.execute(
            "CREATE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RAISE EXCEPTION 'the audit is append-only'; END $$"
        )
    for table in TABLES:
        for deed in REFUSED:
            name = f"{table}_no_{deed.lower()}"
            if editor.connection.vendor == "postgresql":
                editor.execute(
                    f"CREATE TRIGGER {name} BEFORE {deed} ON {table} FOR EACH ROW EXECUTE FUNCTION audit_refuse()"
                )
            else:
                editor.execute(
                    f"CREATE TRIGGER {name} BEFORE {deed} ON {table}"
                    " BEGIN SELECT RAISE(ABORT, 'the audit is append-only'); END"
                )


def allow(apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
    for table in TABLES:
        for deed in REFUSED:
            on = f" ON {table}" if editor.connection.vendor == "postgresql" else ""
            editor.execute(f"DROP TRIGGER {table}_no_{deed.lower()}{on}")
    if editor.connection.vendor == "postgresql":
        editor.execute("DROP FUNCTION audit_refuse()")


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]
    operations = [migrations.RunPython(refuse, allow)]
