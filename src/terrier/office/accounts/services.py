"""Making, changing, deleting accounts and moving them within chains. Each is one act that Undo can take back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from terrier.errors import TerrierError
from terrier.office.accounts.models import Account
from terrier.office.accounts.trees import DEEPEST, below
from terrier.office.alignment.new_accounts import holder_by_rules
from terrier.office.alignment.services import cover_new
from terrier.office.audit.models import Act, Action, Entry
from terrier.office.audit.rows import change_row, create_row, remove_row, restore_row, write_columns
from terrier.office.audit.services import Author, Record, changes_between, save_act, state_of
from terrier.office.errors import RefusedError
from terrier.office.people.models import Position
from terrier.office.people.scope import scope_of

EDITABLE = (
    "name",
    "external_id",
    "status",
    "channel",
    "account_class",
    "street",
    "city",
    "state",
    "postal_code",
    "country",
    "latitude",
    "longitude",
    "phone",
    "website",
    "annual_sales",
    "potential",
    "service_hours",
    "payment_terms",
)
"""What a person may change of an account by hand. Its place in a chain moves by ``move_account``."""


@dataclass(frozen=True, slots=True)
class Disagreement:
    """A field that somebody else changed meanwhile: what it was when the writer looked, is now, and should become."""

    field: str
    label: str
    seen: Any
    theirs: Any
    yours: Any


class EditedMeanwhileError(TerrierError, ValueError):
    """Somebody else saved the account since the writer looked. Nothing was written: both values are here to choose from."""

    def __init__(self, account: Account, disagreements: list[Disagreement]) -> None:
        super().__init__(
            _("%(account)s was changed by somebody else in the meantime: %(fields)s.")
            % {"account": account, "fields": ", ".join(one.label for one in disagreements)}
        )
        self.account = account
        self.disagreements = disagreements


@transaction.atomic
def create_account(
    *,
    author: Author,
    values: Mapping[str, Any],
    parent: Account | None = None,
    holder: Position | None = None,
    on: dt.date | None = None,
) -> tuple[Account, Act | None]:
    """A new account, held from today by ``holder``; by default by its maker or, if they see the whole company, by whom the rules
    of the plans in force say."""
    account = Account(**_known(values))
    if parent is not None:
        account.parent, account.chain = _as_parent(parent), parent.chain or parent
    account.full_clean()
    record = Record(author, _("Created %(account)s") % {"account": account})
    create_row(record, account)
    holder = holder or _own_position(author)
    by_rule = None if holder else holder_by_rules(account)
    if chosen := holder or by_rule:
        cover_new(
            record=record,
            account=account,
            position=chosen,
            on=on or timezone.localdate(),
            by_rule=by_rule is not None,
        )
    return account, save_act(record)


@transaction.atomic
def edit_account(
    *,
    account: Account,
    values: Mapping[str, Any],
    version: int,
    author: Author,
    seen: Mapping[str, Any] | None = None,
) -> tuple[Account, Act | None]:
    """Change an account as it was at ``version``.

    seen : the values the writer saw; fields left as they were seen are not written. In dispute is a field that both changed, and
    differently: by what was seen or, without it, by what is on record since ``version``.

    Raises EditedMeanwhileError with what is in dispute, ValidationError with what is not allowed.
    """
    row = _locked(account)
    if row.deleted_at is not None:
        raise RefusedError(_("%(account)s is deleted: bring it back first.") % {"account": row})
    wanted = {name: row._meta.get_field(name).to_python(value) for name, value in _known(values).items()}  # type: ignore[union-attr]
    if seen is not None:
        wanted = {name: value for name, value in wanted.items() if not _untouched(row, name, value, seen)}
    if row.version != version:
        disputed = _disputed(row, wanted, _seen_at(row, version, wanted) if seen is None else seen)
        if disputed:
            raise EditedMeanwhileError(row, disputed)
    before = state_of(row, wanted)
    for name, value in wanted.items():
        setattr(row, name, value)
    row.full_clean(exclude=[field.name for field in row._meta.fields if field.name not in wanted])
    for name, value in before.items():
        setattr(row, name, value)
    record = Record(author, _("Changed %(account)s") % {"account": row})
    change_row(record, row, wanted)
    return row, save_act(record)


@transaction.atomic
def delete_account(*, account: Account, author: Author) -> Act | None:
    """Take an account off every list. It stays on record with all that belongs to it, and can be brought back."""
    row = _locked(account)
    if row.deleted_at is not None:
        raise RefusedError(_("%(account)s is deleted already.") % {"account": row})
    n_sites = Account.objects.kept().filter(parent=row).count()
    if n_sites:
        raise RefusedError(
            _("%(account)s has %(n)s sites below it: move or delete those first.")
            % {"account": row, "n": n_sites}
        )
    record = Record(author, _("Deleted %(account)s") % {"account": row})
    remove_row(record, row)
    return save_act(record)


@transaction.atomic
def restore_account(*, account: Account, author: Author) -> Act | None:
    """Bring a deleted account back as it was."""
    row = _locked(account)
    if row.deleted_at is None:
        raise RefusedError(_("%(account)s is not deleted.") % {"account": row})
    if row.parent is not None and row.parent.deleted_at is not None:
        raise RefusedError(
            _("%(account)s is a site of %(chain)s, which is deleted: bring that back first.")
            % {"account": row, "chain": row.parent}
        )
    record = Record(author, _("Brought back %(account)s") % {"account": row})
    restore_row(record, row)
    return save_act(record)


@transaction.atomic
def move_account(*, account: Account, parent: Account | None, author: Author) -> tuple[Account, Act | None]:
    """Put an account, with all below it, under another one, or at the top of a tree of its own."""
    row = _locked(account)
    under = below(Account, [row.pk])
    if parent is not None and parent.pk in {row.pk, *under}:
        raise RefusedError(
            _("%(account)s cannot be a site of %(parent)s, which is below it.")
            % {"account": row, "parent": parent}
        )
    above = _as_parent(parent) if parent is not None else None
    top = (above.chain or above) if above is not None else None
    record = Record(
        author,
        _("Moved %(account)s under %(parent)s") % {"account": row, "parent": above}
        if above is not None
        else _("Took %(account)s out of its chain") % {"account": row},
    )
    change_row(record, row, {"parent": above, "chain": top})
    _set_chain(record, under, (top or row).pk)
    return row, save_act(record)


def _set_chain(record: Record, ids: list[int], top: int) -> None:
    """The accounts below a moved one follow it to its new top."""
    rows = list(Account.objects.select_for_update().filter(pk__in=ids).exclude(chain=top))
    for row in rows:
        before = state_of(row, ["chain"])
        record.add(Action.UPDATE, row, changes_between(before, {"chain": top}))
    write_columns(Account, ["chain"], [(row.pk, top) for row in rows])


def _as_parent(parent: Account) -> Account:
    row = _locked(parent)
    if row.deleted_at is not None:
        raise RefusedError(_("%(account)s is deleted: bring it back first.") % {"account": row})
    levels, above = 1, row
    while above.parent is not None:
        levels, above = levels + 1, above.parent
    if levels >= DEEPEST:
        raise RefusedError(_("A chain can have %(n)s levels at most.") % {"n": DEEPEST})
    return row


def _locked(account: models.Model) -> Account:
    row: Account = Account.objects.select_for_update(of=("self",)).get(pk=account.pk)
    return row


def _known(values: Mapping[str, Any]) -> Mapping[str, Any]:
    unknown = sorted(set(values) - set(EDITABLE))
    if unknown:
        raise RefusedError(_("An account has no field “%(field)s” that can be set.") % {"field": unknown[0]})
    return values


def _untouched(row: Account, name: str, value: Any, seen: Mapping[str, Any]) -> bool:
    """Whether a writer leaves a field as they saw it: what others wrote there meanwhile then stays."""
    field: Any = row._meta.get_field(name)
    return name in seen and _same(value, None if seen[name] is None else field.to_python(seen[name]))


def _seen_at(row: Account, version: int, names: Iterable[str]) -> dict[str, Any]:
    """What some fields were at an earlier version, by the record of each change since. Fields of which it cannot tell are left out."""
    entries = Entry.objects.filter(object_type=row._meta.label_lower, object_id=row.pk).order_by("-pk")
    since = list(entries.values_list("changes", flat=True)[: max(row.version - version, 0)])
    if len(since) < row.version - version:
        return {}
    found = {name: getattr(row, name) for name in names}
    for changes in since:
        found |= {name: before for name, (before, _after) in changes.items() if name in found}
    return found


def _disputed(row: Account, wanted: Mapping[str, Any], seen: Mapping[str, Any]) -> list[Disagreement]:
    found = []
    for name, yours in wanted.items():
        field: Any = row._meta.get_field(name)
        theirs = field.to_python(getattr(row, name))
        looked = None if seen.get(name) is None else field.to_python(seen[name])
        if theirs == yours or (name in seen and _same(theirs, looked)):
            continue
        found.append(Disagreement(name, str(field.verbose_name), looked, theirs, yours))
    return found


def _same(one: Any, other: Any) -> bool:
    return bool(one == other or (one in (None, "") and other in (None, "")))


def _own_position(author: Author) -> Position | None:
    """The position that holds what its person makes; for those who see everything, none."""
    if author.person is None:
        return None
    scope = scope_of(author.person)
    if scope.whole_company or not scope.held:
        return None
    return Position.objects.get(pk=min(scope.held))
