"""The palette's answers, the choice of language, and the gallery of components for developers."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from terrier.office.look import palette
from terrier.office.look.gallery import samples
from terrier.office.people.models import Person

LONGEST_QUERY = 100


@require_safe
def search_palette(request: HttpRequest) -> JsonResponse:
    query = request.GET.get("q", "").replace("\x00", "").strip()[:LONGEST_QUERY]
    hits = palette.find(request, query) if query else []
    return JsonResponse({"hits": hits, "pages": palette.pages(request, _("Pages"))})


@login_not_required
@require_POST
def choose_language(request: HttpRequest) -> HttpResponse:
    """The cookie decides what pages speak; the person's own language, what their mail speaks."""
    language, goal = request.POST.get("language", ""), request.POST.get("next", "")
    if not check_for_language(language) or language not in dict(settings.LANGUAGES):
        return HttpResponse(_("Choose one of the languages of the list."), status=400)
    person = request.user
    if isinstance(person, Person):
        person.language = language
        person.save(update_fields=["language"])
    within = url_has_allowed_host_and_scheme(goal, {request.get_host()}, require_https=request.is_secure())
    response = redirect(goal if within else "/")
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=60 * 60 * 24 * 365,
        secure=request.is_secure(),
        samesite="Lax",
    )
    return response


@require_safe
def gallery(request: HttpRequest) -> HttpResponse:
    if not (settings.DEBUG or settings.DEMO):
        raise Http404
    return render(request, "look/gallery.html", samples())
