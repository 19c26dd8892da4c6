"""Every text of the office is there in Italian, and says as much as the English one."""

from __future__ import annotations

import importlib.util
import re
from pathlib import Path
from types import ModuleType

import pytest
from babel.messages.catalog import Catalog, Message

PLACE = re.compile(r"%\(\w+\)[sd]|%[sd]|\{\w*\}")


def _tool() -> ModuleType:
    path = Path(__file__).parents[3] / ".ci/translations.py"
    spec = importlib.util.spec_from_file_location("translations", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def texts() -> Catalog:
    found: Catalog = _tool().collected()
    return found


@pytest.fixture(scope="module")
def italian() -> Catalog:
    found: Catalog = _tool().translated("it")
    return found


def _words(text: object) -> tuple[str, ...]:
    return tuple(text) if isinstance(text, (tuple, list)) else (str(text or ""),)


def _messages(catalog: Catalog) -> list[Message]:
    return [message for message in catalog if message.id]


def test_every_text_is_there_in_italian(texts: Catalog, italian: Catalog) -> None:
    missing = []
    for message in _messages(texts):
        there = italian.get(message.id, message.context)
        if there is None or there.fuzzy or not all(_words(there.string)):
            missing.append(message.id)
    assert not missing, "run `make translations` and translate these in locale/it/LC_MESSAGES/django.po"


def test_italian_has_no_text_that_nobody_says_any_more(texts: Catalog, italian: Catalog) -> None:
    left = [message.id for message in _messages(italian) if texts.get(message.id, message.context) is None]
    assert not left, "run `make translations`"


def test_a_translation_has_the_places_of_its_text(italian: Catalog) -> None:
    wrong = []
    for message in _messages(italian):
        # The singular may leave out the number: "one row".
        wanted = set(PLACE.findall(_words(message.id)[-1]))
        wrong += [string for string in _words(message.string)[-1:] if set(PLACE.findall(string)) != wanted]
    assert not wrong


def test_texts_are_found_in_templates_and_in_python(texts: Catalog) -> None:
    assert texts.get("Skip to the content") is not None, "a template's"
    assert texts.get("Keyboard shortcuts") is not None, "a component's attribute"
    assert texts.get("Territory manager") is not None, "a model's"
