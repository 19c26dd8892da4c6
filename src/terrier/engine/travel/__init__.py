"""How long the travel of a plan takes: roads, tours, and designs that balance with the travel they imply."""

from terrier.engine.travel.roads import MeasuredRoads, Roads, StraightRoads
from terrier.engine.travel.settle import Round, Settled, settle_travel
from terrier.engine.travel.speed import CIRCUITY, SPEEDS, Speeds, local_speed, spacing
from terrier.engine.travel.tours import TOURS, Calls, TourModel, Travel, Workday, bases_of, travel_of

__all__ = [
    "CIRCUITY",
    "SPEEDS",
    "TOURS",
    "Calls",
    "MeasuredRoads",
    "Roads",
    "Round",
    "Settled",
    "Speeds",
    "StraightRoads",
    "TourModel",
    "Travel",
    "Workday",
    "bases_of",
    "local_speed",
    "settle_travel",
    "spacing",
    "travel_of",
]
