"""The routes of people and of signing in."""

from __future__ import annotations

import datetime as dt
from typing import Any

from allauth.usersessions.models import UserSession

from terrier.office.audit.services import Author
from terrier.office.people.models import ApiToken, Incumbency
from terrier.office.people.permissions import May
from terrier.office.people.tokens import create_token
from tests.office.conftest import Company
from tests.office.routes import HIDDEN, OPEN, PEOPLE, POSITIONS, Kind, Route, who_may

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


def both(name: str, **more: Any) -> list[Route]:
    return [Route(name, method, **more) for method in ("get", "post")]


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


def _planned(company: Company, label: str) -> dict[str, Any]:
    """A hand-over that has not begun, to be taken back."""
    position, day = company.positions[label], dt.date(2999, 1, 1)
    Incumbency.objects.filter(position=position, ends_on=None, starts_on__lt=day).update(ends_on=day)
    row, _new = Incumbency.objects.get_or_create(
        position=position, starts_on=day, defaults={"person": company.people["olga"]}
    )
    return {"kind": "holder", "row_id": row.pk}


def _token(company: Company, label: str) -> int:
    token = ApiToken.objects.filter(person=company.people[label]).first()
    return (
        token or create_token(person=company.people[label], name="Shop", days=30, author=Author(None))[0]
    ).pk


def _session(company: Company, label: str) -> int:
    row, _new = UserSession.objects.get_or_create(
        user=company.people[label], defaults={"ip": "127.0.0.1", "session_key": label}
    )
    return int(row.pk)


EDITORS = who_may(May.EDIT_PEOPLE)
EDIT: dict[str, Any] = {"by": EDITORS}
OWN = {"tess": frozenset({"tess"}), "dora": frozenset({"dora"})}
DAY = {"starts_on": "2026-01-01"}

PAGES = [
    Route("people:people"),
    Route("people:person", of=PEOPLE),
    *both("people:new_person", **EDIT),
    *both("people:change_person", of=PEOPLE, **EDIT),
    Route("people:invite", "post", of=PEOPLE, **EDIT),
    Route("people:access", "post", of=PEOPLE, data={"allowed": "no"}, **EDIT),
    Route("people:clear_factors", "post", of=PEOPLE, **EDIT),
    Route("people:positions"),
    Route("people:position", of=POSITIONS),
    *both("people:new_position", **EDIT),
    *both("people:change_position", of=POSITIONS, **EDIT),
    Route("people:hand_over", of=POSITIONS, **EDIT),
    Route("people:hand_over", "post", of=POSITIONS, data=DAY, **EDIT),
    Route("people:report_to", of=POSITIONS, **EDIT),
    Route("people:report_to", "post", of=POSITIONS, data=DAY, **EDIT),
    Route("people:close", of=POSITIONS, **EDIT),
    Route("people:close", "post", of=POSITIONS, data={"closes_on": "2026-01-01"}, **EDIT),
    Route("people:reopen", "post", of=POSITIONS, **EDIT),
    Route("people:drop_plan", "post", of=POSITIONS, address=_planned, **EDIT),
    Route("people:chart"),
    Route("mfa_index"),
    Route("people:make_token", "post", data={"name": "Shop", "days": "30"}),
    Route("people:drop_token", "post", of=Kind(_token, OWN)),
    Route("people:end_device", "post", of=Kind(_session, OWN)),
    Route("people:end_other_devices", "post"),
    *both("people:join", address={"token": "forged"}, by=NOBODY, strangers=HIDDEN),
]

ROUTES = [*SIGN_IN_PAGES, *PAGES]
