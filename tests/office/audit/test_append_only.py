from __future__ import annotations

import pytest
from django.db import DatabaseError, transaction

from terrier.office.audit.models import Act, Action, Entry
from terrier.office.audit.services import Author, Record, save_act
from tests.office.conftest import Company


@pytest.mark.parametrize("rows", [Act, Entry])
def test_the_database_refuses_to_change_or_delete_what_was_recorded(company: Company, rows: type) -> None:
    record = Record(Author(company.people["ada"]), "Renamed Columbus")
    record.add(Action.UPDATE, company.accounts["columbus"], {"name": ("Old", "Columbus")})
    save_act(record)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        rows.objects.update(**{"summary" if rows is Act else "object_label": "Nothing happened"})
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        rows.objects.all()._raw_delete(rows.objects.db)
    assert rows.objects.count() == 1
