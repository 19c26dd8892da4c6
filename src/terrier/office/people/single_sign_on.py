"""Single sign-on by OpenID Connect: authorization code with PKCE, the provider's word checked by its published keys."""

from __future__ import annotations

from typing import Any

from allauth.socialaccount.internal import jwtkit
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from requests import RequestException

from terrier.office.people.sign_in import failed


class CheckedAdapter(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]
    """Takes no word for granted: the ID token is signed by a key that the provider publishes, and names the same person as the
    provider's account of them."""

    def complete_login(self, request: HttpRequest, app: Any, token: Any, **told: Any) -> Any:
        proof = self._proof(app, told["response"].get("id_token"))
        person = self._fetch_user_info(token.token)
        if person.get("sub") != proof.get("sub"):
            raise OAuth2Error("The ID token and the user info are about two people")
        return self.get_provider().sociallogin_from_response(request, {"userinfo": person, "id_token": proof})

    def _proof(self, app: Any, id_token: str | None) -> dict[str, Any]:
        if not id_token:
            raise OAuth2Error("No ID token")
        try:
            proof: dict[str, Any] = jwtkit.verify_and_decode(
                credential=id_token,
                keys_url=self.openid_config["jwks_uri"],
                issuer=self.openid_config["issuer"],
                audience=app.client_id,
                lookup_kid=jwtkit.lookup_kid_jwk,
            )
        except (KeyError, TypeError, ValueError) as error:  # a header or a key that makes no sense
            raise OAuth2Error("Invalid ID token") from error
        return proof


@login_not_required
def login(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    return _through(OAuth2LoginView, request, provider_id)


@login_not_required
def callback(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    return _through(OAuth2CallbackView, request, provider_id)


def _through(view: Any, request: HttpRequest, provider_id: str) -> HttpResponseBase:
    try:
        answer: HttpResponseBase = view.adapter_view(CheckedAdapter(request, provider_id))(request)
    except SocialApp.DoesNotExist as error:
        raise Http404 from error
    except (RequestException, KeyError, ValueError):  # it does not answer, or not as a provider does
        messages.error(request, failed())
        return redirect("account_login")
    return answer
