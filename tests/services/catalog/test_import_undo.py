"""Tests of imports that are taken back, and of unmatched rows that are left out, through catalog."""

from uuid import UUID

import pytest

from services.catalog.imports import undoing
from services.catalog.store import Store
from tests.kit.formats.user_exports.opening import as_bytes, zipped
from tests.services.catalog.conftest import eventually
from tests.services.catalog.listener import Listener
from tests.services.catalog.test_imports import HISTORY, LIBRARY, imported, play, plays_of

pytestmark = pytest.mark.anyio


async def test_an_import_is_taken_back_and_is_gone_then(ann: Listener, ben: Listener) -> None:
    first = await imported(ann, zipped({"a/endsong_0.json": HISTORY, "YourLibrary.json": LIBRARY}))
    undo = f"/v1/me/imports/{first['id']}/undo"
    assert (await ben.request("POST", undo)).status_code == 404
    begun = await ann.request("POST", undo)
    assert (begun.status_code, begun.json()["status"]) == (202, "undoing")

    async def gone() -> bool:
        return (await ann.request("GET", f"/v1/me/imports/{first['id']}")).status_code == 404

    await eventually(gone)
    feedback = await ann.user_feedback()
    assert (feedback["likes"], feedback["never"], plays_of(feedback)) == ([], [], {})
    assert (await ann.request("GET", "/v1/me/plays")).json()["items"] == []
    assert (await imported(ann, as_bytes(HISTORY)))["counts"]["new"] == 4


async def test_an_import_that_is_taken_back_before_the_answer_is_answered_as_begun(
    ann: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where the worker is quicker than the route, which read the import once more."""
    first = await imported(ann, as_bytes(HISTORY))
    begin = undoing.begin

    async def begun_and_done(store: Store, person: UUID, import_id: UUID) -> None:
        await begin(store, person, import_id)
        await store.undo.finish(import_id, person)

    monkeypatch.setattr(undoing, "begin", begun_and_done)
    begun = await ann.request("POST", f"/v1/me/imports/{first['id']}/undo")
    assert (begun.status_code, begun.json()["status"], begun.json()["id"]) == (202, "undoing", first["id"])
    assert (await ann.request("GET", f"/v1/me/imports/{first['id']}")).status_code == 404


async def test_a_row_that_was_left_out_is_listed_apart_and_can_be_brought_back(ann: Listener, ben: Listener) -> None:
    odd = [play("Krazy in Luv", "Bee", 40), play("Halo Live", "Beyoncé", 60)]
    path = f"/v1/me/imports/{(await imported(ann, as_bytes(odd)))['id']}/unmatched"

    async def titles(*, left_out: bool) -> tuple[list[str], int, int]:
        page = (await ann.request("GET", path, params={"left_out": left_out})).json()
        return [row["title"] for row in page["items"]], page["total"], page["left_out"]

    number = (await ann.request("GET", path)).json()["items"][0]["number"]
    row = f"{path}/{number}/left-out"
    assert (await ben.request("PUT", row)).status_code == 404
    assert [(await ann.request("PUT", row)).status_code for _ in range(2)] == [204, 204]
    assert await titles(left_out=False) == (["Halo Live"], 1, 1)
    assert await titles(left_out=True) == (["Krazy in Luv"], 1, 1)
    cursor = (await ann.request("GET", path, params={"limit": 1})).json()["next_cursor"]
    assert cursor is None
    assert [(await ann.request("DELETE", row)).status_code, (await ben.request("DELETE", row)).status_code] == [
        204,
        404,
    ]
    assert (await titles(left_out=False))[1:] == (2, 0)
    assert (await ann.request("PUT", f"{path}/{number + 10**9}/left-out")).status_code == 404
