"""Whatever the readers refuse is told in whole sentences, in the language of whoever brought the file."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import Path

import polars as pl
import pytest
from django.utils.translation import override

from terrier import intake
from terrier.errors import InputError
from terrier.office.imports import refusals
from tests.office.conftest import Company
from tests.office.imports.bringing import bring


def workbook(**parts: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    return out.getvalue()


def parquet(n: int) -> bytes:
    out = io.BytesIO()
    pl.DataFrame({f"c{i}": ["x"] for i in range(n)}).write_parquet(out)
    return out.getvalue()


BAD: dict[str, bytes] = {
    "empty": b" ",
    "no rows": b"id,name\n",
    "no headings": b"1,2\n3,4\n",
    "title": b"A list,,\nid,name,city\nN-1,Neue,Akron\n",
    "two alike": b"id,name,Name\nN-1,a,b\n",
    "wide": b"x," * 2000 + b"\n",
    "quotes": b'id,name\nN-1,"Neue\n',
    "cells": b"id,name\nN-1,a,b,c\n",
    "windows": b"id,name\nN-1,Caf\xe9\n",
    "utf-16": "id,name\nN-1,Neue\n".encode("utf-16"),
    "nul": b"id,name\nN-1,Ne\0ue\n" + b"N-2,Neue\n" * 200,
    "binary": bytes(range(256)) * 20,
    "old workbook": b"\xd0\xcf\x11\xe0" + b"x" * 100,
    "zip": workbook(a=b"x"),
    "macros": workbook(**{"xl/workbook.xml": b"", "xl/vbaProject.bin": b""}),
    "wide parquet": parquet(1001),
    "damaged parquet": b"PAR1" + b"x" * 50,
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_refused_is_said_in_italian_and_in_whole_sentences(company: Company, name: str) -> None:
    ada = company.people["ada"]
    ada.language = "it"
    ada.save()
    ending = "parquet" if "parquet" in name else "csv"
    import_ = bring(ada, BAD[name], name=f"file.{ending}")
    assert import_.state == "refused"
    for line in import_.error.split("\n"):
        assert re.match(r"[A-ZÈ“]", line), line
        assert line.endswith((".", "”.")), line
        assert not re.search(r"\b(the|is|file\.csv:|has|pass|--)\b", line, re.IGNORECASE), line


def test_every_refusal_of_the_readers_has_a_sentence() -> None:
    """Each text that they raise, with something in its blanks."""
    folder = Path(intake.__file__).parent
    said = []
    for file in ("read.py", "table.py", "sealed.py"):
        text = (folder / file).read_text()
        for call in re.findall(
            r"InputError\(\s*(?:file|shown|\"--header-row\"),\s*(f?)\"((?:[^\"\\]|\\.)*)\"", text
        ):
            said.append(_filled(call[1]) if call[0] else call[1])
    assert len(said) > 20
    with override("en"):
        untold = [one for one in said if refusals.told(InputError("f", one)).startswith("f: ")]
    assert untold == []


def _filled(text: str) -> str:
    return re.sub(r"\{[^}]*\}", "7", text.replace("{path.suffix.lower()}", ".xlsx"))


def test_a_refusal_without_a_sentence_is_shown_as_it_is() -> None:
    error = InputError("a.csv", "is odd", row=3, column="city", value="x" * 80, hint="Mend it.")
    assert refusals.told(error).split("\n") == [
        "a.csv: is odd.",
        f"It stands in row 3, column “city”: “{'x' * 57}…”.",
        "Mend it.",
    ]
