"""What the API tells of any file that was brought."""

from __future__ import annotations

import datetime as dt
from typing import Annotated

from ninja import Schema
from pydantic import Field, WithJsonSchema

from terrier.office.brought.models import Brought, State

Standing = Annotated[State, WithJsonSchema({"type": "string", "enum": State.values})]


class BroughtOut(Schema):
    id: int
    file_name: str
    n_bytes: int
    state: Annotated[
        Standing, Field(description="While it ends in -ing, ask again: a worker is busy with it.")
    ]
    problem: str
    columns: list[str]
    author_id: int | None
    created_at: dt.datetime
    loaded_at: dt.datetime | None
    withdrawn_at: dt.datetime | None

    @staticmethod
    def resolve_state(row: Brought) -> State:
        return row.standing

    @staticmethod
    def resolve_problem(row: Brought) -> str:
        return row.why_not


class RefusedRow(Schema):
    row: int
    column: str
    value: str | None
    reason: str
