"""Nothing that is sent to the API is passed over: a field or a parameter that an operation does not know is refused by name.

A misspelt filter would answer with everything, a misspelt field would write nothing, and neither would say so.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, ClassVar, get_args

from django.http import HttpRequest
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import ValidationErrorContext
from ninja.operation import Operation
from ninja.params.models import ParamModel
from pydantic import BaseModel, ValidationError
from pydantic_core import PydanticCustomError

from terrier.office.wording import plainly, shortened

MOST = 50
"""So many faults are told of one request."""
UNKNOWN = "extra_forbidden"
REPEATED = "repeated"
Known = Mapping[str, set[str]]


class NothingElse(ParamModel):
    """What is looked at before an operation's own parameters: whether there is anything that none of them takes."""

    __ninja_param_source__ = "query"  # type: ignore[assignment]
    __ninja_flatten_map_reverse__: ClassVar[Mapping[Any, Any]] = {}

    known: ClassVar[Known]
    lists: ClassVar[frozenset[str]]
    """Parameters that may come more than once."""

    @classmethod
    def get_request_data(cls, *_: Any) -> dict[str, Any]:
        return {}

    @classmethod
    def resolve(cls, request: HttpRequest, *_: Any) -> Any:
        known = cls.known
        given = {"query": list(request.GET)}
        if "form" in known:
            given["form"] = [*request.POST, *request.FILES]
        elif "body" not in known and request.method != "GET":
            given["body"] = _named_in(request)
        unknown = [
            (place, name)
            for place, names in given.items()
            for name in names
            if name not in known.get(place, ())
        ]
        repeated = [
            ("query", name)
            for name, values in request.GET.lists()
            if len(values) > 1 and name not in cls.lists
        ]
        if "body" in known:
            repeated += [("body", name) for name in _repeated_in(request)]
        if wrong := [(UNKNOWN, one) for one in unknown] or [(REPEATED, one) for one in repeated]:
            raise ValidationError.from_exception_data(
                "request",
                [
                    {"type": PydanticCustomError(kind, "x"), "loc": one, "input": None}
                    for kind, one in wrong[:MOST]
                ],
            )
        return ()


def refuse_unknown(api: NinjaAPI) -> None:
    """Make every operation of an API refuse what it does not know. To be called once all its routers are added."""
    for _prefix, router in api._routers:
        for view in router.path_operations.values():
            for operation in view.operations:
                if not any(issubclass(one, NothingElse) for one in operation.models):
                    _make_strict(operation)


def _make_strict(operation: Operation) -> None:
    known: dict[str, set[str]] = {"query": set()}
    lists: set[str] = set()
    for model in operation.models:
        source = str(model.__ninja_param_source__)
        if source == "body":
            known.setdefault("body", set())
            _forbid_others(model)
        elif source in {"form", "file", "query"}:
            names = model.model_fields if source == "file" else model.__ninja_flatten_map__
            known.setdefault("form" if source == "file" else source, set()).update(names)
            if source == "query":
                lists.update(model.__ninja_collection_fields__)
    told = {"known": known, "lists": frozenset(lists)}
    operation.models.insert(0, type("NothingElseHere", (NothingElse,), told))


def _forbid_others(model: type[BaseModel]) -> None:
    """Of a body and all that it holds. From the innermost outwards: a model is compiled with those it holds."""
    for field in model.model_fields.values():
        for inner in _models_in(field.annotation):
            _forbid_others(inner)
            inner.model_config["extra"] = "forbid"
            inner.model_rebuild(force=True)
    model.model_rebuild(force=True)


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _models_in(inner)


def _named_in(request: HttpRequest) -> list[str]:
    """The fields of a body that is sent where none is taken; what is no object of JSON is nobody's field."""
    try:
        told = json.loads(request.body) if request.body else None
    except (ValueError, RecursionError):
        return []
    return list(told) if isinstance(told, dict) else []


def _repeated_in(request: HttpRequest) -> list[str]:
    """The fields that an object of the body names twice: JSON would keep the last and say nothing."""
    found: list[str] = []

    def look(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        once = dict(pairs)
        if len(once) < len(pairs):
            names = [name for name, _value in pairs]
            found.extend(name for name in once if names.count(name) > 1)
        return once

    try:
        json.loads(request.body or b"null", object_pairs_hook=look)
    except (ValueError, RecursionError):
        return []  # the operation says that it cannot be read
    return list(dict.fromkeys(found))


def faults(contexts: Iterable[ValidationErrorContext[Any]]) -> list[dict[str, Any]]:
    """All that is wrong with a request: where, and what would be right, in plain words."""
    found: list[dict[str, Any]] = []
    for context in contexts:
        model = context.model
        for error in context.pydantic_validation_error.errors(include_url=False):
            if len(found) == MOST:
                return found
            loc = error["loc"]
            if issubclass(model, NothingElse):
                place, name = str(loc[0]), str(loc[1])
                known: Iterable[str] = model.known.get(place, ())
                said = _repeated(name) if error["type"] == REPEATED else _unknown(place, name, known)
                told = {"loc": (place, shortened(name)), "msg": said}
            else:
                place = model.__ninja_param_source__
                where = (place, *model.__ninja_flatten_map_reverse__.get(loc, loc))
                said = plainly(error)
                if error["type"] == UNKNOWN:
                    said = _unknown(place, str(loc[-1]), _known_at(model, loc[:-1]))
                told = {"loc": tuple(shortened(one) for one in where), "msg": said}
            found.append({"type": error["type"], **told})
    return found


def _known_at(model: type[BaseModel], loc: Sequence[int | str]) -> Iterable[str]:
    """The fields of the object that stands there; none if the way to it is not told by names."""
    for step in loc:
        if isinstance(step, int):
            continue
        field = model.model_fields.get(step)
        inner = list(_models_in(field.annotation)) if field else []
        if len(inner) != 1:
            return ()
        model = inner[0]
    return model.model_fields


def _repeated(name: str) -> str:
    return _("“%(name)s” is given more than once: once is right.") % {"name": shortened(name)}


def _unknown(place: str, name: str, known: Iterable[str]) -> str:
    names = sorted(known)
    near = get_close_matches(shortened(name).lower(), names, n=3, cutoff=0.65)
    said = {
        "query": _("There is no parameter “%(name)s” here."),
        "form": _("There is no field “%(name)s” in this form."),
        "body": _("There is no field “%(name)s” here."),
    }[place] % {"name": shortened(name)}
    if near:
        more = _("Did you mean %(names)s?") % {"names": _listed(near)}
    elif names:
        more = _("There are: %(names)s.") % {"names": _listed(names)}
    else:
        more = _("Nothing is to be sent there.")
    return f"{said} {more}"


def _listed(names: Iterable[str]) -> str:
    return ", ".join(names)
