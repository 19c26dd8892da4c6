"""Uploads that are too large are left where they are: nothing of them is kept or even received."""

from __future__ import annotations

from typing import Any

from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http import HttpRequest

from terrier.intake.files import MAX_FILE_BYTES

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


def too_large(request: HttpRequest) -> int:
    """The length of a request that was stopped; 0 if none was."""
    return int(request.META.get(TOO_LARGE, 0))
