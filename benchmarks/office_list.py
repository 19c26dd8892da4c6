"""How long a page of the account list takes, by role and question: p50 and p95 in milliseconds.

    PYTHONPATH=src python benchmarks/office_list.py [ROUNDS]

on the database that TERRIER_HOME or DATABASE_URL names, filled by office_data.py.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from time import perf_counter, process_time
from urllib.parse import parse_qs

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "terrier.office.settings")
sys.path.insert(0, str(Path(__file__).parents[1] / "src"))

import django

django.setup()

import numpy as np
from django.db import connection, reset_queries

from terrier.office.accounts.filters import matching
from terrier.office.accounts.listing import list_page, read_list
from terrier.office.people.models import Incumbency, Person, Role
from terrier.office.people.scope import scope_of

ROLES = (Role.DIRECTOR, Role.REGION_MANAGER, Role.TERRITORY_MANAGER, Role.KEY_ACCOUNT_MANAGER)

QUESTIONS = (
    "",
    "sort=-annual_sales",
    "sort=potential",
    "sort=city",
    "sort=-state",
    "sort=postal_code",
    "sort=external_id",
    "sort=-updated_at",
    "sort=status",
    "sort=holder",
    "sort=-chain",
    "sort=tasks",
    "status=active&sort=-annual_sales",
    "status=active&account_class=A&state=OH&sort=-potential",
    "channel=groomer&sales_from=5000&sales_to=20000",
    "has_potential=no&sort=-annual_sales",
    "held=nobody",
    "held=vacant",
    "tasks=overdue&sort=-annual_sales",
    "q=wag",
    "q=wagging+tails&sort=-annual_sales",
    "q=C0012345",
    "q=keller&sort=city",
    "q=dayton+paws",
)


def measure(person: Person, question: str, rounds: int) -> tuple[list[float], list[float], int, int]:
    """Times of pages and of counts, how many match, and the queries a page takes."""
    query = read_list(parse_qs(question))
    pages, counts, n_found, n_queries = [], [], 0, 0
    for _ in range(rounds):
        person.__dict__.pop("_scopes", None)
        reset_queries()
        connection.force_debug_cursor = True
        started = perf_counter()
        list_page(person, query)
        pages.append(perf_counter() - started)
        n_queries = len(connection.queries)
        connection.force_debug_cursor = False
        started = perf_counter()
        n_found = matching(person, query.asked).count()
        counts.append(perf_counter() - started)
    return pages, counts, n_found, n_queries


def main(rounds: int) -> None:
    print(f"{connection.vendor}, {rounds} rounds; milliseconds")
    print(f"{'role':<20} {'question':<58} {'found':>8} {'queries':>7} {'p50':>7} {'p95':>7} {'count':>7}")
    for role in ROLES:
        person = Incumbency.objects.filter(position__role=role).select_related("person")[0].person
        scope_of(person)
        started, busy = perf_counter(), process_time()
        for question in QUESTIONS:
            pages, counts, n_found, n_queries = measure(person, question, rounds)
            p50, p95 = np.percentile(pages, [50, 95]) * 1000
            print(
                f"{role:<20} {question or '(all)':<58} {n_found:>8,} {n_queries:>7} {p50:>7.1f} {p95:>7.1f}"
                f" {np.median(counts) * 1000:>7.1f}"
            )
        print(f"{role:<20} processor {process_time() - busy:.1f} s of {perf_counter() - started:.1f} s")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 20)
