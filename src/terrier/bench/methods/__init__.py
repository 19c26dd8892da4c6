"""Who takes part: Terrier and its peers. Each gets the same problem, a seed and a time, and answers with an assignment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version

from terrier.bench.methods.answer import Answer
from terrier.engine.design import Problem

Solver = Callable[[Problem, int, float], Answer]
"""Takes the problem, the seed and the seconds; times itself, so that loading a library does not count."""


@dataclass(frozen=True, slots=True)
class Method:
    """A way to answer. ``key`` names it on the command line, ``name`` in tables.

    home : its module and function, imported only where it runs. packages : distributions that it needs besides Terrier's
    own. about : one sentence for the page. drawn : whether the seed changes anything.
    """

    key: str
    name: str
    home: tuple[str, str]
    packages: tuple[str, ...]
    about: str
    drawn: bool = True

    def solver(self) -> Solver:
        module, function = self.home
        found: Solver = getattr(import_module(f"terrier.bench.methods.{module}"), function)
        return found

    def missing(self) -> tuple[str, ...]:
        """The packages that are not installed."""
        return tuple(name for name in self.packages if not _is_installed(name))


TERRIER, FRONTIER = "terrier", "frontier"
OURS = (TERRIER, FRONTIER)

METHODS = {
    method.key: method
    for method in (
        Method(
            TERRIER,
            "Terrier",
            ("engine", "terrier"),
            (),
            "`solve` with a time limit and otherwise its defaults, as `terrier design --time` runs it.",
        ),
        Method(
            FRONTIER,
            "Terrier frontier",
            ("engine", "terrier_frontier"),
            (),
            "`frontier` with its defaults: ten plans from least disruption to redesign.",
        ),
        Method(
            "kmeans-repair",
            "k-means + repair",
            ("repair", "solve"),
            ("scikit-learn",),
            "What an analyst writes in an afternoon: the best of four k-means++ runs, then one account at a time moves "
            "until every measure is within tolerance, then moves and swaps that shorten distances.",
        ),
        Method(
            "k-means-constrained",
            "k-means-constrained",
            ("constrained", "solve"),
            ("k-means-constrained",),
            "k-means whose assignment step is a minimum cost flow: balances the number of units and nothing else; "
            "one initialization, as its repeats only multiply its time.",
        ),
        Method(
            "b2b",
            "b2b-territory-optimization",
            ("allocator", "solve"),
            ("b2b-territory-optimization",),
            "Gives the largest account that is left to the poorest territory: balances one measure (the first) closely and "
            "uses no coordinates.",
            drawn=False,
        ),
        Method(
            "gerrychain",
            "gerrychain short bursts",
            ("chains", "solve"),
            ("gerrychain",),
            "ReCom in short bursts of ten steps from the best plan so far, scored incrementally by the case's own objective; "
            "balances one measure and keeps territories in one piece.",
        ),
        Method(
            "spopt-maxp",
            "spopt max-p",
            ("maxp", "solve"),
            ("spopt",),
            "Max-p regions with the lower bound of the first measure as its threshold: it has no upper bound, and chooses "
            "the number of territories itself.",
        ),
        Method(
            "spopt-pmedian",
            "spopt p-median",
            ("pmedian", "solve"),
            ("spopt", "highspy"),
            "`spopt.locate.PMedian` with facility capacities, assignments made whole, solved by HiGHS through PuLP.",
            drawn=False,
        ),
        Method(
            "highs",
            "HiGHS exact",
            ("exact", "solve"),
            (),
            "The textbook integer program (n² assignment variables, tight linking), solved by the HiGHS that SciPy carries.",
            drawn=False,
        ),
    )
}


def why_missing(method: Method) -> str:
    """What to say of a method that cannot take part, and how to get it."""
    names = " and ".join(method.missing())
    return f"{method.name}: {names} not installed; left out. Get it with `uv sync --group bench`."


def versions(method: Method) -> str:
    """The versions of the packages that the method needs, part of what a result depends on."""
    return ",".join(f"{name}=={version(name)}" for name in (*method.packages, "numpy", "numba", "scipy"))


def _is_installed(distribution: str) -> bool:
    try:
        version(distribution)
    except PackageNotFoundError:
        return False
    return True
