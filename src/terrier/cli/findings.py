"""What a plan does not meet, and why, in sentences with names in them."""

from __future__ import annotations

import re
from collections.abc import Iterable

import numpy as np

from terrier.engine.design import Plan, Shortfall
from terrier.intake.columns import counted, listed
from terrier.intake.job import DesignJob
from terrier.report import Choices
from terrier.report.figures import in_digits

TOLD = 3
WHISKER = 0.005
"""Of the cap on moves: room too small to speak of."""
NEARLY_FULL = 0.95
"""Of a capacity: one that is no fuller is not in the way."""


def findings(job: DesignJob, plan: Plan, choices: Choices | None = None) -> list[str]:
    """One sentence when everything is met; otherwise at most three: the worst of each kind with its reason.

    choices : the plans it was chosen from, if any.
    """
    if plan.is_feasible:
        return [_all_met(job, plan)]
    sentences: list[str] = []
    told = {"unit_too_large"}  # they are the reasons of others
    # What has no room is why others are over their shares, so it is told first.
    for shortfall in sorted(plan.shortfalls, key=lambda one: one.kind != "capacity"):
        if shortfall.kind not in told:
            told.add(shortfall.kind)
            same = [other for other in plan.shortfalls if other.kind == shortfall.kind]
            sentences += _of_a_kind(job, plan, same, choices)
    if len(sentences) > TOLD:
        return [*sentences[: TOLD - 1], "More could not be met; report.html lists it."]
    return sentences


def _all_met(job: DesignJob, plan: Plan) -> str:
    problem, names = job.problem, spelled_alike(job.measure_names)
    finite = np.isfinite(problem.tolerances)
    limits = "" if np.isnan(plan.room(problem)).all() else " and its capacity"
    if not finite.any():
        return (
            f"{'Every territory' if problem.n_territories > 1 else 'The territory'} is within its capacity."
        )
    if len(set(problem.tolerances.tolist())) == 1:
        parts = [f"±{problem.tolerances[0] * 100:g}% of its share of {_and(names)}"]
    else:
        each = zip(names, problem.tolerances.tolist(), strict=True)
        parts = [
            f"±{tolerance * 100:g}% of its share of {name}" for name, tolerance in each if tolerance < np.inf
        ]
    whole = "Every territory is" if problem.n_territories > 1 else "The territory is"
    pieces = " and in one piece" if problem.contiguous else ""
    return f"{whole} within {_and(parts)}{limits}{pieces}."


def _of_a_kind(job: DesignJob, plan: Plan, same: list[Shortfall], choices: Choices | None) -> list[str]:
    name = job.territory_names
    territories = [name[s.territory] for s in same if s.territory is not None]
    match same[0].kind:
        case "empty":
            return [f"Without any account: {listed(territories)}."]
        case "contiguity":
            shown = [f"{name[int(s.territory or 0)]} ({s.value:.0f} pieces)" for s in same]
            return [
                f"Not in one piece: {listed(shown, 10)}; locks or groups hold them apart, or balance does."
            ]
        case "apart":
            shown = [
                f"{job.unit_ids[int(s.unit or 0)]} and {job.unit_ids[int(s.value)]} in {name[int(s.territory or 0)]}"
                for s in same
            ]
            return [f"Not kept apart: {listed(shown, 5)}."]
        case "max_moved":
            return [_over_the_cap(job, same[0], choices)]
        case "capacity":
            return _over_capacity(job, same)
        case _:
            named = same[: 2 if len(same) == 2 else 1]
            told = [f"{_deviation(job, s)}: {_why(job, plan, s)}." for s in named]
            if len(same) > len(named):
                where = {s.territory for s in same[1:]}
                rest = counted(len(same) - 1, "more figure", "more figures")
                places = counted(len(where), "territory", "territories")
                told.append(f"{rest} in {places} {'are' if len(same) > 2 else 'is'} beyond tolerance.")
            return told


def _over_the_cap(job: DesignJob, found: Shortfall, choices: Choices | None) -> str:
    cap = found.bound
    allowed = f"{percent(found.value, cap)} moves, over the {cap * 100:g}% allowed"
    fit = [] if choices is None else [i for i, one in enumerate(choices.plans, 1) if one.moved <= cap + 1e-12]
    if choices is not None and fit:
        return f"{allowed}: --choose asks for plan {choices.chosen + 1}; plan {fit[-1]} moves no more than allowed."
    forced = _must_move(job)
    if forced > cap:
        return f"{allowed}: {forced * 100:.1f}% is held by someone who may not serve it, and must move."
    if choices is not None and cap < choices.must_move < np.inf:
        return (
            f"{allowed}: at least {percent(choices.must_move, cap)} must move for every tolerance to be met."
        )
    if choices is not None:
        return f"{allowed}: no plan that moves less was found."
    return f"{allowed}: the tolerances, the locks or new territories may ask for more."


def _served(job: DesignJob, found: Shortfall) -> str | None:
    """The reason when a territory, with all that offer the same, may serve too little or alone must serve too much."""
    problem, j, m = job.problem, int(found.territory or 0), int(found.measure or 0)
    if problem.kinds is None or problem.eligible is None:
        return None
    alike = (problem.eligible == problem.eligible[:, j : j + 1]).all(axis=0)
    may = problem.eligible[:, j] & (True if found.value < 0 else ~problem.eligible[:, ~alike].any(axis=1))
    share = float(problem.measures[may[problem.kinds], m].sum() / problem.targets[alike, m].sum())
    if abs(share - 1) <= found.bound or (share > 1) != (found.value > 0):
        return None
    others = int(alike.sum()) - 1
    who = "it" if others == 0 else f"it and {others:,} like it"
    what = f"all that {who} may serve" if found.value < 0 else f"what only {who} may serve"
    return f"{what} is {share * 100:,.0f}% of {'that share' if others == 0 else 'their share'}"


def _must_move(job: DesignJob) -> float:
    """The share, as the cap counts it, that is today with someone who may not serve it."""
    problem = job.problem
    if problem.present is None or problem.kinds is None or problem.eligible is None:
        return 0.0
    held = problem.present >= 0
    wrong = held & ~problem.eligible[problem.kinds, problem.present]
    if problem.frozen is not None:
        wrong &= ~problem.frozen[problem.present]
    return float(problem.move_weights[wrong].sum() / max(problem.move_weights[held].sum(), 1e-300))


def _over_capacity(job: DesignJob, same: list[Shortfall]) -> list[str]:
    """The worst case and its reason, and how many more there are."""
    problem, worst = job.problem, same[0]
    j, m = int(worst.territory or 0), int(worst.measure or 0)
    measure = spelled(job.measure_names[m])
    holder = "" if worst.unit is None else f"its center {job.unit_ids[worst.unit]} "
    told = f"{job.territory_names[j]} holds {in_digits(worst.value)} of {measure}, but {holder}has room for {in_digits(worst.bound)}"
    limits = np.empty(0) if problem.capacities is None else problem.capacities[:, m]
    if problem.site_capacities is not None and problem.capacities is None:
        limits = np.sort(problem.site_capacities[:, m])[-problem.n_territories :]  # blanks come last
    total = float(problem.measures[:, m].sum())
    if len(limits) and not np.isnan(limits).any() and limits.sum() < total:
        who = "all together" if worst.unit is None else f"the {len(limits)} with most room together"
        told += f": {who} have room for {in_digits(float(limits.sum()))} of {in_digits(total)}"
    elif problem.locks is not None and problem.measures[problem.locks == j, m].sum() > worst.bound:
        told += ": the accounts locked to it are more than that"
    elif problem.frozen is not None and problem.frozen[j]:
        told += ": it is frozen"
    more = (
        []
        if len(same) == 1
        else [f"{counted(len(same) - 1, 'more figure is', 'more figures are')} beyond a capacity."]
    )
    return [f"{told}.", *more]


def _deviation(job: DesignJob, found: Shortfall) -> str:
    territory = job.territory_names[int(found.territory or 0)]
    measure = job.measure_names[int(found.measure or 0)]
    side = "over" if found.value > 0 else "under"
    return f"{territory} is {percent(abs(found.value), found.bound)} {side} its share of {spelled(measure)}"


def _why(job: DesignJob, plan: Plan, found: Shortfall) -> str:
    """The likeliest reason, hardest first: what no search could change, then what asks could."""
    problem, j, m = job.problem, int(found.territory or 0), int(found.measure or 0)
    target = float(problem.scales[j, m])
    members = np.flatnonzero(plan.assignment == j)
    if not len(members):
        return "it holds no account"
    if problem.n_units == problem.n_territories:
        return "there are as many territories as accounts, so each holds one as it is"
    largest = members[int(problem.measures[members, m].argmax())]
    share = float(problem.measures[largest, m]) / target
    if found.value > 0 and share > 1:
        return f"account {job.unit_ids[largest]} alone is {share * 100:,.0f}% of that share"
    if problem.frozen is not None and problem.frozen[j]:
        return "it is frozen"
    room = float(plan.room(problem)[j, m])
    if found.value < 0 and room < target * (1 - found.bound):
        return f"its capacity of {in_digits(room)} is less than that share"
    if (served := _served(job, found)) is not None:
        return served
    if problem.locks is not None and found.value > 0:
        locked = float(problem.measures[problem.locks == j, m].sum()) / target
        if locked > 1 + found.bound:
            return f"the accounts locked to it are {locked * 100:,.0f}% of that share"
    group = _largest_group(job, members, m)
    if group is not None and found.value > 0 and group[1] / target > 0.5:
        return f"the {group[0]:,} accounts that go with {group[2]} are {group[1] / target * 100:,.0f}% of that share"
    if found.value < 0 and (giant := _giant(job, m)) is not None and giant[1] / target > found.bound / 2:
        return f"account {giant[0]} is so large that too little is left for the others"
    if (region := _region(job, j, m)) is not None and abs(region[1]) > found.bound / 2:
        side = "over" if region[1] > 0 else "under"
        return f"{region[0]} as a whole is {abs(region[1]) * 100:,.1f}% {side} the share of its territories"
    if problem.max_moved is not None and cap_is_used_up(job, plan):
        if problem.max_moved == 0:
            return "nothing may move"
        return f"the {problem.max_moved * 100:g}% of {spelled(job.moved_by)} that may move are used up"
    if problem.n_units < 1.5 * problem.n_territories:
        return (
            f"with {problem.n_units:,} accounts for {problem.n_territories:,} territories, most hold only one"
        )
    if share > max(2 * found.bound, 0.2):
        return f"account {job.unit_ids[largest]} alone is {share * 100:.0f}% of that share, too much to fit evenly"
    rules = [("--contiguous", problem.contiguous), ("locks", problem.locks is not None)]
    rules += [
        ("groups that go together", problem.together is not None),
        ("pairs kept apart", problem.apart is not None),
        ("who may serve what", problem.kinds is not None),
        ("frozen territories", problem.frozen is not None),
        ("capacities", bool((plan.loads > NEARLY_FULL * plan.room(problem)).any())),
    ]
    hold = [name for name, asked in rules if asked]
    if hold:
        return f"{_and(hold)} left no way that the search found"
    return "the search found no exchange that helps; a longer --time or a wider --tolerance may"


def cap_is_used_up(job: DesignJob, plan: Plan) -> bool:
    """Whether --max-moved leaves no room, but for a whisker, to move one more account."""
    problem = job.problem
    if problem.max_moved is None or plan.moved is None or problem.present is None:
        return False
    held = problem.present >= 0
    staying = problem.move_weights[held & (plan.assignment == problem.present)]
    total = float(problem.move_weights[held].sum())
    if total <= 0:
        return problem.max_moved == 0
    lightest = float(staying[staying > 0].min(initial=np.inf)) / total
    room = problem.max_moved - plan.moved
    return room <= problem.max_moved * WHISKER or room < lightest - 1e-12


def _largest_group(job: DesignJob, members: np.ndarray, m: int) -> tuple[int, float, str] | None:
    """Size, load and one id of the territory's largest group of units that go together."""
    together = job.problem.together
    if together is None or not (together[members] >= 0).any():
        return None
    own = members[together[members] >= 0]
    loads = np.bincount(together[own], job.problem.measures[own, m])
    sizes = np.bincount(together[own])
    best = int(np.where(sizes > 1, loads, -1.0).argmax())
    if sizes[best] < 2:
        return None
    return int(sizes[best]), float(loads[best]), job.unit_ids[int(own[together[own] == best][0])]


def _giant(job: DesignJob, m: int) -> tuple[str, float] | None:
    """The largest unit of those above a share, and what they together withhold from each territory without one."""
    share = float(job.problem.targets[:, m].max())
    loads = job.problem.measures[:, m]
    over = np.flatnonzero(loads > share)
    others = job.problem.n_territories - len(over)
    if not len(over) or others < 1:
        return None
    return job.unit_ids[int(loads.argmax())], float((loads[over] - share).sum()) / others


def _region(job: DesignJob, j: int, m: int) -> tuple[str, float] | None:
    if job.groups is None or job.territory_groups is None:
        return None
    g = int(job.territory_groups[j])
    load = float(job.problem.measures[job.groups == g, m].sum())
    target = float(job.problem.targets[job.territory_groups == g, m].sum())
    return job.group_names[g], load / target - 1


def _and(parts: Iterable[str]) -> str:
    parts = list(parts)
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"


def spelled(measure: str) -> str:
    """A measure as its column is spelled: plain words stand in a sentence as they are, anything else in quotes."""
    return measure if re.fullmatch(r"[^\W\d_]+( [^\W\d_]+)?", measure) else f"“{measure}”"


def spelled_alike(measures: list[str]) -> list[str]:
    """The measures of one sentence: all as they are, or all in quotes."""
    plain = all(spelled(measure) == measure for measure in measures)
    return [measure if plain else f"“{measure}”" for measure in measures]


def percent(ratio: float, bound: float) -> str:
    """With one decimal, or as many more as it takes to tell the ratio from the bound it is beyond."""
    for decimals in range(1, 5):
        shown = round(ratio * 100, decimals)
        if shown != round(bound * 100, decimals):
            break
    return f"{shown:,.{decimals}f}%"
