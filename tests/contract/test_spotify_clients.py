"""Unmodified clients of Spotify's Web API against a running fleet: spotipy, and from npm the two most used ones.

The npm packages are installed once from the lock file beside `spotify_clients/drive.js`.
"""

import fcntl
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import requests
import spotipy

from kit import ids
from tests import worlds
from tests.contract.spotify_shapes import assert_shape
from tests.real import missing

# spotipy warns of the calls that Spotify retired.
pytestmark = pytest.mark.filterwarnings("ignore:You're using:DeprecationWarning")
CLIENTS = Path(__file__).parent / "spotify_clients"
INSTALLED = CLIENTS / "node_modules" / ".package-lock.json"
TRACK, UNKNOWN, ARTIST = worlds.track_id(3), "4uLU6hMCjMI75M1A2tKUQC", ids.artist_id(worlds.artist_name(60))
GIVEN = {"track": TRACK, "unknown": UNKNOWN, "artist": ARTIST, "genre": "cobalt", "title": "amber song 4"}
WISHES = {"limit": 7, "min_energy": 0.3, "max_energy": 0.9, "target_valence": 0.8, "target_popularity": 60}


def installed() -> None:
    """Installs the npm packages unless the lock file's are there; skips without npm or its registry."""
    if shutil.which("npm") is None:
        missing("node", "npm is not installed")
    with (CLIENTS / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if INSTALLED.exists() and INSTALLED.stat().st_mtime >= (CLIENTS / "package-lock.json").stat().st_mtime:
            return
        command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"]
        found = subprocess.run(command, cwd=CLIENTS, capture_output=True, text=True, timeout=180, check=False)
        if found.returncode:
            missing("node", f"npm ci: {found.stderr[-500:]}")


@pytest.fixture(scope="module")
def returned(public: str) -> dict[str, dict[str, Any]]:
    """What the two npm clients returned."""
    installed()
    given = json.dumps(GIVEN | {"base": public, "token": "guest"})
    command = ["node", "drive.js", given]
    found = subprocess.run(command, cwd=CLIENTS, capture_output=True, text=True, timeout=120, check=False)
    assert found.returncode == 0, found.stderr
    results: dict[str, dict[str, Any]] = json.loads(found.stdout)
    return results


@pytest.fixture(scope="module")
def spotify(public: str) -> spotipy.Spotify:
    """spotipy with a session of its own: a refused request is not sent again."""
    client = spotipy.Spotify(auth="guest", requests_session=requests.Session())
    client.prefix = f"{public}/spotify/v1/"
    return client


@pytest.mark.parametrize("client", ["sdk", "node"])
def test_npm_clients(returned: dict[str, dict[str, Any]], client: str, spotify: spotipy.Spotify) -> None:
    found = returned[client]
    assert_shape("recommendations", found["recommendations"])
    assert len(found["recommendations"]["tracks"]) == 7
    assert [one["type"] for one in found["recommendations"]["seeds"]] == ["ARTIST", "TRACK", "GENRE"]
    assert_shape("genre seeds", found["genres"])
    assert "cobalt" in found["genres"]["genres"]
    assert_shape("features", found["features"])
    assert found["severalFeatures"] == [found["features"], None]
    assert_shape("track", found["track"])
    assert found["severalTracks"] == [None, found["track"]]
    assert_shape("search", found["search"])
    assert found["search"]["tracks"]["items"][0]["name"] == "Amber Song 4"
    assert "invalid request" in found["noSeeds"]["message"]
    assert found["recommendations"] == spotify.recommendations([ARTIST], ["cobalt"], [TRACK], **WISHES)


def test_npm_errors_carry_the_status(returned: dict[str, dict[str, Any]]) -> None:
    assert returned["node"]["noSeeds"]["status"] == 400
    assert "400" in returned["sdk"]["noSeeds"]["message"]


def test_spotipy(spotify: spotipy.Spotify) -> None:
    found = spotify.recommendations(seed_tracks=[TRACK], limit=30, min_tempo=80, max_tempo=90.5, target_energy=0.2)
    assert_shape("recommendations", found)
    shown = spotify.audio_features([one["id"] for one in found["tracks"]])
    assert found["tracks"]
    assert all(80 <= one["tempo"] <= 90.5 for one in shown)
    assert_shape("genre seeds", spotify.recommendation_genre_seeds())
    assert spotify.audio_features([TRACK, UNKNOWN])[1] is None
    track = spotify.track(f"spotify:track:{TRACK}")
    assert_shape("track", track)
    page = spotify.search("amber song", limit=5, type="track")
    assert_shape("search", page)
    following = spotify.next(page["tracks"])
    assert_shape("search", following)
    assert following["tracks"]["offset"] == 5
    with pytest.raises(spotipy.SpotifyException) as refused:
        spotify.recommendations(seed_tracks=[UNKNOWN])
    assert (refused.value.http_status, UNKNOWN in refused.value.msg) == (404, True)
