"""The pages say what is so: links lead somewhere, options exist, and each option is explained."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from terrier.cli.main import main

ROOT = Path(__file__).parent.parent
PAGES = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
OPTION = re.compile(r"(?<![\w-])--[a-z][a-z-]+")


def commands() -> dict[str, click.Command]:
    assert isinstance(main, click.Group)
    found: dict[str, click.Command] = {}
    waiting = [(name, command) for name, command in main.commands.items()]
    while waiting:
        name, command = waiting.pop()
        found[name] = command
        if isinstance(command, click.Group):
            waiting += [(f"{name} {inner}", child) for inner, child in command.commands.items()]
    return found


def options(command: click.Command) -> set[str]:
    return {
        name
        for parameter in command.params
        if isinstance(parameter, click.Option)
        for name in (*parameter.opts, *parameter.secondary_opts)
    } | {"--help"}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_to_a_file_leads_somewhere(page: Path) -> None:
    links = [link.split("#")[0] for link in LINK.findall(page.read_text())]
    local = [link for link in links if link and not re.match(r"[a-z]+:", link)]
    missing = [link for link in local if not (page.parent / link).exists()]
    assert missing == []


def test_every_terrier_command_in_the_pages_exists_with_its_options() -> None:
    known = commands()
    wrong = []
    for page in PAGES:
        for block in re.findall(r"^```sh\n(.*?)^```", page.read_text(), re.M | re.S):
            for line in block.replace("\\\n", " ").splitlines():
                words = line.split()
                if words[:1] != ["terrier"]:
                    continue
                name = max(
                    (n for n in known if words[1 : 1 + len(n.split())] == n.split()), key=len, default=""
                )
                unknown = set(OPTION.findall(line)) - (options(known[name]) if name else set())
                if not name or unknown:
                    wrong.append((str(page.relative_to(ROOT)), line, sorted(unknown)))
    assert wrong == []


@pytest.mark.parametrize("command", ["design", "sample"])
def test_the_guide_explains_every_option(command: str) -> None:
    explained = set(OPTION.findall((ROOT / "docs/guide/csv-to-territories.md").read_text()))
    long = {name for name in options(commands()[command]) if name.startswith("--")}
    assert long - explained - {"--help"} == set()


def test_the_index_of_decisions_lists_every_page() -> None:
    folder = ROOT / "docs/decisions"
    pages = {page.name for page in folder.glob("0*.md")}
    assert pages
    assert set(LINK.findall((folder / "README.md").read_text())) == pages


def test_lock_files_name_no_registry_but_the_public_ones() -> None:
    python = set(re.findall(r"https?://([^/\"]+)", (ROOT / "uv.lock").read_text()))
    assert python == {"pypi.org", "files.pythonhosted.org"}
    assert '"resolved"' not in (ROOT / "frontend/package-lock.json").read_text()


def test_the_library_example_runs() -> None:
    page = (ROOT / "docs/architecture.md").read_text()
    (example,) = re.findall(r"^```python\n(.*?)^```", page, re.M | re.S)
    exec(compile(example, "docs/architecture.md", "exec"), {})


def test_every_message_that_the_page_on_bad_input_explains_is_one_that_terrier_gives() -> None:
    """Its fixed parts, the ones between “…”, stand in the source."""
    source = "\n".join(file.read_text() for file in (ROOT / "src/terrier").glob("**/*.py"))
    joined = re.sub(r'"\s*\n\s*f?"', "", source)
    page = (ROOT / "docs/guide/bad-input.md").read_text().split("## What is possible but not met")[0]
    messages = re.findall(r"^\| ([^|]+) \|", page, re.M)
    explained = [text for text in messages if text != "the message" and not text.startswith("-")]
    parts = {part.strip() for text in explained for part in text.split("…")} - {""}
    assert len(explained) > 40
    assert [part for part in sorted(parts) if part not in joined] == []
