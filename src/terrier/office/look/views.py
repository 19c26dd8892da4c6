"""The palette's answers, and the gallery of components for developers."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from terrier.office.look import palette
from terrier.office.look.gallery import samples

LONGEST_QUERY = 100


@require_safe
def search_palette(request: HttpRequest) -> JsonResponse:
    query = request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST_QUERY]
    hits = palette.find(request, query) if query else []
    return JsonResponse({"hits": hits, "pages": palette.pages(request, _("Pages"))})


@require_safe
def gallery(request: HttpRequest) -> HttpResponse:
    if not (settings.DEBUG or settings.DEMO):
        raise Http404
    return render(request, "look/gallery.html", samples())
