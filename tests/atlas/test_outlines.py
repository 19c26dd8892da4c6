import numpy as np
import pytest
import shapely

from terrier.atlas import outlines
from terrier.atlas.outlines import MAINLAND, STATES, counties, land, states
from terrier.atlas.zips import zip_table
from terrier.engine.design import Graph
from terrier.engine.design.neighbours import join_components
from terrier.errors import TerrierError


def touching(areas, name, state):
    at = next(i for i in range(len(areas)) if (areas.names[i], areas.states[i]) == (name, state))
    pairs = areas.edges[(areas.edges == at).any(axis=1)]
    return {areas.names[i] for i in pairs.ravel() if i != at}


def test_the_counties_of_the_fifty_states_and_dc_are_all_there():
    us = counties().of(STATES)
    assert 3_140 <= len(us) <= 3_150
    assert len(set(us.fips)) == len(us)
    assert set(us.states) == STATES
    assert list(us.fips) == sorted(us.fips)


def test_every_outline_is_valid_and_holds_its_point():
    areas = counties()
    assert shapely.is_valid(areas.polygons).all()
    assert not shapely.is_empty(areas.polygons).any()
    assert shapely.contains_xy(areas.polygons, *areas.coordinates.T).all()


def test_a_county_flattened_by_rounding_keeps_its_place_and_its_neighbours():
    assert "Fairfax" in touching(counties(), "Falls Church", "VA")


def test_true_adjacency_is_what_an_atlas_says():
    assert touching(counties(), "Suffolk", "MA") == {"Essex", "Middlesex", "Norfolk"}
    assert touching(states(), "Tennessee", "TN") == {
        "Kentucky", "Virginia", "North Carolina", "Georgia", "Alabama", "Mississippi", "Arkansas", "Missouri"
    }  # fmt: skip


def test_states_that_meet_in_a_point_do_not_touch():
    assert "New Mexico" not in touching(states(), "Utah", "UT")


def test_islands_touch_nothing_until_they_are_joined_to_what_is_near():
    mainland = counties().of(MAINLAND)
    assert touching(mainland, "Nantucket", "MA") == set()
    graph = Graph.from_edges(len(mainland), mainland.edges)
    joined, added = join_components(graph, mainland.coordinates, "sphere")
    assert joined.components().max() == 0
    links = {frozenset(mainland.names[i] for i in edge) for edge in added}
    assert links == {frozenset({"Dukes", "Nantucket"}), frozenset({"Island", "San Juan"})}


@pytest.mark.parametrize(("state", "km2"), [("CO", 269_600), ("RI", 2_800), ("WY", 253_300)])
def test_areas_are_those_of_the_states(state, km2):
    areas = states()
    assert areas.area_km2[areas.states.index(state)] == pytest.approx(km2, rel=0.05)


def test_the_aleutians_have_their_point_on_their_own_side_of_the_date_line():
    areas = counties()
    longitude, latitude = areas.coordinates[areas.fips.index("02016")]
    assert -180 <= longitude < -165 or longitude > 170
    assert 51 < latitude < 54


def test_a_zip_code_lies_in_a_county_of_its_state():
    table = zip_table()
    areas = counties()
    at = areas.containing(table.select("longitude", "latitude").to_numpy())
    inside = at >= 0
    assert inside.mean() > 0.998
    state = np.array(areas.states)[at[inside]]
    assert (state == table["state"].to_numpy()[inside]).mean() > 0.999


def test_a_point_at_sea_is_in_no_county():
    assert counties().containing(np.array([[-60.0, 35.0], [-71.06, 42.36]])).tolist()[0] == -1


def test_land_covers_the_states_and_not_the_sea():
    assert shapely.contains_xy(land(), -95.0, 39.0)
    assert not shapely.contains_xy(land(), -87.0, 43.5)  # Lake Michigan
    assert not shapely.contains_xy(land(), -60.0, 35.0)


def test_missing_outlines_say_how_to_get_them(tmp_path, monkeypatch):
    monkeypatch.setattr(outlines, "FILE", tmp_path / "counties-10m.json")
    with pytest.raises(TerrierError, match="make assets"):
        outlines._topology.__wrapped__()
