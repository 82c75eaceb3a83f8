"""Accounts in the browser: signing up and in, two tabs, a forgotten password, leaving."""

import re
from email import message_from_bytes
from email.policy import default
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.fleet.fleets import Fleet, eventually
from tests.web.browser import context
from tests.web.conftest import OpenPage
from tests.web.people import PASSWORD, Person

COOKIE = "segue_session"


def fill_sign_up(page: Page, email: str, password: str = PASSWORD) -> None:
    page.get_by_label("Name", exact=True).fill("Ada")
    page.get_by_label("Mail address").fill(email)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign up").click()


def sign_in(page: Page, email: str, password: str) -> None:
    page.get_by_label("Mail address").fill(email)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()


@pytest.mark.must("S0-04", "S0-17", "S0-36")
def test_faults_of_a_form_are_named_first_and_at_their_fields(open_page: OpenPage) -> None:
    page = open_page("/signup")
    fill_sign_up(page, "ada@example", "horse")
    summary = page.get_by_role("alert")
    expect(summary).to_contain_text("Two things to mend")
    expect(summary).to_be_focused()
    summary.get_by_role("link", name="Use at least 8 characters").click()
    expect(page.get_by_label("Password", exact=True)).to_be_focused()


@pytest.mark.must("S0-16", "S0-17")
def test_sign_up_reload_sign_out(open_page: OpenPage) -> None:
    page = open_page("/signup?next=/settings")
    fill_sign_up(page, "signs-up@example.com")
    expect(page.get_by_role("heading", name="Settings")).to_be_visible()
    [cookie] = [cookie for cookie in page.context.cookies() if cookie["name"] == COOKIE]
    assert (cookie["httpOnly"], cookie["sameSite"], cookie["path"]) == (True, "Strict", "/web")
    assert COOKIE not in page.evaluate("document.cookie")
    page.reload()
    expect(page.get_by_text("signs-up@example.com").first).to_be_visible()
    page.get_by_role("button", name="Account", exact=True).click()
    page.get_by_role("menuitem", name="Sign out").click()
    expect(page.get_by_role("link", name="Sign in").first).to_be_visible()
    assert [cookie for cookie in page.context.cookies() if cookie["name"] == COOKIE] == []


@pytest.mark.must("S0-16")
def test_a_person_s_page_asks_to_sign_in_and_returns(open_page: OpenPage, person: Person) -> None:
    page = open_page("/settings")
    page.get_by_role("main").get_by_role("link", name="Sign in").click()
    sign_in(page, person.email, "not the password")
    expect(page.get_by_role("alert")).to_contain_text("do not match")
    sign_in(page, person.email, PASSWORD)
    expect(page.get_by_text(person.email).first).to_be_visible()


def test_two_tabs_keep_one_session(site: Fleet, chromium: Browser, person: Person) -> None:
    with context(chromium, site.url) as made:
        tabs = [made.new_page(), made.new_page()]
        person.sign_in(tabs[0])
        tabs[1].add_init_script("localStorage.setItem('segue.signed-in', '1')")
        for _ in range(3):
            for tab in tabs:
                tab.goto("/settings", wait_until="commit")
            for tab in tabs:
                expect(tab.get_by_text(person.email).first).to_be_visible()
        tabs[0].get_by_role("button", name="Account", exact=True).click()
        tabs[0].get_by_role("menuitem", name="Sign out").click()
        expect(tabs[1].get_by_role("main").get_by_role("link", name="Sign in")).to_be_visible()


@pytest.mark.must("S0-18", "S0-30")
def test_a_forgotten_password_is_reset_by_the_mailed_link(open_page: OpenPage, site: Fleet, person: Person) -> None:
    page = open_page("/forgot")
    page.get_by_label("Mail address").fill(person.email)
    page.get_by_role("button", name="Send the link").click()
    expect(page.get_by_text("a link is on its way")).to_be_visible()
    link = mailed_link(site.data, person.email)
    page.goto(link)
    expect(page).to_have_url(re.compile(r"/reset$"))  # the token leaves the address bar
    page.get_by_label("New password").fill("another quiet brass note")
    page.get_by_role("button", name="Change and sign in").click()
    expect(page.get_by_role("button", name="Account", exact=True)).to_be_visible()
    page.goto(link)
    page.get_by_label("New password").fill("a third quiet brass note")
    page.get_by_role("button", name="Change and sign in").click()
    expect(page.get_by_text("This link works no longer.")).to_be_visible()


@pytest.mark.must("S0-19")
def test_the_password_is_changed_with_the_current_one(open_page: OpenPage, person: Person) -> None:
    page = open_page("/settings", person=person)
    page.get_by_role("button", name="Change the password").click()
    page.get_by_label("Current password").fill("wrong")
    page.get_by_label("New password").fill("another quiet brass note")
    page.get_by_role("button", name="Change password").click()
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("Current password").fill(PASSWORD)
    page.get_by_role("button", name="Change password").click()
    expect(page.get_by_text("The password has changed.")).to_be_visible()


def test_an_api_key_is_shown_once(open_page: OpenPage, person: Person) -> None:
    page = open_page("/settings", person=person)
    page.get_by_role("button", name="New key").click()
    page.get_by_label("What it is for").fill("Kitchen display")
    page.get_by_role("button", name="Make the key").click()
    expect(page.get_by_text("Copy it now.")).to_be_visible()
    page.get_by_role("button", name="I have it").click()
    expect(page.get_by_role("row", name=re.compile("Kitchen display"))).to_be_visible()
    page.get_by_role("button", name="Revoke Kitchen display").click()
    expect(page.get_by_role("row", name=re.compile("Kitchen display"))).to_have_count(0)


def test_deleting_needs_the_name_and_the_password(open_page: OpenPage, person: Person) -> None:
    page = open_page("/settings", person=person)
    page.get_by_role("button", name="Delete the account").click()
    expect(page.get_by_role("alert")).to_contain_text("Two things to mend")
    page.get_by_label("Type your name").fill(person.name)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Delete the account").click()
    expect(page.get_by_text("The account is deleted")).to_be_visible()
    page.goto("/signin")
    sign_in(page, person.email, PASSWORD)
    expect(page.get_by_role("alert")).to_contain_text("do not match")


def mailed_link(data: Path, to: str) -> str:
    """The reset link of the newest mail to an address, from the files that stand in for a mail server."""

    links: list[str] = []

    def found() -> bool:
        for file in sorted((data / "mail").glob("*.eml")):
            mail = message_from_bytes(file.read_bytes(), policy=default)
            if to in str(mail["to"]) and (body := mail.get_body(("plain",))):
                links.extend(re.findall(r"/reset\?token=\S+", body.get_content()))
        return bool(links)

    eventually(found, f"a reset link was mailed to {to}")
    return links[-1]
