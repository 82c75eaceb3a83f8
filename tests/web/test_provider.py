"""Signing in by an OpenID Connect provider in the browser, connecting it, and answers that do not hold."""

import re

from playwright.sync_api import expect

from tests.oidc_provider import OidcProvider
from tests.web.browser import PHONE
from tests.web.conftest import OpenPage
from tests.web.people import Person


def test_a_person_signs_in_by_the_provider_and_comes_back_to_the_page(open_page: OpenPage) -> None:
    page = open_page("/signin?next=%2Fliked", size=PHONE)
    page.get_by_role("button", name="Continue with our house").click()
    page.wait_for_url("**/liked")
    page.goto("/settings")
    expect(page.get_by_text("Ann of the provider").first).to_be_visible()
    expect(page.get_by_text("Signs you in here.", exact=False)).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name="Settings")).to_be_visible()


def test_an_account_is_connected_and_disconnected(open_page: OpenPage, person: Person, provider: OidcProvider) -> None:
    provider.people = {"of the settings": {"email": "other@provider.example"}} | provider.people
    try:
        page = open_page("/settings", person=person)
        page.get_by_role("button", name="Connect", exact=True).click()
        page.wait_for_url("**/settings")
        page.get_by_role("button", name="Disconnect", exact=True).click()
        expect(page.get_by_role("button", name="Connect", exact=True)).to_be_visible()
    finally:
        provider.people.pop("of the settings")


def test_a_code_that_this_device_did_not_ask_for_signs_nobody_in(open_page: OpenPage) -> None:
    for query, reason in (("code=x&state=y", "was not begun on this device"), ("error=access_denied", "sent you back")):
        page = open_page(f"/signin/provider?{query}")
        expect(page.get_by_text(re.compile(reason))).to_be_visible()
        expect(page.get_by_role("link", name="Back to signing in")).to_be_visible()
