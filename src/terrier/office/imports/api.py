"""Imports over the API: bring a file, match its columns, look at what each row would do, mend, commit, watch, undo."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import Annotated, Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import File, Form, Query, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import Field, WithJsonSchema

from terrier.office.api.asking import require
from terrier.office.api.fields import Cursor, Id, Label, Limit, Line, Text
from terrier.office.api.paging import Page
from terrier.office.imports import services
from terrier.office.imports.kinds.known import CHECKERS
from terrier.office.imports.matching import missing
from terrier.office.imports.mending import LONGEST_CELL, mend_row
from terrier.office.imports.models import Deed, Import, Kind, Row, State
from terrier.office.imports.selectors import imports_visible_to, rows_of, writes_of
from terrier.office.jobs.models import State as JobState
from terrier.office.jobs.progress import look
from terrier.office.jobs.services import cancel as cancel_job
from terrier.office.paging import page_of
from terrier.office.people.permissions import May, signed_in

router = Router(tags=["imports"])

RowNumber = Annotated[int, Field(ge=1, le=2**31 - 1)]


ImportState = Annotated[State, WithJsonSchema({"type": "string", "enum": State.values})]
"""Written out: the description has one schema of a name, and jobs have states, too."""


class Dates(StrEnum):
    ISO = "iso"
    MONTH_FIRST = "mdy"
    DAY_FIRST = "dmy"


class DecimalSign(StrEnum):
    POINT = "."
    COMMA = ","


class Encoding(StrEnum):
    UTF_8 = "utf-8"
    WINDOWS = "cp1252"
    UTF_16 = "utf-16"
    LATIN = "latin-1"
    MAC = "mac-roman"


class Progress(Schema):
    """How far the work is that the import waits for; ``total`` is 0 while nobody can say."""

    job_id: int
    state: JobState
    done: int
    total: int
    message: str


class ImportOut(Schema):
    id: int
    kind: Kind
    file_name: str
    n_bytes: int
    n_rows: int
    state: Annotated[
        ImportState, Field(description="While it ends in -ing, ask again: a worker is busy with it.")
    ]
    problem: Annotated[str, Field(description="What went wrong the last time, if anything did.")]
    columns: list[str]
    samples: Annotated[dict[str, list[str]], Field(description="The first few texts of each column.")]
    mapping: Annotated[
        dict[str, str], Field(description="The column of each field, guessed or remembered at first.")
    ]
    lacking: Annotated[
        list[list[str]], Field(description="Fields that still need a column; of each group, one will do.")
    ]
    clear_blanks: bool
    counts: Annotated[dict[str, int], Field(description="How many rows there are of each deed.")]
    progress: Progress | None
    act_id: Annotated[str | None, Field(description="What it did, as the audit knows it.")]
    author_id: int | None
    created_at: dt.datetime
    committed_at: dt.datetime | None
    undone_at: dt.datetime | None
    put_away_at: Annotated[
        dt.datetime | None,
        Field(description="When its rows and its file were; what it did can still be undone."),
    ]

    @staticmethod
    def resolve_state(row: Import) -> State:
        return services.standing(row)

    @staticmethod
    def resolve_problem(row: Import) -> str:
        return services.why_not(row)

    @staticmethod
    def resolve_lacking(row: Import) -> list[tuple[str, ...]]:
        return missing(row.kind, row.mapping) if row.columns else []

    @staticmethod
    def resolve_progress(row: Import) -> Any:
        job = row.job
        if job is None:
            return None
        look(job)
        told = {name: getattr(job, name) for name in ("state", "done", "total")}
        return {"job_id": job.pk, "message": job.now, **told}

    @staticmethod
    def resolve_act_id(row: Import) -> str | None:
        return str(row.act_id) if row.act_id else None


class FieldOut(Schema):
    name: str
    label: str
    hint: str
    example: str
    needed: bool
    needed_for_new: bool
    words: Annotated[list[str], Field(description="The only words that will do, if not any text will.")]


class KindOut(Schema):
    kind: Kind
    label: str
    one_of: Annotated[list[list[str]], Field(description="Of each group, one field needs a column.")]
    fields: list[FieldOut]


class WriteOut(Schema):
    action: str
    object_type: str
    object_label: str
    account_id: int | None
    changes: Annotated[dict[str, Any], Field(description="By field: what it is before, and after.")]


class RowOut(Schema):
    number: Annotated[int, Field(description="Its row in the file; the headings are row 1.")]
    key: str
    deed: Deed
    values: Annotated[dict[str, str | None], Field(description="By field: the text of its cell.")]
    errors: Annotated[dict[str, str], Field(description="By field: what is wrong with it.")]
    writes: Annotated[list[WriteOut], Field(description="What importing it would do, or did.")]


class MendedOut(Schema):
    row: RowOut
    others: Annotated[list[RowOut], Field(description="Other rows of which something else became by it.")]
    counts: dict[str, int]


class Reading(Schema):
    """How a file is to be read, where it does not say so itself."""

    encoding: Encoding | None = None
    sheet: Annotated[Line | None, Field(max_length=100)] = None
    header_row: Annotated[int, Field(ge=1, le=1000)] = 1
    decimal: DecimalSign | None = None

    def options(self) -> dict[str, Any]:
        return {
            name: value for name, value in self.model_dump(include=set(Reading.model_fields)).items() if value
        }


class Bringing(Reading):
    kind: Annotated[Kind | None, Field(description="Guessed from the headings if it is not given.")] = None


class Matching(Schema):
    kind: Kind
    mapping: Annotated[dict[Label, Text], Field(max_length=100, description="The column of each field.")]
    clear_blanks: Annotated[bool, Field(description="Whether an empty cell clears the field.")] = False
    dates: Dates = Dates.ISO
    decimal: DecimalSign | None = None


class Mending(Schema):
    values: Annotated[
        dict[Label, Annotated[Text, Field(max_length=LONGEST_CELL)] | None],
        Field(min_length=1, max_length=100, description="By field: the text that its cell should have."),
    ]


class ImportQuery(Schema):
    kind: Kind | None = None
    cursor: Cursor | None = None
    limit: Limit = 50


class RowQuery(Schema):
    deed: Deed | None = None
    q: Annotated[Line, Field(description="A row's number, or how its key begins.")] = ""
    cursor: Cursor | None = None
    limit: Limit = 50


@router.get(
    "/import-kinds", response=list[KindOut], summary="What can be imported, and the fields of each kind"
)
def import_kinds(request: HttpRequest) -> Any:
    require(request, May.IMPORT)
    return [
        {
            "kind": kind,
            "label": str(Kind(kind).label),
            "one_of": checker.ANY_OF,
            "fields": [
                {
                    "name": one.name,
                    "label": str(one.label),
                    "hint": str(one.hint),
                    "example": one.example,
                    "needed": one.needed,
                    "needed_for_new": one.needed or one.to_create,
                    "words": [str(label) for label in one.choices.values()],
                }
                for one in checker.FIELDS
            ],
        }
        for kind, checker in CHECKERS.items()
    ]


@router.get("/imports", response=Page[ImportOut], summary="Imports, the newest first")
def imports(request: HttpRequest, query: Annotated[ImportQuery, Query()]) -> Any:
    require(request, May.IMPORT)
    rows = imports_visible_to(signed_in(request))
    if query.kind:
        rows = rows.filter(kind=query.kind)
    return page_of(rows, cursor=query.cursor, limit=query.limit, newest_first=True)


@router.post(
    "/imports",
    response={201: ImportOut},
    summary="Bring a file: CSV, XLSX or Parquet, up to 512 MB",
    description="The file is read at once by a worker. If its headings were matched before, it is checked, too.",
)
def bring_import(
    request: HttpRequest, file: Annotated[UploadedFile, File()], how: Annotated[Bringing, Form()]
) -> Any:
    require(request, May.IMPORT)
    made = services.start_import(
        stream=file,
        name=file.name or "file",
        author=signed_in(request),
        kind=how.kind or "",
        options=how.options(),
    )
    return Status(201, made)


@router.get("/imports/{import_id}", response=ImportOut, summary="One import, and how far it is")
def one_import(request: HttpRequest, import_id: Id) -> Any:
    return _find(request, import_id)


@router.delete(
    "/imports/{import_id}", response={204: None}, summary="Discard an import from which nothing was imported"
)
def discard_import(request: HttpRequest, import_id: Id) -> Any:
    services.discard_import(import_=_find(request, import_id))
    return Status(204, None)


@router.post("/imports/{import_id}/read", response={202: ImportOut}, summary="Read the file in another way")
def read_import(request: HttpRequest, import_id: Id, body: Reading) -> Any:
    return Status(202, services.read_again(import_=_find(request, import_id), options=body.options()))


@router.post(
    "/imports/{import_id}/match",
    response={202: ImportOut},
    summary="Say which column is which field; the dry run follows",
)
def match_import(request: HttpRequest, import_id: Id, body: Matching) -> Any:
    held = services.match_columns(
        import_=_find(request, import_id),
        kind=body.kind,
        mapping=body.mapping,
        clear_blanks=body.clear_blanks,
        options={"dates": body.dates, "decimal": body.decimal},
    )
    return Status(202, held)


@router.get("/imports/{import_id}/rows", response=Page[RowOut], summary="What each row would do, or did")
def import_rows(request: HttpRequest, import_id: Id, query: Annotated[RowQuery, Query()]) -> Any:
    import_ = _find(request, import_id)
    rows = rows_of(import_, deed=query.deed or "", search=query.q.strip())
    page = page_of(rows, cursor=query.cursor, limit=query.limit, by="number")
    return {**page, "items": _told(import_, page["items"])}


@router.get("/imports/{import_id}/rows/{number}", response=RowOut, summary="One row")
def import_row(request: HttpRequest, import_id: Id, number: RowNumber) -> Any:
    import_ = _find(request, import_id)
    [told] = _told(import_, [get_object_or_404(Row, of=import_, number=number)])
    return told


@router.patch(
    "/imports/{import_id}/rows/{number}",
    response=MendedOut,
    summary="Mend some cells of a row, and see what becomes of it",
)
def mend_import_row(request: HttpRequest, import_id: Id, number: RowNumber, body: Mending) -> Any:
    import_ = _find(request, import_id)
    get_object_or_404(Row, of=import_, number=number)
    unknown = sorted(body.values.keys() - import_.mapping.keys())
    if unknown:
        raise services.ImportRefusedError(services.unmatched(unknown[0]))
    mended = mend_row(import_=import_, number=number, values=body.values)
    [row, *others] = _told(import_, [mended.row, *mended.others])
    return {"row": row, "others": others, "counts": _find(request, import_id).counts}


@router.post(
    "/imports/{import_id}/leave-out",
    response={202: ImportOut},
    summary="Leave out every row that has an error",
)
def leave_out_errors(request: HttpRequest, import_id: Id) -> Any:
    return Status(202, services.leave_out_errors(import_=_find(request, import_id)))


@router.post(
    "/imports/{import_id}/take-in", response={202: ImportOut}, summary="Take the left-out rows back in"
)
def take_back_in(request: HttpRequest, import_id: Id) -> Any:
    return Status(202, services.take_back_in(import_=_find(request, import_id)))


@router.post(
    "/imports/{import_id}/commit",
    response={202: ImportOut},
    summary="Import what was checked: all of it, or nothing",
)
def commit_import(request: HttpRequest, import_id: Id) -> Any:
    return Status(202, services.commit_import(import_=_find(request, import_id)))


@router.post("/imports/{import_id}/cancel", response=ImportOut, summary="Cancel what a worker does with it")
def cancel_import(request: HttpRequest, import_id: Id) -> Any:
    import_ = _find(request, import_id)
    if import_.job is not None:
        cancel_job(job=import_.job)
    return _find(request, import_id)


@router.post("/imports/{import_id}/undo", response={202: ImportOut}, summary="Take a whole import back")
def undo_import(request: HttpRequest, import_id: Id) -> Any:
    held = services.undo_import(import_=_find(request, import_id), author=signed_in(request))
    return Status(202, held)


def _find(request: HttpRequest, import_id: int) -> Import:
    require(request, May.IMPORT)
    return get_object_or_404(imports_visible_to(signed_in(request)), pk=import_id)


def _told(import_: Import, rows: list[Row]) -> list[dict[str, Any]]:
    """Rows with what they write, by one query for all."""
    writes = writes_of(import_, [row.number for row in rows])
    names = ("number", "key", "deed", "values", "errors")
    return [{name: getattr(row, name) for name in names} | {"writes": writes[row.number]} for row in rows]
