"""Passkeys in a real browser, with an authenticator of the browser's own in place of a finger."""

from __future__ import annotations

import re

from django.conf import settings
from playwright.sync_api import CDPSession, Page, expect

from tests.office.browser import Office


def authenticator(page: Page, *, there: bool = True) -> tuple[CDPSession, str]:
    """One that is built in, keeps passkeys, and knows its owner if they are ``there``."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    made = session.send(
        "WebAuthn.addVirtualAuthenticator",
        {
            "options": {
                "protocol": "ctap2",
                "transport": "internal",
                "hasResidentKey": True,
                "hasUserVerification": True,
                "isUserVerified": there,
                "automaticPresenceSimulation": True,
            }
        },
    )
    return session, str(made["authenticatorId"])


def test_a_passkey_is_added_and_opens_the_door_without_a_password(office: Office) -> None:
    office.url = office.url.replace("127.0.0.1", "localhost")  # browsers give passkeys to names only
    opened = office.open("tess", "/sign-in/security/")
    page = opened.page
    session, device = authenticator(page)
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_label("Name").fill("Tess’s laptop")
    page.get_by_role("checkbox").check()
    opened.picture("passkey-add")
    page.get_by_role("button", name="Add", exact=True).click()
    page.wait_for_url(lambda url: "/passkeys/add/" not in url)
    page.goto("/sign-in/security/")
    expect(page.get_by_text("Tess’s laptop")).to_be_visible()
    [credential] = session.send("WebAuthn.getCredentials", {"authenticatorId": device})["credentials"]
    assert credential["isResidentCredential"]

    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    page.goto("/sign-in/")
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("heading", name="Good to see you, Tess")).to_be_visible()


def test_a_passkey_that_nobody_here_knows_opens_nothing(office: Office) -> None:
    office.url = office.url.replace("127.0.0.1", "localhost")
    page = office.open("tess", "/sign-in/security/").page
    authenticator(page)
    page.get_by_role("link", name="Add a passkey").click()
    page.get_by_label("Name").fill("Lost")
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Add", exact=True).click()
    page.wait_for_url(lambda url: "/passkeys/add/" not in url)
    page.goto("/sign-in/security/")
    page.get_by_role("link", name="Remove").click()
    page.get_by_role("button", name="Remove").click()
    expect(page).not_to_have_url(re.compile("/remove/"))
    expect(page.get_by_text("Lost")).to_have_count(0)

    page.context.clear_cookies(name=settings.SESSION_COOKIE_NAME)
    page.goto("/sign-in/")
    with page.expect_navigation():
        page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.goto("/accounts/")
    expect(page).to_have_url(re.compile("/sign-in/"))
