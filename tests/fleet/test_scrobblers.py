"""End-to-end tests of scrobblers: mpd with mpdscribble, and liblistenbrainz, change the next list of a real fleet."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2
import liblistenbrainz
import pytest

from tests import worlds
from tests.contract.scrobbler import Scrobbler, names_of
from tests.fleet.fleets import Fleet, eventually, fleet
from tests.fleet.mpd import playing
from tests.published import copy

pytestmark = pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="processes are watched through /proc")
TRACK = worlds.track_id(47)
"""Without a duration in the catalogue, so that a short file may be it."""
LENGTH_S = 32
"""Above the 30 s from which Audioscrobbler clients submit; half of it must be played."""


@pytest.fixture(scope="module")
def running(published: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    """The small world."""
    settings = {"SEGUE_GATEWAY_SIGN_IN_PER_MINUTE": "0", "SEGUE_GATEWAY_GUEST_PER_MINUTE": "0"}
    with fleet(copy(published, tmp_path_factory.mktemp("scrobblers")), **settings) as started:
        started.wait_for_output("Ctrl-C stops everything")
        eventually(lambda: httpx2.get(f"{started.url}/v1/tracks/{TRACK}").status_code == 200, "the first import")
        yield started


def slowly(found: Callable[[], Any]) -> Any:
    """A person may send ten requests a second."""
    time.sleep(0.2)
    return found()


def current(ann: Scrobbler) -> Any:
    return slowly(lambda: ann.person.request("GET", "/v1/me/plays/current").json()["playing"])


def test_what_mpd_plays_arrives_and_changes_the_next_list(running: Fleet, tmp_path: Path) -> None:
    ann = Scrobbler(running.url)
    before = ann.person.tracks(limit=20)
    title, artist = names_of(running.url, TRACK)
    door, password = f"{running.url}/audioscrobbler/", ann.made["scrobble_password"]
    with playing(tmp_path, title, artist, LENGTH_S, door, ann.person.email, password) as mpd:
        mpd.play()
        eventually(lambda: current(ann), "mpd reports its track")
        eventually(lambda: mpd.elapsed() > LENGTH_S / 2 + 1, "half of it is played")
        mpd.stop()
        eventually(lambda: slowly(ann.plays), "the play arrives")
    [play] = ann.plays()
    assert (play["track"]["id"], play["source"]) == (TRACK, "mpdscribble")
    assert ann.person.tracks(limit=20) != before


def test_what_a_listenbrainz_client_sends_changes_the_next_list(running: Fleet) -> None:
    ann = Scrobbler(running.url)
    before = ann.person.tracks(limit=20)
    client = liblistenbrainz.ListenBrainz(api_base_url=running.url)
    client.set_auth_token(ann.key)
    title, artist = names_of(running.url, TRACK)
    listen = liblistenbrainz.Listen(title, artist, listened_at=int(time.time()) - 300)
    for _ in range(2):
        assert client.submit_single_listen(listen) == {"status": "ok"}
    assert [one.track_name for one in client.get_listens(ann.name)] == [title]
    assert ann.person.tracks(limit=20) != before


def test_no_key_session_or_password_is_in_a_log_line(running: Fleet) -> None:
    ann = Scrobbler(running.url)
    for path in (f"/1/validate-token?token={ann.key}", f"/audioscrobbler?hs=true&p=1.2&u={ann.person.email}&t=1&a=0"):
        assert httpx2.get(running.url + path).status_code == 200
    ann.request("GET", f"/1/user/{ann.name}/listens", headers={"authorization": f"Token {ann.key}"})
    secrets = (ann.key, ann.made["scrobble_password"], ann.person.email, "token=", "scrobble_")
    assert "/1/validate-token" in (running.data / "logs" / "gateway.log").read_text()
    for log in (running.data / "logs").iterdir():
        assert [line for line in log.read_text().splitlines() if any(secret in line for secret in secrets)] == [], log
