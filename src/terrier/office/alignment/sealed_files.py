"""Files that are kept as long as they hold: what they were made from is their stamp, which whoever reads them must know.

A file begins with the seal of its stamp and of the rest of it, so that one that is older, of another database or torn counts for
nothing. All workers of a machine share them.
"""

from __future__ import annotations

import logging
import os
import tempfile
import time
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

KEPT_SECONDS = 7 * 24 * 3600
SEAL_BYTES = sha256().digest_size

log = logging.getLogger(__name__)


def kept(path: Path, stamp: bytes) -> bytes | None:
    """What is in the file, if it is whole and of this stamp."""
    try:
        told = path.read_bytes()
    except OSError:
        return None
    body = told[SEAL_BYTES:]
    return body if told[:SEAL_BYTES] == _seal(stamp, body) else None


def keep(path: Path, stamp: bytes, body: bytes) -> None:
    """Put the file there whole, and take away what nobody has kept for long. A full disk is told to the log only."""
    try:
        _write(path, _seal(stamp, body), body)
    except OSError:
        log.exception("%s could not be kept", path.name)


def _write(path: Path, *parts: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, written = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "wb") as file:
        file.writelines(parts)
    Path(written).replace(path)
    for other in path.parent.iterdir():
        with suppress(FileNotFoundError):  # another worker puts its own there
            if other.stat().st_mtime < time.time() - KEPT_SECONDS:
                other.unlink()


def _seal(stamp: bytes, body: bytes) -> bytes:
    return sha256(stamp + b"\0" + body).digest()
