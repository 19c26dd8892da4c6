"""`terrier show` serves one plan, to this machine, and nothing else."""

from __future__ import annotations

import functools
import http.client
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from terrier.cli.main import main
from terrier.cli.show import HOST, PlanHandler, PlanServer


@pytest.fixture
def server(tmp_path: Path) -> Iterator[PlanServer]:
    (tmp_path / "secret.txt").write_text("secret")
    plan = tmp_path / "plan"
    (plan / "inner").mkdir(parents=True)
    (plan / "report.html").write_text("<p>the plan</p>")
    with PlanServer((HOST, 0), functools.partial(PlanHandler, directory=str(plan))) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()


def ask(server: PlanServer, path: str, method: str = "GET", host: str = "127.0.0.1") -> tuple[int, str]:
    connection = http.client.HTTPConnection(HOST, server.server_address[1], timeout=10)
    connection.request(method, path, headers={"Host": host})
    answer = connection.getresponse()
    return answer.status, answer.read().decode()


def test_the_report_is_the_front_page(server: PlanServer) -> None:
    assert ask(server, "/") == (200, "<p>the plan</p>")
    assert ask(server, "/report.html?x=1") == (200, "<p>the plan</p>")


@pytest.mark.parametrize("path", ["/inner/", "/../secret.txt", "/%2e%2e/secret.txt", "/nothing"])
def test_nothing_else_is_found(server: PlanServer, path: str) -> None:
    assert ask(server, path)[0] == 404


def test_nothing_can_be_written(server: PlanServer) -> None:
    assert ask(server, "/report.html", "PUT")[0] == 501
    assert ask(server, "/report.html", "DELETE")[0] == 501


def test_a_page_that_gives_this_machine_another_name_gets_nothing(server: PlanServer) -> None:
    assert ask(server, "/", host="evil.example")[0] == 403


def test_a_taken_port_is_a_clear_message(tmp_path: Path) -> None:
    (tmp_path / "report.html").write_text("x")
    with socket.create_server((HOST, 0)) as taken:
        port = str(taken.getsockname()[1])
        result = CliRunner().invoke(main, ["show", str(tmp_path), "--port", port])
    assert result.exit_code == 2
    assert result.stderr.strip() == (
        f"--port: the port cannot be had: Address already in use (found “{port}”). "
        "Something else is using it; pass another --port, or 0 for any free one."
    )


def test_a_folder_without_a_plan_is_refused(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["show", str(tmp_path)])
    assert result.exit_code == 2
    assert result.stderr.strip() == f"{tmp_path}: holds no report.html. Make a plan with: terrier design"
