"""`terrier market`: files of what areas could buy, loaded, listed and withdrawn from the command line."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from terrier.cli.main import main
from terrier.office.audit.models import Act, Via
from terrier.office.market.models import Source
from terrier.office.market.potential import potential_now
from tests.office.conftest import Company
from tests.office.market.told import CARSON, FRANKLIN, HEAD, MONTGOMERY, PATTERNS, UTAH

pytestmark = pytest.mark.django_db(transaction=True)

BAD_INPUT = 2


def run(*words: str) -> Result:
    return CliRunner().invoke(main, ["market", *words])


def counting() -> dict[str, tuple[int | None, int | None]]:
    return {area: (customers, cents) for area, customers, cents in potential_now().iter_rows()}


@pytest.fixture
def patterns(tmp_path: Path) -> str:
    (tmp_path / "cbp23co.txt").write_text(PATTERNS)
    return str(tmp_path / "cbp23co.txt")


def test_a_file_of_business_patterns_is_loaded_and_what_was_left_out_is_told(patterns: str) -> None:
    done = run("load", patterns, "--industry", "459910=10000", "--industry", "812910=2000")
    assert done.exit_code == 0, done.stderr
    assert "cbp23co.txt: 4 areas, 60 potential customers, $440,000 a year." in done.stdout
    assert "1 establishment of a state, in no county, is left out." in done.stdout
    assert "Areas that are not known: 99001." in done.stdout
    assert "row 9, column “fipstate”: is not the code of a state, of 2 digits (found “OH”)" in done.stdout
    assert counting() == {
        FRANKLIN: (40, 24_000_000),
        MONTGOMERY: (10, 10_000_000),
        UTAH: (8, 8_000_000),
        CARSON: (2, 2_000_000),
    }


def test_a_file_that_tells_what_counts_already_says_so(patterns: str) -> None:
    first = run("load", patterns)
    assert "Tells the same" not in first.stdout
    number = Source.objects.get().pk
    again = run("load", patterns)
    assert f"Tells the same as cbp23co.txt, file {number}, which counts already." in again.stdout
    assert "Tells the same" not in run("load", patterns, "--industry", "459910=10000").stdout


def test_a_dry_run_tells_the_same_and_lets_nothing_count(patterns: str) -> None:
    done = run("load", patterns, "--dry-run")
    source = Source.objects.get()
    assert f"Nothing counts yet. Load it in the browser, at /market/files/{source.pk}/." in done.stdout
    assert source.state == "checked"
    assert counting() == {}


def test_a_file_is_listed_and_withdrawn_in_somebodys_name(company: Company, tmp_path: Path) -> None:
    assert "No file was brought yet." in run("list").stdout
    file = tmp_path / "own.csv"
    file.write_text("Gegend,Bedarf\n39049,100\n")
    words = ("--kind", "potential", "--area", "Gegend", "--value", "Bedarf", "--as", "al@example.com")
    done = run("load", str(file), *words)
    assert done.exit_code == 0, done.stderr
    source = Source.objects.get()
    listed = run("list").stdout
    assert "own.csv" in listed
    assert "Loaded" in listed
    assert run("withdraw", str(source.pk), "--as", "al@example.com").exit_code == 0
    assert counting() == {}
    withdrawn, loaded = Act.objects.order_by("-at")[:2]
    assert (withdrawn.summary, loaded.summary) == ("Withdrew own.csv", "Loaded own.csv")
    assert {(act.via, act.actor) for act in (withdrawn, loaded)} == {(Via.COMMAND, company.people["al"])}
    again = run("withdraw", str(source.pk))
    assert again.exit_code == BAD_INPUT
    assert "This cannot be done now: own.csv is “Withdrawn”" in again.stderr


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--industry", "pets"), "“pets” is not like 459910 or 459910=20000"),
        (("--industry", "459910=much"), "“459910=much” is not like"),
        (("--industry", "111110"), "The file has none of these industries: 111110."),
        (("--as", "tess@example.com"), "may not import files"),
        (("--as", "who@example.com"), "is nobody's e-mail address in this office"),
        (("--kind", "potential", "--value", "Worth"), "cbp23co.txt: has no column “Worth”"),
    ],
)
def test_what_cannot_be_done_says_why(
    company: Company, patterns: str, words: tuple[str, ...], told: str
) -> None:
    done = run("load", patterns, *words)
    assert done.exit_code == BAD_INPUT
    assert told in done.stderr
    assert "upload" not in done.stderr, "where the server keeps the file is nobody's business"
    assert counting() == {}


def test_there_is_no_file_of_that_number() -> None:
    assert "terrier market list tells them" in run("withdraw", "7").stderr
    assert "does not exist" in run("load", "nowhere.txt").stderr


def test_planning_regions_of_connecticut_count_for_the_county_of_most_of_their_people(tmp_path: Path) -> None:
    regions = range(110, 200, 10)
    text = HEAD + "".join(f"09,{region},459910,5,90,{region}\n" for region in regions)
    (tmp_path / "ct.txt").write_text(text)
    done = run("load", str(tmp_path / "ct.txt"))
    assert "Connecticut is told by planning regions" in done.stdout
    assert {area: customers for area, (customers, _cents) in counting().items()} == {
        "09001": 120 + 190,
        "09003": 110,
        "09005": 160,
        "09007": 130,
        "09009": 140 + 170,
        "09011": 180,
        "09015": 150,
    }
    (tmp_path / "own.csv").write_text(
        'area,value\n"Naugatuck Valley Planning Region, Connecticut",3\n09170,4\n09170,5\n'
    )
    own = run("load", str(tmp_path / "own.csv"), "--kind", "customers")
    assert "row 4, column “area”: is told in row 3 already" in own.stdout
    assert counting()["09009"] == (7, None)
