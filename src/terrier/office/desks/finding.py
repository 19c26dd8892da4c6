"""What is to be warned of, read off the loads of positions. Each function finds one kind."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from math import ceil
from statistics import median

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from terrier.office.desks.loads import Load, km_between
from terrier.office.desks.models import Limits, WarningKind
from terrier.office.desks.warning import Figure, Warned, held_by, key_of, money, percent, whole
from terrier.office.people.models import Role

FEWEST_PEERS = 3
"""Of pay: fewer say nothing about what is usual."""


def over_capacity(loads: Sequence[Load], limits: Limits) -> Iterator[Warned]:
    limit = limits.over_percent / 100
    for load in loads:
        if load.utilization is None or load.utilization <= limit or not load.holder:
            continue
        yield Warned(
            WarningKind.OVER_CAPACITY,
            key_of(WarningKind.OVER_CAPACITY, load.position.pk),
            load.position.name,
            _(
                "%(who)s has %(hours)s hours of calls and travel a year, and %(capacity)s hours for them: %(used)s."
                " %(over)s hours must go elsewhere, or calls be left out."
            )
            % {
                "who": load.holder,
                "hours": whole(load.hours),
                "capacity": whole(load.capacity),
                "used": percent(load.utilization),
                "over": whole(load.hours - load.capacity),
            },
            load.utilization / limit,
            (
                Figure(_("Utilization"), percent(load.utilization)),
                Figure(_("Hours over"), whole(load.hours - load.capacity)),
                Figure(_("Accounts"), whole(load.n_accounts)),
            ),
            held_by(load.position.pk),
            (load.position.pk,),
        )


def too_little(loads: Sequence[Load], least: float) -> Iterator[Warned]:
    """Work for less than a part of the hours there are."""
    for load in loads:
        if load.utilization is None or load.utilization >= least or not load.holder or not load.capacity:
            continue
        yield Warned(
            WarningKind.UNDER,
            key_of(WarningKind.UNDER, load.position.pk),
            load.position.name,
            _(
                "%(who)s has %(hours)s hours of calls and travel a year, and %(capacity)s hours for them: %(used)s."
                " %(least)s is the least."
            )
            % {
                "who": load.holder,
                "hours": whole(load.hours),
                "capacity": whole(load.capacity),
                "used": percent(load.utilization),
                "least": percent(least),
            },
            2.0 - load.utilization / least,
            (
                Figure(_("Utilization"), percent(load.utilization)),
                Figure(_("Hours to spare"), whole(load.capacity - load.hours)),
                Figure(_("Accounts"), whole(load.n_accounts)),
            ),
            held_by(load.position.pk),
            (load.position.pk,),
        )


def too_large(loads: Sequence[Load], limits: Limits) -> Iterator[Warned]:
    for load in _in_the_field(loads):
        if load.typical_km is None or load.typical_km <= limits.far_km:
            continue
        yield Warned(
            WarningKind.TOO_LARGE,
            key_of(WarningKind.TOO_LARGE, load.position.pk),
            load.position.name,
            _(
                "An account is typically %(km)s km from the home base, as the crow flies; %(limit)s km are the limit."
            )
            % {"km": whole(load.typical_km), "limit": whole(limits.far_km)},
            load.typical_km / limits.far_km,
            (
                Figure(_("Typical distance"), f"{whole(load.typical_km)} km"),
                Figure(_("Accounts"), whole(load.n_accounts)),
            ),
            held_by(load.position.pk),
            (load.position.pk,),
        )


def crowded(loads: Sequence[Load], limits: Limits) -> Iterator[Warned]:
    """Groups of people who work near one another where fewer would do; the group with most to spare first, each person once."""
    left = [one for one in _in_the_field(loads) if one.holder and one.middle and one.capacity]
    while True:
        groups = [
            (group, _needed(group, limits)) for one in left if len(group := _near(one, left, limits)) > 1
        ]
        spare = [(len(group) - needed, -needed, group) for group, needed in groups if needed < len(group)]
        if not spare:
            return
        n_spare, _fewest, group = max(spare, key=lambda one: one[:2])
        yield _crowd(group, n_spare, limits)
        taken = {one.position.pk for one in group}
        left = [one for one in left if one.position.pk not in taken]


def _near(center: Load, loads: Sequence[Load], limits: Limits) -> list[Load]:
    """Those within the distance of one, itself first."""
    assert center.middle is not None
    others = [
        one
        for one in loads
        if one is not center and one.middle and km_between(center.middle, one.middle) <= limits.crowd_km
    ]
    return [center, *others]


def _needed(group: Sequence[Load], limits: Limits) -> int:
    """How many of them could do all the work."""
    mean = sum(one.capacity for one in group) / len(group)
    return max(1, ceil(sum(one.hours for one in group) / (mean * limits.crowd_percent / 100) - 1e-9))


def _crowd(group: Sequence[Load], n_spare: int, limits: Limits) -> Warned:
    hours, capacity = sum(one.hours for one in group), sum(one.capacity for one in group)
    n_people = len(group)
    ids = tuple(one.position.pk for one in group)
    sentence = ngettext(
        "%(n)s people work within %(km)s km of the middle of %(place)s. Their calls and travel take %(hours)s of the"
        " %(capacity)s hours there are: one fewer would do.",
        "%(n)s people work within %(km)s km of the middle of %(place)s. Their calls and travel take %(hours)s of the"
        " %(capacity)s hours there are: %(spare)s fewer would do.",
        n_spare,
    ) % {
        "n": n_people,
        "km": whole(limits.crowd_km),
        "place": group[0].position.name,
        "hours": whole(hours),
        "capacity": whole(capacity),
        "spare": n_spare,
    }
    return Warned(
        WarningKind.CROWDED,
        key_of(WarningKind.CROWDED, *ids),
        _("Around %(place)s") % {"place": group[0].position.name},
        sentence,
        n_people / (n_people - n_spare),
        (
            Figure(_("People"), whole(n_people)),
            Figure(_("Enough"), whole(n_people - n_spare)),
            Figure(_("Utilization"), percent(hours / capacity)),
        ),
        held_by(*ids),
        ids,
    )


def white_space(loads: Sequence[Load], limits: Limits) -> Iterator[Warned]:
    limit = float(limits.white_space)
    for load in loads:
        if load.white_space < limit:
            continue
        sentence = ngettext(
            "One account with a potential of %(potential)s a year buys nothing.",
            "%(n)s accounts with a potential of %(potential)s a year together buy nothing.",
            load.n_white,
        ) % {"n": whole(load.n_white), "potential": money(load.white_space)}
        yield Warned(
            WarningKind.WHITE_SPACE,
            key_of(WarningKind.WHITE_SPACE, load.position.pk),
            load.position.name,
            sentence,
            load.white_space / limit,
            (
                Figure(_("Potential"), money(load.white_space)),
                Figure(_("Accounts"), whole(load.n_white)),
                Figure(_("Sales, 12 months"), money(load.sales)),
            ),
            held_by(load.position.pk, sales_to="0", potential_from="0.01", sort="-potential"),
            (load.position.pk,),
        )


def vacant(loads: Sequence[Load], limits: Limits) -> Iterator[Warned]:
    for load in loads:
        if load.holder or not load.n_accounts:
            continue
        sentence = ngettext(
            "Nobody sits on it, and one account with sales of %(sales)s waits.",
            "Nobody sits on it, and %(n)s accounts with sales of %(sales)s wait.",
            load.n_accounts,
        ) % {"n": whole(load.n_accounts), "sales": money(load.sales)}
        yield Warned(
            WarningKind.VACANT,
            key_of(WarningKind.VACANT, load.position.pk),
            load.position.name,
            sentence,
            1.2 + load.hours / (load.capacity or 1),
            (
                Figure(_("Accounts"), whole(load.n_accounts)),
                Figure(_("Sales, 12 months"), money(load.sales)),
                Figure(_("Hours a year"), whole(load.hours)),
            ),
            held_by(load.position.pk),
            (load.position.pk,),
        )


def pay_apart(loads: Sequence[Load], limits: Limits) -> Iterator[Warned]:
    """Pay at full time that is far from the middle one of those in the same role."""
    limit = limits.pay_percent / 100
    paid: dict[str, list[tuple[Load, float]]] = {}
    for load in loads:
        if load.holder and load.pay is not None:
            full_time = float(load.pay / load.position.employment_share)
            paid.setdefault(load.position.role, []).append((load, full_time))
    for peers in paid.values():
        middle = median(pay for _load, pay in peers)
        if len(peers) < FEWEST_PEERS or middle <= 0:
            continue
        for load, pay in peers:
            apart = pay / middle - 1
            if abs(apart) > limit:
                yield _apart(load, pay, middle, apart, limit, len(peers) - 1)


def _apart(load: Load, pay: float, middle: float, apart: float, limit: float, n_peers: int) -> Warned:
    told = {
        "who": load.holder,
        "pay": money(pay),
        "apart": percent(abs(apart)),
        "middle": money(middle),
        "n": n_peers,
    }
    return Warned(
        WarningKind.PAY_APART,
        key_of(WarningKind.PAY_APART, load.position.pk),
        load.position.name,
        _("%(who)s is expected to earn %(pay)s, %(apart)s above the middle of %(n)s peers, %(middle)s.")
        % told
        if apart > 0
        else _("%(who)s is expected to earn %(pay)s, %(apart)s below the middle of %(n)s peers, %(middle)s.")
        % told,
        abs(apart) / limit,
        (
            Figure(_("Expected pay"), money(pay)),
            Figure(_("Middle of the peers"), money(middle)),
            Figure(_("Sales credited"), money(load.credited_sales)),
        ),
        held_by(load.position.pk),
        (load.position.pk,),
    )


def _in_the_field(loads: Sequence[Load]) -> list[Load]:
    return [one for one in loads if one.position.role == Role.TERRITORY_MANAGER and one.n_accounts]


OF_LOADS: tuple[Callable[[Sequence[Load], Limits], Iterator[Warned]], ...] = (
    over_capacity,
    crowded,
    too_large,
    white_space,
    vacant,
    pay_apart,
)
