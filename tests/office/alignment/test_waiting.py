"""The home page says what waits for somebody in plans."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from terrier.office.alignment.challenging import accept_territory, decide, propose
from terrier.office.alignment.effect import apply_plan
from terrier.office.alignment.models import HandOver
from terrier.office.alignment.moving import move_accounts
from terrier.office.alignment.states import approve, send_to_review
from terrier.office.alignment.waiting import waiting_for
from terrier.office.audit.services import Author
from tests.office.alignment.planned import east
from tests.office.conftest import Company


def sentences(company: Company, who: str, days: int = 0) -> list[str]:
    return [
        one.sentence for one in waiting_for(company.people[who], timezone.localdate() + dt.timedelta(days))
    ]


def test_from_the_review_to_the_hand_over_everybody_finds_what_waits_for_them(company: Company) -> None:
    plan, nodes = east(company)
    rita, tess = Author(company.people["rita"]), Author(company.people["tess"])
    assert not sentences(company, "tess")
    move_accounts(plan=plan, accounts=[company.accounts["dayton"].pk], to=nodes["Iowa"], author=rita)
    send_to_review(plan=plan, until=timezone.localdate() + dt.timedelta(7), author=rita)
    assert "“Spring” changes Ohio" in sentences(company, "tess")[0]
    assert not sentences(company, "tess", days=8), "the deadline is over"
    assert not sentences(company, "rita")
    assert "See before and after" in company.client("tess").get("/").content.decode()

    moves = {company.accounts["dayton"].pk: nodes["Ohio"]}
    wish = propose(territory=nodes["Ohio"], moves=moves, reason="I know them", author=tess)
    assert not sentences(company, "tess")
    assert sentences(company, "rita") == ["1 objection to “Spring” waits for a decision."]
    assert not sentences(company, "ralph"), "another region's"

    accept_territory(territory=nodes["Iowa"], author=Author(company.people["tim"]))
    assert not sentences(company, "tim")

    decide(challenge=wish, accept=False, decision="Tim is nearer", author=rita)
    approve(plan=plan, effective_on=timezone.localdate() + dt.timedelta(30), author=rita)
    apply_plan(plan=plan, author=rita)
    first = HandOver.objects.get().due_on
    for who in ("tess", "tim"):
        assert "1 account changes hands by “Spring”" in sentences(company, who)[0]
    late = waiting_for(company.people["tess"], first + dt.timedelta(1))
    assert [one.is_late for one in late] == [True]
    assert not sentences(company, "rita")
