"""Invented names of businesses, chains, streets and people. Any likeness to a real one is chance."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Texts = NDArray[np.object_]


def _words(text: str) -> Sequence[str]:
    return text.split()


FIRST = _words(
    "Adriana Alan Alicia Amara Andre Angela Anita Ben Bianca Brian Caleb Camila Carla Carlos Celeste Chad Cheryl Clara "
    "Colin Cora Dana Darius Dean Denise Derek Diego Donna Edith Elena Elliot Emilio Erin Esther Felix Fiona Frank "
    "Gavin Gina Glenn Grace Hannah Harold Hector Helen Holly Ian Imani Irene Isaac Ivan Jada Janet Jared Jill Joel "
    "Jonas Joyce Karen Keith Kelsey Kofi Kyle Lamar Laura Lena Leon Lucia Luis Lydia Marcus Maria Martin Maya Megan "
    "Miguel Mina Molly Naomi Nate Nina Noah Olga Omar Owen Paula Pedro Priya Quinn Rachel Rafael Renee Rosa Russell "
    "Ruth Sam Sandra Seth Sonia Stella Tara Terrence Theo Tina Victor Vivian Wade Wendy Yusuf Zoe"
)
LAST = _words(
    "Abbott Acosta Alder Archer Ashby Baines Barlow Beck Bellamy Bishop Booth Bowden Brandt Briggs Burke Calloway "
    "Cardenas Carver Castillo Chang Clayborn Coleman Conley Cortez Crane Dalton Delgado Dempsey Dixon Doyle Drake "
    "Eastman Ellery Espinoza Farrow Fenwick Fischer Fontaine Garner Gibbs Granger Gupta Haley Harlan Hayward Hendrix "
    "Holloway Hughes Ingram Jennings Joyner Kaplan Keller Kimura Kirby Lambert Landry Larkin Lin Lockhart Lund Maddox "
    "Marsh McBride Mendoza Mercer Monroe Navarro Nolan Norwood Oakes Ochoa Olsen Osborne Patel Pruitt Quigley Ramsey "
    "Redmond Reyes Rhodes Rivera Rowe Salazar Sawyer Sheridan Sloan Solomon Stanton Stokes Sutton Talbot Tanner Thorne "
    "Tran Underhill Valdez Vance Vega Walden Ware Weaver Whitfield Wilder Winslow Woodard Wyatt Yates York Zamora Zeller"
)
TREES = _words(
    "Alder Aspen Birch Briar Cedar Clover Cottonwood Cypress Dogwood Elm Fern Hazel Heather Hickory Juniper Laurel "
    "Linden Magnolia Maple Meadow Oak Orchard Pecan Pine Poplar Prairie Sage Sumac Sycamore Thistle Walnut Willow"
)
PLACES = _words(
    "Bend Bluff Branch Bridge Brook Corner Creek Crossing Fork Gap Grove Hill Hollow Mill Ridge Run"
)
STREETS = ("St", "St", "Ave", "Ave", "Rd", "Dr", "Blvd", "Ln", "Pike", "Way")

SHOPS: dict[str, Sequence[str]] = {
    "Independent pet": (
        "Pets", "Pet Supply", "Pet Pantry", "Pet Outfitters", "Pet Center", "Paw Shop", "Fish & Fur", "Pet Market",
    ),
    "Groomer": ("Grooming", "Dog Grooming", "Pet Salon", "Bath & Brush", "Grooming Parlor", "Mobile Grooming"),
    "Veterinarian": ("Animal Hospital", "Veterinary Clinic", "Pet Clinic", "Animal Clinic", "Veterinary Care"),
    "Kennel": ("Kennels", "Boarding Kennel", "Dog Ranch", "Pet Lodge", "Pet Camp"),
    "Farm and feed": ("Feed & Seed", "Farm Supply", "Feed Store", "Grain & Feed", "Ranch & Home", "Farmers Co-op"),
    "Grocery": ("Market", "Grocery", "Foods", "Food Center", "Country Store"),
    "E-commerce": ("Pet Direct", "Paw Post", "Pet Box", "Pet Online", "Tail Mail"),
}  # fmt: skip
CHAIN_FRONT = _words(
    "Arrow Bark Bell Bram Briar Copper Dapper Dover Ember Fair Field Gold Hearth High Iron Kindle Lark Merry North "
    "Paw Pine Red River Silver Star Stone Summit Tail True Wag Wether Wind Wool Yarrow"
)
CHAIN_BACK = _words(
    "bridge brook dale field ford gate haven hurst land ley low mark mere mont more stead ton well wick wood"
)
CHAIN_TRADE: dict[str, Sequence[str]] = {
    "Pet chain": ("Pets", "Pet Warehouse", "Pet Co-op"),
    "Groomer": ("Grooming", "Pet Spa", "Groomers"),
    "Veterinarian": ("Veterinary Group", "Animal Hospitals", "Vet Partners"),
    "Farm and feed": ("Ranch Stores", "Farm & Home", "Feed Stores"),
    "Grocery": ("Markets", "Foods", "Fresh"),
}


def pick(words: Sequence[str], rng: np.random.Generator, count: int) -> Texts:
    found: Texts = np.array(words, dtype=object)[rng.integers(0, len(words), count)]
    return found


def shop_names(channel: str, cities: Texts, rng: np.random.Generator) -> Texts:
    """After the town, the owner, or a tree and a place: "Salem Animal Hospital", "Sutton's Pets", "Maple Run Kennels"."""
    count = len(cities)
    landscape = pick(TREES, rng, count) + " " + pick(PLACES, rng, count)
    owner = pick(LAST, rng, count) + "'s"
    style = rng.random(count)
    front = np.where(style < 0.25, cities, np.where(style < 0.5, owner, landscape))
    names: Texts = front + " " + pick(SHOPS[channel], rng, count)
    return names


def chain_names(channel: str, rng: np.random.Generator, count: int) -> Texts:
    """Distinct within the channel, as long as there are names; then numbered."""
    every = [f"{a}{b} {c}" for a in CHAIN_FRONT for b in CHAIN_BACK for c in CHAIN_TRADE[channel]]
    order = rng.permutation(len(every))
    rounds = np.arange(count) // len(every)
    names = [every[order[i % len(every)]] + (f" {rounds[i] + 1}" if rounds[i] else "") for i in range(count)]
    return np.array(names, dtype=object)


def streets(rng: np.random.Generator, count: int) -> Texts:
    number = rng.integers(1, 9_900, count).astype(str).astype(object)
    main = np.where(rng.random(count) < 0.15, "Main", pick(TREES, rng, count))
    lines: Texts = number + " " + main + " " + pick(STREETS, rng, count)
    return lines


def people_names(rng: np.random.Generator, count: int) -> list[str]:
    """Distinct names; initials, and in the end numbers, tell namesakes apart."""
    pairs = rng.permutation(len(FIRST) * len(LAST))
    names = []
    for i in range(count):
        lap, pair = divmod(i, len(pairs))
        first, last = divmod(int(pairs[pair]), len(LAST))
        initial = f" {chr(ord('A') + (lap - 1) % 26)}." if lap else ""
        again = f" {1 + lap // 27}" if lap > 26 else ""
        names.append(f"{FIRST[first]}{initial} {LAST[last]}{again}")
    return names
