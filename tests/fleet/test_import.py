"""End-to-end test of an import through the gateway: sign up, import a history zip, home and recommendations change."""

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import orjson
import pytest

from tests import worlds
from tests.fleet.fleets import Fleet, eventually, fleet
from tests.fleet.people import Person, sign_up
from tests.kit.formats.user_exports.opening import extended
from tests.published import copy

pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are watched through /proc")
PLAYED = [worlds.track_id(i) for i in range(3, 9)]
LIKED = [worlds.track_id(150 + i) for i in range(3, 6)]


@pytest.fixture(scope="module")
def running(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    """The small world, without limits on requests."""
    settings = {"SEGUE_GATEWAY_SIGN_IN_PER_MINUTE": "0", "SEGUE_GATEWAY_GUEST_PER_MINUTE": "0"}
    with fleet(copy(published, tmp_path_factory.mktemp("import")), **settings) as started:
        started.wait_for_output("Ctrl-C stops everything")
        eventually(lambda: httpx2.get(f"{started.url}/v1/tracks/{PLAYED[0]}").status_code == 200, "the first import")
        yield started


def names_of(url: str, track: str) -> tuple[str, str]:
    found = httpx2.get(f"{url}/v1/tracks/{track}").json()
    return found["title"], found["artists"][0]["name"]


def archive(url: str, *, plays_each: int = 30) -> bytes:
    """A zip as Spotify sends it: a history of plays_each plays of each track, and a library."""
    history = []
    for number, track in enumerate(PLAYED * plays_each):
        title, artist = names_of(url, track) if number < len(PLAYED) else _names(history[number % len(PLAYED)])
        names = {"master_metadata_track_name": title, "master_metadata_album_artist_name": artist}
        moment = f"2023-{1 + number // 700:02}-{1 + number // 25 % 28:02}T{number % 24:02}:{number % 25:02}:00Z"
        history.append(extended(**names, spotify_track_uri=None, ts=moment))
    saved = [dict(zip(("track", "artist"), names_of(url, track), strict=True)) for track in LIKED]
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("MyData/Streaming_History_Audio_2023_0.json", orjson.dumps(history))
        packed.writestr("MyData/YourLibrary.json", orjson.dumps({"tracks": saved, "bannedTracks": []}))
    return target.getvalue()


def _names(row: dict[str, Any]) -> tuple[str, str]:
    return row["master_metadata_track_name"], row["master_metadata_album_artist_name"]


def ended(person: Person, import_id: str) -> dict[str, Any]:
    """The import once its job is over."""
    found: dict[str, Any] = {}

    def is_over() -> bool:
        found.update(person.request("GET", f"/v1/me/imports/{import_id}").json())
        return found["status"] in ("done", "failed", "cancelled")

    eventually(is_over, "the import ends")
    return found


@pytest.mark.must("S0-02")
def test_sign_up_import_a_history_and_home_and_recommendations_change(running: Fleet) -> None:
    ada = sign_up(running.url)
    before, home_before = ada.tracks(limit=20), ada.request("GET", "/v1/me/home").json()
    content = archive(running.url)
    answer = ada.request(
        "POST", "/v1/me/imports", expected=202, params={"name": "my_spotify_data.zip"}, content=content
    )
    done = ended(ada, answer.json()["id"])
    assert done["status"] == "done", done
    assert (done["counts"]["new"], done["counts"]["unmatched"]) == (len(PLAYED) * 30 + len(LIKED), 0)
    assert ada.request("GET", f"/v1/me/jobs/{done['id']}").json()["status"] == "done"
    liked = [item["track"]["id"] for item in ada.request("GET", "/v1/me/likes").json()["items"]]
    assert sorted(liked) == sorted(LIKED)
    assert ada.tracks(limit=20) != before
    home = ada.request("GET", "/v1/me/home").json()
    assert home != home_before
    assert not {*liked, *PLAYED} & set(ada.tracks(limit=20, exclude_known=True))
    again = ada.request("POST", "/v1/me/imports", expected=202, files={"file": ("again.zip", content)}).json()
    assert ended(ada, again["id"])["counts"]["new"] == 0


def test_a_raw_history_passes_the_gateway_whole_and_in_parts(running: Fleet) -> None:
    """A JSON file has far more fields than any request of the API may have: a file is not counted by them."""
    ben = sign_up(running.url, "Ben")
    title, artist = names_of(running.url, PLAYED[0])
    names = {"master_metadata_track_name": title, "master_metadata_album_artist_name": artist}
    plays = [
        extended(**names, spotify_track_uri=None, ts=f"2023-01-{1 + n // 24:02}T{n % 24:02}:00:00Z") for n in range(600)
    ]
    content = orjson.dumps(plays)
    whole = ben.request("POST", "/v1/me/imports", expected=202, content=content).json()
    assert ended(ben, whole["id"])["counts"]["new"] == 600
    begun = ben.request(
        "POST", "/v1/me/imports:upload", expected=201, json={"name": "h.json", "size": len(content)}
    ).json()
    for start in range(0, len(content), 200_000):
        part = content[start : start + 200_000]
        ben.request("PATCH", f"/v1/me/imports/{begun['id']}", params={"offset": start}, content=part)
    assert ended(ben, begun["id"])["counts"]["repeated"] == 600


def test_large_bodies_of_other_routes_are_still_refused(running: Fleet) -> None:
    cleo = sign_up(running.url, "Cleo")
    answer = cleo.request("POST", "/v1/me/feedback", expected=413, content=b"x" * (1 << 20))
    assert answer.json()["code"] == "payload_too_large"
