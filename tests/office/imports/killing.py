"""Commit and undo of an import in a process of their own, killed at random moments.

python -m tests.office.imports.killing POINTS: sets up an office in TERRIER_HOME (and DATABASE_URL, if given), then kills a commit
and an undo at so many random points each. Whatever the moment, every object is as it was before or as it is after; and the
next worker ends what was begun, once. Exits with 1 and says so where it does not.
"""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path

from tests.office.keep.killing import damaged
from tests.office.killing import finish, kill, work_here

ACCOUNTS = 1_000


def main(points: int) -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "terrier.office.settings"
    import django

    django.setup()
    from django.core.management import call_command

    from terrier.intake.sealed import read_here
    from terrier.office.audit.models import Act
    from terrier.office.imports import jobs, services
    from terrier.office.imports.models import Import, State
    from tests.office.imports.bringing import bring, commit, state_hash

    jobs.read_sealed = read_here
    call_command("migrate", verbosity=0)
    commit(bring(None, file(0, ACCOUNTS, "Old")))
    before, torn, moment = state_hash(), 0, 1.0
    for _ in range(points):
        import_ = services.start_import(
            stream=io.BytesIO(file(ACCOUNTS // 2, 3 * ACCOUNTS // 2, "New").encode()),
            name="a.csv",
            author=None,
            kind="accounts",
        )
        work_here()
        import_.refresh_from_db()
        if import_.state == State.MATCHING:
            services.match_columns(
                import_=import_, kind="accounts", mapping=import_.mapping, clear_blanks=False, options={}
            )
            work_here()
        services.commit_import(import_=import_)
        moment = kill(work_here, moment)
        after = state_hash()
        torn += after != before and not Import.objects.filter(pk=import_.pk, state=State.COMMITTED).exists()
        finish()
        after, n_acts = state_hash(), Act.objects.count()
        torn += after == before or Import.objects.get(pk=import_.pk).state != State.COMMITTED
        services.undo_import(import_=Import.objects.get(pk=import_.pk), author=None)
        moment = kill(work_here, moment)
        torn += state_hash() not in {before, after} or Act.objects.count() not in {n_acts, n_acts + 1}
        finish()
        torn += state_hash() != before or Act.objects.count() != n_acts + 1 or damaged()
    print(f"{points} points each, {torn} torn")
    sys.exit(torn > 0)


def file(first: int, last: int, name: str) -> str:
    """Accounts in trees of ten, each with a name and a place."""
    rows = [
        f"A{at},{name} {at},{'' if at % 10 == 0 else f'A{at - at % 10}'},{name}ville"
        for at in range(first, last)
    ]
    return "\n".join(["id,name,parent,city", *rows]) + "\n"


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[3]))
    main(int(sys.argv[1]))
