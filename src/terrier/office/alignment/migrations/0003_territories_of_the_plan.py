"""The database refuses to place an account of one plan in a territory of another."""

from __future__ import annotations

from typing import Any

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

COLUMNS = {
    "alignment_placement": ("territory_id", "present_id"),
    "alignment_overlay": ("territory_id",),
    "alignment_lock": ("territory_id",),
    "alignment_rule": ("territory_id",),
    "alignment_answer": ("territory_id",),
    "alignment_challenge": ("territory_id",),
    "alignment_territory": ("parent_id",),
}


def refuse(apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor == "postgresql":
        editor.execute("CREATE UNIQUE INDEX territory_of_plan ON alignment_territory (id, plan_id)")
        for table, columns in COLUMNS.items():
            for column in columns:
                editor.execute(
                    f"ALTER TABLE {table} ADD CONSTRAINT {table}_{column}_of_plan FOREIGN KEY ({column}, plan_id)"
                    " REFERENCES alignment_territory (id, plan_id) DEFERRABLE INITIALLY DEFERRED"
                )
        return
    for table, columns in COLUMNS.items():
        for column in columns:
            for deed in ("INSERT", f"UPDATE OF {column}, plan_id"):
                name = f"{table}_{column}_of_plan_{deed[:6].lower()}"
                editor.execute(
                    f"CREATE TRIGGER {name} BEFORE {deed} ON {table} WHEN NEW.{column} IS NOT NULL AND NOT EXISTS"
                    f" (SELECT 1 FROM alignment_territory t WHERE t.id = NEW.{column} AND t.plan_id = NEW.plan_id)"
                    f" BEGIN SELECT RAISE(ABORT, 'a territory of another plan'); END"
                )


def allow(apps: Any, editor: BaseDatabaseSchemaEditor) -> None:
    if editor.connection.vendor == "postgresql":
        for table, columns in COLUMNS.items():
            for column in columns:
                editor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {table}_{column}_of_plan")
        editor.execute("DROP INDEX territory_of_plan")
        return
    for table, columns in COLUMNS.items():
        for column in columns:
            for deed in ("insert", "update"):
                editor.execute(f"DROP TRIGGER {table}_{column}_of_plan_{deed}")


class Migration(migrations.Migration):
    dependencies = [("alignment", "0002_plans")]
    operations = [migrations.RunPython(refuse, allow, elidable=False)]
