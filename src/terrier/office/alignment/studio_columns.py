"""A plan for the browser in parts of one answer: each a header of JSON, then columns of numbers as the browser itself holds them.

Before each part stands its length, in eight bytes; read by ``frontend/src/office/studio/core/parts.ts``. Of a part bytes 0-3 are the length of the header, little-endian like everything else; columns begin at multiples of eight behind it.
A column of texts is where each text ends, then the texts in UTF-8. Read by ``frontend/src/office/studio/core/columns.ts``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

KINDS = {"u1": "u8", "i2": "i16", "u2": "u16", "i4": "i32", "u4": "u32", "f8": "f64"}
"""Kinds of columns by numpy's names of their types."""

LENGTH_BYTES = 8

Column = NDArray[Any] | Sequence[str]


def part(header: Mapping[str, Any], columns: Mapping[str, Column]) -> bytes:
    """A part of the answer behind its length."""
    body = packed(header, columns)
    return len(body).to_bytes(LENGTH_BYTES, "little") + body


def packed(header: Mapping[str, Any], columns: Mapping[str, Column]) -> bytes:
    """A part, in bytes. Columns of numbers must have one of the types of ``KINDS``; texts may be arrays of UTF-8."""
    places: dict[str, dict[str, Any]] = {}
    parts: list[bytes] = []
    at = 0
    for name, column in columns.items():
        kind, data = _bytes_of(column)
        places[name] = {"kind": kind, "at": at, "length": len(column)}
        data += b"\0" * (-len(data) % 8)
        parts.append(data)
        at += len(data)
    told = json.dumps({**header, "columns": places}, allow_nan=False, ensure_ascii=False).encode()
    told += b" " * (-(len(told) + 4) % 8)
    return b"".join([len(told).to_bytes(4, "little"), told, *parts])


def _bytes_of(column: Column) -> tuple[str, bytes]:
    if isinstance(column, np.ndarray) and column.dtype.kind == "S":
        return "text", _ends(np.char.str_len(column)) + b"".join(column.tolist())
    if isinstance(column, np.ndarray):
        little = column.astype(column.dtype.newbyteorder("<"), copy=False)
        return KINDS[little.dtype.str[1:]], little.tobytes()
    joined = "".join(column)
    told = joined.encode("utf-8", "replace")
    if not joined.isascii():
        column = [text.encode("utf-8", "replace") for text in column]  # type: ignore[misc]
    return "text", _ends(np.fromiter(map(len, column), dtype="u4", count=len(column))) + told


def _ends(lengths: NDArray[Any]) -> bytes:
    ends = np.zeros(len(lengths) + 1, dtype="<u4")
    np.cumsum(lengths, out=ends[1:])
    return ends.tobytes()
