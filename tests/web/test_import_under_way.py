"""An import while it is sent and read: every state is whole, and its end is told wherever the person is by then."""

import re

from playwright.sync_api import expect

from tests.web import import_states
from tests.web.conftest import OpenPage
from tests.web.people import Person
from tests.web.test_import import shown_faults_of
from tests.web.test_pages import STATE_VIEWS


@STATE_VIEWS
def test_an_import_under_way_is_whole(open_page: OpenPage, person: Person, size: tuple[int, int], scheme: str) -> None:
    page = open_page("/import", size, scheme, person)
    found = []
    for name, state in import_states.states().items():
        page.unroute_all(behavior="ignoreErrors")
        state.before(page)
        page.reload()
        expect(page.get_by_role("list", name="Imports of the last 30 days")).to_be_visible()
        state.after(page)
        found += [f"{name}: {fault}" for fault in shown_faults_of(page)]
    assert found == []


def test_the_end_of_an_import_is_told_on_other_pages(open_page: OpenPage, person: Person) -> None:
    page = open_page("/", person=person)
    import_states.listed(import_states.view(1, "running"))(page)
    page.goto("/import")
    expect(page.get_by_role("progressbar", name=re.compile("being read$"))).to_be_visible()
    page.get_by_role("navigation").get_by_role("link", name="Liked").click()
    expect(page.get_by_role("heading", level=1)).not_to_have_text("Bring your listening")
    import_states.listed(import_states.view(1, "done", counts={"read": 7, "matched": 7, "new": 7}))(page)
    expect(page.get_by_text(f"{import_states.FILE}: 7 entries read, 7 of them new.").last).to_be_visible()
    page.get_by_role("button", name="See it").click()
    expect(page.get_by_role("article", name=f"Result of {import_states.FILE}")).to_be_visible()
