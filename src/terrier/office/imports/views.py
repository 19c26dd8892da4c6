"""The pages of imports: bring a file, match its columns, look at what it would do, commit, undo."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from terrier.errors import TerrierError
from terrier.intake.files import MAX_FILE_BYTES
from terrier.office.export import KINDS, export_response
from terrier.office.imports import services
from terrier.office.imports.kinds.known import CHECKERS
from terrier.office.imports.matching import guess, remembered
from terrier.office.imports.models import AT_WORK, Deed, Import, Kind, State
from terrier.office.imports.samples import sample_of
from terrier.office.imports.selectors import A_PAGE, imports_visible_to, rows_of, shown_rows
from terrier.office.imports.uploads import refusal_of_size
from terrier.office.jobs.progress import look
from terrier.office.jobs.services import cancel as cancel_job
from terrier.office.look.toasts import say, say_wrong
from terrier.office.people.permissions import May, needs, signed_in

IMPORTS_A_PAGE = 25


@needs(May.IMPORT)
@require_safe
def imports(request: HttpRequest) -> HttpResponse:
    """What was imported, newest first, and the place to bring a file."""
    person = signed_in(request)
    rows = imports_visible_to(person).order_by("-pk")
    before = request.GET.get("before", "")
    if before.isdecimal() and len(before) < 19:
        rows = rows.filter(pk__lt=int(before))
    found = list(rows[: IMPORTS_A_PAGE + 1])
    for one in found:
        one.shown_state = services.standing(one)  # type: ignore[attr-defined]
    context = {
        "imports": found[:IMPORTS_A_PAGE],
        "next": f"?before={found[IMPORTS_A_PAGE - 1].pk}" if len(found) > IMPORTS_A_PAGE else "",
        "first": not before,
        "kinds": Kind.choices,
        "most": MAX_FILE_BYTES // 2**20,
        "moving": any(one.shown_state in AT_WORK for one in found[:IMPORTS_A_PAGE]),  # type: ignore[attr-defined]
    }
    return render(request, "imports/list.html", context)


@needs(May.IMPORT)
@require_POST
def new(request: HttpRequest) -> HttpResponse:
    """Take a file; what follows is shown on the import's own page."""
    person = signed_in(request)
    if answer := refusal_of_size(request):
        return answer
    upload = request.FILES.get("file")
    kind = request.POST.get("kind", "")
    if upload is None or kind not in {"", *Kind.values}:
        say_wrong(request, _("Choose a file to import."))
        return redirect("imports:list")
    try:
        import_ = services.start_import(stream=upload, name=upload.name or "file", author=person, kind=kind)
    except TerrierError as error:
        say_wrong(request, str(error))
        return redirect("imports:list")
    return redirect("imports:import", import_id=import_.pk)


@needs(May.IMPORT)
@require_safe
def sample(request: HttpRequest, kind: str, ending: str) -> HttpResponseBase:
    if kind not in CHECKERS or ending not in KINDS:
        raise Http404
    header, rows = sample_of(kind)
    return export_response(name=f"sample-{kind}", kind=ending, header=header, rows=rows)


@needs(May.IMPORT)
@require_safe
def show(request: HttpRequest, import_id: int) -> HttpResponse:
    """An import as it stands: being read, to be matched, checked, imported or undone."""
    import_ = find(request, import_id)
    state = services.standing(import_)
    context: dict[str, Any] = {
        "import": import_,
        "state": state,
        "problem": services.why_not(import_).split("\n") if services.why_not(import_) else [],
        "at_work": state in AT_WORK,
        "kinds": Kind.choices,
    }
    rematching = "match" in request.GET and state == State.CHECKED
    if state == State.MATCHING or rematching:
        context |= matching_context(request, import_)
    elif state == State.REFUSED:
        suggested = import_.options.get("suggested", {})
        context |= {
            "encodings": ENCODINGS,
            "reading": import_.options | suggested,
            "suggested": suggested,
        }
    elif state in (State.CHECKED, State.COMMITTED, State.UNDONE):
        context |= rows_context(request, import_)
    return render(request, "imports/import.html", context)


ENCODINGS = (("utf-8", "UTF-8"), ("cp1252", "Windows-1252"), ("utf-16", "UTF-16"), ("latin-1", "ISO 8859-1"), ("mac-roman", "Mac Roman"))  # fmt: skip


def matching_context(request: HttpRequest, import_: Import) -> dict[str, Any]:
    """The columns of the file, each with a few of its texts, for every field of the kind."""
    kind = request.GET.get("kind", import_.kind)
    if kind not in CHECKERS:
        raise Http404
    mapping = import_.mapping
    if any(name.startswith("field-") for name in request.GET):  # as it is being chosen
        mapping = chosen_columns(request.GET, kind)
    elif kind != import_.kind:
        memory = remembered(kind, import_.columns)
        mapping = memory.mapping if memory else guess(kind, import_.columns)
    fields = [
        {
            "name": one.name,
            "label": one.label,
            "hint": one.hint,
            "needed": one.needed,
            "column": mapping.get(one.name, ""),
            "sample": " · ".join(import_.samples.get(mapping.get(one.name, ""), [])),
        }
        for one in CHECKERS[kind].FIELDS
    ]
    unused = [column for column in import_.columns if column not in mapping.values()]
    return {
        "matching": True,
        "kind": kind,
        "fields": fields,
        "columns": [(column, column) for column in import_.columns],
        "samples": import_.samples,
        "unused": unused,
        "dates": [
            ("iso", _("2026-01-31, year first")),
            ("mdy", _("01/31/2026, month first")),
            ("dmy", _("31/01/2026, day first")),
        ],
        "decimals": [
            ("", _("as the file suggests")),
            (".", _("1,234.50, a point")),
            (",", _("1.234,50, a comma")),
        ],
    }


def chosen_columns(form: QueryDict, kind: str) -> dict[str, str]:
    return {
        one.name: str(form[f"field-{one.name}"])
        for one in CHECKERS[kind].FIELDS
        if form.get(f"field-{one.name}")
    }


def rows_context(request: HttpRequest, import_: Import) -> dict[str, Any]:
    """A page of the grid: which rows, what each does, and the way to the next."""
    deed, search = request.GET.get("deed", ""), request.GET.get("q", "").strip()[:200]
    if not deed and not search and import_.counts.get(Deed.ERROR):
        deed = Deed.ERROR.value
    rows = rows_of(import_, deed=deed, search=search)
    after, before = (_number(request.GET.get(name)) for name in ("after", "before"))
    if before:
        found = list(reversed(rows.filter(number__lt=before).order_by("-number")[:A_PAGE]))
        more = True
    else:
        found = list(rows.filter(number__gt=after or 0).order_by("number")[: A_PAGE + 1])
        more, found = len(found) > A_PAGE, found[:A_PAGE]
    earlier = bool(found) and rows.filter(number__lt=found[0].number).exists()
    query = request.GET.copy()
    for name in ("after", "before", "match"):
        query.pop(name, None)
    if deed:
        query["deed"] = deed
    link = query.urlencode()
    n_changing = import_.counts.get(Deed.CREATE, 0) + import_.counts.get(Deed.UPDATE, 0)
    return {
        "rows": shown_rows(import_, found),
        "deed": deed,
        "q": search,
        "tabs": [
            {"deed": value, "label": label, "count": import_.counts.get(value, 0)}
            for value, label in Deed.choices
            if import_.counts.get(value) or value in (Deed.CREATE, Deed.UPDATE, Deed.UNCHANGED)
        ],
        "previous": f"?{link}&before={found[0].number}" if earlier else "",
        "next": f"?{link}&after={found[-1].number}" if more and found else "",
        "n_changing": n_changing,
        "n_errors": import_.counts.get(Deed.ERROR, 0),
        "n_left_out": import_.counts.get(Deed.LEFT_OUT, 0),
    }


@needs(May.IMPORT)
@require_POST
def read_again(request: HttpRequest, import_id: int) -> HttpResponse:
    """Read the file anew in another way."""
    options = {name: request.POST.get(name, "").strip()[:100] for name in ("encoding", "sheet", "header_row", "decimal") if name in request.POST}  # fmt: skip
    header_row = options.get("header_row") or "1"
    if not header_row.isdecimal() or not 1 <= int(header_row) <= 1000:
        say_wrong(
            request,
            _("The header row must be a number from 1 to 1,000, not “%(found)s”.") % {"found": header_row},
        )
        return redirect("imports:import", import_id=import_id)
    if options.get("encoding", "") not in {"", *dict(ENCODINGS)} or options.get("decimal", "") not in {
        "",
        ".",
        ",",
    }:
        raise Http404
    return act(request, import_id, lambda one: services.read_again(import_=one, options=options))


@needs(May.IMPORT)
@require_POST
def match(request: HttpRequest, import_id: int) -> HttpResponse:
    """Take the columns that were chosen, and check."""
    kind = request.POST.get("kind", "")
    if kind not in CHECKERS:
        raise Http404
    import_ = find(request, import_id)
    mapping = chosen_columns(request.POST, kind)
    options = {
        "dates": request.POST.get("dates") if request.POST.get("dates") in {"iso", "mdy", "dmy"} else "iso",
        "decimal": request.POST.get("decimal") if request.POST.get("decimal") in {".", ","} else None,
    }
    try:
        services.match_columns(
            import_=import_,
            kind=kind,
            mapping=mapping,
            clear_blanks="clear_blanks" in request.POST,
            options=options,
        )
    except TerrierError as error:
        import_.mapping, import_.kind = mapping, kind
        context = matching_context(request, import_) | {
            "import": import_,
            "state": State.MATCHING,
            "problem": [str(error)],
            "kinds": Kind.choices,
        }
        return render(request, "imports/import.html", context, status=422)
    return redirect("imports:import", import_id=import_id)


@needs(May.IMPORT)
@require_POST
def commit(request: HttpRequest, import_id: int) -> HttpResponse:
    return act(request, import_id, lambda one: services.commit_import(import_=one))


@needs(May.IMPORT)
@require_POST
def undo(request: HttpRequest, import_id: int) -> HttpResponse:
    person = signed_in(request)
    return act(request, import_id, lambda one: services.undo_import(import_=one, author=person))


@needs(May.IMPORT)
@require_POST
def cancel(request: HttpRequest, import_id: int) -> HttpResponse:
    """Cancel what is under way; the import goes back to where it was."""
    import_ = find(request, import_id)
    if import_.job is not None:
        try:
            cancel_job(job=import_.job)
        except TerrierError as error:
            say_wrong(request, str(error))
    return redirect("imports:import", import_id=import_id)


@needs(May.IMPORT)
@require_POST
def discard(request: HttpRequest, import_id: int) -> HttpResponse:
    import_ = find(request, import_id)
    try:
        services.discard_import(import_=import_)
    except TerrierError as error:
        say_wrong(request, str(error))
        return redirect("imports:import", import_id=import_id)
    say(request, _("%(file)s was discarded. Nothing was imported from it.") % {"file": import_.file_name})
    return redirect("imports:list")


def find(request: HttpRequest, import_id: int) -> Import:
    person = signed_in(request)
    found = get_object_or_404(imports_visible_to(person), pk=import_id)
    look(found.job)
    return found


def act(request: HttpRequest, import_id: int, deed: Callable[[Import], object]) -> HttpResponse:
    """Do something with an import and show it; what cannot be done is told."""
    try:
        deed(find(request, import_id))
    except TerrierError as error:
        say_wrong(request, str(error))
    return redirect("imports:import", import_id=import_id)


def _number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 10 else 0
