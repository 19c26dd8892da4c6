"""The command as a whole: quick to answer, plain about its own faults."""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from terrier.cli import design_run
from terrier.cli.main import main

HEAVY = {"numba", "numpy", "polars", "rich", "scipy", "shapely"}


@pytest.mark.parametrize("words", [("--help",), ("--version",), ("design", "--help"), ("sample", "--help")])
def test_help_loads_nothing_heavy(words: tuple[str, ...]) -> None:
    code = (
        "import sys; from terrier.cli.main import main; main(sys.argv[1:], standalone_mode=False); "
        "print('LOADED', *sorted({name.split('.')[0] for name in sys.modules}))"
    )
    done = subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True, check=True)
    loaded = set(done.stdout.rsplit("LOADED", 1)[1].split())
    assert loaded & HEAVY == set()


def test_every_option_of_design_is_explained() -> None:
    from terrier.cli.design import design

    plain = {"id_column", "name_column", "accounts"}
    assert [p.name for p in design.params if p.name not in plain and not getattr(p, "help", None)] == []


def test_a_fault_inside_terrier_is_told_apart_from_bad_input(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("a bolt came loose")

    monkeypatch.setattr(design_run, "read_job", broken)
    (tmp_path / "a.csv").write_text("id\nA\n")
    result = CliRunner().invoke(main, ["design", str(tmp_path / "a.csv"), "--out", str(tmp_path / "plan")])
    assert result.exit_code == 1
    assert "Something went wrong inside Terrier (RuntimeError: a bolt came loose)." in result.stderr
    assert not (tmp_path / "plan").exists()


def test_a_plan_that_cannot_be_written_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(document: object, folder: Path, behind: object) -> None:
        (folder / "placements.csv").write_text("half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(design_run, "write_all", full)
    (tmp_path / "a.csv").write_text("id,lat,lon\nA,40,-100\n")
    result = CliRunner().invoke(
        main, ["design", str(tmp_path / "a.csv"), "-k", "1", "--out", str(tmp_path / "plan")]
    )
    assert result.exit_code == 2
    assert "cannot be written: No space left on device" in result.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]


def test_a_workbook_that_fails_beside_the_map_is_told_and_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("terrier.report.writing.write_workbook", full)
    (tmp_path / "a.csv").write_text("id,lat,lon\nA,40,-100\n")
    result = CliRunner().invoke(
        main, ["design", str(tmp_path / "a.csv"), "-k", "1", "--out", str(tmp_path / "plan")]
    )
    assert result.exit_code == 2
    assert "cannot be written: No space left on device" in result.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["a.csv"]


@pytest.mark.parametrize("kind", ["csv", "xlsx", "parquet"])
def test_a_sample_can_be_designed_with(tmp_path: Path, kind: str) -> None:
    made = CliRunner().invoke(
        main, ["sample", str(tmp_path / "demo"), "--accounts", "500", "--people", "4", "--format", kind]
    )
    assert made.exit_code == 0, made.output
    words = ["--balance", "sales,workload_hours", "--current", "owner", "--tolerance", "20%"]
    files = [str(tmp_path / "demo" / f"accounts.{kind}"), "--seats", str(tmp_path / "demo" / f"reps.{kind}")]
    result = CliRunner().invoke(main, ["design", *files, *words, "--out", str(tmp_path / "plan")])
    assert result.exit_code == 0, result.output
    again = CliRunner().invoke(main, ["sample", str(tmp_path / "demo")])
    assert again.exit_code == 2
    assert "exists already" in again.stderr


def test_an_address_that_somebody_serves_already_is_refused() -> None:
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        result = CliRunner().invoke(main, ["serve", "--port", str(port)])
    assert result.exit_code == 2
    assert f"port {port}, cannot be served (Address already in use)" in " ".join(result.output.split())
