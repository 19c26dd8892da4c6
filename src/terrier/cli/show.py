"""`terrier show`: serve one finished plan's page on this machine, read-only."""

from __future__ import annotations

import functools
import http.server
from pathlib import Path
from typing import Any

import click

from terrier.cli.options import Whole
from terrier.errors import InputError

HOST = "127.0.0.1"


@click.command()
@click.argument("folder", type=click.Path(), default="plan")
@click.option("--port", type=Whole(0, 65535), default=8000, show_default=True, help="0 takes any free port.")
def show(folder: str, port: int) -> None:
    """Show the plan in FOLDER on this machine's browser, until Ctrl-C."""
    root = Path(folder)
    if not (root / "report.html").is_file():
        raise InputError(folder, "holds no report.html", hint="Make a plan with: terrier design")
    try:
        server = PlanServer((HOST, port), functools.partial(PlanHandler, directory=str(root)))
    except OSError as error:
        raise InputError(
            "--port",
            f"the port cannot be had: {error.strerror}",
            value=str(port),
            hint="Something else is using it; pass another --port, or 0 for any free one.",
        ) from None
    with server:
        click.echo(f"The plan is at http://{HOST}:{server.server_address[1]}/ (Ctrl-C ends).")
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            click.echo("\nEnded.")


class PlanServer(http.server.ThreadingHTTPServer):
    # On Linux a port in use is refused either way; this only lets a restart follow a stop at once.
    allow_reuse_address = True
    daemon_threads = True


class PlanHandler(http.server.SimpleHTTPRequestHandler):
    """Files of one folder, the report as its front page; no listings, and only for requests to this machine by name."""

    def send_head(self) -> Any:
        host = (self.headers.get("Host") or "").rsplit(":", 1)[0]
        if host not in {HOST, "localhost"}:  # a page elsewhere that points its own name here gets nothing
            return self.send_error(403, "Only 127.0.0.1 is served")
        if self.path.split("?", 1)[0] == "/":
            self.path = "/report.html"
        return super().send_head()

    def list_directory(self, path: Any) -> Any:
        return self.send_error(404, "Not found")

    def end_headers(self) -> None:
        self.send_header("Cache-Control", "no-store")
        self.send_header("X-Content-Type-Options", "nosniff")
        super().end_headers()

    def log_message(self, format: str, *args: Any) -> None:
        """Silence: the terminal shows where the plan is, and nothing else."""
