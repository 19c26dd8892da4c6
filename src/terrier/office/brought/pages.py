"""What the pages of brought files have in common: the list, taking a file, its page while work is done on it, and its refused rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from terrier.errors import TerrierError
from terrier.intake.files import MAX_FILE_BYTES
from terrier.office.brought import services
from terrier.office.brought.models import Brought, State
from terrier.office.export import KINDS, export_response
from terrier.office.imports.uploads import refusal_of_size
from terrier.office.jobs.services import cancel as cancel_job
from terrier.office.look.toasts import say, say_wrong
from terrier.office.people.permissions import signed_in
from terrier.office.people.scope import visible_to

File = TypeVar("File", bound=Brought)
Rows = list[tuple[int, str, str | None, str]]

A_PAGE = 25
SHOWN = 20


@dataclass(frozen=True)
class Pages(Generic[File]):
    """model : what is brought. kinds : what a file may hold. every, one : the names of the pages of all files, and of one.
    reason : why a row was refused, in the reader's language."""

    model: type[File]
    kinds: Sequence[tuple[str, Any]]
    every: str
    one: str
    reason: Callable[[str], str]

    def listed(self, request: HttpRequest) -> dict[str, Any]:
        """What was brought, newest first, and the place to bring a file."""
        rows = self._rows(request).order_by("-pk")
        before = request.GET.get("before", "")
        if before.isascii() and before.isdecimal() and len(before) < 19:
            rows = rows.filter(pk__lt=int(before))
        found = list(rows[: A_PAGE + 1])
        return {
            "files": found[:A_PAGE],
            "next": f"?before={found[A_PAGE - 1].pk}" if len(found) > A_PAGE else "",
            "first": not before,
            "kinds": self.kinds,
            "most": MAX_FILE_BYTES // 2**20,
            "moving": any(one.at_work for one in found[:A_PAGE]),
        }

    def take(self, request: HttpRequest, bring: Callable[..., File]) -> HttpResponse:
        """Take a file; what would become of it is shown on its own page."""
        if answer := refusal_of_size(request):
            return answer
        upload, kind = request.FILES.get("file"), request.POST.get("kind", "")
        if upload is None or kind not in dict(self.kinds):
            say_wrong(request, _("Choose a file, and say what it holds."))
            return redirect(self.every)
        try:
            row = bring(stream=upload, name=upload.name or "file", kind=kind, author=signed_in(request))
        except TerrierError as error:
            say_wrong(request, str(error))
            return redirect(self.every)
        return redirect(self.one, row.pk)

    def shown(self, row: File) -> dict[str, Any]:
        """A file as it stands: being read, refused, looked at, loaded or withdrawn."""
        state = row.standing
        refused = services.refused_of(row)
        return {
            "file": row,
            "state": state,
            "problem": row.why_not.split("\n") if row.why_not else [],
            "refused": self._told(refused.head(SHOWN).rows()),
            "n_more_refused": max(0, len(refused) - SHOWN),
            "may_discard": state in (State.REFUSED, State.CHECKED),
            "columns": [(column, column) for column in row.columns],
        }

    def find(self, request: HttpRequest, number: int) -> File:
        found: File = get_object_or_404(self._rows(request), pk=number)
        return found

    def act(self, request: HttpRequest, number: int, deed: Callable[[File], object]) -> HttpResponse:
        """Do something with a file and show it; what cannot be done is told."""
        try:
            deed(self.find(request, number))
        except TerrierError as error:
            say_wrong(request, str(error))
        return redirect(self.one, number)

    def cancel(self, request: HttpRequest, number: int) -> HttpResponse:
        row = self.find(request, number)
        if row.job is not None:
            cancel_job(job=row.job)
        return redirect(self.one, number)

    def forget(self, request: HttpRequest, number: int) -> HttpResponse:
        row = self.find(request, number)
        try:
            services.forget(row)
        except TerrierError as error:
            say_wrong(request, str(error))
            return redirect(self.one, number)
        say(request, _("%(file)s was discarded. Nothing of it counts.") % {"file": row.file_name})
        return redirect(self.every)

    def refused(self, request: HttpRequest, number: int, ending: str) -> HttpResponseBase:
        """The rows that were refused, each with its reason, to mend and bring again."""
        row = self.find(request, number)
        if ending not in KINDS:
            raise Http404
        header = (_("Row"), _("Column"), _("Value"), _("Reason"))
        rows = self._told(services.refused_of(row).rows())
        return export_response(name=f"refused-{row.pk}", kind=ending, header=header, rows=rows)

    def _told(self, rows: Sequence[Any]) -> Rows:
        return [(row, column, value, self.reason(said)) for row, column, value, said in rows]

    def _rows(self, request: HttpRequest) -> Any:
        return visible_to(signed_in(request), self.model).select_related("author", "job")
