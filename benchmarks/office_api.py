"""The account list over the API and as a page, from a real server: p50 and p95 in milliseconds, requests a second.

    PYTHONPATH=src python benchmarks/office_api.py [SECONDS [CLIENTS [WORKERS]]]

on the database that TERRIER_HOME or DATABASE_URL names, filled by office_data.py. The clients run on the same machine, each
sending its next request as soon as the last is answered. Processor is what the server used for a request (on PostgreSQL without
the database's own part); it says on a busy machine what the clock cannot.
"""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import perf_counter, sleep

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "terrier.office.settings")
sys.path.insert(0, str(Path(__file__).parents[1] / "src"))

import django

django.setup()

import numpy as np
from django.conf import settings
from django.db import connection
from django.test import Client

from terrier.office.audit.services import Author
from terrier.office.people.models import Incumbency, Role
from terrier.office.people.tokens import create_token, revoke_token

ROLES = (Role.DIRECTOR, Role.REGION_MANAGER, Role.TERRITORY_MANAGER, Role.KEY_ACCOUNT_MANAGER)
QUESTIONS = (
    "",
    "sort=-annual_sales",
    "sort=-potential&status=active",
    "sort=city&account_class=A",
    "status=active&account_class=A&state=OH&sort=-annual_sales",
    "channel=groomer&sales_from=5000&sales_to=20000",
    "has_potential=no&sort=-annual_sales",
    "sort=-updated_at",
    "q=wagging+tails&sort=-annual_sales",
    "q=C0012345",
)
WARMING = 1.0
PATIENCE = 60.0


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def serve(port: int, workers: int) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "terrier.cli.main", "serve", "--no-jobs"]
    server = subprocess.Popen(
        [*command, "--port", str(port), "--workers", str(workers)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    started = perf_counter()
    while perf_counter() - started < PATIENCE:
        with socket.socket() as tried:
            if tried.connect_ex(("127.0.0.1", port)) == 0:
                return server
        sleep(0.1)
    server.terminate()
    sys.exit("The server did not come up.")


def ask_for(seconds: float, port: int, paths: list[str], headers: dict[str, str], first: int) -> list[float]:
    """One client: the paths in turn over one connection, until the time is over."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    times: list[float] = []
    begun, turn = perf_counter(), first
    while perf_counter() - begun < seconds:
        started = perf_counter()
        line.request("GET", paths[turn % len(paths)], headers=headers)
        answer = line.getresponse()
        answer.read()
        times.append(perf_counter() - started)
        if answer.status != 200:
            sys.exit(f"{paths[turn % len(paths)]} was answered {answer.status}")
        turn += 1
    line.close()
    return times


def processor_ms(root: int) -> float:
    """What a process and all that it started have used of the processors, in milliseconds."""
    above, used = {}, {}
    for file in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            told = file.read_text().rpartition(")")[2].split()
            above[int(file.parent.name)] = int(told[1])
            used[int(file.parent.name)] = int(told[11]) + int(told[12])
    mine = {root}
    while more := {one for one, parent in above.items() if parent in mine} - mine:
        mine |= more
    return sum(used.get(one, 0) for one in mine) * 1000 / os.sysconf("SC_CLK_TCK")


def load(seconds: float, n_clients: int, port: int, paths: list[str], headers: dict[str, str]) -> list[float]:
    with ThreadPoolExecutor(n_clients) as pool:
        runs = [pool.submit(ask_for, seconds, port, paths, headers, n) for n in range(n_clients)]
        return [time for run in runs for time in run.result()]


def main(seconds: float = 5.0, n_clients: int = 6, workers: int = 2) -> None:
    port = free_port()
    server = serve(port, workers)
    print(
        f"{connection.vendor}, {workers} workers, {n_clients} clients, load {json.dumps(os.getloadavg())}; milliseconds"
    )
    print(f"{'role':<20} {'over':<5} {'requests/s':>10} {'p50':>7} {'p95':>7} {'p99':>7} {'processor':>10}")
    try:
        for role in ROLES:
            person = Incumbency.objects.filter(position__role=role).select_related("person")[0].person
            token, key = create_token(person=person, name="benchmark", days=1, author=Author(None))
            browser = Client()
            browser.force_login(person)
            cookie = f"{settings.SESSION_COOKIE_NAME}={browser.cookies[settings.SESSION_COOKIE_NAME].value}"
            for over, path, headers in (
                ("api", "/api/v1/accounts", {"Authorization": f"Bearer {key}"}),
                ("page", "/accounts/", {"Cookie": cookie, "HX-Request": "true", "HX-Target": "results"}),
            ):
                paths = [f"{path}?{question}" for question in QUESTIONS]
                load(WARMING, n_clients, port, paths, headers)
                before = processor_ms(server.pid)
                times = load(seconds, n_clients, port, paths, headers)
                busy = (processor_ms(server.pid) - before) / len(times)
                p50, p95, p99 = np.percentile(times, [50, 95, 99]) * 1000
                print(
                    f"{role:<20} {over:<5} {len(times) / seconds:>10.0f} {p50:>7.1f} {p95:>7.1f} {p99:>7.1f}"
                    f" {busy:>10.1f}"
                )
            revoke_token(token=token, author=Author(person))
            browser.logout()
    finally:
        server.terminate()
        server.wait()


if __name__ == "__main__":
    given = [float(word) for word in sys.argv[1:]]
    main(given[0] if given else 5.0, *(int(number) for number in given[1:3]))
