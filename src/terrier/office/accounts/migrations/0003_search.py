"""Search by the beginnings of words, kept in step by the database itself."""

from __future__ import annotations

from django.db import migrations

from terrier.office.accounts.search import install, remove


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_indexes")]
    operations = [migrations.RunPython(install, remove)]
