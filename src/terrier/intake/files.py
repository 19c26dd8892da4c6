"""What can be refused before a byte is read. Imports nothing heavy, so that the answer is quick."""

from __future__ import annotations

import stat
from pathlib import Path

from terrier.errors import InputError

MAX_FILE_BYTES = 512 * 2**20
"""A million accounts with a dozen columns take about 150 MB as CSV."""


def refuse_unreadable(file: str, max_bytes: int = MAX_FILE_BYTES) -> None:
    """Raise `InputError` where a file is missing, no file, not allowed, empty or too large."""
    path = Path(file)
    try:
        known = path.stat()
        if stat.S_ISREG(known.st_mode):
            path.open("rb").close()
    except FileNotFoundError:
        raise InputError(file, "does not exist") from None
    except PermissionError:
        raise InputError(file, "may not be read: permission denied") from None
    except (OSError, ValueError) as error:
        raise InputError(file, f"cannot be read: {getattr(error, 'strerror', None) or error}") from None
    if not stat.S_ISREG(known.st_mode):
        kind = "a folder" if stat.S_ISDIR(known.st_mode) else "not a plain file"
        raise InputError(file, f"is {kind}; a file is needed")
    size = known.st_size
    if size == 0:
        raise InputError(file, "is empty", hint="A header row and one row for each account are needed.")
    if size > max_bytes:
        raise InputError(
            file,
            f"is {size / 1e9:,.1f} GB; at most {max_bytes / 2**20:,.0f} MB are read",
            hint="Keep only the columns that matter, or save it as Parquet: a million accounts fit.",
        )
