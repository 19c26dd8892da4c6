"""The sprite holds the icons that are used, and no others."""

from __future__ import annotations

import json
import re
from pathlib import Path

ROOT = Path(__file__).parents[3]
OFFICE = ROOT / "src/terrier/office"
SCRIPT = ROOT / "frontend/src/office"
KNOWN = frozenset(json.loads((SCRIPT / "icons/icons.json").read_text()))
IN_TEMPLATES = re.compile(
    r"""\{% icon "([a-z0-9-]+)"|<c-icon name="([a-z0-9-]+)"|(?<!:)\bicon="([a-z0-9-]+)\""""
)
IN_PYTHON = re.compile(r"""\bicon(?::\s*str)?\s*=\s*"([a-z0-9-]+)\"""")
IN_SCRIPT = re.compile(r"""\bicon(?:\(|: )(?:\w+ \? )?"([a-z0-9-]+)"(?: : "([a-z0-9-]+)")?""")


def _names(folder: Path, ending: str, pattern: re.Pattern[str]) -> set[str]:
    found = set()
    for path in folder.rglob(f"*.{ending}"):
        for match in pattern.finditer(path.read_text(encoding="utf-8")):
            found |= {name for name in match.groups() if name}
    return found


def test_every_icon_that_is_named_is_in_the_sprite() -> None:
    named = (
        _names(OFFICE, "html", IN_TEMPLATES)
        | _names(OFFICE, "py", IN_PYTHON)
        | _names(SCRIPT, "ts", IN_SCRIPT)
    )
    assert not named - KNOWN, "add these to frontend/src/office/icons/icons.json"


def test_the_icons_are_sorted_so_that_branches_merge() -> None:
    names = json.loads((SCRIPT / "icons/icons.json").read_text())
    assert names == sorted(set(names))
