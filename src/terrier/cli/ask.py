"""`terrier ask`: what an analysis is answered, as somebody sees it, as CSV."""

from __future__ import annotations

import csv
import sys

import click

from terrier.cli.office import open_office
from terrier.errors import InputError


@click.command()
@click.argument("question")
@click.option("--as", "email", required=True, help="Whose scope it is reckoned in: their e-mail address.")
def ask(question: str, email: str) -> None:
    """Write what QUESTION asks as CSV, in the scope of a person.

    QUESTION is the address of the analysis page after its question mark ("measures=revenue&rows=category"), or the
    number of a saved analysis that the person sees.
    """
    open_office()
    from django.http import Http404  # noqa: PLC0415 - needs Django

    from terrier.office.analysis.command import written  # noqa: PLC0415
    from terrier.office.errors import RefusedError  # noqa: PLC0415

    try:
        header, rows = written(question, email)
    except RefusedError as error:
        raise InputError(question, str(error).rstrip(".")) from None  # it adds its own
    except Http404:
        raise InputError(
            question, "is not there for them, or is about something outside of what they see"
        ) from None
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
