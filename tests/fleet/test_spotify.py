"""End-to-end test through the gateway: connect a fake Spotify, likes appear, disconnect, everything is gone."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from tests import worlds
from tests.fake_spotify.people import CLIENT_ID, HITS, fake_spotify
from tests.fake_spotify.server import FakeSpotify, serving
from tests.fleet.fleets import Fleet, eventually, fleet
from tests.fleet.people import Person, sign_up
from tests.published import copy

pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are watched through /proc")
LIKED = [worlds.track_id(150 + i) for i in range(3, 6)]
REDIRECT = "https://segue.example.org/connect/spotify"


@pytest.fixture(scope="module")
def fake() -> Iterator[FakeSpotify]:
    with serving(fake_spotify(REDIRECT)) as fake:
        yield fake


@pytest.fixture(scope="module")
def running(published: Path, fake: FakeSpotify, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    """The small world, linked to the fake; Spotify's likes are not to count."""
    settings = {"SEGUE_GATEWAY_SIGN_IN_PER_MINUTE": "0", "SEGUE_GATEWAY_GUEST_PER_MINUTE": "0"}
    settings |= {"SEGUE_AUTH_SPOTIFY_CLIENT_ID": CLIENT_ID, "SEGUE_AUTH_SPOTIFY_REDIRECT_URI": REDIRECT}
    settings |= {"SEGUE_AUTH_SPOTIFY_ACCOUNTS_URL": fake.url, "SEGUE_AUTH_SPOTIFY_API_URL": fake.url}
    with fleet(copy(published, tmp_path_factory.mktemp("spotify")), "--verbose", **settings) as started:
        started.wait_for_output("Ctrl-C stops everything")
        eventually(lambda: httpx2.get(f"{started.url}/v1/tracks/{LIKED[0]}").status_code == 200, "the first import")
        for number, track in enumerate(LIKED):
            found = httpx2.get(f"{started.url}/v1/tracks/{track}").json()
            code = f"zz{number:020}"  # another id at Spotify: the song is found by its names
            fake.api.tracks[code] = (found["title"], found["artists"][0]["name"], "")
            fake.api.durations[code] = found["duration_ms"]
            fake.api.accounts["ada"].liked.insert(0, code)
        yield started


def connect(person: Person, fake: FakeSpotify, purpose: str = "read") -> dict[str, Any]:
    url = person.request("GET", "/v1/spotify/start", params={"purpose": purpose}).json()["url"]
    link: dict[str, Any] = person.request("POST", "/v1/spotify/callback", json=fake.agree(url, "ada")).json()
    return link


def library(person: Person) -> dict[str, Any]:
    found: dict[str, Any] = person.request("GET", "/v1/spotify/library").json()
    return found


def synced(person: Person) -> dict[str, Any]:
    eventually(lambda: library(person)["synced_at"], "the sync ends")
    return library(person)


@pytest.mark.must("S0-05", "S0-20", "S0-28", "S0-29")
def test_sign_up_connect_likes_appear_disconnect_gone(running: Fleet, fake: FakeSpotify) -> None:
    ada = sign_up(running.url)
    before = ada.tracks(limit=20)
    assert ada.request("GET", "/v1/spotify").json()["state"] == "not_connected"
    assert connect(ada, fake)["state"] == "connected"
    shown = synced(ada)
    assert (shown["liked"], [one["name"] for one in shown["playlists"]]) == (6, ["Morning", "Evening"])
    rows = ada.request("GET", "/v1/spotify/tracks", params={"limit": 50}).json()["items"]
    assert [row["track"] for row in rows[:3]] == LIKED[::-1], "songs of the catalogue are known by their names"
    assert {row["title"] for row in rows[3:]} == {title for title, _, _ in HITS.values()}
    assert ada.request("GET", "/v1/me/likes").json()["total"] == 0, "provenance spotify_api is for display"
    assert ada.tracks(limit=20) == before, "and stays out of queries"
    again = ada.request("POST", "/v1/spotify/sync", 202).json()
    eventually(lambda: ada.request("GET", f"/v1/me/jobs/{again['id']}").json()["status"] == "done", "another sync")
    assert library(ada)["unchanged_playlists"] == 2
    ada.request("DELETE", "/v1/spotify", 204)
    eventually(lambda: library(ada)["synced_at"] is None, "what came from Spotify is deleted")
    assert ada.request("GET", "/v1/spotify/tracks").json()["total"] == 0
    assert ada.request("GET", "/v1/me/jobs").json()["items"] == []
    ada.request("POST", "/v1/spotify/sync", 409)
    for name in ("auth.db", "catalog.db"):
        assert rows_of(running.data / name) == {}, name


def rows_of(path: Path) -> dict[str, int]:
    """The rows of tables of Spotify about people: counted calls stay, to keep the budget."""
    with sqlite3.connect(path) as database:
        tables = [row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE name LIKE 'spotify%'")]
        kept = {"spotify_calls", "spotify_calls_by_time"}
        tables = [t for t in tables if t not in kept and "_by_" not in t]
        counts = {table: database.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in tables}
    return {table: count for table, count in counts.items() if count}


def test_a_playlist_is_saved_at_spotify_once_it_is_allowed(running: Fleet, fake: FakeSpotify) -> None:
    ben = sign_up(running.url, "Ben")
    connect(ben, fake)
    history = [{"master_metadata_track_name": title, "master_metadata_album_artist_name": artist,
                "spotify_track_uri": f"spotify:track:{code}", "ts": "2023-01-01T10:00:00Z", "ms_played": 200_000}
               for code, (title, artist, _) in HITS.items() if not code.startswith("zz")]  # fmt: skip
    done = ben.request("POST", "/v1/me/imports", 202, json=history).json()
    eventually(lambda: ben.request("GET", f"/v1/me/imports/{done['id']}").json()["status"] == "done", "the import")
    wanted = {"name": "Mine", "tracks": [code for code in HITS if not code.startswith("zz")]}
    playlist = ben.request("POST", "/v1/me/playlists", 201, json=wanted).json()["playlist"]["id"]

    def saved() -> dict[str, Any]:
        job = ben.request("POST", "/v1/spotify/playlists", 202, json={"playlist": playlist}).json()
        eventually(lambda: job_of(job)["status"] in ("done", "failed"), "the saving ends")
        return job_of(job)

    def job_of(job: dict[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = ben.request("GET", f"/v1/me/jobs/{job['id']}").json()
        return found

    refused = saved()
    assert (refused["status"], "with saving" in refused["detail"]) == ("failed", True)
    connect(ben, fake, "save")
    job = saved()
    assert job["result"]["saved"] == 3
    assert saved()["result"]["id"] == job["result"]["id"], "the same playlist again"
    mine = [one for one in fake.api.playlists.values() if one.name == "Mine"]
    assert [(one.tracks, one.public) for one in mine] == [(list(wanted["tracks"]), False)]
    stranger = sign_up(running.url, "Eve")
    stranger.request("POST", "/v1/spotify/playlists", 404, json={"playlist": playlist})
    ben.request("DELETE", "/v1/spotify", 204)


@pytest.mark.must("S0-52")
def test_the_classic_route_hands_a_persons_token_to_their_link(running: Fleet, fake: FakeSpotify) -> None:
    ada, eve = sign_up(running.url), sign_up(running.url, "Eve")
    token = fake.tokens.hand_out("ada", "user-library-read")

    def authorize(person: Person, user: Person) -> httpx2.Response:
        body = {"userId": user.session["user"]["id"], "accessToken": token}
        return person.request("POST", "/classic/authorize", expected=None, json=body)

    refused = authorize(eve, ada)
    assert (refused.status_code, refused.json()["statusCode"]) == (403, 403)
    assert token not in refused.text
    done = authorize(ada, ada)
    assert done.json() == {"statusCode": 200, "body": {"message": "authorize spotify successfully"}}
    assert [person.request("GET", "/v1/spotify").json()["state"] for person in (ada, eve)] == [
        *("connected", "not_connected")
    ]
    ada.request("DELETE", "/v1/spotify", 204)


def test_no_line_of_a_log_has_a_token_a_code_or_a_verifier(running: Fleet, fake: FakeSpotify) -> None:
    """After everything above, also in what the database files have."""
    secrets = {*fake.tokens.access, *fake.tokens.refresh, *fake.tokens.verifiers}
    assert len(secrets) > 4
    logs = {path.name: path.read_bytes() for path in (running.data / "logs").glob("*")}
    assert any(b"/v1/spotify/callback" in content for content in logs.values())
    files = logs | {path.name: path.read_bytes() for path in running.data.glob("*.db*")}
    assert {"auth.db", "catalog.db"} <= files.keys()
    assert [(name, one) for name, content in files.items() for one in secrets if one.encode() in content] == []
