"""How to search. What is asked is in `Problem`; nothing here changes what a good plan is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """Settings of the search. The defaults suit 100 to 1,000,000 units.

    Prices (see `transport.cool`): ``candidates`` territories that a unit considers, out of a ``pool`` of near ones; ``hot``, ``cold`` and
    ``cooling`` the first and last temperature, as a ratio of the local mean cost, and the factor between two;
    ``newton_steps`` at most at one temperature, fewer once no load is off by more than ``enough``.

    With more than ``coarse_above`` units the prices are found on about ``coarse_units`` micro-units a territory, down to
    ``coarse_cold``, and each unit then looks at ``fine_pool`` territories.

    Borders (see `search.search`): ``sweep`` proposals per unit and round; ``reach`` of a border and ``mild`` first
    temperature of a round that improves, ``rescue_reach`` and ``rescue_hot`` of one that balances, ``frozen`` the last
    temperature; ``margin`` how far inside the tolerance a rescue aims; ``grow`` how fast prices rise where it hurts;
    ``price_over_dual`` and ``price_floor`` their start. ``worthwhile`` is the improvement that counts as one for
    stopping rules.
    """

    candidates: int = 10
    pool: int = 32
    hot: float = 0.2
    cold: float = 0.01
    cooling: float = 0.8
    newton_steps: int = 20
    enough: float = 0.1
    least_damping: float = 0.02
    coarse_above: int = 20_000
    coarse_units: int = 32
    coarse_cold: float = 0.025
    fine_pool: int = 16
    dearer_steps: int = 10
    sweep: int = 60
    reach: float = 1.0
    mild: float = 0.5
    global_rescues: int = 4
    zone_sweep: int = 40
    rescues: int = 12
    rescue_hot: float = 1.0
    connected_hot: float = 3.0
    frozen: float = 0.002
    margin: float = 0.02
    grow: float = 2.0
    price_over_dual: float = 1.2
    price_floor: float = 0.3
    worthwhile: float = 5e-4
