"""Routing servers, played by a small server on this machine that answers as their documentation says."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest

from terrier.engine.travel import StraightRoads
from terrier.errors import InputError
from terrier.intake.routing import Server, ask_server, parse_server

PLACES = np.array([-100.0, 40.0]) + np.random.default_rng(3).random((7, 2))
IDS = [f"A{i}" for i in range(7)]
STRAIGHT = StraightRoads(PLACES, "sphere", np.full(7, 50.0))
Answer = Callable[[str, bytes], tuple[int, bytes]]


def seconds(a: np.ndarray, b: np.ndarray) -> float:
    """A made-up time between two (longitude, latitude), other one way than the other."""
    return round(1000 * float(np.abs(a - b).sum()) + 10 * float(a[0] > b[0]), 1)


def osrm(path: str, _: bytes) -> tuple[int, bytes]:
    parts = urlsplit(path)
    query = parse_qs(parts.query)
    assert query["annotations"] == ["duration,distance"]
    prefix = "/table/v1/driving/"
    assert parts.path.startswith(prefix)
    places = np.array([pair.split(",") for pair in parts.path.removeprefix(prefix).split(";")], dtype=float)
    rows, columns = ([int(i) for i in query[side][0].split(";")] for side in ("sources", "destinations"))
    if len(places) > 8:
        return 400, json.dumps({"code": "TooBig", "message": "Too many table coordinates"}).encode()
    table = [[seconds(places[i], places[j]) for j in columns] for i in rows]
    meters = [[20 * cell for cell in row] for row in table]
    return 200, json.dumps({"code": "Ok", "durations": table, "distances": meters}).encode()


def valhalla(path: str, body: bytes) -> tuple[int, bytes]:
    assert path == "/sources_to_targets"
    asked = json.loads(body)
    assert asked["costing"] == "auto"
    sides = [[np.array([p["lon"], p["lat"]]) for p in asked[side]] for side in ("sources", "targets")]
    if len(sides[0]) * len(sides[1]) > 16:
        return 400, json.dumps(
            {"error_code": 154, "error": "Path distance exceeds the max", "status_code": 400}
        ).encode()
    table = [
        [{"from_index": i, "to_index": j, "time": seconds(a, b), "distance": seconds(a, b) * 0.02}
         for j, b in enumerate(sides[1])]
        for i, a in enumerate(sides[0])
    ]  # fmt: skip
    return 200, json.dumps({"sources_to_targets": table, "units": "kilometers"}).encode()


@contextmanager
def serving(answer: Answer) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._reply(b"")

        def do_POST(self) -> None:
            self._reply(self.rfile.read(int(self.headers["Content-Length"])))

        def _reply(self, body: bytes) -> None:
            code, data = answer(self.path, body)
            self.send_response(code)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def wanted() -> np.ndarray:
    places = PLACES.round(6)
    return np.array(
        [[0 if i == j else seconds(a, b) for j, b in enumerate(places)] for i, a in enumerate(places)]
    )


def test_osrm_is_asked_in_blocks_it_takes_and_the_matrix_is_whole() -> None:
    told: list[tuple[int, int]] = []
    with serving(osrm) as url:
        roads = ask_server(Server("osrm", url, block=4), IDS, STRAIGHT, lambda *at: told.append(at))
    np.testing.assert_allclose(roads.hours * 3600, wanted(), atol=0.2)
    off = ~np.eye(7, dtype=bool)
    np.testing.assert_allclose(roads.km[off], wanted()[off] * 0.02, atol=0.005)
    assert told[-1] == (4, 4)


def test_valhalla_is_asked_in_blocks_it_takes_and_the_matrix_is_whole() -> None:
    with serving(valhalla) as url:
        roads = ask_server(Server("valhalla", url, block=4), IDS, STRAIGHT)
    assert (np.abs(roads.hours * 3600 - wanted()) < 11).all()  # full digits there, six decimals here
    np.testing.assert_allclose(roads.hours * 3600 * 0.02, np.where(np.eye(7), 0, roads.km), atol=1e-6)


def test_the_concise_answer_of_valhalla_is_read_as_well() -> None:
    def concise(path: str, body: bytes) -> tuple[int, bytes]:
        code, data = valhalla(path, body)
        table = json.loads(data)["sources_to_targets"]
        short = {
            "durations": [[cell["time"] for cell in row] for row in table],
            "distances": [[cell["distance"] for cell in row] for row in table],
        }
        return code, json.dumps({"sources_to_targets": short}).encode()

    with serving(valhalla) as url:
        whole = ask_server(Server("valhalla", url, block=4), IDS, STRAIGHT)
    with serving(concise) as url:
        brief = ask_server(Server("valhalla", url, block=4), IDS, STRAIGHT)
    np.testing.assert_array_equal(whole.hours, brief.hours)
    np.testing.assert_array_equal(whole.km, brief.km)


def test_a_busy_server_is_asked_again_after_longer_and_longer_pauses() -> None:
    calls, pauses = [0], []

    def busy(path: str, body: bytes) -> tuple[int, bytes]:
        calls[0] += 1
        return (503, b"{}") if calls[0] < 3 else osrm(path, body)

    with serving(busy) as url:
        roads = ask_server(Server("osrm", url, block=4, wait=pauses.append), IDS, STRAIGHT)
    assert pauses == [0.5, 1.0]
    np.testing.assert_allclose(roads.hours * 3600, wanted(), atol=0.2)


def test_a_table_too_large_for_the_server_is_refused_with_its_own_words_and_at_once() -> None:
    pauses: list[float] = []
    with (
        serving(osrm) as url,
        pytest.raises(InputError, match="refuses the request: 400 Too many table coordinates"),
    ):
        ask_server(Server("osrm", url, block=7, wait=pauses.append), IDS, STRAIGHT)
    assert pauses == []


def test_nobody_at_the_address_is_said_after_the_tries() -> None:
    server = Server("osrm", "http://127.0.0.1:9", tries=2, wait=lambda _: None)
    with pytest.raises(InputError, match="gives no travel times after 2 tries"):
        ask_server(server, IDS, STRAIGHT)


def test_a_server_that_never_answers_takes_too_long() -> None:
    hold = threading.Event()

    def slow(path: str, body: bytes) -> tuple[int, bytes]:
        hold.wait(5)
        return 200, b"{}"

    with serving(slow) as url:
        server = Server("osrm", url, patience=0.1, tries=1)
        with pytest.raises(InputError, match="it takes too long"):
            ask_server(server, IDS, STRAIGHT)
        hold.set()


def test_pairs_without_a_way_are_named() -> None:
    def islands(path: str, body: bytes) -> tuple[int, bytes]:
        parts = urlsplit(path)
        places = np.array([pair.split(",") for pair in parts.path.split("/")[-1].split(";")], dtype=float)
        table = [[seconds(a, b) for b in places[7:]] for a in places[:7]]
        for i in range(7):
            table[i][3] = table[3][i] = None  # type: ignore[call-overload]
        return 200, json.dumps({"code": "Ok", "durations": table}).encode()

    with (
        serving(islands) as url,
        pytest.raises(InputError, match="knows no way between some accounts: A0 – A3, A1 – A3"),
    ):
        ask_server(Server("osrm", url, block=7), IDS, STRAIGHT)


@pytest.mark.parametrize(
    "data", [b"<html>hello</html>", b"[]", b'{"code": "Ok", "durations": [[1]]}', b'{"code": "Ok"}']
)
def test_an_answer_that_is_no_table_is_refused(data: bytes) -> None:
    with (
        serving(lambda *_: (200, data)) as url,
        pytest.raises(InputError, match="answers something that is no OSRM table"),
    ):
        ask_server(Server("osrm", url), IDS, STRAIGHT)


def test_a_server_that_answers_no_distances_leaves_those_of_straight_lines() -> None:
    def old(path: str, body: bytes) -> tuple[int, bytes]:
        code, data = osrm(path, body)
        answer = json.loads(data)
        del answer["distances"]
        return code, json.dumps(answer).encode()

    with serving(old) as url:
        roads = ask_server(Server("osrm", url, block=4), IDS, STRAIGHT)
    np.testing.assert_allclose(roads.km[0], STRAIGHT.legs(np.zeros(7, dtype=int), np.arange(7))[1])


@pytest.mark.parametrize(
    "text", ["http://localhost:5000", "osrm=localhost", "google=http://x", "osrm=file:///etc/passwd", "osrm="]
)
def test_what_is_no_server_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="is not osrm=URL or valhalla=URL"):
        parse_server(text)
    assert parse_server("OSRM=http://localhost:5000/").url == "http://localhost:5000"
