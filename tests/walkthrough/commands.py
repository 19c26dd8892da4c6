"""Run the commands that a walk-through shows: every line of its ```sh blocks, in one folder, in order."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

DOCS = Path(__file__).parent.parent.parent / "docs/walkthroughs"


def commands(page: str) -> list[str]:
    """The command lines of a page, with continued lines joined."""
    blocks = re.findall(r"^```sh\n(.*?)^```", (DOCS / page).read_text(), re.M | re.S)
    return [line for block in blocks for line in block.replace("\\\n", " ").splitlines() if line.strip()]


def follow(page: str, folder: Path) -> list[str]:
    """Run a page's commands in ``folder`` and return what each printed. Fails with the output of one that fails."""
    scripts = Path(sys.executable).parent
    environment = os.environ | {"PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}", "COLUMNS": "160"}
    printed = []
    for command in commands(page):
        done = subprocess.run(
            command, shell=True, cwd=folder, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
        printed.append(done.stdout)
    return printed
