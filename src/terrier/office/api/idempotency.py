"""A writing request with an ``Idempotency-Key`` is done once, however often it is sent.

The key, what was done and the answer are one transaction: a request that was cut off in the middle left nothing, and is
done when it comes again. Only answers to what succeeded are kept; what was refused may be mended and sent again.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable

from django.core.exceptions import RequestDataTooBig
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.utils import timezone

from terrier.office.api.models import KeptAnswer
from terrier.office.api.problems import problem, too_large
from terrier.office.people.models import Person

HEADER = "Idempotency-Key"
KEPT_FOR = dt.timedelta(days=1)
LONGEST = 100


def once(request: HttpRequest, person: Person, do: Callable[[], HttpResponse]) -> HttpResponse:
    """Do a request, or answer as it was answered before. The same key on another request is refused (422)."""
    key = request.headers.get(HEADER)
    if key is None or request.method in {"GET", "HEAD", "OPTIONS"}:
        return do()
    if not 0 < len(key) <= LONGEST or not key.isascii() or not key.isprintable():
        return problem(422, f"{HEADER} must have 1 to {LONGEST} printable ASCII characters.")
    try:
        digest = _digest(request)
    except RequestDataTooBig:
        return too_large()
    except MultiPartParserError:
        return problem(400, "The form cannot be read.")
    KeptAnswer.objects.filter(created_at__lt=timezone.now() - KEPT_FOR).delete()
    with transaction.atomic():
        try:
            with transaction.atomic():
                kept = KeptAnswer.objects.create(person=person, key=key, request_digest=digest)
        except IntegrityError:
            return _again(KeptAnswer.objects.get(person=person, key=key), digest)
        answer = do()
        if answer.status_code >= 400:
            transaction.set_rollback(True)
        else:
            kept.status, kept.body = answer.status_code, answer.content
            kept.save()
    return answer


def _digest(request: HttpRequest) -> str:
    """Of all that a request asks for. A form's files are read from where they were put, never whole into memory."""
    found = hashlib.sha256(f"{request.method} {request.get_full_path()}\n".encode())
    if request.content_type != "multipart/form-data":
        found.update(request.body)
        return found.hexdigest()
    found.update(json.dumps(sorted(request.POST.lists())).encode())
    for name, files in sorted(request.FILES.lists()):
        for file in files:
            found.update(json.dumps([name, file.name, file.size]).encode())
            for chunk in file.chunks():
                found.update(chunk)
            file.seek(0)
    return found.hexdigest()


def _again(kept: KeptAnswer, digest: str) -> HttpResponse:
    if kept.request_digest != digest:
        return problem(422, f"This {HEADER} was used for another request.")
    answer = HttpResponse(bytes(kept.body), status=kept.status, content_type="application/json")
    answer["Idempotency-Replayed"] = "true"
    return answer
