"""A question asked from the command line: in the scope of a person, as rows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from terrier.office.analysis.answering import MOST_ROWS, answer
from terrier.office.analysis.question import parse
from terrier.office.analysis.selectors import analysis_seen_by
from terrier.office.analysis.sheets import header_of, rows_of
from terrier.office.errors import RefusedError
from terrier.office.export import safe
from terrier.office.people.models import Person

MOST_COLUMNS = 400


def written(question: str, email: str) -> tuple[list[str], Iterator[list[Any]]]:
    """The heading and the rows of what is asked: a question, or the number of a saved one.

    Raises RefusedError where nobody has that address or the question is not understood, Http404 where it is not for them.
    """
    person = Person.objects.filter(email__iexact=email.strip(), is_active=True).first()
    if person is None:
        raise RefusedError(_("Nobody who may sign in has the address %(email)s.") % {"email": email})
    if question.isascii() and question.isdigit() and len(question) <= 18:
        asked = analysis_seen_by(person, int(question)).question
    else:
        asked, wrong = parse(question.lstrip("?"))
        if wrong:
            raise RefusedError(" ".join(wrong))
    table = answer(person, asked, size=MOST_ROWS, most_columns=MOST_COLUMNS)
    return header_of(table), ([safe(value) for value in row] for row in rows_of(table))
