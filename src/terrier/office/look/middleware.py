"""What htmx needs beyond a page: messages with a part of a page, and a word when the session has ended."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import resolve_url
from django_htmx.http import HttpResponseClientRedirect, trigger_client_event

from terrier.office.look.toasts import told_beside, waiting


class LookMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        htmx: Any = getattr(request, "htmx", None)
        if not htmx:
            return response
        response["Vary"] = ", ".join(filter(None, [response.get("Vary"), "HX-Request"]))
        if _sends_to_sign_in(request, response):
            return _session_ended(request, htmx)
        if told_beside(request) and _stays(response) and isinstance(response, HttpResponse):
            toasts = waiting(request)
            if toasts:
                trigger_client_event(response, "terrier:toasts", {"toasts": toasts})
        return response


def _sends_to_sign_in(request: HttpRequest, response: HttpResponseBase) -> bool:
    if response.status_code != 302 or request.user.is_authenticated:
        return False
    return response.get("Location", "").startswith(resolve_url(settings.LOGIN_URL))


def _session_ended(request: HttpRequest, htmx: Any) -> HttpResponse:
    """Nothing typed may be lost: only a plain change of page goes to the sign-in page by itself."""
    if htmx.boosted and request.method == "GET":
        query = urlencode({"next": request.get_full_path()})
        return HttpResponseClientRedirect(f"{resolve_url(settings.LOGIN_URL)}?{query}")
    return trigger_client_event(HttpResponse(status=401), "terrier:signed-out")


def _stays(response: HttpResponseBase) -> bool:
    """Whether this answer is what is seen next, and not one that leads to another."""
    leads_on = 300 <= response.status_code < 400 or "HX-Redirect" in response or "HX-Refresh" in response
    return not leads_on
