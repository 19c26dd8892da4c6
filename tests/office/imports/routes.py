"""The routes of imports: for whoever may import, and for nobody else."""

from __future__ import annotations

from typing import Any

from terrier.office.imports.models import Import, Row
from terrier.office.people.permissions import May
from tests.office.conftest import Company
from tests.office.routes import COMPANY_WIDE, TOKEN, Kind, Route, who_may

MAY = who_may(May.IMPORT)


def _checked(company: Company, label: str) -> int:
    """An import that was checked, one row of which is in error."""
    import polars as pl

    cells = {"id": "N-1", "name": "Neue", "status": "sold"}
    mapping = {"external_id": "id", "name": "name", "status": "status"}
    import_ = Import.objects.create(
        kind="accounts", file_name="a.csv", state="checked", n_rows=1, columns=list(cells), mapping=mapping
    )
    import_.path.mkdir(parents=True)
    pl.DataFrame({"#row": [2], **{name: [cell] for name, cell in cells.items()}}).write_parquet(import_.texts)
    Row.objects.create(
        of=import_, number=2, key="N-1", deed="error", values=cells, errors={"status": "is wrong"}
    )
    return import_.pk


IMPORTS = Kind(_checked, {"checked": COMPANY_WIDE})


def _file() -> dict[str, Any]:
    from django.core.files.uploadedfile import SimpleUploadedFile

    return {"file": SimpleUploadedFile("a.csv", b"id,name\nN-1,Neue\n")}


def api(name: str, method: str = "get", **more: Any) -> Route:
    return Route(f"api:{name}", method, by=MAY, strangers=TOKEN, **more)


def write(name: str, **data: Any) -> Route:
    return api(name, "post", of=IMPORTS, data=data, json=True)


ROUTES = [
    Route("imports:list", by=MAY),
    Route("imports:new", "post", by=MAY, data=lambda company, label: _file()),
    Route("imports:sample", by=MAY, address={"kind": "accounts", "ending": "csv"}),
    Route("imports:import", by=MAY, of=IMPORTS),
    Route("imports:read", "post", by=MAY, of=IMPORTS, data={"header_row": "1"}),
    Route("imports:match", "post", by=MAY, of=IMPORTS, data={"kind": "accounts", "field-external_id": "id"}),
    Route("imports:commit", "post", by=MAY, of=IMPORTS),
    Route("imports:undo", "post", by=MAY, of=IMPORTS),
    Route("imports:discard", "post", by=MAY, of=IMPORTS),
    Route("imports:cancel", "post", by=MAY, of=IMPORTS),
    Route("imports:row", by=MAY, of=IMPORTS, address={"number": 2}),
    Route("imports:row", "post", by=MAY, of=IMPORTS, address={"number": 2}, data={"name": "Neue"}),
    Route("imports:leave_out", "post", by=MAY, of=IMPORTS),
    Route("imports:take_in", "post", by=MAY, of=IMPORTS),
    Route("imports:errors", by=MAY, of=IMPORTS, address={"ending": "csv"}),
    Route("imports:corrections", "post", by=MAY, of=IMPORTS, data=lambda company, label: _file()),
    api("import_kinds"),
    api("imports"),
    api("imports", "post", data=lambda company, label: _file()),
    api("one_import", of=IMPORTS),
    api("one_import", "delete", of=IMPORTS),
    write("read_import", header_row=1),
    write("match_import", kind="accounts", mapping={"external_id": "id"}),
    api("import_rows", of=IMPORTS),
    api("import_row", of=IMPORTS, address={"number": 2}),
    Route(
        "api:import_row",
        "patch",
        by=MAY,
        of=IMPORTS,
        address={"number": 2},
        data={"values": {"name": "N"}},
        json=True,
        strangers=TOKEN,
    ),
    write("leave_out_errors"),
    write("take_back_in"),
    write("commit_import"),
    write("cancel_import"),
    write("undo_import"),
]
