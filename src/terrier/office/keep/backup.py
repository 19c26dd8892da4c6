"""Backup and restore: one file that holds the database, the uploaded files and the secret key, whole or not at all.

The archive is a plain ``.tar``: ``manifest.json`` (what it is, and the SHA-256 of every member), ``terrier.sqlite3`` or
``terrier.pgdump``, ``secret-key`` and ``files/…``. Files never change once written, so they can be copied while the office
runs; the database is copied as of one moment, and first, so that every file it speaks of is there. The ledger's manifest is copied
after it, with the files that it names: those that counted stay for an hour after they are replaced.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, connections
from django.utils import timezone

from terrier.errors import InputError
from terrier.ledger.store import MANIFEST as LEDGER_MANIFEST
from terrier.ledger.store import Ledger

MANIFEST, SQLITE, PGDUMP, KEY, FILES = (
    "manifest.json",
    "terrier.sqlite3",
    "terrier.pgdump",
    "secret-key",
    "files",
)

LEDGER = "ledger"


@dataclass(frozen=True, slots=True)
class Kept:
    """What a backup holds: when it was made, of which database, and how many bytes of how many files."""

    made_at: str
    database: str
    files: int
    size: int


def back_up(target: Path, *, force: bool = False) -> Kept:
    """Write a backup to ``target``. It appears there whole, and only once it is on disk.

    Raises InputError if the file is there already (unless forced) or its folder is not.
    """
    if target.exists() and not force:
        raise InputError(str(target), "is there already", hint="Choose another name, or pass --force")
    if not target.parent.is_dir():
        raise InputError(str(target), "its folder does not exist")
    for left in target.parent.glob(f".{target.name}.*"):  # by a backup that was killed
        shutil.rmtree(left, ignore_errors=True)
    with tempfile.TemporaryDirectory(dir=target.parent, prefix=f".{target.name}.") as folder:
        staged = Path(folder)
        name = _dump(staged)
        members = {name: staged / name, **_files(), **_ledger(staged)}
        key = settings.ENVIRONMENT.home / KEY
        if key.is_file():
            members[KEY] = key
        made_at = timezone.now().isoformat(timespec="seconds")
        manifest = {
            "format": 1,
            "made_at": made_at,
            "terrier": version("terrier-sales"),
            "database": name,
            "sha256": {member: _digest(path) for member, path in members.items()},
        }
        (staged / MANIFEST).write_text(json.dumps(manifest, indent=1))
        archive = staged / "archive"
        with archive.open("wb") as out:
            with tarfile.open(fileobj=out, mode="w") as tar:
                for member, path in {MANIFEST: staged / MANIFEST, **members}.items():
                    tar.add(path, arcname=member, recursive=False)
            out.flush()
            os.fsync(out.fileno())
        size = archive.stat().st_size
        archive.chmod(0o600)
        archive.replace(target)
        _sync_folder(target.parent)
    return Kept(made_at, name, len(members) - 1, size)


def restore(source: Path, *, force: bool = False) -> Kept:
    """Put back what a backup holds: files first, which only adds, then the database in one step.

    Everything is unpacked and verified before anything is touched. Raises InputError if the archive is not whole or not
    a backup, if it is of the other kind of database, or if the present database holds data (unless forced).
    """
    if not source.is_file():  # a pipe would be waited on for ever
        raise InputError(str(source), "is not a file", hint="Name the file that terrier backup wrote")
    home: Path = settings.ENVIRONMENT.home
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    with tempfile.TemporaryDirectory(dir=home, prefix=".restoring.") as folder:
        staged = Path(folder)
        manifest = _unpack(source, staged)
        name = str(manifest["database"])
        if (name == SQLITE) != (connection.vendor == "sqlite"):
            raise InputError(
                str(source),
                f"is a backup of another kind of database ({name})",
                hint="Set or unset DATABASE_URL so that the kinds agree",
            )
        if not force and _holds_data():
            raise InputError(
                str(source), "the present database holds data", hint="Pass --force to replace it"
            )
        for member in manifest["sha256"]:
            if member.startswith(f"{FILES}/"):
                _put(staged / member, settings.FILES / member.removeprefix(f"{FILES}/"))
        _put_ledger(staged, manifest["sha256"])
        if KEY in manifest["sha256"]:
            _put(staged / KEY, home / KEY)
        _load(staged / name)
    return Kept(manifest["made_at"], name, len(manifest["sha256"]) - 1, source.stat().st_size)


def _dump(staged: Path) -> str:
    if connection.vendor == "sqlite":
        with _reading(connection.settings_dict["NAME"]) as database:
            database.execute("VACUUM INTO ?", (str(staged / SQLITE),))
        return SQLITE
    _run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={staged / PGDUMP}")
    return PGDUMP


def _load(dump: Path) -> None:
    connections.close_all()
    if connection.vendor == "sqlite":
        _replace_sqlite(dump, Path(connection.settings_dict["NAME"]))
    else:
        _run(
            "pg_restore",
            "--clean",
            "--if-exists",
            "--no-owner",
            "--no-privileges",
            "--single-transaction",
            str(dump),
            f"--dbname={connection.settings_dict['NAME']}",
        )


def _replace_sqlite(dump: Path, target: Path) -> None:
    """The new database in place of the old one, through SQLite itself: one transaction, readers and journal included."""
    with _reading(dump) as source:
        if source.execute("PRAGMA integrity_check").fetchone() != ("ok",):
            raise InputError(str(dump), "the database within is damaged")
        with closing(sqlite3.connect(target, timeout=30)) as database:
            database.execute("PRAGMA synchronous=FULL")
            database.execute("PRAGMA journal_mode=WAL")
            source.backup(database)


@contextmanager
def _reading(path: str | Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=30)) as database:
        yield database


def _run(program: str, *arguments: str) -> None:
    """Run a PostgreSQL program on our database, the password by its environment and not by its command line."""
    if shutil.which(program) is None:
        raise InputError(
            "DATABASE_URL", f"{program} is not on this machine", hint="Install PostgreSQL's client"
        )
    given = connection.settings_dict
    options = given.get("OPTIONS", {})
    known = {
        "PGHOST": given["HOST"] or options.get("host"),
        "PGPORT": given["PORT"] or options.get("port"),
        "PGUSER": given["USER"],
        "PGPASSWORD": given["PASSWORD"],
        "PGDATABASE": given["NAME"],
        "PGSSLMODE": options.get("sslmode"),
    }
    environment = {**os.environ, **{name: str(value) for name, value in known.items() if value}}
    # a password that is lacking or wrong is an error: nobody is there to be asked for it
    done = subprocess.run(
        [program, "--no-password", *arguments],
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise InputError("DATABASE_URL", f"{program} failed: {done.stderr.strip()[-500:]}")


def _files() -> dict[str, Path]:
    root: Path = settings.FILES
    return {
        f"{FILES}/{path.relative_to(root)}": path
        for path in sorted(root.rglob("*"))
        if path.is_file() and not path.name.startswith(".")
    }


def _ledger(staged: Path) -> dict[str, Path]:
    """The invoice lines: the manifest as of one moment, and every file that counts by it."""
    root: Path = settings.LEDGER
    if not (root / LEDGER_MANIFEST).is_file():
        return {}
    copied = staged / f"{LEDGER}-{LEDGER_MANIFEST}"
    shutil.copyfile(root / LEDGER_MANIFEST, copied)
    staged_ledger = staged / LEDGER
    staged_ledger.mkdir()
    copied.replace(staged_ledger / LEDGER_MANIFEST)
    counted = sorted(Ledger(staged_ledger).manifest().counted())
    found = {f"{LEDGER}/{path}": root / path for path in counted}
    return {**found, f"{LEDGER}/{LEDGER_MANIFEST}": staged_ledger / LEDGER_MANIFEST}


def _put_ledger(staged: Path, members: Iterable[str]) -> None:
    """The files first, which only adds, then the manifest that says which count; none counts if the backup had none."""
    held = [member for member in members if member.startswith(f"{LEDGER}/")]
    manifest = f"{LEDGER}/{LEDGER_MANIFEST}"
    for member in sorted(held, key=lambda one: one == manifest):
        _put(staged / member, settings.LEDGER / member.removeprefix(f"{LEDGER}/"))
    if manifest not in held:
        (settings.LEDGER / LEDGER_MANIFEST).unlink(missing_ok=True)


def _unpack(source: Path, folder: Path) -> dict[str, Any]:
    """Unpack and verify an archive. Raises InputError unless every member is there, and just as it was."""
    try:
        with tarfile.open(source, mode="r:") as tar:
            tar.extractall(folder, filter="data")
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text())
        members: dict[str, str] = manifest["sha256"]
        for member, digest in members.items():
            if _digest(folder / member) != digest:
                raise InputError(str(source), f"is damaged: {member} is not what it was")
        if manifest["format"] != 1 or manifest["database"] not in members:
            raise InputError(str(source), "is a backup of a format this version does not know")
    except (OSError, tarfile.TarError, ValueError, KeyError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(str(source), "is not a whole backup of Terrier") from None
    return manifest


def _holds_data() -> bool:
    from terrier.office.people.models import Person  # noqa: PLC0415 - only where Django is set up

    return Person._meta.db_table in connection.introspection.table_names() and Person.objects.exists()


def _put(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    staged = target.with_name(f".{target.name}.new")
    shutil.copyfile(source, staged)
    staged.chmod(0o600)
    with staged.open("rb") as file:
        os.fsync(file.fileno())
    staged.replace(target)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
