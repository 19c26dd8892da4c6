"""What the map studio writes: edits as they were made, each kept whole or refused whole, and remarks at places."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from pydantic import BaseModel, ConfigDict, Field

from terrier.office.alignment.errors import ChangedMeanwhileError, LockedError, PlanError
from terrier.office.alignment.locking import (
    lock_accounts,
    lock_territory,
    unlock_accounts,
    unlock_territory,
)
from terrier.office.alignment.models import Cause, Comment, Level, Plan, Step, Territory
from terrier.office.alignment.moving import place
from terrier.office.alignment.studio import news_since
from terrier.office.alignment.undoing import undo_step
from terrier.office.audit.rows import change_row, create_row
from terrier.office.audit.services import Author, Record, save_act

Number = Annotated[int, Field(ge=1, lt=2**63)]
MOST_ACCOUNTS = 200_000


class _Sent(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class SentEdit(_Sent):
    """An edit of the studio. seen : the version its writer had seen. undoes : the step it takes back, if it is exactly that.

    groups : where accounts go; of a lock on a whole territory, this one without accounts.
    """

    seen: Annotated[int, Field(ge=0, lt=2**31)]
    kind: Literal["move", "lock", "unlock", "lock_territory", "unlock_territory"]
    undoes: Number | None = None
    groups: Annotated[
        list[Annotated[tuple[Number | None, list[Number]], Field(strict=False)]],
        Field(min_length=1, max_length=5000),
    ]

    @property
    def wanted(self) -> dict[int, int | None]:
        return {account: territory for territory, accounts in self.groups for account in accounts}


class SentRemark(_Sent):
    """A remark at a place, about a territory, or an answer to another."""

    text: Annotated[str, Field(min_length=1, max_length=2000)]
    longitude: Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False, strict=False)] | None = None
    latitude: Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False, strict=False)] | None = None
    territory: Number | None = None
    parent: Number | None = None


class RefusedError(Exception):
    """An edit that was not kept; ``answer`` says why, whom it is about, and what is new."""

    def __init__(self, answer: dict[str, Any]) -> None:
        super().__init__(answer["reason"])
        self.answer = answer


def keep_edit(*, plan: Plan, sent: SentEdit, author: Author) -> dict[str, Any]:
    """Write an edit, and say what others did meanwhile. Raises RefusedError; then nothing was written."""
    try:
        with transaction.atomic():
            step = _write(plan, sent, author)
            plan.refresh_from_db(fields=["version"])
            news = news_since(plan, sent.seen, but=step.version if step else None)
            return {**news, "step": step.pk if step else None}
    except PlanError as error:
        plan.refresh_from_db(fields=["version"])
        accounts = error.accounts if isinstance(error, ChangedMeanwhileError | LockedError) else ()
        answer = {**news_since(plan, sent.seen), "reason": str(error), "accounts": list(accounts)}
        raise RefusedError(answer) from error


def _write(plan: Plan, sent: SentEdit, author: Author) -> Step | None:
    wanted = sent.wanted
    if len(wanted) > MOST_ACCOUNTS:
        raise PlanError(
            _("At most %(n)s accounts can be moved at once.") % {"n": f"{MOST_ACCOUNTS:,}"},
        )
    if sent.undoes is not None:
        step = Step.objects.filter(plan=plan, pk=sent.undoes).select_related("plan").first()
        if step is None:
            raise PlanError(_("There is no such step to undo in “%(plan)s”.") % {"plan": plan.name})
        return undo_step(step=step, author=author)
    if sent.kind == "lock":
        return lock_accounts(plan=plan, accounts=wanted, author=author)
    if sent.kind == "unlock":
        return unlock_accounts(plan=plan, accounts=wanted, author=author)
    if sent.kind in {"lock_territory", "unlock_territory"}:
        return _lock_whole(plan, sent, author)
    return place(plan=plan, wanted=wanted, author=author, cause=Cause.MANUAL, seen=sent.seen)


def _lock_whole(plan: Plan, sent: SentEdit, author: Author) -> Step | None:
    if len(sent.groups) > 1:
        raise PlanError(_("Territories are locked one at a time."))
    number = sent.groups[0][0] or 0
    found = Territory.objects.filter(plan=plan, pk=number, level=Level.TERRITORY).select_related("plan")
    territory = found.first()
    if territory is None:
        raise PlanError(_("The territory is not part of “%(plan)s”.") % {"plan": plan.name})
    turn = lock_territory if sent.kind == "lock_territory" else unlock_territory
    return turn(territory=territory, author=author)


@transaction.atomic
def say_at(*, plan: Plan, sent: SentRemark, author: Author) -> Comment:
    """Keep a remark. It may be about a territory or answer a remark of the same plan only."""
    if (sent.longitude is None) != (sent.latitude is None):
        raise PlanError(_("A place has a longitude and a latitude; one of them is missing."))
    territory = parent = None
    if sent.territory is not None:
        territory = Territory.objects.filter(plan=plan, pk=sent.territory).first()
        if territory is None:
            raise PlanError(_("The territory is not part of “%(plan)s”.") % {"plan": plan.name})
    if sent.parent is not None:
        parent = Comment.objects.filter(plan=plan, pk=sent.parent, parent__isnull=True).first()
        if parent is None:
            raise PlanError(_("The remark that this answers is gone."))
    text = sent.text.replace("\0", "").strip()
    if not text:
        raise PlanError(_("Write what you have to say first."))
    record = Record(author, _("Remark on “%(plan)s”") % {"plan": plan.name})
    made = create_row(
        record,
        Comment(
            plan=plan,
            text=text,
            longitude=sent.longitude,
            latitude=sent.latitude,
            territory=territory,
            parent=parent,
            author=author.person,
        ),
    )
    save_act(record)
    return made


@transaction.atomic
def settle_remark(*, remark: Comment, settled: bool, author: Author) -> None:
    """Call a remark settled, or open again."""
    record = Record(author, _("Remark settled") if settled else _("Remark opened again"))
    change_row(record, remark, {"resolved_at": timezone.now() if settled else None})
    save_act(record)
