"""What `terrier plan` does, once Django is set up."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from rich.markup import escape

from terrier.cli.office import open_office
from terrier.cli.working import a_console, a_table, author_of, finish_well, person_of
from terrier.errors import InputError, TerrierError

if TYPE_CHECKING:
    from terrier.office.alignment.models import Plan
    from terrier.office.people.models import Person


NAME = "terrier plan"


def list_plans(state: str | None, email: str | None) -> None:
    open_office()
    from terrier.office.alignment.models import Plan  # noqa: PLC0415
    from terrier.office.alignment.plan_selectors import plans_listed  # noqa: PLC0415

    person = person_of(email)
    if person is not None:
        rows: Any = plans_listed(person, state=state or "")
    else:
        rows = (
            Plan.objects.filter(frozen_of__isnull=True).select_related("root").order_by("-changed_at", "-pk")
        )
        rows = rows.filter(state=state) if state else rows
    table = a_table("Plan", "Name", "State", "For", "Takes effect", right=("Plan",))
    for row in rows[:500]:
        table.add_row(
            str(row.pk),
            escape(row.name),
            str(row.get_state_display()),
            escape(row.root.name),
            row.effective_on.isoformat() if row.effective_on else "–",
        )
    if not table.row_count:
        click.echo("There are no plans. They are made in the browser, at /plans/new.")
        return
    a_console().print(table)


def show_plan(number: int, email: str | None) -> None:
    open_office()
    from terrier.office.alignment.choices import MEASURE_NAMES  # noqa: PLC0415
    from terrier.office.alignment.plan_content import read_plan  # noqa: PLC0415

    person = person_of(email)
    content = read_plan(_plan(number, person), person)
    sheet = content.sheet
    measures = [one.measure for one in sheet.choices.balanced]
    table = a_table(
        "Territory", "Accounts", "Sales", "Workload", "Use", *(f"{MEASURE_NAMES[one]} off" for one in measures),
        "Gained", "Lost", right=None,
    )  # fmt: skip
    for row in content.rows:
        table.add_row(
            escape(row.territory.name),
            f"{row.n_accounts:,}",
            f"{row.sales:,.0f}",
            f"{row.workload:,.0f} h",
            "–" if row.utilization is None else f"{row.utilization:.0%}",
            *(f"{row.deviations.get(one, 0.0):+.0%}" for one in measures),
            f"{row.n_gained:,}",
            f"{row.n_lost:,}",
        )
    console = a_console()
    console.print(table)
    console.print(
        f"{escape(content.plan.name)}: {content.plan.get_state_display()}, {sheet.n_accounts:,} accounts, "
        f"{sheet.share_moved:.1%} moved.",
        soft_wrap=True,
    )


def export_plan(number: int, out: Path, force: bool, email: str | None) -> None:
    open_office()
    from terrier.office.alignment.plan_files import WRITERS, write_plan  # noqa: PLC0415

    ending = out.suffix.removeprefix(".").lower()
    if ending not in WRITERS:
        raise InputError("--out", f"must end in {', '.join(f'.{one}' for one in WRITERS)}", value=str(out))
    if out.exists() and not force:
        raise InputError("--out", "is there already", value=str(out), hint="Pass --force to replace it")
    if not out.parent.is_dir():
        raise InputError("--out", "lies in a folder that is not there", value=str(out))
    person = person_of(email)
    plan = _plan(number, person)
    aside = out.with_name(
        f".{out.name}.part"
    )  # moved into place once whole, so that there is never half a file
    try:
        with aside.open("wb") as file:
            write_plan(plan, ending, file, person)
        aside.replace(out)
    finally:
        aside.unlink(missing_ok=True)
    click.echo(f"Written to {out}.")


def design_plan(number: int, kind: str, take: bool, email: str | None) -> None:
    open_office()
    from terrier.office.alignment.engine_runs import ask_engine, take_candidate  # noqa: PLC0415
    from terrier.office.alignment.models import Candidate  # noqa: PLC0415

    person = person_of(email)
    run = ask_engine(plan=_shaped(number, person), kind=kind, author=author_of(person))
    assert run.job is not None
    finish_well(run.job, NAME)
    found = list(Candidate.objects.filter(run=run).order_by("number"))
    table = a_table("Plan", "Moved", "Off by at most", "Travel", "Recommended", right=("Plan", "Moved"))
    for one in found:
        table.add_row(
            str(one.number),
            f"{one.moved:.1%}",
            f"{one.balance:.1%}",
            f"{one.travel:.0%}",
            "yes" if one.is_recommended else "",
        )
    a_console().print(table)
    best = next((one for one in found if one.is_recommended), None)
    if best is None:
        raise TerrierError("The engine found nothing to recommend.")
    if not take:
        click.echo(f"Nothing was changed. Take one over with --take, or at /plans/{number}/engine/.")
        return
    step = take_candidate(candidate=best, author=author_of(person))
    n_moved = step.n_accounts if step else 0
    click.echo(f"Plan {best.number} was taken over: {n_moved:,} accounts moved. Undo takes it back.")


def activate_plan(number: int, email: str | None) -> None:
    open_office()
    from terrier.office.alignment.effect import put_into_effect  # noqa: PLC0415
    from terrier.office.people.permissions import May  # noqa: PLC0415

    person = person_of(email)
    plan = _shaped(number, person, May.APPROVE_PLANS)
    finish_well(put_into_effect(plan=plan, author=author_of(person)), NAME)
    plan.refresh_from_db()
    click.echo(f"“{plan.name}” takes effect on {plan.effective_on}.")


def _plan(number: int, person: Person | None) -> Plan:
    """A plan, within what a person sees; whoever works on the server itself sees all."""
    from terrier.office.alignment.models import Plan  # noqa: PLC0415 - Django is set up by now
    from terrier.office.people.scope import visible_to  # noqa: PLC0415

    rows = Plan.objects.all() if person is None else visible_to(person, Plan)
    found = rows.select_related("root").filter(pk=number).first()
    if found is None:
        raise InputError(
            "PLAN", "is no plan's number", value=str(number), hint="terrier plan list tells them"
        )
    return found


def _shaped(number: int, person: Person | None, deed: Any = None) -> Plan:
    """A plan that a person may shape."""
    from terrier.office.alignment.plan_selectors import is_shaper  # noqa: PLC0415 - Django is set up by now
    from terrier.office.people.permissions import may  # noqa: PLC0415

    plan = _plan(number, person)
    if person is not None and not (is_shaper(person, plan) and (deed is None or may(person, deed))):
        raise InputError("--as", "may not do this with this plan", value=person.email)
    return plan
