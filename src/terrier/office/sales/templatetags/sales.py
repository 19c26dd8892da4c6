"""What pages of figures say that tell of one currency alone."""

from __future__ import annotations

from django import template

from terrier.office.sales.texts import one_currency

register = template.Library()
register.simple_tag(one_currency)
