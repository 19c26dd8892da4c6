"""How options are read from the command line, and how they are grouped in --help."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Callable, Iterable
from typing import Any

import click


class Ratio(click.ParamType[float]):
    """ "5%" or "0.05"; "5" alone is refused, as it could be either."""

    name = "ratio"

    def __init__(self, most: float = 1.0) -> None:
        self.most = most

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        if isinstance(value, float):
            return value
        from terrier.intake.numbers import ratio  # noqa: PLC0415  heavy, and not needed for --help

        found = ratio(value)
        if found is None:
            self.fail(f"“{value}” is not a share: write 5% or 0.05.", param, ctx)
        if found > self.most:
            self.fail(f"“{value}” is too large: at most {self.most:.0%}.", param, ctx)
        return found


class Tolerances(click.ParamType[tuple[tuple[str | None, float], ...]]):
    """ "5%", "sales=5%,workload=10%" or both: a list of (measure or None, ratio); "sales=none" is inf."""

    name = "ratio"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[tuple[str | None, float], ...]:
        if isinstance(value, tuple):
            return value
        found: list[tuple[str | None, float]] = []
        for part in value.split(","):
            name, equals, text = part.rpartition("=")
            if text.strip().casefold() == "none":
                if not equals:
                    self.fail("“none” is said of a measure: write sales=none.", param, ctx)
                found.append((name.strip(), math.inf))
                continue
            ratio = Ratio(10.0).convert(text, param, ctx)
            if ratio <= 0:
                self.fail(f"“{part.strip()}” leaves no room: a tolerance must be above 0.", param, ctx)
            found.append((name.strip() if equals else None, ratio))
        return tuple(found)


class Ramps(click.ParamType[tuple[tuple[str | None, int | None], ...]]):
    """ "6", "sales=6" or "sales": a list of (measure or None, months or None)."""

    name = "ramp"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[tuple[str | None, int | None], ...]:
        if isinstance(value, tuple):
            return value
        found: list[tuple[str | None, int | None]] = []
        for part in value.split(","):
            name, equals, text = part.rpartition("=")
            text = text.strip()
            if text.isdecimal() and 1 <= int(text) <= 120:
                found.append((name.strip() if equals else None, int(text)))
            elif text and not equals and not text[0].isdecimal():
                found.append((text, None))
            else:
                self.fail(
                    f"“{part.strip()}” is no ramp: write 6 or sales=6, from 1 to 120 months.", param, ctx
                )
        return tuple(found)


class Pair(click.ParamType[tuple[str, str]]):
    """ "workload=capacity hours": a measure and a column."""

    name = "pair"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, str]:
        if isinstance(value, tuple):
            return value
        name, equals, column = (part.strip() for part in value.partition("="))
        if not (name and equals and column):
            self.fail(f"“{value}” is not MEASURE=COLUMN, such as workload=capacity_hours.", param, ctx)
        return name, column


class Date(click.ParamType[dt.date]):
    """ "2026-03-31"."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> dt.date:
        if isinstance(value, dt.date):
            return value
        from terrier.intake.ramp import read_date  # noqa: PLC0415  heavy, and not needed for --help

        found = read_date(value)
        if found is None:
            self.fail(f"“{value}” is not a date: write it as 2026-03-31.", param, ctx)
        return found


class Whole(click.IntRange):
    """A whole number within bounds; anything else is refused in words."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter:
            bounds = (
                f"between {self.min:,} and {self.max:,}" if self.max is not None else f"of {self.min} or more"
            )
            self.fail(f"must be a whole number {bounds} (found “{value}”)", param, ctx)


class Real(click.FloatRange):
    """A finite number within bounds; anything else is refused in words."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        try:
            number: float = super().convert(value, param, ctx)
        except click.BadParameter:
            number = math.nan
        if not math.isfinite(number):
            self.fail(f"must be a number {self._bounds()} (found “{value}”)", param, ctx)
        return number

    def _bounds(self) -> str:
        if self.max is not None:
            return f"between {self.min:g} and {self.max:g}"
        return f"above {self.min:g}" if self.min_open else f"of {self.min:g} or more"


class Span(click.ParamType[tuple[float, float]]):
    """ "30,75" as two numbers above 0, the second no less than the first."""

    name = "pair"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[float, float]:
        if isinstance(value, tuple):
            return value
        try:
            low, high = (float(part) for part in value.split(","))
        except ValueError:
            self.fail(f"“{value}” is not two numbers: write 30,75.", param, ctx)
        if not (0 < low <= high and math.isfinite(high)):
            self.fail(f"“{value}”: must be above 0, and the second no less than the first.", param, ctx)
        return low, high


class NameList(click.ParamType[tuple[str, ...]]):
    """ "sales,workload" as a tuple of names."""

    name = "names"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, ...]:
        if isinstance(value, tuple):
            return value
        return tuple(name.strip() for name in value.split(",") if name.strip())


class GroupedOption(click.Option):
    """An option that --help lists under a heading of its own."""

    def __init__(self, *args: Any, section: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.section = section


class GroupedCommand(click.Command):
    """A command whose --help lists its options by section."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        sections: dict[str, list[tuple[str, str]]] = {}
        for parameter in self.get_params(ctx):
            record = parameter.get_help_record(ctx)
            if record is not None:
                sections.setdefault(getattr(parameter, "section", "Other"), []).append(record)
        for section, records in sections.items():
            with formatter.section(section):
                formatter.write_dl(records)


def in_section(
    section: str, options: Iterable[tuple[tuple[str, ...], dict[str, Any]]]
) -> Callable[[Any], Any]:
    """Add several options under one heading."""

    def add(command: Any) -> Any:
        for names, settings in reversed(list(options)):
            command = click.option(*names, cls=GroupedOption, section=section, **settings)(command)
        return command

    return add


def option(*names: str, **settings: Any) -> tuple[tuple[str, ...], dict[str, Any]]:
    return names, settings


def names_option(*names: str, **settings: Any) -> tuple[tuple[str, ...], dict[str, Any]]:
    """An option whose value is a tuple of names, listed in one go or one by one."""

    def joined(_ctx: click.Context, _parameter: click.Parameter, given: Any) -> tuple[str, ...]:
        return tuple(name for each in given for name in each)

    return option(*names, type=NameList(), multiple=True, callback=joined, **settings)
