"""Files in and out of the ledger, against a ledger that is a dictionary."""

from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from terrier.errors import InputError
from terrier.intake import batches
from terrier.ledger import Ledger, WriterBusyError, load_lines, load_products, rollup, spill, withdraw
from terrier.ledger.loading import UnknownLoadError
from tests.ledger.naive import HEAD, Line, NaiveLedger, write

DAY = dt.date(2026, 1, 30)
LARGE = "is too large; no line is worth more than 100,000,000,000"
CATEGORIES = {"leash": "Walk", "ball": "Play"}


def ledger_in(folder: Path) -> Ledger:
    ledger = Ledger(folder / "ledger")
    products = folder / "products.csv"
    products.write_text("sku,category\n" + "\n".join(",".join(pair) for pair in CATEGORIES.items()))
    load_products(ledger, products)
    return ledger


def kept(ledger: Ledger) -> pl.DataFrame:
    return ledger.open().lines.to_polars()


lines = st.builds(
    Line,
    invoice=st.sampled_from(["A", "B", "C"]),
    number=st.integers(1, 3),
    day=st.sampled_from([DAY, dt.date(2026, 2, 1), dt.date(2026, 2, 28)]),
    account=st.sampled_from(["wags", "purrs"]),
    product=st.sampled_from(["leash", "ball", "unheard of"]),
    net=st.integers(-3, 3).map(lambda cents: cents * 101),
    cost=st.none() | st.integers(0, 2),
    credit=st.booleans(),
)
deeds = st.lists(
    st.tuples(st.just("load"), st.lists(lines, max_size=6))
    | st.tuples(st.just("withdraw"), st.integers(0, 5)),
    max_size=8,
)


@given(deeds=deeds, at_once=st.sampled_from([None, 1, 2]))
@settings(max_examples=60, deadline=None)
def test_whatever_is_loaded_and_withdrawn_the_ledger_holds_what_a_dictionary_would(
    deeds: list[tuple[str, list[Line] | int]], at_once: int | None
) -> None:
    with tempfile.TemporaryDirectory() as name, pytest.MonkeyPatch.context() as patch:
        if at_once is not None:
            patch.setattr(batches, "BATCH_BYTES", 50 * at_once)
            patch.setattr(spill, "AT_ONCE", at_once)
            patch.setattr(rollup, "AT_ONCE", at_once)
        folder, naive = Path(name), NaiveLedger()
        ledger = ledger_in(folder)
        for turn, (_deed, what) in enumerate(deeds):
            if isinstance(what, list) and what:
                loaded = load_lines(ledger, write(folder / f"{turn}.csv", what), credit_notes="negative")
                fresh, same, refused = naive.fresh(what)
                seen_before = loaded.load is None and loaded.notes
                if not seen_before:
                    assert (loaded.n_known, len(loaded.refused)) == (same, refused)
                assert (loaded.load.n_lines if loaded.load else 0) == (0 if seen_before else len(fresh))
                if loaded.load:
                    naive.loads[loaded.load.id] = fresh
            elif isinstance(what, int) and naive.loads:
                gone = sorted(naive.loads)[what % len(naive.loads)]
                withdraw(ledger, gone)
                del naive.loads[gone]
        same_as(ledger, naive)


def same_as(ledger: Ledger, naive: NaiveLedger) -> None:
    tables = ledger.open()
    rows = tables.lines.to_polars().select(
        "invoice", "line", "date", "account", "product", "net_cents", "cost_cents"
    )
    assert sorted(map(str, rows.rows())) == sorted(
        str((line.invoice, str(line.number), line.day, line.account, line.product, line.net, line.cost))
        for line in naive.lines()
    )
    sums = tables.monthly.to_polars().select("month", "account", "category", "net_cents").rows()
    assert {row[:3]: row[3] for row in sums} == naive.monthly(CATEGORIES)
    assert len(sums) == len(naive.monthly(CATEGORIES))
    orders = tables.orders.to_polars().select("month", "account", "n_orders").rows()
    assert {row[:2]: row[2] for row in orders} == naive.orders()


def test_the_same_file_twice_changes_nothing(tmp_path: Path) -> None:
    ledger = ledger_in(tmp_path)
    file = write(tmp_path / "june.csv", [Line("A", 1, DAY, "wags", "leash", 1250)])
    first = load_lines(ledger, file)
    version, state = ledger.manifest().version, ledger.state()
    again = load_lines(ledger, file)
    assert first.load is not None
    assert again.load is None
    assert again.n_known == 1
    assert (ledger.manifest().version, ledger.state()) == (version, state)


def test_the_state_does_not_tell_which_files_the_lines_came_in(tmp_path: Path) -> None:
    rows = [Line(invoice, 1, DAY, "wags", "leash", 100) for invoice in "ABCD"]
    (tmp_path / "one").mkdir()
    one, two = ledger_in(tmp_path / "one"), Ledger(tmp_path / "two")
    load_products(two, tmp_path / "one" / "products.csv")
    load_lines(one, write(tmp_path / "all.csv", rows))
    load_lines(two, write(tmp_path / "last.csv", rows[2:]))
    assert one.state() != two.state()
    load_lines(two, write(tmp_path / "first.csv", rows[:2]))
    assert one.state() == two.state()


def test_a_load_is_withdrawn_whole_and_can_come_again(tmp_path: Path) -> None:
    ledger = ledger_in(tmp_path)
    empty = ledger.state()
    file = write(tmp_path / "june.csv", [Line("A", 1, DAY, "wags", "leash", 1250)])
    load = load_lines(ledger, file).load
    assert load is not None
    full = ledger.state()
    withdraw(ledger, load.id)
    assert ledger.state() == empty
    assert ledger.open().monthly.count().execute() == 0
    load_lines(ledger, file)
    assert ledger.state() == full


def test_nobody_withdraws_what_was_never_loaded(tmp_path: Path) -> None:
    with pytest.raises(UnknownLoadError, match="no load “june”"):
        withdraw(ledger_in(tmp_path), "june")


def test_who_reads_goes_on_reading_what_they_opened(tmp_path: Path) -> None:
    ledger = ledger_in(tmp_path)
    load = load_lines(ledger, write(tmp_path / "1.csv", [Line("A", 1, DAY, "wags", "leash", 1)])).load
    assert load is not None
    before = ledger.open()
    withdraw(ledger, load.id)
    load_lines(ledger, write(tmp_path / "2.csv", [Line("B", 1, DAY, "wags", "leash", 2)]))
    assert before.lines.net_cents.sum().execute() == 1
    assert ledger.open().lines.net_cents.sum().execute() == 2


def test_a_month_of_very_many_lines_lies_in_several_files_and_goes_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [Line(f"A{at}", 1, DAY, f"account {at % 5}", ("leash", "ball")[at % 2], at) for at in range(1, 41)]
    file = write(tmp_path / "1.csv", rows)
    ledger, whole = ledger_in(tmp_path), Ledger(tmp_path / "whole")
    load_products(whole, tmp_path / "products.csv")
    load_lines(whole, file)
    monkeypatch.setattr(batches, "BATCH_BYTES", 200)
    monkeypatch.setattr(spill, "AT_ONCE", 10)
    monkeypatch.setattr(rollup, "AT_ONCE", 10)
    load = load_lines(ledger, file).load
    assert load is not None
    assert len(load.files) > 2
    assert set(load.files) == {"2026-01", *(f"2026-01.{at}" for at in range(1, len(load.files)))}
    assert ledger.state() == whole.state()
    for name in ("monthly", "orders", "prices"):
        assert getattr(ledger.open(), name).to_polars().equals(getattr(whole.open(), name).to_polars())
    withdraw(ledger, load.id)
    assert kept(ledger).is_empty()
    assert ledger.open().monthly.to_polars().is_empty()


def test_files_that_count_no_more_go_when_nobody_can_still_be_reading_them(tmp_path: Path) -> None:
    ledger = ledger_in(tmp_path)
    load = load_lines(ledger, write(tmp_path / "1.csv", [Line("A", 1, DAY, "wags", "leash", 1)])).load
    assert load is not None
    withdraw(ledger, load.id)
    (path,) = load.files.values()
    with ledger.writing():
        assert (ledger.folder / path).exists()
    with ledger.writing() as writing:
        writing.sweep(now=writing.manifest.retired[path] + 3601)
    assert not (ledger.folder / path).exists()


def test_one_writes_at_a_time(tmp_path: Path) -> None:
    ledger = ledger_in(tmp_path)
    with ledger.writing(), pytest.raises(WriterBusyError, match="another process"):
        load_products(ledger, tmp_path / "products.csv")


def test_another_category_of_a_product_counts_at_once_in_every_month(tmp_path: Path) -> None:
    ledger = ledger_in(tmp_path)
    load_lines(ledger, write(tmp_path / "1.csv", [Line("A", 1, DAY, "wags", "leash", 1)]))
    changed = tmp_path / "changed.csv"
    changed.write_text("sku,category\nleash,Leads\n")
    load_products(ledger, changed)
    tables = ledger.open()
    assert tables.monthly.category.execute().tolist() == ["Leads"]
    assert sorted(tables.products["product"].execute()) == ["ball", "leash"]


def test_lines_of_accounts_that_are_not_known_are_told_and_kept(tmp_path: Path) -> None:
    rows = [Line("A", 1, DAY, "wags", "leash", 1), Line("B", 1, DAY, "nobody", "leash", 1)]
    loaded = load_lines(ledger := ledger_in(tmp_path), write(tmp_path / "1.csv", rows), accounts=["wags"])
    assert loaded.parked == {"nobody": 1}
    assert len(kept(ledger)) == 2


@pytest.mark.parametrize(
    ("row", "column", "reason"),
    [
        (",1,2026-01-30,wags,leash,1,5,,", "invoice", "is blank"),
        ("A,1,30th of May,wags,leash,1,5,,", "date", "is not a day"),
        ("A,1,0026-01-30,wags,leash,1,5,,", "date", "is not between 1970 and 2199"),
        ("A,1,2026-01-30,wags,leash,1,5.005,,", "net", "is not an amount with at most two decimals"),
        ("A,1,2026-01-30,wags,leash,1,1e5,,", "net", "is not an amount with at most two decimals"),
        ("A,1,2026-01-30,wags,leash,1,12.3401,,", "net", "is not an amount with at most two decimals"),
        ("A,1,2026-01-30,wags,leash,1,0.001,,", "net", "is not an amount with at most two decimals"),
        ("A,1,2026-01-30,wags,leash,1,3e-3,,", "net", "is not an amount with at most two decimals"),
        ("A,1,2026-01-30,wags,leash,1,99999999999999999,,", "net", LARGE),
        ('A,1,2026-01-30,wags,leash,1,"-$99,999,999,999,999.50",,', "net", LARGE),
        ("A,1,2026-01-30,wags,leash,1,200000000000,,", "net", LARGE),
        ("A,1,2026-01-30,wags,leash,1,5,99999999999999999,", "cost", LARGE),
        ("A,1,2026-01-30,wags,leash,many,5,,", "quantity", "is not a number"),
        ("A,1,2026-01-30,wags,leash,1,5,free,", "cost", "is not an amount with at most two decimals"),
        ("A,1,2026-01-30,wags,leash,1,5,,gift", "kind", "is neither an invoice nor a credit note"),
        (f"A,1,2026-01-30,{'w' * 201},leash,1,5,,", "account", "is longer than 200 characters"),
    ],
)
def test_a_row_that_cannot_be_taken_says_why_and_the_others_are(
    tmp_path: Path, row: str, column: str, reason: str
) -> None:
    file = tmp_path / "june.csv"
    file.write_text(f"{HEAD}\nB,1,2026-01-30,wags,leash,1,5,,\n{row}\n")
    loaded = load_lines(ledger := ledger_in(tmp_path), file)
    told = loaded.refused.row(0, named=True)
    assert (told["row"], told["column"], told["reason"]) == (3, column, reason)
    assert kept(ledger)["invoice"].to_list() == ["B"]


@pytest.mark.parametrize(
    ("text", "cents"),
    [
        ("5", 500),
        ("$1,234.50", 123450),
        ("(12.30)", -1230),
        ("12.30-", -1230),
        ("-.5", -50),
        ("0.29", 29),
        ("9999999999.99", 999999999999),
        ("7.100", 710),
        ("USD 3.00", 300),
        ("12.340000000000002", 1234),
        ("8.199999999999999", 820),
        ("-0.30000000000000004", -30),
        ("5.684341886080802e-14", 0),
        ("99999999.99000001", 9999999999),
    ],
)
def test_amounts_are_read_to_the_cent(tmp_path: Path, text: str, cents: int) -> None:
    file = tmp_path / "june.csv"
    file.write_text(f'invoice,date,account,amount\nA,2026-01-30,wags,"{text}"\n')
    load_lines(ledger := ledger_in(tmp_path), file)
    assert kept(ledger)["net_cents"].to_list() == [cents]


@pytest.mark.parametrize(
    ("days", "style", "read"),
    [
        (["2026-03-04", "2026-03-05 00:00:00"], None, [dt.date(2026, 3, 4), dt.date(2026, 3, 5)]),
        (["3/4/2026", "3/31/2026"], None, [dt.date(2026, 3, 4), dt.date(2026, 3, 31)]),
        (["3/4/2026", "31/3/2026"], None, [dt.date(2026, 4, 3), dt.date(2026, 3, 31)]),
        (["3/4/2026", "5/4/2026"], None, [dt.date(2026, 3, 4), dt.date(2026, 5, 4)]),
        (["3/4/2026", "5/4/2026"], "dmy", [dt.date(2026, 4, 3), dt.date(2026, 4, 5)]),
    ],
)
def test_days_are_read_as_the_file_writes_them(
    tmp_path: Path, days: list[str], style: None, read: list[dt.date]
) -> None:
    file = tmp_path / "june.csv"
    file.write_text(
        "invoice,date,account,amount\n" + "".join(f"{i},{day},wags,1\n" for i, day in enumerate(days))
    )
    loaded = load_lines(ledger := ledger_in(tmp_path), file, dates=style)
    assert kept(ledger).sort("invoice")["date"].to_list() == read
    assert bool(loaded.notes) == (days[1] == "5/4/2026" and style is None)


def test_lines_after_today_are_told_and_those_more_than_a_year_ahead_refused(tmp_path: Path) -> None:
    file = tmp_path / "june.csv"
    days = ["2026-01-30", "2026-01-31", "2027-01-31", "2027-02-01", "2036-01-30"]
    file.write_text(
        "invoice,date,account,amount\n" + "".join(f"{i},{day},wags,1\n" for i, day in enumerate(days))
    )
    loaded = load_lines(ledger := ledger_in(tmp_path), file, today=DAY)
    reason = "is more than a year ahead; a line is dated 2027-01-31 at the latest"
    assert loaded.refused.rows() == [(5, "date", "2027-02-01", reason), (6, "date", "2036-01-30", reason)]
    assert loaded.notes == ("2 lines are dated after today, the last on 2027-01-31.",)
    assert len(kept(ledger)) == 3


def test_credit_notes_count_against_sales_however_the_file_writes_them(tmp_path: Path) -> None:
    ledger = ledger_in(tmp_path)
    file = tmp_path / "june.csv"
    file.write_text(
        "invoice,date,account,amount,type\nA,2026-01-30,wags,5,Invoice\nB,2026-01-30,wags,2,Credit memo\n"
    )
    loaded = load_lines(ledger, file)
    assert ledger.open().lines.net_cents.sum().execute() == 300
    assert "without a minus" in loaded.notes[0]
    other = tmp_path / "july.csv"
    other.write_text("invoice,date,account,amount,type\nC,2026-01-30,wags,-2,CN\nD,2026-01-30,wags,1,CN\n")
    load_lines(ledger, other)
    assert ledger.open().lines.net_cents.sum().execute() == 200


def test_a_file_without_line_numbers_counts_them_within_each_invoice(tmp_path: Path) -> None:
    file = tmp_path / "june.csv"
    file.write_text(
        "invoice,date,account,amount\nA,2026-01-30,wags,1\nB,2026-01-30,wags,1\nA,2026-01-30,wags,1\n"
    )
    load_lines(ledger := ledger_in(tmp_path), file)
    assert sorted(kept(ledger).select("invoice", "line").rows()) == [("A", "1"), ("A", "2"), ("B", "1")]


def test_a_mended_file_without_line_numbers_brings_only_what_was_refused(tmp_path: Path) -> None:
    ledger, file = ledger_in(tmp_path), tmp_path / "june.csv"
    text = "invoice,date,account,amount\nA,2026-01-30,wags,free\nA,2026-01-30,wags,2\nA,2026-01-30,wags,3\n"
    file.write_text(text)
    assert len(load_lines(ledger, file).refused) == 1
    file.write_text(text.replace("free", "1"))
    again = load_lines(ledger, file)
    assert (again.n_known, len(again.refused)) == (2, 0)
    assert sorted(kept(ledger)["net_cents"].to_list()) == [100, 200, 300]


@pytest.mark.parametrize("ending", ["parquet", "xlsx"])
def test_amounts_that_a_program_keeps_as_floats_are_taken_to_the_cent(tmp_path: Path, ending: str) -> None:
    amounts = [12.5, 0.1 + 0.2, 1.1 * 3, 1e5, -7.0, 19.999, 1 / 3]
    frame = pl.DataFrame(
        {
            "invoice": [f"A{at}" for at in range(len(amounts))],
            "date": DAY,
            "account": "wags",
            "amount": amounts,
        }
    )
    file = tmp_path / f"june.{ending}"
    frame.write_parquet(file) if ending == "parquet" else frame.write_excel(
        file, column_formats={"amount": "0.00"}
    )
    loaded = load_lines(ledger := ledger_in(tmp_path), file)
    assert kept(ledger).sort("invoice")["net_cents"].to_list() == [1250, 30, 330, 10_000_000, -700]
    told = loaded.refused.select("row", "column", "value", "reason").rows()
    reason = "is not an amount with at most two decimals"
    assert [row[:2] + row[3:] for row in told] == [(7, "amount", reason), (8, "amount", reason)]
    assert [row[2][:6] for row in told] == ["19.999", "0.3333"]


def test_lines_are_numbered_and_credit_notes_turned_over_all_of_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [f"A{at % 3},{DAY},wags,{at},Invoice" for at in range(40)]
    file = tmp_path / "june.csv"
    file.write_text(
        "\n".join(["invoice,date,account,amount,type", *rows, f"B,{DAY},wags,-5,CN", f"C,{DAY},wags,2,CN"])
    )
    whole, parts = ledger_in(tmp_path), Ledger(tmp_path / "parts")
    load_products(parts, tmp_path / "products.csv")
    at_once = load_lines(whole, file)
    monkeypatch.setattr(batches, "BATCH_BYTES", 100)
    in_parts = load_lines(parts, file)
    assert whole.state() == parts.state()
    assert at_once.notes == in_parts.notes == ()
    assert not list((tmp_path / "parts" / "spill").iterdir())


def test_a_file_that_is_something_else_is_refused_whole(tmp_path: Path) -> None:
    ledger = ledger_in(tmp_path)
    wrong = tmp_path / "accounts.csv"
    wrong.write_text("name,city\nWags,Dayton\n")
    with pytest.raises(InputError, match="has no column for the invoice"):
        load_lines(ledger, wrong)
    wrong.write_text("invoice,date,account,amount\nA,soon,wags,1\n")
    with pytest.raises(InputError, match=r"row 2, column “date”: is not a day, and no other row.*“soon”"):
        load_lines(ledger, wrong)
    assert ledger.manifest().version == 1
