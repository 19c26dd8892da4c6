"""Uploads are kept in a folder of their own. Those that are too large are left where they are, or not even received."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from django.contrib import messages
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from terrier.intake.files import MAX_FILE_BYTES
from terrier.office.errors import RefusedError

if TYPE_CHECKING:
    from _typeshed import SupportsRead

TOO_LARGE = "terrier.too_large"
ROOM_FOR_FORM = 2**20


class BoundedUpload(FileUploadHandler):
    """Stops a request whose length says that it carries more than any file that is read."""

    def handle_raw_input(
        self,
        input_data: Any,
        META: dict[str, str],  # noqa: N803
        content_length: int,
        boundary: Any,
        encoding: Any = None,
    ) -> None:
        self.n_bytes = content_length

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        if self.n_bytes > MAX_FILE_BYTES + ROOM_FOR_FORM:
            assert self.request is not None
            self.request.META[TOO_LARGE] = self.n_bytes
            raise StopUpload(connection_reset=True)
        super().new_file(*args, **kwargs)

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None


class Kept(Protocol):
    n_bytes: int

    @property
    def path(self) -> Path: ...

    @property
    def upload(self) -> Path: ...


@contextmanager
def keep_upload(row: Kept, stream: SupportsRead[bytes]) -> Iterator[None]:
    """Copy a file to where its row says. If what follows fails, nothing of it stays. Raises RefusedError if it is too large."""
    row.path.mkdir(parents=True, mode=0o700)
    try:
        with row.upload.open("wb") as out:
            shutil.copyfileobj(stream, out, 2**20)
        row.n_bytes = row.upload.stat().st_size
        if row.n_bytes > MAX_FILE_BYTES:
            raise RefusedError(_too_large(row.n_bytes))
        yield
    except BaseException:
        shutil.rmtree(row.path, ignore_errors=True)
        raise


def refusal_of_size(request: HttpRequest) -> HttpResponse | None:
    """What to answer to a request that was stopped, since it carries too much; None if it was not."""
    n_bytes = int(request.META.get(TOO_LARGE, 0))
    if not n_bytes:
        return None
    messages.error(request, _too_large(n_bytes))
    return HttpResponse(_too_large(n_bytes), status=413)


def _too_large(n_bytes: int) -> str:
    return _(
        "The file has %(size)s MB; at most %(most)s MB are read. Keep only the columns that matter, or save it as Parquet."
    ) % {
        "size": f"{n_bytes / 2**20:,.0f}",
        "most": f"{MAX_FILE_BYTES / 2**20:,.0f}",
    }
