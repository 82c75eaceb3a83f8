"""Tests of imports through catalog: upload, job, counts, idempotence, unmatched rows and corrections."""

import json
from pathlib import Path
from typing import Any

import pytest
from httpx2 import AsyncClient, Response

from kit import ids
from tests.kit.formats.user_exports.opening import as_bytes, extended, zipped
from tests.services.catalog.conftest import eventually
from tests.services.catalog.listener import CRAZY, HALO, HEY_YA, NOTHING, TEEN, Listener

pytestmark = pytest.mark.anyio
NEW = "4uLU6hMCjMI75M1A2tKUQC"


def play(title: str, artist: str, minute: int, **more: Any) -> dict[str, Any]:
    """Three minutes that ended so many minutes after noon."""
    names = {"master_metadata_track_name": title, "master_metadata_album_artist_name": artist}
    names |= {"master_metadata_album_album_name": None, "spotify_track_uri": None}
    return extended(**(names | {"ts": f"2023-05-01T{12 + minute // 60:02}:{minute % 60:02}:00Z"} | more))


HISTORY = [
    play("Halo", "Beyoncé", 3),
    play("HALO", "beyonce", 9),
    play("Hey Ya!", "OutKast", 15),
    play("Something Nobody Knows", "Nobody At All", 20),
    play("Halo", "Beyoncé", 26, incognito_mode=True),
    play("Never Gonna", "Rick A", 32, spotify_track_uri=f"spotify:track:{NEW}"),
]
LIBRARY = {
    "tracks": [{"artist": "Metallica", "album": "", "track": "Nothing Else Matters", "uri": "spotify:local:x"}],
    "bannedTracks": [{"artist": "Nirvana", "album": "", "track": "Smells Like Teen Spirit", "uri": ""}],
}


async def upload(person: Listener, content: bytes, name: str = "my_data.zip") -> Response:
    return await person.request("POST", "/v1/me/imports", params={"name": name}, content=content)


async def ended(person: Listener, import_id: str) -> dict[str, Any]:
    async def is_over() -> bool:
        found.update((await person.request("GET", f"/v1/me/imports/{import_id}")).json())
        return found["status"] not in ("uploading", "queued", "running")

    found: dict[str, Any] = {}
    await eventually(is_over)
    return found


async def imported(person: Listener, content: bytes, name: str = "my_data.zip") -> dict[str, Any]:
    answer = await upload(person, content, name)
    assert answer.status_code == 202, answer.text
    return await ended(person, answer.json()["id"])


def plays_of(feedback: dict[str, Any]) -> dict[str, int]:
    return {one["track"]: one["plays"] for one in feedback["played"]}


async def test_a_history_becomes_plays_and_a_library_likes(ann: Listener) -> None:
    done = await imported(ann, zipped({"a/endsong_0.json": HISTORY, "YourLibrary.json": LIBRARY, "Userdata.json": {}}))
    assert (done["status"], done["name"]) == ("done", "my_data.zip")
    counts = done["counts"]
    kinds = ("read", "matched", "added", "unmatched", "new", "repeated", "skipped", "tracks_added")
    assert {kind: counts[kind] for kind in kinds} == {
        **{"read": 8, "matched": 5, "added": 1, "unmatched": 1, "new": 6, "repeated": 0},
        **{"skipped": 2, "tracks_added": 1},
    }
    assert {one["reason"]: one["examples"][0]["line"] for one in counts["reasons"]} == {
        "private session": 5,
        "a file of no known format": 0,
    }
    assert [(one["name"], one["read"]) for one in counts["files"]] == [
        ("endsong_0.json", 6),
        ("YourLibrary.json", 2),
        ("Userdata.json", 0),
    ]
    feedback = await ann.user_feedback()
    assert plays_of(feedback) == {HALO: 2, HEY_YA: 1, NEW: 1}
    assert (feedback["likes"], feedback["never"]) == ([NOTHING], [TEEN])


async def test_the_same_file_and_an_overlapping_one_add_nothing(ann: Listener) -> None:
    await imported(ann, as_bytes(HISTORY), "history.json")
    before = await ann.user_feedback()
    again = (await imported(ann, zipped({"x.json": HISTORY})))["counts"]
    assert (again["new"], again["repeated"], again["tracks_added"]) == (0, 4, 0)
    minutes = [{"endTime": "2023-05-01 12:03", "artistName": "Beyoncé", "trackName": "Halo", "msPlayed": 180_000}]
    account = (await imported(ann, as_bytes(minutes), "StreamingHistory_music_0.json"))["counts"]
    assert (account["new"], account["repeated"]) == (0, 1)
    scrobble = "uts,artist,track\n1682942400,Beyonce,Halo\n1682942999,Beyonce,Halo\n"
    lastfm = (await imported(ann, scrobble.encode(), "scrobbles.csv"))["counts"]
    assert (lastfm["new"], lastfm["repeated"]) == (1, 1)
    assert (await ann.user_feedback())["version"] == before["version"] + 1


async def test_a_like_that_was_taken_back_is_not_brought_back(ann: Listener) -> None:
    await imported(ann, as_bytes(LIBRARY))
    await ann.request("DELETE", f"/v1/me/likes/{NOTHING}")
    assert (await imported(ann, as_bytes(LIBRARY)))["counts"]["repeated"] == 2
    assert await ann.liked() == []


async def test_an_unmatched_row_is_listed_and_corrected_for_this_and_later_imports(
    ann: Listener, ben: Listener
) -> None:
    odd = play("Krazy in Luv", "Bee", 40)
    first = await imported(ann, as_bytes([odd, odd | {"ts": "2023-05-02T12:00:00Z"}, play("Halo Live", "Beyoncé", 60)]))
    path = f"/v1/me/imports/{first['id']}/unmatched"
    page = (await ann.request("GET", path)).json()
    assert [(row["title"], row["artist"], row["count"], row["track"]) for row in page["items"]] == [
        ("Krazy in Luv", "Bee", 2, None),
        ("Halo Live", "Beyoncé", 1, None),
    ]
    number = page["items"][0]["number"]
    for answer in (await ben.request("GET", path), await ben.request("PUT", f"{path}/{number}", json={"track": CRAZY})):
        assert answer.status_code == 404
    answer = await ann.request("PUT", f"{path}/{number}", json={"track": CRAZY})
    assert answer.json() == {"track": CRAZY, "new": 2, "repeated": 0}
    assert (await ann.request("PUT", f"{path}/{number}", json={"track": CRAZY})).json()["new"] == 0
    assert plays_of(await ann.user_feedback()) == {CRAZY: 2}
    later = await imported(ann, as_bytes([odd | {"ts": "2024-05-02T12:00:00Z"}]))
    assert later["counts"]["matched_by"] == {"correction": 1}
    assert plays_of(await ann.user_feedback()) == {CRAZY: 3}
    assert (await ann.request("PUT", f"{path}/999999", json={"track": CRAZY})).status_code == 404
    assert (await ann.request("PUT", f"{path}/{number}", json={"track": ids.derive(mbid="none")})).status_code == 404


async def test_names_of_a_file_are_found_by_nobodys_words(ann: Listener, ben: Listener) -> None:
    """A track that an import added is known by its id only: its names are one person's file."""
    rude = play("A Rude Word", "Vandal", 5, spotify_track_uri=f"spotify:track:{NEW}")
    await imported(ann, as_bytes([rude]))
    assert (await ben.request("GET", "/v1/search", params={"q": "A Rude Word Vandal"})).json()["items"] == []
    assert (await ann.request("GET", f"/v1/tracks/{NEW}")).json()["title"] == "A Rude Word"
    other = await imported(ben, as_bytes([play("A Rude Word", "Vandal", 5)]))
    assert (other["counts"]["unmatched"], other["counts"]["matched"]) == (1, 0)


def database_files(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.glob("catalog.db*"))


async def test_addresses_and_agents_of_a_file_are_nowhere_once_it_is_imported(ann: Listener, tmp_path: Path) -> None:
    await imported(ann, as_bytes([*HISTORY, extended(ms_played=3, skipped=True), extended(ts="?")]))

    async def is_clean() -> bool:
        stored = database_files(tmp_path)
        assert b"Nobody At All" in stored
        return not any(secret in stored for secret in (b"192.0.2.77", b"SECRET-AGENT", b"SECRET-PLATFORM"))

    await eventually(is_clean)


async def test_a_form_with_the_file(ann: Listener) -> None:
    answer = await ann.request("POST", "/v1/me/imports", files={"file": ("history.json", as_bytes(HISTORY))})
    assert answer.status_code == 202
    assert answer.headers["location"] == f"/v1/me/imports/{answer.json()['id']}"
    done = await ended(ann, answer.json()["id"])
    assert (done["name"], done["counts"]["new"]) == ("history.json", 4)


@pytest.mark.parametrize("content", [b"%PDF-1.7", b"nothing known", json.dumps({"a": 1}).encode()])
async def test_a_file_of_no_known_format_fails_with_advice(ann: Listener, content: bytes) -> None:
    done = await imported(ann, content, "bill.pdf")
    assert done["status"] == "failed"
    assert "'bill.pdf' is of no known format: expected a history" in done["detail"]


async def test_an_upload_in_parts_goes_on_where_it_was(ann: Listener, ben: Listener) -> None:
    content = zipped({"a.json": HISTORY})
    begun = await ann.request("POST", "/v1/me/imports:upload", json={"name": "a.zip", "size": len(content)})
    assert (begun.status_code, begun.json()["status"]) == (201, "uploading")
    path = f"/v1/me/imports/{begun.json()['id']}"
    early = await ann.request("PATCH", path, params={"offset": len(content)}, content=b"")
    assert (early.status_code, early.json()["received"]) == (409, 0)
    half = len(content) // 2
    first = await ann.request("PATCH", path, params={"offset": 0}, content=content[:half])
    assert first.json()["received"] == half
    again = await ann.request("PATCH", path, params={"offset": 0}, content=content[:half])
    assert (again.status_code, again.json()["received"]) == (409, half)
    assert (await ben.request("PATCH", path, params={"offset": half}, content=content[half:])).status_code == 404
    too_much = await ann.request("PATCH", path, params={"offset": half}, content=content[half:] + b"!")
    assert too_much.status_code == 413
    await ann.request("PATCH", path, params={"offset": half}, content=content[half:])
    assert (await ended(ann, begun.json()["id"]))["counts"]["new"] == 4


async def test_imports_of_somebody_else_do_not_exist(ann: Listener, ben: Listener, client: AsyncClient) -> None:
    done = await imported(ann, as_bytes(HISTORY))
    path = f"/v1/me/imports/{done['id']}"
    for method, where in (("GET", path), ("DELETE", path), ("GET", f"{path}/unmatched")):
        assert (await ben.request(method, where)).status_code == 404
        assert (await client.request(method, where)).status_code == 401
    assert (await ben.request("GET", "/v1/me/imports")).json() == {"items": []}
    assert (await ann.request("DELETE", path)).status_code == 204
    assert (await ann.request("GET", path)).status_code == 404
    assert plays_of(await ann.user_feedback())[HALO] == 2


def exported(*named: tuple[str, list[tuple[str, str]]]) -> bytes:
    """Spotify's account data: Playlist1.json."""
    items = [
        {
            "name": name,
            "items": [
                {"track": {"trackName": title, "artistName": by, "albumName": "", "trackUri": ""}}
                for title, by in tracks
            ],
        }
        for name, tracks in named
    ]
    return as_bytes({"playlists": items})


async def playlists_of(person: Listener) -> dict[str, list[str]]:
    found = (await person.request("GET", "/v1/me/playlists")).json()["items"]
    whole = [(await person.request("GET", f"/v1/me/playlists/{one['id']}")).json() for one in found]
    return {f"{one['name']} {at}": [item["track"]["id"] for item in one["items"]] for at, one in enumerate(whole)}


async def test_playlists_of_a_file_become_playlists_and_a_second_import_adds_what_is_new(ann: Listener) -> None:
    content = exported(
        ("Morning", [("Halo", "Beyoncé"), ("Nobody's Song", "Nobody"), ("Hey Ya!", "OutKast")]),
        ("Morning", [("Nothing Else Matters", "Metallica")]),
    )
    counts = (await imported(ann, content, "Playlist1.json"))["counts"]
    assert {
        name: counts[name] for name in ("read", "matched", "unmatched", "new", "repeated", "skipped", "playlists")
    } == {**{"read": 4, "matched": 3, "unmatched": 1, "new": 3, "repeated": 0, "skipped": 0, "playlists": 2}}
    assert sorted((await playlists_of(ann)).values()) == sorted([[HALO, HEY_YA], [NOTHING]])
    assert (await ann.user_feedback())["likes"] == []
    again = (await imported(ann, content, "Playlist1.json"))["counts"]
    assert (again["new"], again["repeated"]) == (0, 3)
    longer = exported(("Morning", [("Halo", "Beyoncé"), ("Crazy in Love", "Beyoncé")]))
    assert (await imported(ann, longer, "Playlist1.json"))["counts"]["new"] == 1
    assert [HALO, HEY_YA, CRAZY] in (await playlists_of(ann)).values()


async def test_a_corrected_row_of_a_playlist_joins_the_playlist(ann: Listener) -> None:
    only = await imported(ann, exported(("Late", [("Krazy in Luv", "Bee")])), "Playlist1.json")
    assert await playlists_of(ann) == {}
    path = f"/v1/me/imports/{only['id']}/unmatched"
    [row] = (await ann.request("GET", path)).json()["items"]
    answer = await ann.request("PUT", f"{path}/{row['number']}", json={"track": CRAZY})
    assert (answer.status_code, answer.json()["new"]) == (200, 1)
    assert await playlists_of(ann) == {"Late 0": [CRAZY]}
