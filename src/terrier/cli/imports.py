"""`terrier import`: bring a file into the office from the command line, checked row by row, committed whole."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from terrier.cli.office import open_office
from terrier.cli.options import Whole
from terrier.cli.working import finish, person_of
from terrier.errors import InputError, TerrierError

if TYPE_CHECKING:
    from terrier.office.imports.models import Import

KINDS = ("accounts", "contacts", "people", "coverage")
MOST_TOLD = 20


@click.command("import")
@click.argument("kind", type=click.Choice(KINDS))
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--commit/--dry-run", default=False, show_default=True, help="Import it, or only say what it would do."
)
@click.option("--clear-blanks", is_flag=True, help="An empty cell clears the field.")
@click.option("--as", "email", help="The e-mail address of the person in whose name it is imported.")
@click.option("--sheet", help="Of a workbook; the first one by default.")
@click.option("--encoding", help="Of a text file; UTF-8 by default.")
@click.option("--header-row", type=Whole(1, 1000), default=1, show_default=True)
@click.option("--decimal", type=click.Choice([".", ","]), help="The decimal sign of its numbers.")
@click.option("--dates", type=click.Choice(["iso", "mdy", "dmy"]), default="iso", show_default=True)
def import_file(
    kind: str, file: Path, commit: bool, clear_blanks: bool, email: str | None, dates: str, **options: Any
) -> None:
    """Bring accounts, contacts, people or coverage into the office from a CSV, XLSX or Parquet FILE.

    Columns are matched by their headings. All rows are imported or none; the same file again changes nothing.
    """
    from terrier.intake.files import refuse_unreadable  # noqa: PLC0415

    refuse_unreadable(str(file))
    open_office()
    from terrier.office.imports import services  # noqa: PLC0415
    from terrier.office.imports.models import State  # noqa: PLC0415

    given = {name: value for name, value in options.items() if value is not None}
    with file.open("rb") as stream:
        import_ = services.start_import(
            stream=stream, name=file.name, author=person_of(email), kind=kind, options=given
        )
    _wait(import_)
    if services.standing(import_) == State.REFUSED:
        raise TerrierError(services.why_not(import_))
    settings = {"dates": dates, "decimal": given.get("decimal")}
    services.match_columns(
        import_=import_, kind=kind, mapping=import_.mapping, clear_blanks=clear_blanks, options=settings
    )
    _wait(import_)
    _tell(import_)
    if commit:
        services.commit_import(import_=import_)
        _wait(import_)
        if services.standing(import_) != State.COMMITTED:
            raise TerrierError(services.why_not(import_))
        click.echo("Imported.")
    else:
        click.echo(
            f"Nothing was changed. Import it with --commit, or in the browser at /imports/{import_.pk}/."
        )


def _wait(import_: Import) -> None:
    import_.refresh_from_db()
    assert import_.job is not None
    finish(import_.job, "terrier import")
    import_.refresh_from_db()


def _tell(import_: Import) -> None:
    """How many rows do what; what is wrong with the first of those that are wrong ends the command."""
    from terrier.office.imports.kinds.known import CHECKERS  # noqa: PLC0415 - Django is set up by now
    from terrier.office.imports.models import Deed, Row  # noqa: PLC0415
    from terrier.office.imports.services import why_not  # noqa: PLC0415

    if why_not(import_):
        raise TerrierError(why_not(import_))
    counts = ", ".join(
        f"{import_.counts.get(deed, 0):,} {str(Deed(deed).label).lower()}" for deed in Deed.values[:4]
    )
    click.echo(f"{import_.file_name}: {import_.n_rows:,} rows: {counts}.")
    labels = {one.name: str(one.label) for one in CHECKERS[import_.kind].FIELDS}
    wrong = [
        str(InputError(import_.file_name, problem.rstrip("."), row.number, labels.get(name, name)))
        for row in Row.objects.filter(of=import_, deed=Deed.ERROR).order_by("number")[:MOST_TOLD]
        for name, problem in row.errors.items()
    ]
    if wrong:
        raise TerrierError("\n".join(wrong[:MOST_TOLD]))
