"""How to search. What is asked is in `Problem`; nothing here changes what a good plan is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Params:
    """Settings of the search. The defaults suit 100 to 1,000,000 units.

    Prices (`transport.cool`)
        ``hot``, ``cold``, ``cooling`` : first and last temperature, as a ratio of the local mean cost, and the factor
        between two. ``newton_steps`` : at most at one temperature, fewer once no load is off by more than ``enough``.
        ``least_damping`` : of a step. ``candidates`` : territories a unit considers, out of a ``pool`` of near ones.
        Where a load stays off, prices are given up to ``waits`` tries at one temperature; where one is then off by more than ``lost``
        targets, prices have run away and it ends. At ``finish`` temperatures the
        centers stay and loads come within ``settled``. ``room`` : the part of each band that prices may use; whole units
        need the rest. Where multipliers take over, from ``brief_from`` units, cooling by ``brief_cooling`` to ``brief_cold``
        is enough, on ``brief_micro_units`` a territory first (else on ``micro_units``, if any).
    Large problems (`coarse.coarsen`)
        Above ``coarse_above`` units prices are first found on about ``coarse_units`` micro-units a territory, level by level from
        ``coarse_hot`` down to ``coarse_cold``, then on the units from ``fine_hot`` to ``warm``, to within ``fine_settled``, and may use ``many_room`` of each band. Each unit then looks at ``fine_pool``
        territories.
    Provinces (`provinces.by_provinces`)
        From ``provinces_from`` territories that balance several measures: at least ``province_size`` territories in one, but no more than
        ``most_provinces``, made of about ``province_micros`` micro-units each, which use ``province_room`` of the bands; where they hold twice ``province_size``, they are
        divided into smaller ones first, with ``nested_rooms``. Each search ends when balanced, or after ``province_rounds``; ``province_springs`` are
        its ``spring_sweep``, ``spring_parts`` and ``spring_updates``.
    Cap on moves (`solve.settle`)
        ``dearer_steps`` : how often leaving home is made dearer at most.
    All borders at once, with multipliers (`multipliers.anneal_with_multipliers`)
        ``spring_sweep`` : proposals a unit (``count_sweep`` where units are only counted), ``spring_most`` in all but
        ``sweep`` a unit at least, in ``spring_parts`` with ``spring_updates`` of the multipliers each; of many units, fewer where less than
        ``spring_calm`` proposals a unit would lie between two. ``spring_hot`` (``spring_warm`` of many), ``spring_cold`` : first and last temperature. ``soft``, ``hard`` :
        how much of a target the springs give for a local mean cost, first and last. ``spring_margin`` : the part of each band that they aim at, of many units.
        ``regions``, of many units ``many_regions`` : annealed side by side, here and in rescues.
    Climbs (`climbs.climb_again`), of up to ``coarse_above`` units
        ``lanes`` : side by side. A climb ends after ``climb_patience`` rounds without a better state; the next makes ``climb_growth`` times as many
        proposals, up to ``climb_longest`` times those of the first. From ``early_from`` units the first is alone, in ``early_regions``,
        and ends after ``early_patience`` such rounds.
    All borders at once (`search.rescue`)
        ``sweep`` : proposals a unit. ``tepid``, ``rescue_hot`` (zones), ``connected_hot`` (contiguous), ``frozen`` : temperatures, as a ratio of
        the local scale. ``reach`` : of a border, likewise. ``global_rescues`` : annealings without a better state. ``few_out`` : the
        share of territories out of tolerance that is left to zones, where units are many; ``divided_few_out`` after provinces.
    Zones (`zones.work`)
        ``zone_sweep`` : proposals an entry. ``rescues`` : annealings to bring a zone into tolerance. ``mild`` : the middle
        temperature of a zone that only improves. ``zone_springs`` : the share of these that are annealed with multipliers, from about ``zone_hot``, with
        ``zone_spring_sweep`` proposals a unit and ``zone_updates`` of them, and brought back into tolerance in up to ``zone_rescues``.
    In one piece by several measures (`connected.anneal_in_one_piece`)
        ``roam_sweep`` : proposals a unit, ``roam_most`` in all but ``sweep`` a unit at least, in ``roam_parts`` with ``roam_updates`` of the multipliers
        each. ``roam_hot``, ``roam_cold``, ``roam_soft``, ``roam_hard`` : as for multipliers. ``roam_margin`` : of each band, left aside; ``roam_spare`` : of one
        that counts, so many units. ``spring_reach`` : how often springs are averaged with those next to them. ``branch_limit`` : units that move at once.
        While something is outside then, but no more than ``lukewarm_up_to`` of all: up to ``lukewarm_parts`` more, of ``lukewarm_sweep`` proposals a unit in all,
        from ``lukewarm`` to ``lukewarm_cold``, with ``lukewarm_hard`` and ``lukewarm_margin``.
        Of more than ``far_from`` units those that begin with ``far`` take their places, of more than ``hurried_from`` also those that begin with ``hurried``.
    Branches (`branches.shift_branches`)
        ``branch_tries`` : to bring a zone into tolerance by them.
    Prices of imbalance
        ``price_over_dual``, ``price_floor`` : what they start from. ``grow`` : their growth where it hurts. ``margin``
        (contiguous), ``close`` : how far inside the tolerance a rescue aims.
    Centers at units, contiguous (`patchwork.search_patches`)
        ``least_round`` : proposals in a round at least. ``patience`` : pieces of work a territory without a better plan before
        a new climb, which starts by cutting up to ``kick`` territories anew. ``dear`` : prices of imbalance at first, as a ratio
        of a territory's cost. Up to ``divide_up_to`` units × territories a round first tries ``starts`` other
        sets of sites, those within ``hopeful`` of the best made better by up to ``divisions`` linear programs; with one measure
        ``quick_starts`` and ``quick_divisions``. ``far_sites`` : how often one of these sites goes far away.
        From ``solve_from`` units patches of up to ``solve_up_to`` units × territories are also solved exactly when no more than ``choices`` are left open;
        ``solve_worth`` : proposals that one such attempt counts as.
    Bound (`bound.bound`)
        ``bound`` : whether the plan comes with a lower bound.
    Centers at units (`site_search.search_sites`)
        ``site_work`` : work of the first annealing, a unit; ``site_growth`` : factor from one to the next. ``site_steps`` : of an
        annealing, at least, none with more work than ``site_step`` on each of two threads. ``site_effort`` : the most work on handing out a zone's units at a time. ``site_heat`` : first temperature, as a ratio of a territory's mean cost, but at least
        ``site_unit_heat`` units' mean cost. ``site_pool`` : territories remembered, ``site_piece`` : territories made up of them at a time.
        ``site_far`` :
        how often a center is closed in one place and opened in another. ``site_margin`` : see `kernels.sites.explore`.
        ``near_sites``, ``site_neighbours`` : how many are near. ``site_lanes_below`` : with fewer territories the two threads
        work on plans of their own.
    Objectives without centers (`diameter`, `cut`)
        ``rounds_with_centers`` : rounds by squared distance before, for the plan to start from.
    Diameter (`diameter.DiameterSearch`); the energy is Σ (``far_pair`` + d²/limit² - 1) over pairs beyond the limit
        ``far_price`` : of load out of tolerance, in territories' worth. ``far_mild``, ``far_hot``, ``far_cold`` : least and most
        first temperature, and the last; ``far_melt`` : the first of a fresh start; all times ``far_unit`` × k / N where
        that is above 1. ``far_sweep`` : proposals a unit, but ``far_least`` in all; a round is ``far_round`` such runs, or as many as ``far_most``
        proposals are. ``far_gap``, ``far_step`` : how far the limit
        lies below the best diameter, as a ratio: at most, and after each record. ``far_leave`` : its growth while nothing is
        balanced. ``far_patience`` : rounds without gain until another climb begins.
    Edges cut (`cut.CutSearch`); temperatures and prices in mean edge weights
        ``cut_price`` : of load out of tolerance, in territories' worth. ``cut_mild``, ``cut_hot``, ``cut_cold`` : least and most first
        temperature of a zone, and the last; ``cut_melt`` : the most for all units at once, ``cut_all`` : how often that is. A round is
        ``cut_each`` proposals a unit, at most ``cut_proposals``, in up to ``cut_steps`` steps of at least ``cut_sweep``
        proposals a unit. ``cut_anew`` : how often a zone is cut anew, ``cut_trees`` : out of how many trees, ``cut_slack`` : how
        far from balance, in territories' worth. ``cut_worse`` : by how much a step may cost more, on average.
        ``cut_patience`` : steps, times k, that meet nothing better than since all was last cut anew, until it is again.
    Stopping
        ``worthwhile`` : the relative improvement that counts as one.
    """

    hot: float = 0.2
    cold: float = 0.01
    cooling: float = 0.8
    newton_steps: int = 20
    enough: float = 0.1
    least_damping: float = 0.02
    waits: int = 3
    lost: float = 2.0
    brief_from: int = 2_000
    brief_cold: float = 0.05
    brief_cooling: float = 0.6
    micro_units: int = 0
    brief_micro_units: int = 128
    room: float = 0.85
    finish: tuple[float, ...] = (0.01, 0.0025)
    settled: float = 0.02
    candidates: int = 10
    pool: int = 32

    coarse_above: int = 20_000
    coarse_units: tuple[int, ...] = (16, 64)
    coarse_hot: tuple[float, ...] = (0.4, 0.1)
    coarse_cold: tuple[float, ...] = (0.05, 0.02)
    fine_hot: float = 0.03
    warm: float = 0.02
    fine_settled: float = 0.03
    fine_pool: int = 16
    many_room: float = 0.96

    provinces_from: int = 500
    province_size: int = 12
    most_provinces: int = 100
    province_micros: int = 300
    province_room: float = 0.84
    nested_rooms: tuple[float, float] = (0.72, 0.87)
    province_rounds: int = 4
    province_springs: tuple[int, int, int] = (400, 6, 20)

    dearer_steps: int = 10

    spring_sweep: int = 600
    count_sweep: int = 200
    spring_most: int = 24_000_000
    spring_parts: int = 24
    spring_updates: int = 5
    spring_calm: int = 5
    spring_hot: float = 1.0
    spring_warm: float = 0.1
    spring_cold: float = 0.01
    soft: float = 0.05
    hard: float = 0.004
    spring_margin: float = 0.97
    regions: int = 1
    many_regions: int = 4

    lanes: int = 2
    climb_patience: int = 8
    climb_growth: float = 1.4
    climb_longest: float = 16.0
    early_from: int = 4_000
    early_regions: int = 2
    early_patience: int = 1

    sweep: int = 60
    tepid: float = 0.02
    rescue_hot: float = 1.0
    connected_hot: float = 3.0
    frozen: float = 0.002
    reach: float = 1.0
    global_rescues: int = 4
    few_out: float = 0.005
    divided_few_out: float = 0.02

    zone_sweep: int = 40
    rescues: int = 12
    mild: float = 0.5
    zone_springs: float = 0.25
    zone_hot: float = 0.1
    zone_spring_sweep: int = 300
    zone_updates: int = 30
    zone_rescues: int = 3

    roam_sweep: int = 2_000
    roam_most: int = 30_000_000
    roam_parts: int = 24
    roam_updates: int = 20
    roam_hot: float = 2.0
    roam_cold: float = 0.01
    roam_soft: float = 0.2
    roam_hard: float = 0.004
    roam_margin: float = 0.06
    roam_spare: int = 1
    spring_reach: int = 4
    branch_limit: int = 40
    lukewarm_parts: int = 16
    lukewarm_sweep: int = 1_333
    lukewarm: float = 0.1
    lukewarm_cold: float = 0.05
    lukewarm_hard: float = 0.003
    lukewarm_margin: float = 0.12
    lukewarm_up_to: float = 0.005
    far_from: int = 15_000
    far_spring_reach: int = 16
    far_roam_parts: int = 48
    far_roam_most: int = 60_000_000
    hurried_from: int = 60_000
    hurried_roam_parts: int = 96
    hurried_roam_most: int = 120_000_000
    hurried_updates: int = 10
    hurried_margin: float = 0.05
    hurried_spare: int = 0

    branch_tries: int = 4

    price_over_dual: float = 1.2
    price_floor: float = 0.3
    grow: float = 2.0
    margin: float = 0.02
    close: float = 0.002

    least_round: int = 400_000
    patience: int = 6
    kick: int = 8
    dear: float = 2.0
    divide_up_to: int = 100_000
    starts: int = 4
    divisions: int = 24
    quick_starts: int = 12
    quick_divisions: int = 400
    far_sites: float = 0.25
    hopeful: float = 5e-3
    solve_from: int = 250
    solve_up_to: int = 4_000
    choices: int = 150
    solve_worth: int = 20_000

    bound: bool = True
    site_steps: int = 16
    site_growth: float = 1.4
    site_work: int = 320_000
    site_step: int = 1_000_000
    site_effort: int = 50_000
    site_heat: float = 0.05
    site_unit_heat: float = 1.8
    site_pool: int = 60_000
    site_piece: int = 80
    site_far: float = 0.2
    site_margin: float = 0.6
    near_sites: int = 16
    site_neighbours: int = 12
    site_lanes_below: int = 16

    worthwhile: float = 5e-4

    rounds_with_centers: int = 2

    far_price: float = 5.0
    far_pair: float = 0.05
    far_hot: float = 0.2
    far_mild: float = 0.003
    far_cold: float = 0.001
    far_sweep: int = 400
    far_gap: float = 0.03
    far_step: float = 2e-4
    far_melt: float = 1.0
    far_leave: float = 1.5
    far_unit: float = 20.0
    far_least: int = 50_000
    far_patience: int = 5
    far_round: int = 6
    far_most: int = 12_000_000

    cut_price: float = 100.0
    cut_hot: float = 2.0
    cut_melt: float = 5.0
    cut_all: float = 0.15
    cut_mild: float = 0.5
    cut_cold: float = 0.1
    cut_proposals: int = 4_000_000
    cut_each: int = 10_000
    cut_steps: int = 100
    cut_sweep: int = 200
    cut_anew: float = 0.7
    cut_slack: float = 0.03
    cut_trees: int = 4
    cut_worse: float = 0.5
    cut_patience: int = 15
