"""A worker that dies in the middle of taking effect, or taking it back, leaves nothing half done."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path


def test_kill_nine_at_any_moment_tears_nothing(tmp_path: Path) -> None:
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environment |= {"TERRIER_HOME": str(tmp_path / "home")}
    done = subprocess.run(
        [sys.executable, "-m", "tests.office.alignment.killing", "8"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "8 points each, 0 torn" in done.stdout
