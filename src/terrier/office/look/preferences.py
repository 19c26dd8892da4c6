"""How a person likes the pages to look, remembered in cookies so that the first paint is already right."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest

THEMES = ("terrier", "terrier-dark")
DENSITIES = ("comfortable", "compact")


@dataclass(frozen=True, slots=True)
class Preferences:
    """theme : empty for the device's own."""

    theme: str
    density: str


def preferences_of(request: HttpRequest) -> Preferences:
    theme = request.COOKIES.get("theme", "")
    density = request.COOKIES.get("density", "")
    return Preferences(
        theme=theme if theme in THEMES else "",
        density=density if density in DENSITIES else DENSITIES[0],
    )
