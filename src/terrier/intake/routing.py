"""Travel times from a routing server of one's own: OSRM's table service or Valhalla's matrix service, over HTTP.

Both take limited tables at a time (OSRM 100 places, Valhalla 50 × 50 pairs by default), so a matrix is asked for in blocks. A block
that fails for want of an answer is asked for again, a refusal is final.
"""

from __future__ import annotations

import http.client
import json
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from terrier.engine.travel import MeasuredRoads, StraightRoads
from terrier.errors import InputError
from terrier.intake.matrix_file import refuse_too_many, straight_matrix

Kind = Literal["osrm", "valhalla"]
Floats = NDArray[np.float64]
Ranges = tuple[NDArray[np.intp], NDArray[np.intp]]
LARGEST_ANSWER = 64 * 2**20


@dataclass(frozen=True, slots=True)
class Server:
    """kind and address of a routing server. block : places on either side of one request. patience : seconds an answer may take.

    tries : of a request that gets none. pause : seconds before the second; it doubles.
    """

    kind: Kind
    url: str
    block: int = 50
    patience: float = 30.0
    tries: int = 4
    pause: float = 0.5
    wait: Callable[[float], None] = field(default=time.sleep, compare=False)


def parse_server(text: str) -> Server:
    """ "osrm=http://localhost:5000" or "valhalla=https://routing.example".

    Raises
    ------
    InputError
    """
    kind, equals, url = text.partition("=")
    kind = kind.strip().casefold()
    parts = urllib.parse.urlsplit(url.strip())
    if (
        kind not in {"osrm", "valhalla"}
        or not equals
        or parts.scheme not in {"http", "https"}
        or not parts.hostname
    ):
        raise InputError(
            "--routing",
            "is not osrm=URL or valhalla=URL",
            value=text,
            hint="Such as osrm=http://localhost:5000, a server of your own.",
        )
    return Server("osrm" if kind == "osrm" else "valhalla", url.strip().rstrip("/"))


def ask_server(
    server: Server,
    ids: list[str],
    straight: StraightRoads,
    on_block: Callable[[int, int], None] | None = None,
) -> MeasuredRoads:
    """Times and distances between all accounts.

    ``on_block`` is called with the number of blocks answered and that of all.

    Raises
    ------
    InputError
        Too many accounts; the server cannot be reached, refuses, or answers what cannot be read; or it knows no way between
        some pairs, which are named.
    """
    refuse_too_many(len(ids), server.url)
    n = len(ids)
    hours, km = np.full((n, n), np.nan), np.full((n, n), np.nan)
    parts = [np.arange(i, min(i + server.block, n)) for i in range(0, n, server.block)]
    blocks = [(rows, columns) for rows in parts for columns in parts]
    for done, block in enumerate(blocks, start=1):
        ask = _osrm if server.kind == "osrm" else _valhalla
        seconds, meters = ask(server, straight.coordinates, block)
        hours[np.ix_(*block)], km[np.ix_(*block)] = seconds / 3600, meters / 1000
        if on_block is not None:
            on_block(done, len(blocks))
    np.fill_diagonal(hours, 0.0)
    hours = np.where(np.isnan(hours), hours.T, hours)
    missing = np.argwhere(np.isnan(np.triu(hours)))
    if len(missing):
        shown = ", ".join(f"{ids[i]} – {ids[j]}" for i, j in missing[:8].tolist())
        more = f" and {len(missing) - 8:,} more" if len(missing) > 8 else ""
        raise InputError(server.url, f"knows no way between some accounts: {shown}{more}")
    return MeasuredRoads(
        straight.coordinates, straight.metric, hours, np.where(np.isnan(km), straight_matrix(straight), km)
    )


def _osrm(server: Server, places: Floats, block: Ranges) -> tuple[Floats, Floats]:
    rows, columns = block
    asked = np.concatenate([rows, columns])
    path = ";".join(f"{lon:.6f},{lat:.6f}" for lon, lat in places[asked].tolist())
    sources = ";".join(map(str, range(len(rows))))
    targets = ";".join(map(str, range(len(rows), len(asked))))
    url = (
        f"{server.url}/table/v1/driving/{path}"
        f"?sources={sources}&destinations={targets}&annotations=duration,distance"
    )
    answer = _fetch(server, urllib.request.Request(url))
    if answer.get("code") != "Ok":
        raise _refused(server, f"{answer.get('code')}: {answer.get('message', '')}")
    seconds = _table(server, answer.get("durations"), block)
    # Older servers answer no distances.
    meters = np.full(seconds.shape, np.nan)
    if answer.get("distances") is not None:
        meters = _table(server, answer["distances"], block)
    return seconds, meters


def _valhalla(server: Server, places: Floats, block: Ranges) -> tuple[Floats, Floats]:
    sides = [[{"lat": lat, "lon": lon} for lon, lat in places[side].tolist()] for side in block]
    body = {"sources": sides[0], "targets": sides[1], "costing": "auto", "units": "kilometers"}
    request = urllib.request.Request(
        f"{server.url}/sources_to_targets",
        data=json.dumps(body).encode(),
        headers={"Content-Type": "application/json"},
    )
    found = _fetch(server, request).get("sources_to_targets")
    if isinstance(found, dict):  # the concise form
        times, lengths = found.get("durations"), found.get("distances")
    elif isinstance(found, list):
        try:
            times = [[cell["time"] for cell in row] for row in found]
            lengths = [[cell["distance"] for cell in row] for row in found]
        except (TypeError, KeyError):
            raise _unreadable(server) from None
    else:
        raise _unreadable(server)
    return _table(server, times, block), _table(server, lengths, block) * 1000


def _table(server: Server, rows: Any, block: Ranges) -> Floats:
    """A block of the matrix; null, no way, becomes NaN."""
    shape = (len(block[0]), len(block[1]))
    try:
        found = np.array(rows, dtype=np.float64)
    except (TypeError, ValueError):
        raise _unreadable(server) from None
    if found.shape != shape or (found < 0).any() or np.isinf(found).any():
        raise _unreadable(server)
    return found


def _fetch(server: Server, request: urllib.request.Request) -> dict[str, Any]:
    last = ""
    for attempt in range(server.tries):
        if attempt:
            server.wait(server.pause * 2 ** (attempt - 1))
        try:
            with urllib.request.urlopen(request, timeout=server.patience) as response:
                data = response.read(LARGEST_ANSWER + 1)
            if len(data) > LARGEST_ANSWER:
                raise _unreadable(server)
            answer = json.loads(data)
            if not isinstance(answer, dict):
                raise _unreadable(server)
            return answer
        except urllib.error.HTTPError as error:
            with error:
                said = _said(error.read(4096))
            if error.code < 500 and error.code != 429:
                raise _refused(server, f"{error.code} {said or error.reason}") from None
            last = f"it answers {error.code} {said or error.reason}"
        except (OSError, http.client.HTTPException) as error:
            reason = getattr(error, "reason", error)
            last = "it takes too long" if isinstance(reason, TimeoutError) else str(reason)
        except ValueError:
            raise _unreadable(server) from None
    raise InputError(
        server.url,
        f"gives no travel times after {server.tries} tries: {last}",
        hint="Is the routing server running, and is this its address?",
    )


def _said(data: bytes) -> str:
    """What a server says of an error, if it says it in JSON as both do."""
    try:
        answer = json.loads(data)
        return str(answer.get("message") or answer.get("error") or answer.get("code") or "")[:200]
    except (ValueError, AttributeError):
        return ""


def _refused(server: Server, why: str) -> InputError:
    return InputError(
        server.url,
        f"refuses the request: {why.strip(' :')}",
        hint="Do its maps hold these places, and does it take tables of this size?",
    )


def _unreadable(server: Server) -> InputError:
    return InputError(
        server.url,
        f"answers something that is no {'OSRM table' if server.kind == 'osrm' else 'Valhalla matrix'}",
        hint="Is it the other kind of server?",
    )
