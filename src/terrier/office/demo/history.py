"""What happened with the sample company's accounts: contacts, purchases, competitors, calls, orders, notes and tasks."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

import numpy as np
from django.utils import timezone

from terrier.office.accounts.models import (
    Account,
    Category,
    Channel,
    Competitor,
    CompetitorPresence,
    Contact,
    ContactRole,
    Event,
    EventKind,
    Note,
    Purchase,
    ReachBy,
    Stance,
    Status,
    Task,
)
from terrier.office.demo.accounts import CHUNK, Book
from terrier.office.demo.people import Force
from terrier.sample.names import people_names

CATEGORIES = {
    "Dog food": 0.30, "Cat food": 0.22, "Treats and chews": 0.14, "Litter": 0.10, "Toys": 0.08,
    "Health and grooming": 0.08, "Collars and leashes": 0.05, "Small animals and birds": 0.03,
}  # fmt: skip
FOCUS = {Channel.GROOMER: "Health and grooming", Channel.VET: "Health and grooming", Channel.FARM: "Dog food"}
COMPETITORS = (
    "Northgate Pet Supply",
    "Paws Direct",
    "Bluestem Distribution",
    "Harbor Wholesale",
    "Prairie Pet Co.",
)
JOBS = {
    ContactRole.DECISION_MAKER: ("Owner", "General manager", "Practice owner", "Category director"),
    ContactRole.BUYER: ("Buyer", "Purchasing manager", "Store manager"),
    ContactRole.INFLUENCER: ("Assistant manager", "Head groomer", "Senior vet"),
    ContactRole.USER: ("Shop assistant", "Groomer", "Technician"),
    ContactRole.GATEKEEPER: ("Front desk", "Office manager"),
}
SAID = {
    EventKind.VISIT: ("Went through the shelf plan", "Showed the spring range", "Checked stock together", "Met the new buyer"),
    EventKind.CALL: ("Asked about a late delivery", "Took the weekly order", "Talked about the price list", "No answer, left a message"),
    EventKind.EMAIL: ("Sent the promotion sheet", "Sent samples list", "Confirmed the next visit"),
    EventKind.COMPLAINT: ("Two cases arrived damaged", "Wrong item in the delivery", "Invoice did not match the offer"),
}  # fmt: skip
NOTES = (
    "Deliveries only before 10, through the yard at the back.",
    "Decides on new brands twice a year, in March and September.",
    "Wants one invoice a month for everything.",
    "Loyal to the house brand of litter; do not push there.",
    "The owner retires next year; the daughter takes over.",
    "Pays on time, always asks for the early-payment discount.",
)
TO_DO = ("Send the new price list", "Agree the autumn promotion", "Call back about the complaint", "Offer the treats range", "Plan the shelf change", "Ask for the reorder")  # fmt: skip
STANCES = (Stance.CHAMPION, Stance.SUPPORTER, Stance.SUPPORTER, Stance.NEUTRAL, Stance.NEUTRAL, Stance.CRITIC)


def live_through(book: Book, force: Force, now: dt.datetime, rng: np.random.Generator) -> None:
    """Give every account the traces of two years."""
    Contact.objects.bulk_create(_contacts(book.rows, rng), batch_size=CHUNK)
    categories = {name: Category.objects.create(name=name) for name in CATEGORIES}
    Purchase.objects.bulk_create(_purchases(book.rows, categories, rng), batch_size=CHUNK)
    rivals = [Competitor.objects.create(name=name) for name in COMPETITORS]
    CompetitorPresence.objects.bulk_create(_presences(book, force, rivals, now.date(), rng), batch_size=CHUNK)
    Event.objects.bulk_create(_events(book, force, now, rng), batch_size=CHUNK)
    _keep_times(Note, _notes(book, force, now, rng))
    _keep_times(Task, _tasks(book, force, now, rng))


def _keep_times(model: Any, rows: Iterable[Any]) -> None:
    """Store rows with the ``created_at`` that they have, which Django would otherwise set to now."""
    timed = list(rows)
    times = [row.created_at for row in timed]
    made = model.objects.bulk_create(timed, batch_size=CHUNK)
    for row, at in zip(made, times, strict=True):
        row.created_at = at
    model.objects.bulk_update(made, ["created_at"], batch_size=500)


def _contacts(rows: list[Account], rng: np.random.Generator) -> Iterable[Contact]:
    how_many = np.where(rng.random(len(rows)) < 0.55, 1, 2) + (rng.random(len(rows)) < 0.15)
    names = iter(people_names(rng, int(how_many.sum())))
    roles = list(JOBS)
    for account, count in zip(rows, how_many, strict=True):
        for number in range(count):
            role = ContactRole.DECISION_MAKER if number == 0 else roles[int(rng.integers(1, len(roles)))]
            name = next(names)
            yield Contact(
                account=account,
                name=name,
                role=role,
                job_title=str(rng.choice(JOBS[role])),
                stance=STANCES[int(rng.integers(len(STANCES)))],
                reach_by=ReachBy.values[int(rng.integers(len(ReachBy.values)))],
                email=f"{'.'.join(name.lower().split())}@account{account.pk}.example",
                phone=account.phone or "(555) 555-0100",
            )


def _purchases(
    rows: list[Account], categories: dict[str, Category], rng: np.random.Generator
) -> Iterable[Purchase]:
    names, usual = list(CATEGORIES), np.array(list(CATEGORIES.values()))
    for account in rows:
        if not account.annual_sales:
            continue
        share = usual * rng.gamma(1.5, 1.0, len(names)) * (rng.random(len(names)) < 0.7)
        focus = FOCUS.get(Channel(account.channel))
        if focus:
            share[names.index(focus)] += 0.5
        if not share.sum():
            share[0] = 1
        amounts = np.floor(share / share.sum() * float(account.annual_sales) * 100).astype(int)
        amounts[int(np.argmax(amounts))] += round(float(account.annual_sales) * 100) - int(amounts.sum())
        growth = np.exp(0.04 + 0.25 * rng.standard_normal(len(names)))
        for name, cents, factor in zip(names, amounts, growth, strict=True):
            if cents > 0:
                yield Purchase(
                    account=account,
                    category=categories[name],
                    last_year=Decimal(int(cents)) / 100,
                    year_before=Decimal(int(cents / factor)) / 100,
                )


def _author(book: Book, force: Force, account: Account) -> int | None:
    holder = book.holder.get(account.pk)
    person = force.people.get(holder.pk) if holder else None
    return person.pk if person else None


def _presences(
    book: Book, force: Force, rivals: list[Competitor], today: dt.date, rng: np.random.Generator
) -> Iterable[CompetitorPresence]:
    for account in book.rows:
        if rng.random() > 0.35:
            continue
        for rival in rng.permutation(len(rivals))[: 1 + int(rng.random() < 0.3)]:
            yield CompetitorPresence(
                account=account,
                competitor=rivals[int(rival)],
                share=Decimal(int(rng.integers(1, 10)) * 5),
                seen_on=today - dt.timedelta(days=int(rng.integers(5, 500))),
                author_id=_author(book, force, account),
            )


def _events(book: Book, force: Force, now: dt.datetime, rng: np.random.Generator) -> Iterable[Event]:
    kinds = (EventKind.VISIT, EventKind.CALL, EventKind.CALL, EventKind.EMAIL, EventKind.COMPLAINT)
    often = {"A": 9, "B": 6, "C": 4, "D": 2, "": 2}
    for account in book.rows:
        author = _author(book, force, account)
        count = int(rng.poisson(often[account.account_class]))
        for days in np.sort(rng.integers(1, 540, count)):
            at = now - dt.timedelta(days=int(days), minutes=int(rng.integers(0, 480)))
            if account.status == Status.ACTIVE and rng.random() < 0.45:
                amount = Decimal(round(float(account.annual_sales) / 12 * float(rng.uniform(0.4, 1.6)), 2))
                summary = "Ordered by phone" if rng.random() < 0.5 else "Ordered online"
                if not amount:  # a head office orders nothing itself
                    yield Event(
                        account=account,
                        kind=EventKind.CALL,
                        happened_at=at,
                        summary=SAID[EventKind.CALL][2],
                        author_id=author,
                    )
                    continue
                yield Event(
                    account=account,
                    kind=EventKind.ORDER,
                    happened_at=at,
                    summary=summary,
                    amount=amount.quantize(Decimal("0.01")),
                    author_id=author,
                )
            else:
                kind = kinds[int(rng.integers(len(kinds) if rng.random() < 0.3 else 4))]
                yield Event(
                    account=account,
                    kind=kind,
                    happened_at=at,
                    summary=str(rng.choice(SAID[kind])),
                    author_id=author,
                )


def _notes(book: Book, force: Force, now: dt.datetime, rng: np.random.Generator) -> Iterable[Note]:
    for account in book.rows:
        if rng.random() < 0.2:
            yield Note(
                account=account,
                author_id=_author(book, force, account),
                text=str(rng.choice(NOTES)),
                created_at=now - dt.timedelta(days=int(rng.integers(1, 700))),
            )


def _tasks(book: Book, force: Force, now: dt.datetime, rng: np.random.Generator) -> Iterable[Task]:
    today = timezone.localdate(now)
    for account in book.rows:
        author = _author(book, force, account)
        if author and rng.random() < 0.06:
            late = int(rng.integers(-12, 30))
            done = late < 0 and rng.random() < 0.6
            yield Task(
                account=account,
                title=str(rng.choice(TO_DO)),
                due_on=today + dt.timedelta(days=late),
                assignee_id=author,
                author_id=author,
                created_at=now - dt.timedelta(days=20),
                done_at=now + dt.timedelta(days=late) if done else None,
            )
