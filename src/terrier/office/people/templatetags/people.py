"""Tags of the pages of people."""

from __future__ import annotations

from typing import Any

from django import template
from django.conf import settings

from terrier.office.people.models import Role

register = template.Library()


@register.simple_tag
def demo_roles() -> list[tuple[str, Any]]:
    """The roles one can become with one click: none outside of the demo."""
    return list(Role.choices) if settings.DEMO else []
