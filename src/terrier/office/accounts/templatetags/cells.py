"""The cells of the account list, each written by the template of its column."""

from __future__ import annotations

from collections.abc import Iterable

from django import template
from django.template import Context, NodeList
from django.template.loader import get_template
from django.utils.html import escape
from django.utils.safestring import SafeString

from terrier.office.accounts.listing import Column

register = template.Library()


@register.simple_tag(takes_context=True)
def cells(context: Context, columns: Iterable[Column]) -> SafeString:
    """The cells of a ``row``. To include one template for each, which first asked what column it is in, took most of the
    page's time; now templates and titles are looked up once a page."""
    known: list[tuple[NodeList, SafeString]] | None = context.render_context.get("cells")
    if known is None:
        known = [(_nodes(column.key), escape(str(column.short or column.title))) for column in columns]
        context.render_context["cells"] = known
    written = []
    with context.push():
        for nodes, title in known:
            context["title"] = title
            written.append(nodes.render(context))
    return SafeString("".join(written))


def _nodes(key: str) -> NodeList:
    found: NodeList = get_template(f"accounts/cells/{key}.html").template.nodelist  # type: ignore[attr-defined]
    return found
