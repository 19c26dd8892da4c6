"""Under /sign-in/: what of allauth makes sense where people come by invitation. No signing up, no addresses, no connections."""

from __future__ import annotations

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from allauth.socialaccount import views as social
from django.contrib.auth.decorators import login_not_required
from django.urls import path, re_path
from django.views.decorators.http import require_http_methods, require_safe
from django.views.generic import RedirectView

from terrier.office.people import single_sign_on
from terrier.office.people.security_views import security

form = require_http_methods(["GET", "HEAD", "POST"])
page = require_safe

urlpatterns = [
    path("", form(account.login), name="account_login"),
    path("out/", form(account.logout), name="account_logout"),
    path("inactive/", page(account.account_inactive), name="account_inactive"),
    path("again/", form(account.reauthenticate), name="account_reauthenticate"),
    path("password/", form(account.password_change), name="account_change_password"),
    path("password/first/", form(account.password_set), name="account_set_password"),
    path("password/forgotten/", form(account.password_reset), name="account_reset_password"),
    path("password/forgotten/sent/", page(account.password_reset_done), name="account_reset_password_done"),
    re_path(
        r"^password/new/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        form(account.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
    path(
        "password/changed/",
        page(account.password_reset_from_key_done),
        name="account_reset_password_from_key_done",
    ),
    path("security/", security, name="mfa_index"),
    path("second/", form(mfa.authenticate), name="mfa_authenticate"),
    path("second/again/", form(mfa.reauthenticate), name="mfa_reauthenticate"),
    path("second/app/", form(totp.activate_totp), name="mfa_activate_totp"),
    path("second/app/remove/", form(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path("second/codes/", page(recovery_codes.view_recovery_codes), name="mfa_view_recovery_codes"),
    path(
        "second/codes/new/", form(recovery_codes.generate_recovery_codes), name="mfa_generate_recovery_codes"
    ),
    path(
        "second/codes/download/",
        page(recovery_codes.download_recovery_codes),
        name="mfa_download_recovery_codes",
    ),
    path("passkey/", login_not_required(form(webauthn.login_webauthn)), name="mfa_login_webauthn"),
    path("passkey/again/", form(webauthn.reauthenticate_webauthn), name="mfa_reauthenticate_webauthn"),
    path("passkeys/", page(RedirectView.as_view(pattern_name="mfa_index")), name="mfa_list_webauthn"),
    path("passkeys/add/", form(webauthn.add_webauthn), name="mfa_add_webauthn"),
    path("passkeys/<int:pk>/", form(webauthn.edit_webauthn), name="mfa_edit_webauthn"),
    path("passkeys/<int:pk>/remove/", form(webauthn.remove_webauthn), name="mfa_remove_webauthn"),
    path("with/cancelled/", page(social.login_cancelled), name="socialaccount_login_cancelled"),
    path("with/<slug:provider_id>/", form(single_sign_on.login), name="openid_connect_login"),
    path("with/<slug:provider_id>/back/", page(single_sign_on.callback), name="openid_connect_callback"),
]
