import hashlib

import numpy as np
import polars as pl
import pytest
import shapely

from terrier.atlas.outlines import land
from terrier.atlas.zips import locate
from terrier.engine.design.geometry import distance
from terrier.errors import TerrierError
from terrier.sample import generate
from terrier.sample.market import LARGEST_RADIUS_KM, THOUSAND_PEOPLE
from terrier.sample.trade import CHANNELS


@pytest.fixture(scope="module")
def sample():
    return generate(6_000, 24, seed=1)


@pytest.fixture(scope="module")
def accounts(sample):
    return sample.accounts


def places(table):
    return table.select("longitude", "latitude").to_numpy()


def by_owner(accounts, measure):
    held = accounts.drop_nulls("owner").group_by("owner").agg(pl.col(measure).sum())
    return dict(held.iter_rows())


def digest(sample):
    text = "".join(table.write_csv() for table in (sample.accounts, sample.people, sample.chains))
    return hashlib.sha256(text.encode()).hexdigest()


def test_the_same_seed_gives_the_same_wholesaler_on_any_machine():
    assert (
        digest(generate(500, 5, seed=42))
        == "1a99b5cc51441161dbbe97ccfd9372f90904d71363fb370d3277a453e3c7451c"
    )


def test_another_seed_gives_another_wholesaler():
    assert digest(generate(500, 5, seed=42)) != digest(generate(500, 5, seed=43))


@pytest.mark.parametrize(
    ("n_accounts", "n_people"), [(1, 1), (3, 3), (20, 4), (500, 2), (500, 100), (20_000, 800)]
)
def test_any_size_gives_as_many_accounts_and_people_as_asked(n_accounts, n_people):
    made = generate(n_accounts, n_people, seed=3)
    assert made.accounts.height == n_accounts
    assert made.people.height == n_people
    assert made.accounts["account_id"].is_unique().all()
    for unique in ("person_id", "name", "email", "territory"):
        assert made.people[unique].is_unique().all()


@pytest.mark.parametrize(
    ("n_accounts", "n_people", "seed", "named"),
    [(500, 0, 1, "0 people"), (5, 6, 1, "6 people"), (3_000_000, 9, 1, "3,000,000"), (500, 5, -1, "seed -1")],
)
def test_impossible_sizes_are_refused(n_accounts, n_people, seed, named):
    with pytest.raises(TerrierError, match=named):
        generate(n_accounts, n_people, seed)


def test_every_channel_has_its_share(accounts):
    shares = dict(accounts.group_by("channel").agg(pl.len() / len(accounts)).iter_rows())
    assert shares == pytest.approx({channel.name: channel.share for channel in CHANNELS}, abs=0.001)


def test_farm_and_feed_is_found_in_the_country_and_online_shops_in_town(accounts):
    travel = dict(accounts.group_by("channel").agg(pl.col("travel_minutes").mean()).iter_rows())
    assert travel["Farm and feed"] > travel["Kennel"] > travel["Independent pet"] > travel["E-commerce"]


def test_sales_have_a_heavy_tail_but_no_customer_is_a_territory(accounts):
    sales = accounts.filter(pl.col("status") == "active")["sales"].to_numpy()
    assert (sales > 0).all()
    assert 1.25 < np.log(sales).std() < 1.6
    assert 0.05 < sales.max() / (sales.sum() / 24) < 0.5
    best_tenth = np.sort(sales)[-len(sales) // 10 :]
    assert 0.4 < best_tenth.sum() / sales.sum() < 0.7


def test_prospects_and_lapsed_customers_buy_nothing_but_could(accounts):
    others = accounts.filter(pl.col("status") != "active")
    assert (others["sales"] == 0).all()
    assert (others["potential"] > 0).all()
    assert 0.15 < (accounts["status"] == "prospect").mean() < 0.21


def test_customers_buy_part_of_what_they_could(accounts):
    buying = accounts.filter(pl.col("status") == "active")
    assert 0.3 < (buying["sales"] / buying["potential"]).median() < 0.5
    assert (buying["sales"] <= buying["potential"]).all()


def test_classes_follow_sales(accounts):
    buying = accounts.filter(pl.col("status") == "active")
    ranges = (
        buying.group_by("class")
        .agg(pl.min("sales").alias("low"), pl.max("sales").alias("high"))
        .sort("class")
    )
    assert ranges["class"].to_list() == ["A", "B", "C", "D"]
    assert (ranges["low"][:-1] > ranges["high"][1:]).all()
    assert 0.04 < (buying["class"] == "A").mean() < 0.06


def test_workload_is_calls_times_call_and_travel_and_fills_a_year(accounts):
    minutes = accounts["visits_per_year"] * (accounts["visit_minutes"] + accounts["travel_minutes"])
    assert (accounts["workload_hours"] - minutes / 60).abs().max() <= 0.051
    assert 1_300 < accounts["workload_hours"].sum() / 24 < 2_000
    visits = dict(accounts.group_by("class").agg(pl.col("visits_per_year").mean()).iter_rows())
    assert visits["A"] > visits["B"] > visits["C"] > visits["D"] >= 1


def test_every_place_is_on_us_land_or_a_stone_s_throw_off_it(accounts):
    points = shapely.points(places(accounts))
    off = shapely.distance(land(), points)
    assert (off == 0).mean() > 0.99
    assert off.max() < 0.1


def test_coordinates_are_near_the_zip_code_and_seldom_on_one_point(accounts):
    apart = distance(places(accounts), locate(accounts["zip"]), "sphere")
    assert apart.max() <= LARGEST_RADIUS_KM + 0.1
    assert accounts.select("longitude", "latitude").is_unique().mean() > 0.99


def test_accounts_are_where_people_live(accounts):
    held = dict(accounts.group_by("state").len().iter_rows())
    expected = np.array(list(THOUSAND_PEOPLE.values())) / sum(THOUSAND_PEOPLE.values())
    found = np.array([held.get(state, 0) for state in THOUSAND_PEOPLE]) / len(accounts)
    assert set(held) <= set(THOUSAND_PEOPLE)
    assert np.corrcoef(expected, found)[0, 1] > 0.97


def test_chains_have_many_sites_some_local_some_across_the_country(sample):
    accounts, chains = sample.accounts, sample.chains
    sites = (
        accounts.drop_nulls("chain_id")
        .group_by("chain_id", "chain")
        .agg(pl.len(), pl.col("state").n_unique())
    )
    assert dict(zip(sites["chain_id"], sites["len"], strict=True)) == dict(
        zip(chains["chain_id"], chains["sites"], strict=True)
    )
    large = sites.filter(pl.col("len") >= 20)
    assert len(large) >= 10
    assert large["state"].max() >= 15
    assert large["state"].min() <= 8
    assert accounts.filter(pl.col("channel") == "Pet chain")["chain_id"].null_count() == 0


def test_the_present_assignment_is_unbalanced_the_way_real_ones_are(accounts):
    for measure in ("sales", "workload_hours"):
        held = np.array(list(by_owner(accounts, measure).values())) / (accounts[measure].sum() / 24)
        assert held.max() > 1.5
        assert held.min() < 0.5
        assert held.max() < 3.5


def test_one_territory_is_vacant(sample):
    held = sample.accounts.filter(pl.col("owner") == "VACANT")
    assert 50 < len(held) < 500
    assert "VACANT" not in sample.people["name"]


def test_the_hire_of_this_year_has_few_accounts_and_all_near_home(sample):
    hire = sample.people.sort("start_date").row(-1, named=True)
    held = sample.accounts.filter(pl.col("owner") == hire["name"])
    assert 20 < len(held) < 125
    home = np.tile([hire["longitude"], hire["latitude"]], (len(held), 1))
    assert np.median(distance(places(held), home, "sphere")) < 300


@pytest.mark.parametrize(("n_accounts", "n_people"), [(6_000, 24), (20_000, 80), (100_000, 400)])
def test_everybody_has_accounts(n_accounts, n_people):
    made = generate(n_accounts, n_people, seed=1)
    assert set(made.people["name"]) <= set(made.accounts["owner"])


def test_some_new_accounts_were_never_given_to_anybody(accounts):
    nobody = accounts.filter(pl.col("owner").is_null())
    assert 0.01 < len(nobody) / len(accounts) < 0.04
    assert set(nobody["status"]) == {"prospect"}


def test_veterans_kept_accounts_all_over_the_country(sample):
    states = dict(
        sample.accounts.drop_nulls("owner").group_by("owner").agg(pl.col("state").n_unique()).iter_rows()
    )
    by_service = sample.people.sort("start_date")["name"].to_list()
    assert min(states[name] for name in by_service[:4]) > max(states[name] for name in by_service[4:])


def test_no_two_accounts_of_a_large_sample_share_the_largest_potential():
    largest = generate(100_000, 400, seed=1).accounts["potential"].top_k(20)
    assert largest.n_unique() > 15


def test_people_live_at_true_places_and_have_hours_by_their_employment(sample):
    people = sample.people
    assert distance(places(people), locate(people["zip"]), "sphere").max() <= LARGEST_RADIUS_KM + 0.1
    assert (people["capacity_hours"] == (people["employment_share"] * 1_640).round()).all()
    assert (people["email"].str.ends_with("@wholesaler.example")).all()
