"""What `terrier market` does, once Django is set up."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.markup import escape

from terrier.cli.office import open_office
from terrier.cli.working import a_console, a_table, author_of, finish, person_of
from terrier.errors import InputError, TerrierError
from terrier.intake.columns import counted
from terrier.intake.files import refuse_unreadable

if TYPE_CHECKING:
    from terrier.office.market.models import Source
    from terrier.office.people.models import Person

MOST_TOLD = 20


def load(
    file: Path, kind: str, industries: str, columns: dict[str, str], dry_run: bool, email: str | None
) -> None:
    refuse_unreadable(str(file))
    open_office()
    from terrier.office.brought.models import State  # noqa: PLC0415
    from terrier.office.errors import RefusedError  # noqa: PLC0415
    from terrier.office.market.reading import read_industries  # noqa: PLC0415
    from terrier.office.market.services import bring_source, load_source  # noqa: PLC0415

    person = _importer(email)
    try:
        options = {"industries": read_industries(industries), "columns": columns}
    except RefusedError as error:
        raise InputError("--industry", str(error).rstrip("."), value=industries) from None
    with file.open("rb") as stream:
        source = bring_source(stream=stream, name=file.name, kind=kind, author=person, options=options)
    _wait(source)
    if source.standing == State.REFUSED:
        raise TerrierError(source.why_not)
    _tell(source)
    if dry_run:
        click.echo(f"Nothing counts yet. Load it in the browser, at /market/files/{source.pk}/.")
        return
    _wait(load_source(source=source, author=author_of(person)))
    source.refresh_from_db()
    if source.standing != State.LOADED:
        raise TerrierError(source.why_not or "It was cancelled; nothing was changed.")
    click.echo(f"Loaded as file {source.pk}. terrier market withdraw {source.pk} takes it out again.")


def list_files(email: str | None) -> None:
    open_office()
    from terrier.office.market.models import Source  # noqa: PLC0415

    _importer(email)
    found = a_table("File", "Name", "What", "State", "Areas", "Customers", "Potential", right=("File", "Areas", "Customers", "Potential"))  # fmt: skip
    for one in Source.objects.select_related("job").order_by("-pk")[:500]:
        figures = (one.report.get(name) for name in ("n_areas", "n_customers", "potential"))
        told = ("–" if figure is None else f"{figure:,}" for figure in figures)
        found.add_row(
            str(one.pk), escape(one.file_name), str(one.get_kind_display()), str(one.standing.label), *told
        )
    if not found.row_count:
        click.echo("No file was brought yet. `terrier market load FILE` loads one.")
        return
    a_console().print(found)


def withdraw(number: int, email: str | None) -> None:
    open_office()
    from terrier.office.market.models import Source  # noqa: PLC0415
    from terrier.office.market.services import withdraw_source  # noqa: PLC0415

    person = _importer(email)
    source = Source.objects.filter(pk=number).first()
    if source is None:
        hint = "terrier market list tells them"
        raise InputError("FILE", "is no file's number", value=str(number), hint=hint)
    withdraw_source(source=source, author=author_of(person))
    click.echo(f"{source.file_name} counts no more.")


def _importer(email: str | None) -> Person | None:
    """Somebody who may import; whoever works on the server itself may."""
    from terrier.office.people.permissions import May, may  # noqa: PLC0415 - Django is set up by now

    person = person_of(email)
    if person is not None and not may(person, May.IMPORT):
        raise InputError("--as", "may not import files", value=email)
    return person


def _wait(source: Source) -> None:
    assert source.job is not None
    finish(source.job, "terrier market")
    source.refresh_from_db()


def _tell(source: Source) -> None:
    """What a file tells, and what of it was left out."""
    from terrier.office.brought.services import refused_of  # noqa: PLC0415 - Django is set up by now
    from terrier.office.market.reading import unmatched_of  # noqa: PLC0415
    from terrier.office.market.reasons import note  # noqa: PLC0415
    from terrier.office.sales.reasons import reason  # noqa: PLC0415

    report: dict[str, Any] = source.report
    told = [counted(report["n_areas"], "area")]
    if report["n_customers"] is not None:
        told.append(counted(report["n_customers"], "potential customer"))
    if report["potential"] is not None:
        told.append(f"${report['potential']:,} a year")
    click.echo(f"{source.file_name}: {', '.join(told)}.")
    for one in report["notes"]:
        click.echo(note(one))
    unknown = unmatched_of(source)
    if len(unknown):
        codes = ", ".join(str(code) for code in unknown["area"].head(MOST_TOLD))
        more = "" if len(unknown) <= MOST_TOLD else f" and {len(unknown) - MOST_TOLD:,} more"
        click.echo(f"Areas that are not known: {codes}{more}.")
    refused = refused_of(source)
    if len(refused):
        click.echo(f"Refused: {counted(len(refused), 'row')}.")
    for row, column, value, why in refused.head(MOST_TOLD).iter_rows():
        found = "" if value is None else f" (found “{value[:60]}”)"
        click.echo(f"  row {row:,}, column “{column}”: {reason(why)}{found}")
    if len(refused) > MOST_TOLD:
        click.echo(f"  and {len(refused) - MOST_TOLD:,} more")
