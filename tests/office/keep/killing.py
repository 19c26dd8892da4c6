"""Backup and restore in a process of their own, killed at random moments.

python -m tests.office.keep.killing POINTS: sets up an office in TERRIER_HOME (and DATABASE_URL, if given), then kills a
backup and a restore at so many random points each. Whatever the moment, the archive is the old one or the new one, and the
database holds the one state or the other. Exits with 1 and says so where it does not.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

PEOPLE = 3_000


def main(points: int) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "terrier.office.settings"
    import django

    django.setup()
    from django.core.management import call_command

    from terrier.office.keep.backup import back_up, restore
    from terrier.office.people.models import Person

    call_command("migrate", verbosity=0)
    home = Path(os.environ["TERRIER_HOME"])
    (home / "files").mkdir()
    (home / "files" / "upload.csv").write_bytes(os.urandom(2_000_000))
    first, second = home.parent / "first.tar", home.parent / "second.tar"
    people("first")
    back_up(first)
    people("second")
    back_up(second)
    held = {PEOPLE, 2 * PEOPLE}
    torn = 0
    for after in moments(lambda: back_up(first, force=True), points):
        before = first.read_bytes()
        in_child(lambda: back_up(first, force=True), after)
        if first.read_bytes() != before:
            torn += in_child(lambda: restore(first, force=True)) != 0
    for turn, after in enumerate(moments(lambda: restore(first, force=True), points)):
        in_child(lambda source=(first, second)[turn % 2]: restore(source, force=True), after)  # type: ignore[misc]
        torn += in_child(lambda: sys.exit(Person.objects.count() not in held or damaged())) != 0
    print(f"{points} points each, {torn} torn")
    sys.exit(torn > 0)


def moments(deed: Callable[[], object], points: int) -> Iterator[float]:
    """Random moments, in seconds, within the time that a deed takes when it is let to end."""
    started = time.monotonic()
    if in_child(deed):
        sys.exit("it fails even when nobody kills it")
    took = time.monotonic() - started
    for _ in range(points):
        yield random.uniform(0, 1.1 * took)


def people(names: str) -> None:
    from terrier.office.people.models import Person

    Person.objects.bulk_create(
        Person(email=f"{names}{i}@example.com", name=f"{names} {i}", password="!") for i in range(PEOPLE)
    )


def damaged() -> bool:
    from django.db import connection

    if connection.vendor != "sqlite":
        return False
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA integrity_check")
        return bool(cursor.fetchone()[0] != "ok")


def in_child(deed: Callable[[], object], kill_after: float | None = None) -> int:
    """Do something in a child; its exit code, or -9 where it was killed."""
    from django.db import connections

    connections.close_all()
    child = os.fork()
    if child == 0:
        os.setpgid(0, 0)
        code = 1
        try:
            deed()
            code = 0
        except SystemExit as ended:
            code = int(ended.code or 0)  # type: ignore[arg-type]
        except BaseException as error:
            print(repr(error), file=sys.stderr)
        finally:
            os._exit(code)
    if kill_after is not None:
        time.sleep(kill_after)
        try:
            os.killpg(child, signal.SIGKILL)
        except ProcessLookupError:
            os.kill(child, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


if __name__ == "__main__":
    main(int(sys.argv[1]))
