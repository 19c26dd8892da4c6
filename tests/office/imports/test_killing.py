"""A worker that dies in the middle of a commit or an undo leaves nothing half done."""

from __future__ import annotations

import subprocess
import sys


def test_kill_nine_at_any_moment_tears_nothing(environment: dict[str, str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.office.imports.killing", "10"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "10 points each, 0 torn" in done.stdout
