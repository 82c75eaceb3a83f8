"""Bringing one's listening in the browser: a dropped history, its counts, rows named by hand, what follows from it."""

import base64
import re

from playwright.sync_api import Page, Route, expect

from tests.fleet.fleets import Fleet
from tests.real import missing
from tests.web import listening_files as files
from tests.web.conftest import OpenPage
from tests.web.people import Person
from tests.web.test_account import fill_sign_up
from tests.web.test_pages import AXE, SIDEWAYS, STATE_VIEWS, VIOLATIONS

DROP = """([name, content]) => {
  const dropped = new DataTransfer()
  dropped.items.add(new File([Uint8Array.from(atob(content), (c) => c.charCodeAt(0))], name))
  for (const kind of ['dragover', 'drop'])
    document.body.dispatchEvent(new DragEvent(kind, { dataTransfer: dropped, bubbles: true, cancelable: true }))
}"""
LARGE = 3 << 20


def test_a_dropped_history_changes_home(open_page: OpenPage, site: Fleet) -> None:
    """Sign up, drop a history, see its counts, name a row by hand, and find home changed."""
    near, misspelled = files.misspelled(site.url)
    artist = near["artists"][0]["name"]
    known = files.plays(files.similar(site.url))
    rows = [*known, *(files.play(misspelled, artist, 100 + nth) for nth in range(3)), private(artist)]
    page = open_page("/signup?next=%2Fimport")
    fill_sign_up(page, "bringer@example.com")
    expect(page.get_by_role("heading", level=1)).to_have_text("Bring your listening")

    drop(page, "my_data.zip", files.history(rows))
    result = page.get_by_role("article", name="Result of my_data.zip")
    expect(result).to_contain_text(f"{len(rows)} entries read, {len(known)} of them new.", timeout=60_000)
    assert counts_of(page) == {"Read": len(rows), "Matched": len(known), "New": len(known), "Not matched": 3}
    page.get_by_text("What was left out, and why").click()
    expect(result.get_by_text(f"Streaming_History_Audio_2024.json, line {len(rows)}")).to_be_visible()

    row = page.get_by_role("list", name="Not matched").get_by_role("listitem")
    expect(row).to_contain_text("3 times in the file")
    row.get_by_role("button", name=f"This one: {near['title']}, for {misspelled}").click()
    expect(row).to_contain_text("Named by you.")
    assert counts_of(page) == {"Read": len(rows), "Matched": len(known) + 3, "New": len(known) + 3, "Not matched": 0}

    result.get_by_role("link", name="See what changed").click()
    expect(page.get_by_role("heading", name=re.compile("^Because you listened to")).first).to_be_visible()

    page.goto("/import")
    drop(page, "again.zip", files.history(rows))
    again = page.get_by_role("article", name="Result of again.zip")
    expect(again).to_contain_text("Nothing new in this file.", timeout=60_000)
    expect(page.get_by_role("list", name="Not matched")).to_have_count(0)  # the choice is remembered


def test_a_row_is_named_by_a_search(open_page: OpenPage, site: Fleet, person: Person) -> None:
    """With the keyboard alone, from the row to the song."""
    title = files.similar(site.url)[1]["title"]
    page = open_page("/import", person=person)
    upload(page, "unknown.zip", files.history([files.play(files.UNKNOWN, "Nobody", 1)]))
    row = page.get_by_role("list", name="Not matched").get_by_role("listitem")
    expect(row).to_contain_text("Nothing in the catalogue comes near it.", timeout=60_000)
    row.get_by_role("button", name=f"Search for {files.UNKNOWN}").press("Enter")
    box = page.get_by_role("combobox", name=f"The song that {files.UNKNOWN} is")
    expect(box).to_be_focused()
    box.fill(title)
    expect(page.get_by_role("option").first).to_be_visible()
    box.press("ArrowDown")
    box.press("Enter")
    expect(row).to_contain_text("Named by you.")
    expect(row.get_by_role("link", name=title).first).to_be_focused()
    page.reload()
    expect(row).to_contain_text("Named by you.")
    assert counts_of(page)["Not matched"] == 0


def test_a_broken_upload_goes_on_where_it_stopped(open_page: OpenPage, person: Person) -> None:
    """The network fails in the middle of a large file; every byte is sent once and the import begins by itself."""
    page = open_page("/import", person=person)
    sent: list[int] = []

    def part(route: Route) -> None:
        sent.append(int(route.request.url.rpartition("offset=")[2]))
        if len(sent) == 2:
            route.abort()
        else:
            route.continue_()

    page.route(re.compile(r"/v1/me/imports/[^/?]+\?offset="), part)
    content = "artist,album,track,date\n" + 'A,B,C,"19 Aug 2026, 20:48"\n' * (LARGE // 27)
    upload(page, "large.csv", content.encode())
    expect(page.get_by_role("article", name="large.csv").first).to_be_visible()
    expect(page.get_by_role("progressbar", name="large.csv being read")).to_be_visible(timeout=60_000)
    assert sent[1] == sent[2]
    assert sent == sorted(sent)
    page.get_by_role("button", name="Stop").click()
    expect(page.get_by_role("article", name="Result of large.csv")).to_contain_text("What was read stays.")


def test_an_upload_that_was_left_goes_on_when_the_file_is_chosen_again(open_page: OpenPage, person: Person) -> None:
    content = b'A,B,C,"19 Aug 2026, 20:48"\n' * 5
    begun = person.call("POST", "/v1/me/imports:upload", json={"name": "left.csv", "size": len(content)}).json()
    person.call("PATCH", f"/v1/me/imports/{begun['id']}", params={"offset": 0}, content=content[:30])
    page = open_page("/import", person=person)
    unfinished = page.get_by_role("article", name="Unfinished upload of left.csv")
    expect(unfinished).to_contain_text("Choose the same file again")
    upload(page, "left.csv", content)
    expect(page.get_by_role("article", name="Result of left.csv")).to_contain_text("5 entries read", timeout=60_000)
    assert [one["id"] for one in person.call("GET", "/v1/me/imports").json()["items"]] == [begun["id"]]


@STATE_VIEWS
def test_states_are_whole(open_page: OpenPage, site: Fleet, person: Person, size: tuple[int, int], scheme: str) -> None:
    """axe finds nothing and nothing scrolls sideways, for a guest, before, after a failure, and with rows to fix."""
    guest = open_page("/import", size, scheme)
    expect(guest.get_by_role("link", name="Sign in").last).to_have_attribute("href", re.compile("next=%2Fimport"))
    assert faults_of(guest) == []
    page = open_page("/import", size, scheme, person)
    expect(page.get_by_role("button", name="Choose a file")).to_be_visible()
    assert faults_of(page) == []
    upload(page, "picture.png", b"\x89PNG\r\n\x1a\n" + bytes(range(256)))
    expect(page.get_by_text("This file could not be read.").first).to_be_visible(timeout=60_000)
    expect(page.get_by_role("article", name="Result of picture.png")).to_contain_text("is of no known format")
    assert faults_of(page) == []
    near, misspelled = files.misspelled(site.url)
    rows = [files.play(misspelled, near["artists"][0]["name"], 1), files.play(files.UNKNOWN, "Nobody", 2)]
    upload(page, "rows.zip", files.history(rows))
    expect(page.get_by_role("list", name="Not matched").get_by_role("listitem")).to_have_count(2, timeout=60_000)
    page.get_by_text("What was left out, and why").click()
    page.get_by_role("button", name=f"Search for {files.UNKNOWN}").click()
    assert faults_of(page) == []


def test_a_file_that_is_too_large_is_refused_with_a_sentence(open_page: OpenPage, person: Person) -> None:
    page = open_page("/import", person=person)
    sentence = "a file may have 512 MB: unpack it and import its files one by one"
    problem = {"status": 413, "title": "Payload too large", "detail": sentence, "code": "payload_too_large"}
    page.route("**/v1/me/imports:upload", lambda route: route.fulfill(status=413, json=problem))
    upload(page, "large.zip", bytes(2 << 20))
    refused = page.get_by_role("article", name="Upload of large.zip")
    expect(refused).to_contain_text("This file is too large.")
    expect(refused).to_contain_text("unpack it and import its files one by one")
    refused.get_by_role("button", name="Remove").click()
    expect(refused).to_have_count(0)


def private(artist: str) -> dict[str, object]:
    return files.play("Heard alone", artist, 200, incognito_mode=True)


def drop(page: Page, name: str, content: bytes) -> None:
    expect(page.get_by_role("button", name="Choose a file")).to_be_visible()
    page.evaluate(DROP, [name, base64.b64encode(content).decode()])


def upload(page: Page, name: str, content: bytes) -> None:
    page.get_by_label("Files to import").set_input_files(
        {"name": name, "mimeType": "application/octet-stream", "buffer": content}
    )


def counts_of(page: Page) -> dict[str, int]:
    """The four counts of the result that is shown."""
    cells = page.locator("article dl").first.locator("div").all()
    return {cell.locator("dt").inner_text(): int(cell.locator("dd").inner_text().replace(",", "")) for cell in cells}


def faults_of(page: Page) -> list[str]:
    page.wait_for_load_state("networkidle")
    return shown_faults_of(page)


def shown_faults_of(page: Page) -> list[str]:
    """Those of what stands there, also while answers are on their way."""
    if not AXE.exists():
        missing("node", "axe-core is not installed: make web")
    page.evaluate(AXE.read_text())
    found: list[str] = page.evaluate(VIOLATIONS)
    sideways = page.evaluate(SIDEWAYS)
    return [*found, f"scrolls sideways by {sideways} px"] if sideways > 0 else found


@STATE_VIEWS
def test_a_row_is_left_out_and_an_import_is_taken_back(
    open_page: OpenPage, person: Person, size: tuple[int, int], scheme: str
) -> None:
    page = open_page("/import", size, scheme, person)
    upload(page, "odd.zip", files.history([files.play(files.UNKNOWN, "Nobody", 1)]))
    rows = page.get_by_role("list", name="Not matched").get_by_role("listitem")
    page.get_by_role("button", name=f"Leave out {files.UNKNOWN}").click(timeout=60_000)
    expect(rows).to_have_count(0)
    page.get_by_text("Left out", exact=True).click()
    assert faults_of(page) == []
    page.get_by_role("button", name=f"Bring back {files.UNKNOWN}").click()
    expect(rows).to_have_count(1)
    page.get_by_role("button", name="Take back what odd.zip brought").click()
    expect(page.get_by_text("Its plays, likes and playlist songs go")).to_be_visible()
    assert faults_of(page) == []
    page.get_by_role("button", name="Take it back").click()
    expect(page.get_by_text("The import was taken back.").first).to_be_visible(timeout=60_000)
    expect(page.get_by_role("article", name="Result of odd.zip")).to_have_count(0)
    assert person.call("GET", "/v1/me/imports").json()["items"] == []


def test_an_import_that_another_window_took_back_leaves_the_list(open_page: OpenPage, person: Person) -> None:
    page = open_page("/import", person=person)
    upload(page, "odd.zip", files.history([files.play(files.UNKNOWN, "Nobody", 1)]))
    result = page.get_by_role("article", name="Result of odd.zip")
    expect(result).to_be_visible(timeout=60_000)
    page.get_by_role("button", name="Take back what odd.zip brought").click()
    [held] = person.call("GET", "/v1/me/imports").json()["items"]
    person.call("POST", f"/v1/me/imports/{held['id']}/undo")
    while person.call("GET", "/v1/me/imports").json()["items"]:
        page.wait_for_timeout(50)
    page.get_by_role("button", name="Take it back").click()
    expect(page.get_by_text("It has left this list already, so it cannot be taken back here.")).to_be_visible()
    expect(page.get_by_role("list", name="Imports of the last 30 days")).to_have_count(0)
    expect(result).to_have_count(0)


@STATE_VIEWS
def test_songs_that_the_catalogue_lacks_are_kept_for_the_person(
    open_page: OpenPage, person: Person, size: tuple[int, int], scheme: str
) -> None:
    page = open_page("/import", size, scheme, person)
    upload(page, "odd.zip", files.history([files.play(files.UNKNOWN, "Nobody", 1)]))
    page.get_by_role("button", name="Keep them all").click(timeout=60_000)
    kept = page.get_by_role("list", name="Songs that this catalogue lacks")
    expect(kept).to_contain_text("In your history only")
    expect(page.get_by_role("list", name="Not matched")).to_contain_text("Kept as it is, for you alone.")
    assert counts_of(page) == {"Read": 1, "Matched": 0, "New": 1, "Not matched": 0}
    expect(page.get_by_role("list", name="Imports of the last 30 days")).to_contain_text("1 read, 1 new")
    expect(page.get_by_role("list", name="Imports of the last 30 days")).not_to_contain_text("not matched")
    assert faults_of(page) == []
    [play] = person.call("GET", "/v1/me/plays").json()["items"]
    assert play["track"]["title"] == files.UNKNOWN
