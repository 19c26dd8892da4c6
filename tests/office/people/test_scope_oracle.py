"""The scope rule against a slow and obvious one, over every model under it, on companies made up at random."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db import models, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from terrier.office.accounts.models import Account, Contact
from terrier.office.alignment.models import Coverage
from terrier.office.people.models import Person, Position
from terrier.office.people.scope import visible_to
from tests.office.people.naive_scope import World
from tests.office.people.worlds import Size, days, make_world

SMALL = Size(n_days=8, n_positions=9, n_people=6, n_accounts=14)
BIG = Size(n_days=40, n_positions=48, n_people=40, n_accounts=700)


def under_the_rule() -> list[type[models.Model]]:
    """The models that somebody has placed under the rule: all of them are compared."""
    nobody = Person(pk=0)
    found = []
    for model in apps.get_models():
        try:
            visible_to(nobody, model)
        except LookupError:
            continue
        found.append(model)
    return found


def seen_otherwise(world: World, person: Person, day: object, rows: list[models.Model]) -> Iterator[str]:
    """What the rule shows of all the rows of a model against what the oracle would."""
    if not rows:
        return
    viewer, model = world.viewer(person, day), type(rows[0])  # type: ignore[arg-type]
    visible = visible_to(Person(pk=person.pk), model, on=day)  # type: ignore[arg-type]
    shown = list(visible.values_list("pk", flat=True))
    walked = visible_to(Person(pk=person.pk), model, on=day, walked=True)  # type: ignore[arg-type]
    if sorted(walked.values_list("pk", flat=True)) != sorted(shown):
        yield f"{person} is shown another {model.__name__} by walking on {day}"
    if len(shown) != len(set(shown)):
        yield f"{person} is shown a {model.__name__} twice on {day}"
    for row in rows:
        if viewer.sees(row) != (row.pk in shown):
            verb = "is shown" if row.pk in shown else "is denied"
            yield f"{person} {verb} {model.__name__} {row.pk} on {day}"


@pytest.mark.django_db
@settings(
    max_examples=8,  # worlds, each looked at by several people on several days
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(seed=st.integers(0, 2**32), data=st.data())
def test_everybody_sees_what_the_obvious_rule_says(seed: int, data: st.DataObject) -> None:
    with transaction.atomic():
        make_world(random.Random(seed), SMALL)
        world, people = World(), list(Person.objects.order_by("pk"))
        pairs = st.lists(
            st.tuples(st.sampled_from(people), st.sampled_from(days(SMALL))), min_size=4, max_size=4
        )
        looks = data.draw(pairs, "looks")
        rows = {model: list(model._base_manager.all()) for model in under_the_rule()}
        wrong = [
            one
            for person, day in looks
            for model in rows
            for one in seen_otherwise(world, person, day, rows[model])
        ]
        transaction.set_rollback(True)
    assert not wrong


@pytest.mark.django_db
def test_no_leak_in_100_000_probes() -> None:
    """People × days × objects of one large company; each object is asked about by itself."""
    chance = random.Random(20_260_101)
    make_world(chance, BIG)
    world = World()
    objects = {
        model: list(model._base_manager.all()) for model in (Account, Contact, Coverage, Person, Position)
    }
    n_probes, n_seen, wrong = 0, 0, []
    people = list(Person.objects.order_by("pk"))
    while n_probes < 100_000:
        person, day = chance.choice(people), chance.choice(days(BIG))
        viewer = world.viewer(person, day)
        for model, rows in objects.items():
            visible = visible_to(Person(pk=person.pk), model, on=day, walked=chance.random() < 0.5)
            shown = set(visible.values_list("pk", flat=True))
            told = {row.pk for row in rows if viewer.sees(row)}
            n_probes, n_seen = n_probes + len(rows), n_seen + len(told)
            wrong += [(person.pk, day, model, pk) for pk in shown ^ told]
    assert not wrong, wrong[:5]
    assert n_probes >= 100_000
    assert 0.05 < n_seen / n_probes < 0.95, "a world in which all or nothing is seen would prove little"


@pytest.mark.django_db
def test_the_oracle_knows_every_model_under_the_rule() -> None:
    make_world(random.Random(1), SMALL)
    world, person = World(), Person.objects.first()
    assert person is not None
    for model in under_the_rule():
        rows = list(model._base_manager.all())
        assert rows, f"tests/office/people/worlds.py makes no {model.__name__}"
        for row in rows:
            assert world.viewer(person, days(SMALL)[3]).sees(row) in {True, False}
