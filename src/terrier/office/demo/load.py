"""Load the sample company into an empty office."""

from __future__ import annotations

import numpy as np
from django.db import transaction
from django.utils import timezone

from terrier.errors import InputError
from terrier.office.demo.accounts import cover, open_accounts
from terrier.office.demo.history import live_through
from terrier.office.demo.people import Force, hire
from terrier.office.demo.potential import tell_potential
from terrier.office.demo.record import keep_record
from terrier.office.demo.terms import set_terms
from terrier.office.people.models import Person
from terrier.sample.generate import generate

PASSWORD = "sample-company"
"""Of everybody in the sample company: it has nothing to hide."""


@transaction.atomic
def load_sample_company(n_accounts: int = 6_000, n_territories: int = 24, seed: int = 1) -> Force:
    """Make the sample company up and store it, whole or not at all.

    Raises InputError if the office has people already: a sample does not belong among true records.
    """
    if Person.objects.exists():
        raise InputError(
            "office", "holds people already", hint="The sample company needs an empty TERRIER_HOME"
        )
    rng = np.random.Generator(np.random.PCG64(seed))
    now = timezone.now()
    sample = generate(n_accounts, n_territories, seed)
    force = hire(sample.people, rng, PASSWORD)
    book = open_accounts(sample.accounts, sample.chains, rng)
    cover(book, sample.accounts, force, timezone.localdate(now), rng)
    set_terms()
    tell_potential(sample.accounts, now, seed)
    live_through(book, force, now, rng)
    keep_record(book, force, now, rng)
    return force
