"""`terrier invite`: let the first people in."""

from __future__ import annotations

import click

from terrier.cli.office import open_office
from terrier.errors import InputError

ROLES = (
    "director",
    "region_manager",
    "territory_manager",
    "account_manager",
    "key_account_manager",
    "analyst",
    "administrator",
)


@click.command()
@click.argument("email")
@click.option("--name", default="", help="Their name, if they are not in the office yet.")
@click.option("--role", type=click.Choice(ROLES), default="administrator", show_default=True)
def invite(email: str, name: str, role: str) -> None:
    """Print a link with which EMAIL sets a password and signs in. It works once, for seven days.

    Adds the person, and a position of the role for them, if there is none. The first administrator of a new office comes in
    this way; administrators invite everybody else from the page of people.
    """
    open_office()
    from django.core.exceptions import ValidationError  # noqa: PLC0415 - needs Django

    from terrier.office.errors import RefusedError  # noqa: PLC0415
    from terrier.office.people.admission import admit  # noqa: PLC0415

    try:
        person, link = admit(email=email, name=name, role=role)
    except RefusedError as error:
        raise InputError(email, str(error)) from None
    except ValidationError as error:
        raise InputError(email, " ".join(error.messages)) from None
    click.echo(f"{person.name} <{person.email}> may come in once, within seven days, at")
    click.echo(link)
