"""What every template knows of the look: the person's preferences, the pages to go to and the script's texts."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from terrier.office.look.navigation import navigation_for
from terrier.office.look.preferences import preferences_of
from terrier.office.look.texts import script_texts
from terrier.office.look.toasts import told_beside


def look(request: HttpRequest) -> dict[str, Any]:
    return {
        "preferences": preferences_of(request),
        "navigation": SimpleLazyObject(lambda: navigation_for(request)),
        "texts": script_texts,
        "told_beside": told_beside(request),
    }
