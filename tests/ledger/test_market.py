"""Market potential by area: County Business Patterns as they are published, and any file of codes and values."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from terrier.errors import InputError
from terrier.ledger.market import read_area_values, read_business_patterns

HEAD = '"fipstate","fipscty","naics","emp_nf","emp","qp1_nf","qp1","ap_nf","ap","est","n<5","n5_9"'
COUNTIES = f"""{HEAD}
"39","113","------","G",210000,"G",2500000,"G",10000000,11000,"6000","2000"
"39","113","4599//","G",900,"G",5000,"G",21000,100,"60","N"
"39","113","459910","G",260,"H",1400,"H",5900,31,"18","9"
"39","113","812910","G",190,"G",900,"G",3700,40,"33","5"
"39","999","812910","G",3,"G",20,"G",90,2,"N","N"
"01","001","541940","D",N,"D",N,"D",N,4,"N","N"
"""


def written(folder: Path, text: str, name: str = "cbp22co.txt") -> Path:
    (folder / name).write_text(text)
    return folder / name


def test_the_county_file_tells_establishments_by_county_and_industry(tmp_path: Path) -> None:
    found = read_business_patterns(written(tmp_path, COUNTIES))
    assert found.rows.rows() == [
        ("01001", "541940", 4, None, None),
        ("39113", "459910", 31, 260, 590_000_000),
        ("39113", "812910", 40, 190, 370_000_000),
    ]
    assert found.notes == (
        "2 establishments of a state's, in no county, are left out.",
        "Not in the file: 453910.",
    )


def test_a_group_of_industries_is_its_own_row(tmp_path: Path) -> None:
    found = read_business_patterns(written(tmp_path, COUNTIES), ["4599"])
    assert found.rows.select("area", "establishments").rows() == [("39113", 100)]


def test_what_an_establishment_spends_makes_a_market(tmp_path: Path) -> None:
    found = read_business_patterns(written(tmp_path, COUNTIES))
    assert found.market(100).rows() == [("01001", 4, 400), ("39113", 71, 7100)]
    assert found.market({"459910": 1000, "812910": 10}).rows() == [("01001", 4, 0), ("39113", 71, 31_400)]


def test_the_file_of_zip_codes_is_read_too(tmp_path: Path) -> None:
    found = read_business_patterns(
        written(tmp_path, 'zip,name,naics,est\n"05401","BURLINGTON, VT","812910",7\n')
    )
    assert found.rows.select("area", "establishments").rows() == [("05401", 7)]


def test_each_legal_form_is_not_counted_once_more(tmp_path: Path) -> None:
    text = "fipstate,fipscty,naics,lfo,est\n39,113,812910,-,40\n39,113,812910,C,30\n39,113,812910,S,10\n"
    assert read_business_patterns(written(tmp_path, text)).rows["establishments"].to_list() == [40]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("fipstate,naics,lfo,est\n39,812910,-,5\n", "has neither counties .* files of states"),
        (f"{HEAD}\n39,113,111110,G,1,G,1,G,1,1,N,N\n", "has none of the industries 453910, 459910, 541940, 812910"),
        (f"{HEAD}\nOH,113,812910,G,1,G,1,G,1,1,N,N\n", "row 2, column “fipstate”: is not the code of a state, of 2 digits.*“OH”"),
        (f"{HEAD}\n39,113,812910,G,1,G,1,G,1,N,N,N\n", "row 2, column “est”: is not a whole number"),
        (f"{HEAD}\n39,113,812910,G,-1,G,1,G,1,2,N,N\n", "row 2, column “emp”: is not a whole number"),
        ("name,city\nWags,Dayton\n", "has no column for the industry"),
    ],
)  # fmt: skip
def test_another_file_says_what_is_wrong_with_it(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read_business_patterns(written(tmp_path, text))


def test_any_file_of_codes_and_values_is_read(tmp_path: Path) -> None:
    found = read_area_values(written(tmp_path, 'ZIP Code,Potential\n5401,"$1,200.50"\n45402,0\n', "zips.csv"))
    assert found.rows.rows() == [("05401", 1200.5), ("45402", 0.0)]
    named = read_area_values(
        written(tmp_path, "Sector,Need\nNorth,3\n", "own.csv"), area="Sector", value="Need"
    )
    assert named.rows.equals(pl.DataFrame({"area": ["North"], "value": [3.0]}))


def test_rows_that_cannot_be_taken_are_told_and_the_others_taken(tmp_path: Path) -> None:
    text = "area,value\nNorth,3\nNorth,4\n,3\nSouth,-3\nWest,much\nEast,0\n"
    found = read_area_values(written(tmp_path, text, "areas.csv"))
    assert found.rows.rows() == [("North", 3.0), ("East", 0.0)]
    assert found.refused.rows() == [
        (3, "area", "North", "is told in row 2 already; each area has one value"),
        (4, "area", None, "is blank"),
        (5, "value", "-3", "is not a number of zero or more"),
        (6, "value", "much", "is not a number of zero or more"),
    ]


def test_the_row_that_an_area_is_told_in_is_the_first_that_can_be_taken(tmp_path: Path) -> None:
    found = read_area_values(written(tmp_path, "area,value\nNorth,much\nNorth,4\nNorth,5\n", "areas.csv"))
    assert found.rows.rows() == [("North", 4.0)]
    assert found.refused["reason"].to_list() == [
        "is not a number of zero or more",
        "is told in row 3 already; each area has one value",
    ]


def test_a_value_of_too_many_digits_is_called_too_large(tmp_path: Path) -> None:
    text = "area,value\nNorth,99999999999999999\nSouth,-99999999999999999\nEast,0\n"
    assert read_area_values(written(tmp_path, text, "areas.csv")).refused["reason"].to_list() == [
        "is too large; an area has less than 1,000,000,000,000",
        "is not a number of zero or more",
    ]


def test_a_county_that_cannot_be_read_does_not_stop_the_others(tmp_path: Path) -> None:
    text = f"{HEAD}\n39,113,812910,G,1,G,1,G,1,5,N,N\nOH,113,812910,G,1,G,1,G,1,1,N,N\n39,1,812910,G,1,G,1,G,1,N,N,N\n"
    found = read_business_patterns(written(tmp_path, text))
    assert found.rows.select("area", "establishments").rows() == [("39113", 5)]
    assert found.refused.rows() == [
        (3, "fipstate", "OH", "is not the code of a state, of 2 digits"),
        (4, "est", "N", "is not a whole number"),
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("area,value\n,3\n", "row 2, column “area”: is blank, and no other row"),
        ("area,value\nNorth,-3\n", "row 2, column “value”: is not a number of zero or more.*“-3”"),
        ("name,value\nNorth,3\n", "has no column for the area"),
    ],
)
def test_a_file_of_which_nothing_can_be_taken_is_refused(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(InputError, match=message):
        read_area_values(written(tmp_path, text, "areas.csv"))
