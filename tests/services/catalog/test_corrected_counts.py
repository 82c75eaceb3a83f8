"""Counts of an import after its person named, kept, left out or removed rows that it had not matched."""

from typing import Any

import pytest

from tests.kit.formats.user_exports.opening import as_bytes
from tests.services.catalog.listener import CRAZY, Listener
from tests.services.catalog.test_imports import ended, imported, play

pytestmark = pytest.mark.anyio
NEAR = play("Krazy in Luv", "Bee", 40)
LACKING = play("Something Nobody Knows", "Nobody At All", 80)
HISTORY = [play("Halo", "Beyoncé", 3), NEAR, NEAR | {"ts": "2023-05-02T12:00:00Z"}, LACKING]


async def counts_of(person: Listener, import_id: str) -> dict[str, Any]:
    """The counts by name; the import and the list of imports state the same."""
    one = (await person.request("GET", f"/v1/me/imports/{import_id}")).json()["counts"]
    [listed] = (await person.request("GET", "/v1/me/imports")).json()["items"]
    assert listed["counts"] == one
    names = ("read", "matched", "added", "unmatched", "left_out", "new", "repeated")
    return {name: one[name] for name in names if one[name]}


async def test_rows_that_were_named_and_kept_are_unmatched_no_more(ann: Listener) -> None:
    done = await imported(ann, as_bytes(HISTORY))
    path = f"/v1/me/imports/{done['id']}/unmatched"
    assert await counts_of(ann, done["id"]) == {"read": 4, "matched": 1, "unmatched": 3, "new": 1}
    near, lacking = (await ann.request("GET", path)).json()["items"]

    await ann.request("PUT", f"{path}/{lacking['number']}/left-out")
    assert await counts_of(ann, done["id"]) == {"read": 4, "matched": 1, "unmatched": 3, "left_out": 1, "new": 1}
    await ann.request("DELETE", f"{path}/{lacking['number']}/left-out")

    for _ in range(3):  # sent again it changes nothing
        await ann.request("PUT", f"{path}/{near['number']}", json={"track": CRAZY})
    assert await counts_of(ann, done["id"]) == {"read": 4, "matched": 3, "unmatched": 1, "new": 3}
    own = (await ann.request("POST", f"{path}/added", json={"number": lacking["number"]})).json()["track"]
    await ann.request("POST", f"{path}/added", json={"number": lacking["number"]})
    kept = {"read": 4, "matched": 3, "added": 1, "new": 4}
    assert await counts_of(ann, done["id"]) == kept

    await ann.request("DELETE", f"/v1/me/added-tracks/{own}")
    assert await counts_of(ann, done["id"]) == {"read": 4, "matched": 3, "unmatched": 1, "new": 3}
    await ann.request("POST", f"{path}/added", json={"number": lacking["number"]})
    assert await counts_of(ann, done["id"]) == kept


async def test_rows_that_the_import_kept_itself_count_once(ann: Listener) -> None:
    history = as_bytes([*HISTORY, LACKING | {"ts": "2023-06-01T12:00:00Z"}])
    answer = await ann.request("POST", "/v1/me/imports", params={"add_unknown": True}, content=history)
    done = await ended(ann, answer.json()["id"])
    path = f"/v1/me/imports/{done['id']}/unmatched"
    assert await counts_of(ann, done["id"]) == {"read": 5, "matched": 1, "added": 4, "new": 5}
    own = next(row["track"] for row in (await ann.request("GET", path)).json()["items"] if row["count"] == 2)
    await ann.request("DELETE", f"/v1/me/added-tracks/{own}")
    assert (await counts_of(ann, done["id"]))["unmatched"] == 2
