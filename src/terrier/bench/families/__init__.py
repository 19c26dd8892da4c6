"""The families of cases: those of a folder of public instances, and those that Terrier makes up."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fnmatch import fnmatchcase
from pathlib import Path

from terrier.bench.case import Case
from terrier.bench.families.cpmp import cpmp_cases
from terrier.bench.families.ctdp import ctdp_dl_cases, ctdp_du_cases
from terrier.bench.families.hess import cut_cases, hess_cases
from terrier.bench.families.made_up import count_cases, county_cases, realign_cases, sales_cases
from terrier.errors import TerrierError

FOLDERS: dict[str, tuple[str, Callable[[Path], list[Case]]]] = {
    "cpmp": ("cpmp", cpmp_cases),
    "hess": ("hess", hess_cases),
    "cut": ("hess", cut_cases),
    "ctdp_du": ("ctdp_du", ctdp_du_cases),
    "ctdp_dl": ("ctdp_dl", ctdp_dl_cases),
}
"""Family: the subfolder that it is read from, and its cases."""

MADE_UP: dict[str, Callable[[], list[Case]]] = {
    "counties": county_cases,
    "sales": sales_cases,
    "count": count_cases,
    "realign": realign_cases,
}
"""Family: its cases, made up the same way every time."""

NAMES = (*FOLDERS, *MADE_UP)


def cases_of(
    folder: Path | None, only: Sequence[str] = (), instances: str = "*"
) -> tuple[list[Case], list[str]]:
    """The cases asked for, and a note for each family or instance that is left out because its files are not there.

    Raises
    ------
    TerrierError
        The folder does not exist, a family is unknown, or the files of one that was asked for by name are missing.
    """
    unknown = [name for name in only if name not in NAMES]
    if unknown:
        raise TerrierError(f"--only: there is no family “{unknown[0]}”; there are {', '.join(NAMES)}.")
    if folder is not None and not folder.is_dir():
        raise TerrierError(f"The folder of instances, {folder}, is not there.")
    cases: list[Case] = []
    notes: list[str] = []
    for name in only or NAMES:
        if name in MADE_UP:
            cases += MADE_UP[name]()
            continue
        subfolder, listed = FOLDERS[name]
        lost: list[str] = []
        if folder is not None and (folder / subfolder).is_dir():
            here, lost = _with_files(listed(folder / subfolder), instances)
            cases += here
            if lost and here:
                notes.append(_lost(name, lost))
            if here or not lost:
                continue
        missing = (
            f"No folder of instances was given for {name}"
            if folder is None
            else f"The instances of {name} are not there ({folder / subfolder})"
        )
        if only:
            raise TerrierError(f"{missing}.")
        notes.append(f"{missing}; left out.")
    wanted = [case for case in cases if fnmatchcase(case.name, instances)]
    if not wanted:
        raise TerrierError(f"--instances: nothing is named “{instances}”.")
    return wanted, notes


def _with_files(cases: list[Case], instances: str) -> tuple[list[Case], list[str]]:
    """The cases whose files are there, for a folder may hold a part of what its tables list; and the names asked for of the others."""
    here = [case for case in cases if Path(case.contents).is_file()]
    found = {case.name for case in here}
    return here, [case.name for case in cases if case.name not in found and fnmatchcase(case.name, instances)]


def _lost(family: str, names: list[str]) -> str:
    shown = ", ".join(names[:SHOWN]) + (f" and {len(names) - SHOWN} more" if len(names) > SHOWN else "")
    which = "An instance" if len(names) == 1 else f"{len(names)} instances"
    has = "has a best-known value but no file" if len(names) == 1 else "have best-known values but no files"
    return f"{which} of {family} {has}; left out: {shown}."


SHOWN = 5
"""Names of instances that a note gives."""


def case_of(folder: Path | None, family: str, name: str) -> Case:
    """One case by its name."""
    return next(case for case in cases_of(folder, (family,))[0] if case.name == name)
