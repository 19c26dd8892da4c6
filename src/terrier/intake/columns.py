"""Which column is what: guessed from headings as people write them, unless the user says."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping

from terrier.errors import InputError
from terrier.intake.table import Table

# By role, likeliest first; compared without case, spaces and punctuation.
SYNONYMS: Mapping[str, list[str]] = {
    "id": ["id", "accountid", "accountno", "accountnumber", "accountnum", "acctno", "acctid", "acctnum", "acct", "account#", "customerid", "customerno", "customernumber", "customernum", "custno", "custid", "custnum", "customer#", "cust#", "clientid", "clientno", "clientnumber", "siteid", "storeid", "storeno", "storenumber", "locationid", "shipto", "shiptoid", "shiptono", "unitid", "key", "code", "accountcode", "customercode", "geoid", "fips", "account", "customer", "client", "no", "number"],
    "name": ["name", "accountname", "customername", "clientname", "companyname", "company", "business", "businessname", "storename", "sitename", "dba", "displayname", "title", "account", "customer", "client", "store"],
    "latitude": ["latitude", "lat", "latdeg", "latitudedeg", "latdd", "geolat", "gpslat", "ycoord", "ycoordinate", "y", "intptlat", "centlat"],
    "longitude": ["longitude", "lon", "lng", "long", "londeg", "lngdeg", "longitudedeg", "londd", "geolon", "geolng", "gpslon", "gpslong", "gpslng", "xcoord", "xcoordinate", "x", "intptlon", "intptlong", "centlon"],
    "zip": ["zip", "zipcode", "zip5", "postalcode", "postcode", "postal", "zippostalcode", "zippostal", "shippingzip", "shippingzipcode", "shiptozip", "shippingpostalcode", "billingzip", "billingzipcode", "billingpostalcode", "zcta", "zcta5"],
    "owner": ["owner", "currentowner", "accountowner", "presentowner", "territory", "currentterritory", "presentterritory", "territoryname", "rep", "currentrep", "salesrep", "salesperson", "salesman", "assignedto", "assignedrep", "territorymanager", "accountmanager", "am", "tm", "repname", "repid", "route"],
    "sales": ["sales", "annualsales", "totalsales", "netsales", "salesusd", "revenue", "annualrevenue", "netrevenue", "turnover", "sales12m", "salesytd", "salesl12m", "ttmsales"],
    "workload": ["workload", "workloadhours", "hours", "servicehours", "annualhours", "callhours", "effort", "visits", "calls"],
    "visits": ["visitsperyear", "callsperyear", "annualvisits", "annualcalls", "visitsayear", "callsayear", "yearlyvisits", "yearlycalls", "visits", "calls", "visitfrequency", "callfrequency", "frequency"],
    "visit_minutes": ["visitminutes", "minutespervisit", "callminutes", "minutespercall", "visitduration", "callduration", "visittime", "calltime", "visitmin", "callmin", "durationminutes"],
    "city": ["city", "town", "cityname", "municipality", "locality", "shiptocity", "shippingcity", "shipcity", "mailingcity", "billingcity", "billtocity", "addresscity", "place"],
    "state": ["state", "st", "statecode", "stateprovince", "province", "shiptostate", "shippingstate", "shipstate", "mailingstate", "billingstate", "billtostate", "stateabbr"],
    "person": ["name", "person", "personname", "fullname", "employee", "employeename", "rep", "repname", "salesrep", "salesperson", "salesman", "territorymanager", "tm", "manager", "owner"],
    "territory": ["territory", "territoryname", "territoryid", "area", "region", "currentterritory"],
    "share": ["share", "targetshare", "employmentshare", "employment", "fte", "capacity", "capacityhours", "hours"],
    "ramp": ["ramp", "ramppercent", "ramppct", "rampshare", "ramped"],
    "start": ["startdate", "start", "started", "hiredate", "hiredon", "hired", "dateofhire", "joined"],
}  # fmt: skip

PERIOD = re.compile(
    r"(?i)(?<!\w)(?:(?:fy|cy)?['’ ]?(?:20)?\d\d|ytd|ltm|ttm|(?:l|r|last |rolling )12 ?(?:m|mo|months)?|last year|per year)(?!\w)"
)


def guess(table: Table, role: str, taken: Iterable[str] = ()) -> str | None:
    """The column that a heading like those of ``role`` names, or None. "FY25 Net Sales" is like "Net Sales"."""
    used = set(taken)
    free = [column for column in reversed(table.columns) if column not in used]
    by_key = {key(column): column for column in free}
    found = next((by_key[name] for name in SYNONYMS[role] if name in by_key), None)
    if found is not None:
        return found
    undated = {column: key(PERIOD.sub(" ", column.replace("_", " "))) for column in free}
    like = [column for column in free if undated[column] in SYNONYMS[role]]
    return like[0] if len(like) == 1 else None  # of two years, the user says which


def named(table: Table, given: str, option: str) -> str:
    """The column called ``given``, whatever its case and punctuation, or else the only one that starts with its words.

    Raises
    ------
    InputError
        There is no such column, or several start so; names those there are, the likeliest first.
    """
    if given in table.columns:
        return given
    by_key = {key(column): column for column in table.columns}
    if key(given) in by_key:
        return by_key[key(given)]
    longer = [column for column in table.columns if _starts_with_words_of(column, given)]
    if len(longer) == 1:
        return longer[0]
    if longer:
        raise InputError(
            table.file,
            f"has {len(longer)} columns that “{given}”, which {option} names, could mean",
            hint=f"Say which: {listed(longer)}.",
        )
    close = difflib.get_close_matches(key(given), by_key, n=1)
    meant = f"Did you mean “{by_key[close[0]]}”? " if close else ""
    raise InputError(
        table.file,
        f"has no column “{given}”, which {option} names",
        hint=f"{meant}Its columns: {listed(table.columns)}.",
    )


def _starts_with_words_of(column: str, given: str) -> bool:
    asked = _words(given)
    return bool(asked) and _words(column)[: len(asked)] == asked


def _words(heading: str) -> list[str]:
    """ "workload_hours", "Workload (hours)" and "workloadHours" are "workload", "hours"."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", heading)
    return [word.casefold() for word in re.findall(r"[^\W_]+", spaced)]


def key(heading: str) -> str:
    """ "Account #" and "account_#" are "account#"."""
    return re.sub(r"[^\w#]|_", "", heading.casefold())


def called(name: str, names: Iterable[str]) -> int | None:
    """Position of the one of ``names`` that is spelled so, else of the only one that begins so; None where there is none."""
    keys = [key(known) for known in names]
    at = [i for i, known in enumerate(keys) if known == key(name)]
    at = at or [i for i, known in enumerate(keys) if key(name) and known.startswith(key(name))]
    return at[0] if len(at) == 1 else None


def listed(names: Iterable[str], most: int = 20) -> str:
    names = list(names)
    return ", ".join(names[:most]) + (f" and {len(names) - most:,} more" if len(names) > most else "")


def counted(count: int, one: str, many: str = "") -> str:
    """ "1 account", "6,000 accounts"."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def quoted(name: str) -> str:
    """A name as it can be typed on a command line."""
    return f'"{name}"' if re.search(r"[^\w.-]", name) else name
