from __future__ import annotations

import csv
from pathlib import Path

import pytest
from click.testing import CliRunner

from terrier.bench import bench, page
from terrier.bench.result import Result, Task
from terrier.cli.main import main
from tests.bench.folder import write_folder

WORDS = [
    "--only",
    "cpmp,ctdp_du",
    "--seconds",
    "1",
    "--seeds",
    "1",
    "--peers",
    "highs",
    "--peer-seconds",
    "5",
]
PATIENT = [*WORDS, "--seconds", "20", "--until-known", "--peer-seconds", "60"]
"""On a quick machine they end at once, on a busy one in time."""


def invoke(*words: str) -> tuple[int, str]:
    result = CliRunner().invoke(main, ["bench", "design", *words])
    return result.exit_code, result.output


def test_a_folder_is_run_beside_a_peer_and_nothing_runs_twice(tmp_path: Path) -> None:
    folder, out = write_folder(tmp_path / "instances"), tmp_path / "out"
    code, said = invoke(str(folder), *PATIENT, "--out", str(out))
    assert code == 0, said
    assert "3 runs" in said
    lines = list(csv.DictReader((out / "summary.csv").open()))
    found = {(line["instance"], line["method"]): line for line in lines}
    assert set(found) == {("tiny", "terrier"), ("tiny", "highs"), ("du", "terrier")}
    assert float(found["tiny", "highs"]["gap_pct"]) == 0.0
    assert found["du", "terrier"]["feasible"] == "1"
    assert float(found["du", "terrier"]["median"]) == 4.0
    assert (out / "summary.md").read_text().startswith("Measured on ")
    code, again = invoke(str(folder), *PATIENT, "--out", str(out))
    assert code == 0
    assert "seed 1:" in said
    assert "seed 1:" not in again


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is searched in these tests, so nothing needs to be compiled."""
    monkeypatch.setattr(bench, "all_kinds", lambda _: (0.0, 0.0))


@pytest.mark.usefixtures("compiled")
def test_missing_matplotlib_costs_the_plots_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def done(task: Task) -> Result:
        return Result(task=task, value=2.0, seconds=1.0, cpu_seconds=1.0, peak_mb=1.0)

    monkeypatch.setattr(bench, "find_spec", lambda _: None)
    monkeypatch.setattr(bench, "run", done)
    folder = write_folder(tmp_path / "instances")
    code, said = invoke(str(folder), *WORDS, "--out", str(tmp_path / "out"))
    assert code == 0, said
    assert "matplotlib is not installed; no plots." in said
    assert (tmp_path / "out" / "summary.md").is_file()
    assert not list((tmp_path / "out").glob("*.svg"))


@pytest.mark.usefixtures("compiled")
def test_interrupted_it_keeps_what_is_done(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[Task] = []

    def one_then_ctrl_c(task: Task) -> Result:
        if done:
            raise KeyboardInterrupt
        done.append(task)
        return Result(task=task, value=2.0, seconds=1.0, cpu_seconds=1.0, peak_mb=1.0)

    monkeypatch.setattr(bench, "run", one_then_ctrl_c)
    folder, out = write_folder(tmp_path / "instances"), tmp_path / "out"
    (tmp_path / "page.md").write_text(f"{page.BEGIN}\nold\n{page.END}\n")
    code, said = invoke(str(folder), *WORDS, "--out", str(out), "--page", str(tmp_path / "page.md"))
    assert code == 130
    assert "old" in (tmp_path / "page.md").read_text()
    assert "What is done is kept" in said
    assert len(list(csv.DictReader((out / "runs.csv").open()))) == 1
    assert len(list(out.glob("runs/**/*.json"))) == 1


@pytest.mark.usefixtures("compiled")
def test_a_page_is_refreshed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def done(task: Task) -> Result:
        return Result(task=task, value=2.0, seconds=1.0, cpu_seconds=1.0, peak_mb=1.0)

    monkeypatch.setattr(bench, "run", done)
    monkeypatch.setattr(bench, "first_use", lambda: bench.FirstUse((9.0, 1.0), (14.0, 2.0)))
    (tmp_path / "page.md").write_text(f"{page.BEGIN}\n{page.END}\n")
    folder = write_folder(tmp_path / "instances")
    words = [*WORDS, "--out", str(tmp_path / "out"), "--page", str(tmp_path / "page.md")]
    code, said = invoke(str(folder), *words)
    assert code == 0, said
    text = (tmp_path / "page.md").read_text()
    assert "| cpmp | Terrier | 1 | 1 | 1 | 1 | 1 | 0.00 | 0.00 | – | 1 | – |" in text
    assert "9.0 s from an empty cache and 1.0 s afterwards" in text


@pytest.mark.usefixtures("compiled")
def test_runs_of_several_requests_come_together_on_one_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def done(task: Task) -> Result:
        return Result(task=task, value=2.0 * task.seconds, seconds=1.0, cpu_seconds=1.0, peak_mb=1.0)

    monkeypatch.setattr(bench, "run", done)
    monkeypatch.setattr(bench, "first_use", lambda: bench.FirstUse((9.0, 1.0), (14.0, 2.0)))
    folder, out = write_folder(tmp_path / "instances"), ["--out", str(tmp_path / "out"), "--peers", "none"]
    code, said = invoke(str(folder), "--kept", *out)
    assert (code, "no run of these instances is kept" in said) == (2, True)
    invoke(str(folder), "--only", "cpmp", "--seconds", "1", "--seeds", "3", *out)
    invoke(str(folder), "--only", "ctdp_du", "--seconds", "2", "--seeds", "1", "--until-known", *out)
    (tmp_path / "page.md").write_text(f"{page.BEGIN}\n{page.END}\n")
    monkeypatch.setattr(bench, "run", None)
    code, said = invoke(str(folder), "--kept", *out, "--page", str(tmp_path / "page.md"))
    assert code == 0, said
    assert "4 runs are kept." in said
    text = (tmp_path / "page.md").read_text()
    assert "| cpmp | Terrier | 1 | 3 | 1 | 1 | 1 |" in text
    assert "| ctdp_du | Terrier | ≤ 2 | 1 | 1 | 1 | 1 |" in text


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nowhere"], "The folder of instances, nowhere, is not there."),
        (["--only", "hess"], "No folder of instances was given for hess."),
        (["--seconds", "ten"], "“ten” is not a list of seconds such as 10,60"),
        (["--seconds", "0"], "“0” is not a list of seconds"),
        (["--peers", "excel"], "--peers: there is no peer “excel”"),
    ],
)
def test_what_cannot_be_run_is_said_in_one_line(words: list[str], said: str) -> None:
    code, output = invoke(*words)
    assert code == 2
    assert said in output
    assert "Traceback" not in output
