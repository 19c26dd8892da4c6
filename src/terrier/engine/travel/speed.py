"""How fast and by what detour one drives where no road is known: by how densely the places around lie."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.spatial import KDTree

from terrier.engine.design.geometry import Floats, Metric, to_xyz

CIRCUITY = 1.3
"""Road over great circle, where nothing better is known. Ballou, Rahardja & Sakai (2002) measured 1.2 between the
cities of the United States and more in most other countries, Boscoe, Henry & Zdeb (2012) 1.42 on short trips there."""

NEAR = 8
"""Places around one that tell how densely they lie."""


@dataclass(frozen=True, slots=True)
class Speeds:
    """Door to door, in km/h: ``urban`` where the nearest places lie within ``dense_km`` of one another, ``rural`` where they
    are ``sparse_km`` apart or more; between the two it rises with the logarithm of the spacing."""

    urban: float = 30.0
    rural: float = 75.0
    dense_km: float = 1.5
    sparse_km: float = 12.0

    def __post_init__(self) -> None:
        if not (0 < self.urban <= self.rural and 0 < self.dense_km < self.sparse_km):
            raise ValueError(f"{self}: must have 0 < urban ≤ rural and 0 < dense_km < sparse_km")


SPEEDS = Speeds()


def spacing(coordinates: Floats, reference: Floats, metric: Metric) -> Floats:
    """(n,) mean distance between neighboring reference places around each point: √(area / places), over the `NEAR` nearest.

    Parameters
    ----------
    coordinates : (n, 2) and reference : (r, 2), in degrees, or on a plane in km
        The reference places may be the accounts themselves, or, as they are more telling, towns or ZIP codes.
    """
    near = min(NEAR, len(reference))
    far = np.asarray(KDTree(to_xyz(reference, metric)).query(to_xyz(coordinates, metric), k=[near])[0])
    found: Floats = far[:, 0] * np.sqrt(np.pi / near)
    return found


def local_speed(spacing_km: Floats, speeds: Speeds = SPEEDS) -> Floats:
    """(n,) km/h of trips that begin or end where places are ``spacing_km`` apart."""
    lowest, highest = np.log(speeds.dense_km), np.log(speeds.sparse_km)
    rural = np.clip((np.log(np.maximum(spacing_km, 1e-9)) - lowest) / (highest - lowest), 0.0, 1.0)
    found: Floats = speeds.urban + rural * (speeds.rural - speeds.urban)
    return found
