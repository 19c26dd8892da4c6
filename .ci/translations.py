"""The office's texts in other languages, without anything to install: Babel reads Python, Django's own parser reads templates.

python .ci/translations.py collect    # every text into each locale/*/LC_MESSAGES/django.po
python .ci/translations.py compile    # each django.po into the django.mo that Django reads
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

OFFICE = Path(__file__).resolve().parent.parent / "src/terrier/office"
PLAIN, PLURAL, WITH_CONTEXT, PLURAL_WITH_CONTEXT = (1,), (1, 2), ((1, "c"), 2), ((1, "c"), 2, 3)
KEYWORDS = {
    **dict.fromkeys(("_", "gettext", "gettext_lazy", "gettext_noop"), PLAIN),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), PLURAL),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), WITH_CONTEXT),
    "said": PLAIN,  # what jobs say of themselves: kept as a key
    "said_of": (2, 3),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), PLURAL_WITH_CONTEXT),
}


def sources() -> Iterator[tuple[Path, str]]:
    """Every file with texts, as Python that Babel can read."""
    for path in sorted(OFFICE.rglob("*.py")):
        if "migrations" not in path.parts:
            yield path, path.read_text(encoding="utf-8")
    for path in sorted(OFFICE.rglob("*.html")):
        lines = templatize(path.read_text(encoding="utf-8"), origin=str(path)).splitlines()
        yield path, "\n".join(line.strip() for line in lines)


def collected() -> Catalog:
    """All texts of the office, untranslated. They are sorted and carry no line numbers, so that branches merge."""
    found = Catalog(project="Terrier", charset="utf-8", fuzzy=False)
    for path, source in sources():
        options = {"encoding": "utf-8"}
        for _, text, comments, context in extract(
            "python", io.BytesIO(source.encode()), KEYWORDS, (), options
        ):
            if text:
                found.add(text, context=context, auto_comments=comments, locations=[(path.name, 0)])
    return found


def languages() -> dict[str, Path]:
    return {path.parts[-3]: path for path in sorted(OFFICE.glob("locale/*/LC_MESSAGES/django.po"))}


def translated(language: str) -> Catalog:
    with languages()[language].open("rb") as file:
        return read_po(file, locale=language)


def collect() -> None:
    template = collected()
    for language, path in languages().items():
        catalog = translated(language)
        # The hour of the last collecting says nothing, and would be where branches conflict.
        catalog.update(
            template, no_fuzzy_matching=True, update_header_comment=False, update_creation_date=False
        )
        catalog.obsolete.clear()
        with path.open("wb") as file:
            write_po(file, catalog, width=110, no_location=True, sort_output=True, omit_header=False)
        missing = sum(1 for message in catalog if message.id and not _whole(message.string))
        print(f"{language}: {len(catalog)} texts, {missing} to translate, in {path}")


def compile_all() -> None:
    for language, path in languages().items():
        with path.with_suffix(".mo").open("wb") as file:
            write_mo(file, translated(language))


def _whole(string: object) -> bool:
    return all(string) if isinstance(string, (tuple, list)) else bool(string)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["collect"]:
            collect()
        case ["compile"]:
            compile_all()
        case _:
            raise SystemExit(__doc__)
