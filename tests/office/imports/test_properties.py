"""Whatever valid table comes in: the second time it changes nothing, and undo leaves everything as it was."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from terrier.office.accounts.models import Account
from terrier.office.imports.models import State
from tests.office.conftest import Company
from tests.office.imports.bringing import bring, commit, deeds, errors, state_hash, undo

KNOWN = ["COLUMBUS", "DAYTON", "CHAIN", "CHAIN-OHIO", "NOBODY"]
NEW = [f"N-{i}" for i in range(6)]
WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=12).filter(
    lambda word: word[0] not in "=@+-'\""
)
HOLDERS = ["", "Ohio", "Iowa", "tom@example.com", "Inside sales East"]


@st.composite
def tables(draw: st.DrawFn) -> str:
    """Accounts of which some are there already, each below none or one that stands earlier in the file."""
    ids = draw(st.lists(st.sampled_from(KNOWN + NEW), min_size=1, max_size=8, unique=True))
    rows = []
    for at, key in enumerate(ids):
        heads = [one for one in ids[:at] if one in NEW] if key in NEW else []
        rows.append(
            {
                "id": key,
                "name": draw(WORDS),
                "parent": draw(st.sampled_from(["", *heads])),
                "city": draw(st.one_of(st.just(""), WORDS)),
                "status": draw(st.sampled_from(["", "Active", "prospect", "LAPSED"])),
                "sales": draw(
                    st.one_of(st.just(""), st.integers(-(10**6), 10**6).map(lambda n: f"{n / 100:.2f}"))
                ),
                "potential": draw(st.one_of(st.just(""), st.integers(0, 10**9).map(str))),
                "holder": draw(st.sampled_from(HOLDERS)),
                "held from": "2026-01-01",
            }
        )
    out = io.StringIO()
    writer = csv.DictWriter(out, list(rows[0]))
    writer.writeheader()
    writer.writerows(draw(st.permutations(rows)))
    return out.getvalue()


def forget_earlier_examples() -> None:
    """What undo left as deleted would come back, and with it the trees it stood in."""
    made = Account.objects.filter(external_id__in=NEW)
    made.update(parent=None, chain=None)
    made.delete()


@pytest.mark.parametrize("clear_blanks", [False, True])
@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(table=tables())
def test_twice_is_once_and_undo_is_never(company: Company, clear_blanks: bool, table: str) -> None:
    forget_earlier_examples()
    ada, before = company.people["ada"], state_hash()
    first = bring(ada, table, clear_blanks=clear_blanks)
    assert errors(first) == {}
    commit(first)
    assert first.state == State.COMMITTED, first.error
    after = state_hash()
    again = bring(ada, table, clear_blanks=clear_blanks)
    assert set(deeds(again)) == {"unchanged"}
    commit(again)
    assert state_hash() == after
    if first.act is None:
        assert after == before
        return
    undo(first, ada)
    assert (first.state, first.error) == (State.UNDONE, "")
    assert state_hash() == before
