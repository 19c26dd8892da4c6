"""The report page: one file that opens from disk. The built bundle and the plan's data are put into one template."""

from __future__ import annotations

import html
import json
from importlib import resources
from pathlib import Path
from typing import Any

from terrier.errors import TerrierError
from terrier.report.document import PlanDocument
from terrier.report.drawing import Drawing
from terrier.report.figures import Figures
from terrier.report.payload import payload
from terrier.report.reasons import Reasons

# Nothing is fetched and nothing runs but the bundle: a hostile account name finds every door shut.
POLICY = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:; "
    "base-uri 'none'; form-action 'none'"
)

TEMPLATE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="Terrier">
<link rel="icon" href="data:,">
<title>{title}</title>
<style>{style}</style>
</head>
<body>
<div id="app"></div>
<noscript>This report needs JavaScript, which is turned off in this browser. placements.csv and plan.xlsx hold the same plan.</noscript>
<script id="plan" type="application/json">{data}</script>
<script>{script}</script>
</body>
</html>
"""


def write_page(
    document: PlanDocument,
    known: Figures,
    why: Reasons,
    drawing: Drawing,
    land: dict[str, Any] | None,
    path: Path,
) -> None:
    """Write the self-contained report. land : what `basemap` found.

    Raises
    ------
    TerrierError
        The page was not built into the package, as in a fresh checkout.
    """
    page = TEMPLATE.format(
        policy=POLICY,
        title=html.escape(document.title),
        style=asset("report.css").replace("</style", "<\\/style"),
        data=embeddable(payload(document, known, why, drawing, land)),
        script=asset("report.js").replace("</script", "<\\/script"),
    )
    path.write_text(page, encoding="utf-8")


def embeddable(value: Any) -> str:
    """JSON that cannot end its own script element, open a comment in it, or break a line (U+2028)."""
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for character, code in (("<", "\\u003c"), (">", "\\u003e"), ("\u2028", "\\u2028"), ("\u2029", "\\u2029")):
        text = text.replace(character, code)
    return text.encode("utf-8", "replace").decode("utf-8")


def asset(name: str) -> str:
    """One file of the built page."""
    found = resources.files("terrier.report") / "assets" / name
    if not found.is_file():
        raise TerrierError(
            "The report page is not built. Run `make assets` first; it needs Node.js 20 or newer."
        )
    return found.read_text(encoding="utf-8")
