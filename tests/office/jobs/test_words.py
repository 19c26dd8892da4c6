"""What a job says of itself is kept as a key and its numbers: whoever reads it is told in their own language."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.utils.translation import gettext_lazy, override

from terrier.office.jobs.models import Job
from terrier.office.jobs.registry import HANDLERS
from terrier.office.jobs.run import Run
from terrier.office.jobs.services import enqueue
from terrier.office.jobs.words import kept_of, said, said_of, told
from terrier.office.jobs.worker import run_one
from terrier.office.people.models import Person


def test_a_sentence_is_told_in_the_language_of_who_reads() -> None:
    kept = said("Edit %(n)s accounts", n=12345).kept()
    with override("en"):
        assert told(kept) == "Edit 12,345 accounts"
    with override("it"):
        assert told(kept) == "Modifica 12.345 clienti"


@pytest.mark.parametrize(
    ("count", "sentence"), [(1, "1 new account placed"), (3000, "3,000 new accounts placed")]
)
def test_a_number_of_things_is_told_in_its_plural(count: int, sentence: str) -> None:
    words = said_of(count, "%(n)s new account placed", "%(n)s new accounts placed")
    assert told(words.kept()) == str(words) == sentence


def test_a_value_that_is_words_itself_is_told_so_too() -> None:
    with override("it"):  # whoever asks for the job reads Italian
        kept = said(
            "%(round)s, %(share)s moved", round=said("Round %(n)s, %(off)s", n=3, off="5%"), share="1%"
        )
        kept_lazily = kept_of(gettext_lazy("Cancelled"))
        kept = kept.kept()
    with override("en"):
        assert told(kept) == "Round 3, 5%, 1% moved"
        assert told(kept_lazily) == "Cancelled"
    with override("it"):
        assert told(kept_lazily) != "Cancelled"


def test_a_percent_sign_and_braces_in_a_name_stay_as_they_are() -> None:
    assert (
        told(said("Reading %(file)s", file="100% {sure} %(n)s.csv").kept()) == "Reading 100% {sure} %(n)s.csv"
    )
    assert told("50 % done") == "50 % done"
    assert told(None) == ""


@pytest.mark.django_db(transaction=True)
def test_pages_and_the_api_tell_a_job_in_the_readers_language(monkeypatch: pytest.MonkeyPatch) -> None:
    def work(run: Run, **payload: Any) -> dict[str, Any]:
        run.step(1, 2, said("Reading the file"))
        job = Job.objects.get(pk=run.job_id)
        assert (str(job), job.now) == ("Modifica 3.000 clienti", "Lettura del file")
        return {"told": said("The answer is there").kept()}

    monkeypatch.setitem(HANDLERS, "test", work)
    ida = Person.objects.create_user("ida@example.com", name="Ida", language="it")
    job = enqueue("test", author=ida, summary=said("Edit %(n)s accounts", n=3000))
    assert run_one("w")
    job.refresh_from_db()
    assert job.state == "done", job.error
    for language, summary in (("en", "Edit 3,000 accounts"), ("it", "Modifica 3.000 clienti")):
        client = Client(headers={"Accept-Language": language})
        client.force_login(ida)
        with override("en"):  # and back to it
            page = client.get(f"/jobs/{job.pk}/").content.decode()
        assert summary in page
        assert ("The answer is there" in page) == (language == "en")
