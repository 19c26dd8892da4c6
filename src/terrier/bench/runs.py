"""Runs in processes of their own, stopped when their time is up, and kept on disk so that nothing runs twice."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from functools import cache
from importlib.metadata import version as package_version
from pathlib import Path

import terrier
from terrier.bench.case import Case
from terrier.bench.methods import METHODS, OURS, versions
from terrier.bench.result import Result, Task

PACKAGE = Path(terrier.__path__[0])


class Store:
    """Results on disk, one file each, named by all that they depend on: code, instance, method, seed and seconds."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def path(self, task: Task, case: Case) -> Path:
        known = "-until-known" if task.target is not None else ""
        name = f"{task.method}-{task.seconds:g}s{known}-seed{task.seed}-{_version(task.method, case)}.json"
        return self.folder / task.family / task.case / name

    def get(self, task: Task, case: Case) -> Result | None:
        """The result of the same run, unless it was stopped at a lower limit than now."""
        file = self.path(task, case)
        if not file.is_file():
            return None
        found = Result.from_json(file.read_text())
        return None if found.seconds is None and found.task.limit < task.limit else found

    def newest(self, case: Case) -> list[Result]:
        """All results of a case, whatever their seconds and seeds: of each method and budget those of the code that ran last."""
        last: dict[tuple[str, ...], tuple[str, list[Result]]] = {}
        files = (self.folder / case.family / case.name).glob("*.json")
        for file in sorted(files, key=lambda file: (file.stat().st_mtime_ns, file.name)):
            *about, _, version = file.stem.rsplit("-", 2)
            key = tuple(about)
            same, held = last.get(key, (version, []))
            last[key] = (version, [*(held if same == version else []), Result.from_json(file.read_text())])
        return [result for _, results in last.values() for result in results]

    def put(self, result: Result, case: Case) -> None:
        file = self.path(result.task, case)
        file.parent.mkdir(parents=True, exist_ok=True)
        draft = file.with_suffix(".draft")
        draft.write_text(result.to_json())
        draft.replace(file)


def run(task: Task) -> Result:
    """Run the task in a process of its own; when ``limit`` seconds are over it is stopped, and says so."""
    with tempfile.TemporaryDirectory() as folder, _process(Path(folder) / "result.json") as process:
        try:
            _, said = process.communicate(json.dumps(asdict(task)), timeout=task.limit)
        except subprocess.TimeoutExpired:
            return Result(task=task, failure=f"stopped after {task.limit:.0f} s")
        file = Path(folder) / "result.json"
        if process.returncode != 0 or not file.is_file():
            last = said.strip().splitlines()[-1:] or [f"ended with exit code {process.returncode}"]
            return Result(task=task, failure=last[0][:200])
        found = Result.from_json(file.read_text())
        return replace(found, code=code_version(), cores=usable_cores())


@contextmanager
def _process(result: Path) -> Iterator[subprocess.Popen[str]]:
    """The worker, in a session of its own, so that it and all that it started can be ended whatever happens here."""
    process = subprocess.Popen(
        [sys.executable, "-m", "terrier.bench.worker", str(result)],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(),
        start_new_session=True,
    )
    try:
        yield process
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def environment() -> dict[str, str]:
    """This process's, in which the worker finds the same Terrier."""
    paths = [str(PACKAGE.parent), *filter(None, [os.environ.get("PYTHONPATH")])]
    return os.environ | {"PYTHONPATH": os.pathsep.join(paths)}


def _version(method: str, case: Case) -> str:
    """A digest of the code and the instance. Terrier's results depend on its engine, a peer's on its package."""
    parts = [
        _code(
            "bench/families",
            "bench/scoring.py",
            "bench/readers.py",
            "bench/worker.py",
            "bench/methods/answer.py",
        )
    ]
    parts.append(_code("engine", "bench/methods/engine.py") if method in OURS else _peer(method))
    if case.contents:
        parts.append(_file(Path(case.contents)))
    else:
        parts.append(_code("sample", "atlas"))
    return hashlib.sha256("".join(parts).encode()).hexdigest()[:10]


def usable_cores() -> int:
    """Those that this process, and so every run, may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


@cache
def code_version() -> str:
    """The commit where this is a checkout, else the version of the package."""
    asked = ["git", "-C", str(PACKAGE), "describe", "--always", "--dirty", "--abbrev=7", "--exclude=*"]
    try:
        return subprocess.run(asked, capture_output=True, text=True, check=True).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return package_version("terrier-sales")


@cache
def _peer(method: str) -> str:
    return _code(f"bench/methods/{METHODS[method].home[0]}.py") + versions(METHODS[method])


@cache
def _code(*places: str) -> str:
    digest = hashlib.sha256()
    for place in places:
        where = PACKAGE / place
        for file in [where] if where.is_file() else sorted(where.rglob("*.py")):
            digest.update(file.relative_to(PACKAGE).as_posix().encode() + file.read_bytes())
    return digest.hexdigest()


@cache
def _file(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest() if file.is_file() else "missing"
