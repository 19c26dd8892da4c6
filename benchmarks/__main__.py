"""`python -m benchmarks [--limit SECONDS] [--sizes 6000/24,10000/40,100000/400] [--publish docs/benchmarks.md]`."""

from __future__ import annotations

import argparse
import json
import tempfile
from pathlib import Path

from benchmarks.instances import Instance, instances
from benchmarks.run import Outcome, run
from benchmarks.table import markdown, show

RESULTS = Path(__file__).parent / "results"


def main() -> None:
    options = _options()
    cases = instances(options.sizes, seed=options.seed)
    outcomes: list[Outcome] = []
    with tempfile.TemporaryDirectory() as folder:
        compiling = run(cases[0], "Terrier", Path(folder), options.seed, limit=600)
        show(f"First run from an empty compilation cache, {cases[0].title}", [compiling])
        for case in cases:
            outcomes += _compare(case, Path(folder), options)
    everything = [compiling, *outcomes]
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "latest.json").write_text(json.dumps([o.as_dict() for o in everything], indent=2) + "\n")
    text = markdown(compiling, outcomes, options.limit)
    (RESULTS / "latest.md").write_text(text)
    if options.publish:
        options.publish.write_text(text)
    print(f"Written: {RESULTS / 'latest.md'} and latest.json")


def _compare(case: Instance, folder: Path, options: argparse.Namespace) -> list[Outcome]:
    found = [run(case, name, folder, options.seed, options.limit) for name in case.contestants]
    show(case.title, found)
    return found


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="Terrier beside its peers.")
    parser.add_argument(
        "--limit", type=float, default=180, help="seconds after which a contestant is stopped"
    )
    parser.add_argument("--sizes", type=_sizes, default=_sizes("6000/24,10000/40,100000/400"))
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--publish", type=Path, help="write the table to this Markdown file too")
    return parser.parse_args()


def _sizes(text: str) -> list[tuple[int, int]]:
    return [(int(n), int(k)) for n, k in (part.split("/") for part in text.split(","))]


if __name__ == "__main__":
    main()
