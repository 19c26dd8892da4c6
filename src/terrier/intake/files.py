"""What can be refused before a byte is read. Imports nothing heavy, so that the answer is quick."""

from __future__ import annotations

from pathlib import Path

from terrier.errors import InputError

MAX_FILE_BYTES = 512 * 2**20
"""A million accounts with a dozen columns take about 150 MB as CSV."""


def refuse_unreadable(file: str) -> None:
    """Raise `InputError` where a file is missing, no file, not allowed, empty or too large."""
    path = Path(file)
    try:
        if path.is_dir():
            raise InputError(file, "is a folder; a file is needed")
        if not path.is_file() and path.exists():
            raise InputError(file, "is not a plain file")
        path.open("rb").close()
        size = path.stat().st_size
    except FileNotFoundError:
        raise InputError(file, "does not exist") from None
    except PermissionError:
        raise InputError(file, "may not be read: permission denied") from None
    except (OSError, ValueError) as error:
        raise InputError(file, f"cannot be read: {getattr(error, 'strerror', None) or error}") from None
    if size == 0:
        raise InputError(file, "is empty", hint="A header row and one row for each account are needed.")
    if size > MAX_FILE_BYTES:
        raise InputError(
            file,
            f"is {size / 1e9:,.1f} GB; at most {MAX_FILE_BYTES / 2**20:,.0f} MB are read",
            hint="Keep only the columns that matter, or save it as Parquet: a million accounts fit.",
        )
