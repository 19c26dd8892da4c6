"""Rules in order, the first that matches wins: making them, what each takes, what is in conflict or never reached, and letting them act."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.db.models import Case, Count, IntegerField, QuerySet, Value, When
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from terrier.office.accounts.models import Account
from terrier.office.alignment.errors import PlanError
from terrier.office.alignment.models import Cause, Placement, Plan, Rule, RuleKind, Step, Territory
from terrier.office.alignment.moving import counted_up, locked, place, refuse_strangers
from terrier.office.alignment.rule_kinds import asked_of, question, read_parameters
from terrier.office.audit.rows import change_row, create_row, erase_row
from terrier.office.audit.services import Author, Record, save_act

MOST_RULES = 500


@dataclass(slots=True)
class Effect:
    """What a rule does as things are. n_matches : accounts that fit it. n_takes : those it gets, no earlier rule having had
    them. n_moves : those of them that are elsewhere now. conflicts : accounts that fit it and went to another territory by an
    earlier rule, by the number of that rule. unreachable : why it takes nothing, empty if it takes something.
    """

    rule: Rule
    n_matches: int = 0
    n_takes: int = 0
    n_moves: int = 0
    conflicts: dict[int, int] = field(default_factory=dict)
    unreachable: str = ""


@dataclass(frozen=True, slots=True)
class Effects:
    """Of all rules of a plan. n_left : accounts that fall through. has_catch_all : nothing ever can."""

    rules: tuple[Effect, ...]
    n_left: int
    n_moves: int
    has_catch_all: bool


@transaction.atomic
def add_rule(
    *,
    plan: Plan,
    kind: str,
    territory: Territory,
    author: Author,
    parameters: Mapping[str, Any] | None = None,
    number: int | None = None,
    note: str = "",
) -> Rule:
    """A new rule, by default the last before the catch-all. Others move down to make room."""
    held = _open(plan, territory)
    rows = list(Rule.objects.filter(plan=held).order_by("number"))
    if len(rows) >= MOST_RULES:
        raise PlanError(
            _("A plan has 500 rules at most; lists of ZIP codes and accounts have room for many.")
        )
    if kind == RuleKind.CATCH_ALL and any(row.kind == RuleKind.CATCH_ALL for row in rows):
        raise PlanError(_("There is a rule for everything else already; change that one."))
    clean = read_parameters(kind, parameters)
    last = len(rows) + 1 - any(row.kind == RuleKind.CATCH_ALL for row in rows)
    at = last if number is None else max(1, min(number, last))
    if kind == RuleKind.CATCH_ALL:
        at = len(rows) + 1
    record = Record(author, _("A rule added to “%(plan)s”") % {"plan": held.name})
    _number(record, [*rows[: at - 1], None, *rows[at - 1 :]])
    rule = create_row(
        record,
        Rule(plan=held, number=at, kind=kind, parameters=clean, territory=territory, note=note[:200]),
    )
    save_act(record)
    counted_up(plan, held)
    return rule


@transaction.atomic
def change_rule(*, rule: Rule, author: Author, values: Mapping[str, Any]) -> bool:
    """Change a rule's territory, parameters, note or kind; its place by ``order_rules``."""
    known = {"kind", "territory", "parameters", "note"}
    if set(values) - known:
        raise PlanError(_("A rule has no “%(field)s”.") % {"field": sorted(set(values) - known)[0]})
    held = _open(rule.plan, values.get("territory", rule.territory))
    row = Rule.objects.select_related("territory").get(pk=rule.pk)
    new = dict(values)
    kind = new.get("kind", row.kind)
    if kind != row.kind and RuleKind.CATCH_ALL in (kind, row.kind):
        raise PlanError(_("The rule for everything else stays what it is; delete it or add it."))
    if "parameters" in new or "kind" in new:
        new["parameters"] = read_parameters(kind, new.get("parameters", row.parameters))
    record = Record(author, _("A rule of “%(plan)s” changed") % {"plan": held.name})
    changed = change_row(record, row, new)
    save_act(record)
    if changed:
        counted_up(rule.plan, held)
    return changed


@transaction.atomic
def remove_rule(*, rule: Rule, author: Author) -> None:
    held = _open(rule.plan, rule.territory)
    record = Record(author, _("A rule of “%(plan)s” deleted") % {"plan": held.name})
    erase_row(record, Rule.objects.get(pk=rule.pk))
    _number(record, list(Rule.objects.filter(plan=held).order_by("number")))
    save_act(record)
    counted_up(rule.plan, held)


@transaction.atomic
def order_rules(*, plan: Plan, ids: Sequence[int], author: Author) -> None:
    """Put all of a plan's rules in an order, by their numbers in the database. The catch-all stays last."""
    held = locked(plan)
    rows = {row.pk: row for row in Rule.objects.filter(plan=held)}
    if sorted(ids) != sorted(rows):
        raise PlanError(
            _("Name every rule of the plan once: the rules have changed in the meantime, look again.")
        )
    ordered = [rows[number] for number in ids]
    if any(row.kind == RuleKind.CATCH_ALL for row in ordered[:-1]):
        raise PlanError(_("The rule for everything else comes last; those after it would never be asked."))
    record = Record(author, _("The rules of “%(plan)s” put in another order") % {"plan": held.name})
    _number(record, ordered)
    if save_act(record):
        counted_up(plan, held)


def effects_of(plan: Plan) -> Effects:
    """What each rule takes, hides and moves: a few statements, however many rules and accounts."""
    rules = list(Rule.objects.filter(plan=plan).select_related("territory").order_by("number"))
    found = {rule.number: Effect(rule) for rule in rules}
    catch_all = any(rule.kind == RuleKind.CATCH_ALL for rule in rules)
    n_all = Placement.objects.filter(plan=plan).count()
    if not rules:
        return Effects((), n_all, 0, False)
    accounts, asked = _asked(plan, rules)
    counts = {f"m{rule.number}": Count(Case(When(asked[rule.number], then=1))) for rule in rules}
    taken = accounts.annotate(taken=_first_match(rules, asked)).order_by()
    n_left = 0
    for row in taken.values("taken").annotate(n=Count("pk"), **counts):
        if row["taken"] == 0:
            n_left = row["n"]
            continue
        winner = found[row["taken"]]
        winner.n_takes = row["n"]
        for rule in rules:
            n_matching = row[f"m{rule.number}"]
            found[rule.number].n_matches += n_matching
            if (
                n_matching
                and rule.number > row["taken"]
                and rule.kind != RuleKind.CATCH_ALL
                and (rule.territory_id != winner.rule.territory_id)
            ):
                found[rule.number].conflicts[row["taken"]] = n_matching
    for number, n_moves in _moves(plan, taken):
        found[number].n_moves = n_moves
    for effect in found.values():
        effect.unreachable = _unreachable(effect)
    ordered = tuple(found[rule.number] for rule in rules)
    return Effects(ordered, n_left, sum(effect.n_moves for effect in ordered), catch_all)


@transaction.atomic
def apply_rules(*, plan: Plan, author: Author) -> Step | None:
    """Let the rules place every account of the plan that they match, but for what is locked. One step."""
    rules = list(Rule.objects.filter(plan=plan).order_by("number"))
    if not rules:
        raise PlanError(_("This plan has no rules yet."))
    accounts, asked = _asked(plan, rules)
    territory = {rule.number: rule.territory_id for rule in rules}
    taken = accounts.annotate(taken=_first_match(rules, asked)).order_by().values_list("pk", "taken")
    wanted: dict[int, int | None] = {number: territory[rule] for number, rule in taken if rule}
    return place(
        plan=plan,
        wanted=wanted,
        author=author,
        cause=Cause.RULE,
        skip_locked=True,
        summary=_("The rules of “%(plan)s” applied") % {"plan": plan.name},
    )


def territory_by_rules(
    plan: Plan, accounts: QuerySet[Account, Any], *, with_catch_all: bool
) -> dict[int, int]:
    """Where the rules of a plan would place accounts, by their numbers; those that no rule matches are left out."""
    rules = list(Rule.objects.filter(plan=plan).order_by("number"))
    if not with_catch_all:
        rules = [rule for rule in rules if rule.kind != RuleKind.CATCH_ALL]
    if not rules:
        return {}
    rows = asked_of(accounts)
    asked = {rule.number: question(rule, rows) for rule in rules}
    territory = {rule.number: rule.territory_id for rule in rules}
    found = rows.annotate(taken=_first_match(rules, asked)).order_by().values_list("pk", "taken")
    return {number: territory[rule] for number, rule in found if rule}


def _asked(plan: Plan, rules: Sequence[Rule]) -> tuple[QuerySet[Any, Any], dict[int, Any]]:
    accounts = asked_of(Account.objects.filter(placements__plan=plan))
    return accounts, {rule.number: question(rule, accounts) for rule in rules}


def _first_match(rules: Sequence[Rule], asked: Mapping[int, Any]) -> Case:
    whens = [When(asked[rule.number], then=Value(rule.number)) for rule in rules]
    return Case(*whens, default=Value(0), output_field=IntegerField())


def _moves(plan: Plan, taken: QuerySet[Any, Any]) -> list[tuple[int, int]]:
    """How many accounts of each rule are in another territory now."""
    target = dict(Rule.objects.filter(plan=plan).values_list("number", "territory"))
    n_moves: dict[int, int] = defaultdict(int)
    rows = (
        taken.filter(placements__plan=plan).values("taken", "placements__territory").annotate(n=Count("pk"))
    )
    for row in rows:
        if row["taken"] and row["placements__territory"] != target[row["taken"]]:
            n_moves[row["taken"]] += row["n"]
    return list(n_moves.items())


def _unreachable(effect: Effect) -> str:
    if effect.n_takes:
        return ""
    if not effect.n_matches:
        return _("No account of this plan fits it.")
    if not effect.conflicts:
        return _("Earlier rules take all that fits it, to the same territory.")
    return _("All that fits it is taken by rule %(rules)s.") % {
        "rules": ", ".join(map(str, sorted(effect.conflicts)))
    }


def told(effects: Effects) -> str:
    """In a sentence: what applying the rules would do."""
    return ngettext(
        "Applying the rules would move %(n)s account.",
        "Applying the rules would move %(n)s accounts.",
        effects.n_moves,
    ) % {"n": f"{effects.n_moves:,}"}


def _open(plan: Plan, territory: Territory) -> Plan:
    held = locked(plan, even_active=True)
    refuse_strangers(held, {territory.pk})
    return held


def _number(record: Record, rows: Sequence[Rule | None]) -> None:
    """Number rules 1, 2, … in an order, past gaps: aside first, as no two may share a number even for a moment."""
    wrong = [(at, row) for at, row in enumerate(rows, start=1) if row is not None and row.number != at]
    Rule.make_way([row.pk for _at, row in wrong])
    for at, row in wrong:
        change_row(record, row, {"number": at})
