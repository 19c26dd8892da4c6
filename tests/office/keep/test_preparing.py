from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from pathlib import Path


def test_a_terrier_that_comes_while_another_prepares_the_database_waits_for_it(tmp_path: Path) -> None:
    known = {
        name: value
        for name, value in os.environ.items()
        if name not in {"DATABASE_URL", "DJANGO_SETTINGS_MODULE"}
    }
    environment = {**known, "TERRIER_HOME": str(tmp_path), "PYTHONPATH": os.pathsep.join(["src", "."])}
    with (tmp_path / "preparing.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        second = subprocess.Popen(
            [sys.executable, "-u", "-m", "terrier.cli.main", "migrate"],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        assert second.stdout is not None
        assert second.stdout.readline() == "Another terrier is preparing the database. Waiting for it.\n"
        assert second.poll() is None
        fcntl.flock(lock, fcntl.LOCK_UN)
    told, _ = second.communicate(timeout=120)
    assert second.returncode == 0, told
