"""The office's commands: serve, worker, migrate, check, backup and restore. Django is set up only when one runs."""

from __future__ import annotations

import fcntl
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from terrier.cli.options import Whole
from terrier.errors import InputError, TerrierError

PATIENCE = 3.0
"""Seconds before a job worker that ended is started anew."""


def open_office() -> None:
    """Set Django up for the office of this environment. Raises SettingError if the environment is not right."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "terrier.office.settings")
    import django  # noqa: PLC0415 - takes half a second

    django.setup()


@click.command()
@click.option(
    "--host", default="127.0.0.1", show_default=True, help="0.0.0.0 serves every network of this machine."
)
@click.option("--port", type=Whole(1, 65535), default=8000, show_default=True)
@click.option(
    "--workers", type=Whole(1, 64), default=2, show_default=True, help="Processes that answer requests."
)
@click.option(
    "--jobs/--no-jobs", default=True, show_default=True, help="Also run the jobs (as terrier worker does)."
)
def serve(host: str, port: int, workers: int, jobs: bool) -> None:
    """Serve the office until Ctrl-C.

    A new installation gets its database by itself. Settings come from the environment: see docs/guide/run-the-office.md.
    """
    _refuse_taken(host, port)
    open_office()
    _ready_database()
    from granian import Granian  # noqa: PLC0415 - only here
    from granian.constants import Interfaces  # noqa: PLC0415

    server = Granian(
        "terrier.office.serving:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=4,
        respawn_failed_workers=True,
        websockets=False,
    )
    ended = threading.Event()
    keeper = threading.Thread(target=_keep_a_worker, args=(ended,), daemon=True) if jobs else None
    if keeper:
        keeper.start()
    click.echo(f"The office is at http://{host}:{port}/ (Ctrl-C ends).")
    try:
        server.serve()
    finally:
        ended.set()
        if keeper:
            keeper.join()


def _refuse_taken(host: str, port: int) -> None:
    """Raise where the address is in use. The server would share it with whoever has it, and requests would go to either."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise TerrierError(
                f"{host}, port {port}, cannot be served ({error.strerror or error}). Choose another: terrier serve --port {port % 65535 + 1}"
            ) from None


def _ready_database() -> None:
    from terrier.office.keep.checkup import pending_migrations  # noqa: PLC0415

    if not pending_migrations():
        return
    with _alone():
        waiting = pending_migrations()
        if waiting:
            _prepare(waiting)


@contextmanager
def _alone() -> Iterator[None]:
    """One process of this machine prepares a database at a time; whoever comes meanwhile waits, and finds it ready."""
    from django.conf import settings  # noqa: PLC0415

    home = settings.ENVIRONMENT.home
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    with (home / "preparing.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            click.echo("Another terrier is preparing the database. Waiting for it.")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _prepare(waiting: Sequence[object]) -> None:
    from django.db import connection  # noqa: PLC0415

    if "people_person" in connection.introspection.table_names():
        raise InputError(
            "database",
            f"was made by an older Terrier; {len(waiting)} changes wait",
            hint="Run terrier backup, then terrier migrate",
        )
    _migrate(verbosity=0)


def _migrate(verbosity: int) -> None:
    from django.core.management import call_command  # noqa: PLC0415

    call_command("migrate", verbosity=verbosity)
    call_command("createcachetable", verbosity=verbosity)


def _keep_a_worker(ended: threading.Event) -> None:
    """A job worker beside the server, started anew whenever it ends before the server does."""
    while not ended.is_set():
        worker = subprocess.Popen(
            [sys.executable, "-m", "terrier.cli.main", "worker", "--while", str(os.getpid())]
        )
        while worker.poll() is None and not ended.wait(0.2):
            pass
        if worker.poll() is None:
            worker.terminate()
            worker.wait()
        ended.wait(PATIENCE)


@click.command()
@click.option("--while", "parent", type=int, hidden=True, help="Leave when this process is gone.")
def worker(parent: int | None) -> None:
    """Run jobs until Ctrl-C. Several may run, on one machine or many; each job is done by one of them."""
    open_office()
    from terrier.office.jobs.worker import work  # noqa: PLC0415 - needs Django

    leaving = threading.Event()

    def leave(*_: Any) -> None:
        leaving.set()

    for sign in (signal.SIGTERM, signal.SIGINT):
        signal.signal(sign, leave)
    if parent:
        threading.Thread(target=_leave_with, args=(parent, leaving), daemon=True).start()
    work(leaving)


def _leave_with(parent: int, leaving: threading.Event) -> None:
    while not leaving.wait(1):
        if os.getppid() != parent:
            leaving.set()


@click.command()
def migrate() -> None:
    """Bring the database to this version of Terrier."""
    open_office()
    with _alone():
        _migrate(verbosity=1)


@click.command()
def check() -> None:
    """Look whether the office is in order: settings, database, files; exits with 1 if not."""
    open_office()
    from terrier.office.keep.checkup import look  # noqa: PLC0415

    wrong = 0
    for finding in look():
        mark = click.style("ok   ", fg="green") if finding.fine else click.style("WRONG", fg="red")
        click.echo(f"{mark} {finding.what}: {finding.said}")
        wrong += not finding.fine
    if wrong:
        raise click.exceptions.Exit(1)


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--force", is_flag=True, help="Replace FILE if it is there.")
def backup(file: Path, force: bool) -> None:
    """Write everything the office holds into FILE, while it runs."""
    open_office()
    from terrier.office.keep.backup import back_up  # noqa: PLC0415

    kept = back_up(file, force=force)
    click.echo(f"{file}: {kept.database} and {kept.files} files, {kept.size / 1e6:,.1f} MB.")


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--force", is_flag=True, help="Replace the data that is there.")
def restore(file: Path, force: bool) -> None:
    """Put back what a backup holds. Stop the office first, start it again after."""
    open_office()
    from terrier.office.keep.backup import restore as put_back  # noqa: PLC0415

    kept = put_back(file, force=force)
    click.echo(f"Restored the backup of {kept.made_at}. Run terrier migrate if Terrier is newer than it.")


@click.command()
@click.option("--accounts", type=Whole(500, 1_000_000), default=6_000, show_default=True)
@click.option("--territories", type=Whole(3, 5_000), default=24, show_default=True)
@click.option("--seed", type=Whole(0), default=1, show_default=True)
def demo(accounts: int, territories: int, seed: int) -> None:
    """Load a made-up wholesaler into an empty office, and say how to sign in as each role.

    Serve it with TERRIER_DEMO=1 to change roles with one click.
    """
    open_office()
    _ready_database()
    from terrier.office.demo.load import PASSWORD, load_sample_company  # noqa: PLC0415
    from terrier.office.people.models import Role  # noqa: PLC0415
    from terrier.office.sales.sample_lines import ask_for_lines  # noqa: PLC0415

    force = load_sample_company(accounts, territories, seed)
    ask_for_lines(accounts, territories, seed)
    click.echo(f"The sample company is loaded. Everybody's password is {PASSWORD}.")
    for role in Role:
        click.echo(f"  {role.label!s:22} {force.sign_ins[role].email}")


COMMANDS = (demo, serve, worker, migrate, check, backup, restore)
