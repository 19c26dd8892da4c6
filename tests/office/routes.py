"""How the table of routes is written. Each app keeps its part in tests/office/<app>/routes.py as ``ROUTES``, a list of Route.

    ROUTES = [
        Route("accounts:list"),                                       # everybody who signed in; strangers go and sign in
        Route("accounts:account", of=ACCOUNTS),                       # an object in the address: whoever sees it, else 404
        Route("accounts:edit", "post", of=ACCOUNTS, data={"name": "Bo"}),
        Route("people:invite", "post", by=who_may(May.EDIT_PEOPLE)),  # a deed: whoever may, else 404
    ]

test_routes.py walks each as every persona, and fails for a route or a method that no entry names.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from terrier.office.people.permissions import ALLOWED, May
from tests.office.conftest import CHAIRS, EVERYBODY, Company

SIGN_IN = "sign-in"  # strangers are sent to the sign-in page
OPEN = "open"  # strangers may come in
TOKEN = "token"  # strangers are told that a token is wanted (401)
HIDDEN = "not found"

ALL = frozenset(EVERYBODY)
COMPANY_WIDE = frozenset({"dora", "al", "ada"})


def who_may(*deeds: May) -> frozenset[str]:
    """The personas whose role allows all of these deeds."""
    return frozenset(name for name, (_, role, _) in CHAIRS.items() if ALLOWED[role] >= set(deeds))


@dataclass(frozen=True)
class Kind:
    """What an address can name: objects by their label in the test company, and who sees each.

    find : what stands in the address for an object. At least one object must be hidden from somebody.
    """

    find: Callable[[Company, str], Any]
    seen_by: Mapping[str, frozenset[str]]


ACCOUNTS = Kind(
    lambda company, label: company.accounts[label].pk,
    {
        "columbus": COMPANY_WIDE | {"rita", "tess"},
        "provo": COMPANY_WIDE | {"ralph", "tom"},
        "chain utah": COMPANY_WIDE | {"ralph", "tom", "kate"},
        "nobody": COMPANY_WIDE,
    },
)
POSITIONS = Kind(
    lambda company, label: company.positions[label].pk,
    {
        "tess": COMPANY_WIDE | {"rita", "tess"},
        "ralph": COMPANY_WIDE | {"ralph"},
        "vacant": COMPANY_WIDE | {"rita"},
        "dora": COMPANY_WIDE,
    },
)
PEOPLE = Kind(
    lambda company, label: company.people[label].pk,
    {
        "tess": COMPANY_WIDE | {"rita", "tess"},
        "ralph": COMPANY_WIDE | {"ralph"},
        "dora": COMPANY_WIDE,
        "olga": COMPANY_WIDE | {"olga"},
    },
)


@dataclass(frozen=True)
class Route:
    """One way into the office: an address, a method, and what each persona meets there.

    name : with its namespace, as ``reverse`` takes it. by : the personas who may do it at all. of : what the address
    names, if anything; it must then be seen, too. address : further values in the address, from the company and the
    label tried. data : what is sent. strangers : what somebody who has not signed in meets.
    """

    name: str
    method: str = "get"
    by: frozenset[str] = ALL
    of: Kind | None = None
    address: Mapping[str, Any] | Callable[[Company, str], Mapping[str, Any]] | None = None
    data: Mapping[str, Any] | Callable[[Company, str], Mapping[str, Any]] | None = None
    json: bool = False
    strangers: str = SIGN_IN

    def __str__(self) -> str:
        return f"{self.method} {self.name}"

    def labels(self) -> tuple[str, ...]:
        return tuple(self.of.seen_by) if self.of else ("",)

    def expected(self, persona: str, label: str) -> bool:
        """Whether a persona gets in."""
        return persona in self.by and (self.of is None or persona in self.of.seen_by[label])
