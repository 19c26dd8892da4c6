"""Output folders: written whole or not at all, and never over something else."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

from terrier.errors import InputError


def refuse_existing(out: Path, own: Collection[str], *, force: bool) -> None:
    """Raise where ``out`` may not be written: it exists, or with ``force`` holds files other than ``own``."""
    if out.is_symlink() or (out.exists() and not out.is_dir()):
        raise InputError("--out", "is a file or a link, not a folder", value=str(out))
    if out.exists():
        if not force:
            raise InputError(
                str(out),
                "exists already",
                hint="Name another one, or pass --force to replace it.",
            )
        others = sorted(entry.name for entry in out.iterdir() if entry.name not in own or entry.is_dir())
        if others:
            raise InputError(
                "--out",
                f"the folder holds something that Terrier did not write: {', '.join(others[:5])}",
                value=str(out),
                hint="It is not replaced; name another one.",
            )
    above = next(parent for parent in out.absolute().parents if parent.exists())
    if not above.is_dir() or not os.access(above, os.W_OK | os.X_OK):
        raise InputError("--out", f"the folder cannot be made: {above} may not be written to", value=str(out))


@contextmanager
def written_whole(out: Path, own: Collection[str], *, force: bool) -> Iterator[Path]:
    """A folder to write into that becomes ``out`` when all went well, and vanishes when anything did not."""
    try:
        out.absolute().parent.mkdir(parents=True, exist_ok=True)
        beside = Path(tempfile.mkdtemp(prefix=f".{out.name}.", dir=out.absolute().parent))
    except OSError as error:
        raise InputError("--out", f"the folder cannot be made: {error.strerror}", value=str(out)) from None
    try:
        draft = beside / "new"
        draft.mkdir()
        yield draft
        refuse_existing(out, own, force=force)  # it may have appeared in the meantime
        if out.exists():
            out.rename(beside / "old")
        draft.rename(out)
    except OSError as error:
        raise InputError("--out", f"cannot be written: {error.strerror}", value=str(out)) from error
    finally:
        if (beside / "old").exists() and not out.exists():  # interrupted between the two
            (beside / "old").rename(out)
        shutil.rmtree(beside, ignore_errors=True)
