"""The routes of people and of signing in."""

from __future__ import annotations

from tests.office.conftest import Company
from tests.office.routes import HIDDEN, OPEN, Kind, Route

NOBODY: frozenset[str] = frozenset()


def _passkey(company: Company, label: str) -> int:
    from allauth.mfa.models import Authenticator

    key, _ = Authenticator.objects.get_or_create(
        user=company.people[label], type=Authenticator.Type.WEBAUTHN, defaults={"data": {"name": "Laptop"}}
    )
    return int(key.pk)


PASSKEYS = Kind(_passkey, {"tess": frozenset({"tess"})})


def _second_factors(company: Company, label: str) -> dict[str, str]:
    """Everybody has an authenticator app and recovery codes, so that there is something to see and to remove."""
    from allauth.mfa.models import Authenticator
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    for person in company.people.values():
        if not Authenticator.objects.filter(user=person).exists():
            TOTP.activate(person, generate_totp_secret())
            RecoveryCodes.activate(person)
    return {}


def both(name: str, **more: object) -> list[Route]:
    return [Route(name, method, **more) for method in ("get", "post")]  # type: ignore[arg-type]


SIGN_IN_PAGES = [
    *both("account_login", strangers=OPEN),
    *both("account_logout", strangers=OPEN),
    Route("account_inactive", strangers=OPEN),
    *both("account_reauthenticate"),
    *both("account_change_password"),
    *both("account_set_password"),
    *both("account_reset_password", strangers=OPEN),
    Route("account_reset_password_done", strangers=OPEN),
    *both("account_reset_password_from_key", address={"uidb36": "1", "key": "not-a-key"}, strangers=OPEN),
    Route("account_reset_password_from_key_done", strangers=OPEN),
    *both("mfa_authenticate"),
    *both("mfa_reauthenticate"),
    *both("mfa_activate_totp"),
    *both("mfa_deactivate_totp", address=_second_factors),
    Route("mfa_view_recovery_codes", address=_second_factors),
    *both("mfa_generate_recovery_codes"),
    Route("mfa_download_recovery_codes", address=_second_factors),
    *both("mfa_login_webauthn"),  # by itself it leads to the page with the button
    *both("mfa_reauthenticate_webauthn"),
    Route("mfa_list_webauthn"),
    *both("mfa_add_webauthn"),
    *both("mfa_edit_webauthn", of=PASSKEYS),
    *both("mfa_remove_webauthn", of=PASSKEYS),
    Route("socialaccount_login_cancelled", strangers=OPEN),
    *both("openid_connect_login", address={"provider_id": "company"}, by=NOBODY, strangers=HIDDEN),
    Route("openid_connect_callback", address={"provider_id": "company"}, by=NOBODY, strangers=HIDDEN),
]

ROUTES = [*SIGN_IN_PAGES]
