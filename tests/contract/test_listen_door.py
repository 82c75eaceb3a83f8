"""Tests of the ListenBrainz-compatible API (/1) with its unmodified client liblistenbrainz, on real sockets."""

import time

import liblistenbrainz
import pytest
from liblistenbrainz import Listen
from liblistenbrainz.errors import InvalidAuthTokenException, ListenBrainzAPIException

from tests import worlds
from tests.contract.scrobbler import Scrobbler, names_of

MBID = "2d7c7647-5a5c-4858-a79b-1c0e2f3a4b5c"
TRACKS = [worlds.track_id(i) for i in range(3, 9)]


@pytest.fixture
def ann(public: str) -> Scrobbler:
    return Scrobbler(public)


@pytest.fixture
def client(ann: Scrobbler) -> liblistenbrainz.ListenBrainz:
    made = liblistenbrainz.ListenBrainz(api_base_url=ann.url)
    made.set_auth_token(ann.key)
    return made


def listen(url: str, track: str, ago_s: int | None = 600, **more: str) -> Listen:
    title, artist = names_of(url, track)
    at = None if ago_s is None else int(time.time()) - ago_s
    return Listen(track_name=title, artist_name=artist, listened_at=at, listening_from="pytest", **more)


def test_a_key_is_a_token_and_anything_else_is_not(ann: Scrobbler) -> None:
    client = liblistenbrainz.ListenBrainz(api_base_url=ann.url)
    client.set_auth_token(ann.key)
    for wrong in ("no-key", ann.key[:-1], ann.person.session["access_token"], Scrobbler(ann.url, "catalog:read").key):
        with pytest.raises(InvalidAuthTokenException):
            client.set_auth_token(wrong)


def test_listens_are_recorded_once_and_read_back(ann: Scrobbler, client: liblistenbrainz.ListenBrainz) -> None:
    first = listen(ann.url, TRACKS[0], 900)
    assert client.submit_single_listen(first) == {"status": "ok"}
    more = [listen(ann.url, track, 800 - 100 * at) for at, track in enumerate(TRACKS[1:4])]
    assert client.submit_multiple_listens(more) == {"status": "ok"}
    client.submit_multiple_listens([first, *more])
    assert client.get_user_listen_count(ann.name) == 4
    read = client.get_listens(ann.name)
    assert [(one.track_name, one.listened_at) for one in read] == [
        (one.track_name, one.listened_at) for one in (*more[::-1], first)
    ]
    assert [play["source"] for play in ann.plays()] == ["pytest"] * 4
    older = client.get_listens(ann.name, max_ts=read[1].listened_at, count=1)
    newer = client.get_listens(ann.name, min_ts=read[2].listened_at, count=1)
    assert [one.track_name for one in (*older, *newer)] == [read[2].track_name, read[1].track_name]


def test_a_listen_counts_in_the_next_list(ann: Scrobbler, client: liblistenbrainz.ListenBrainz) -> None:
    before = ann.person.tracks(limit=20)
    client.submit_multiple_listens([listen(ann.url, track, 400 * at) for at, track in enumerate(TRACKS, 1)])
    assert ann.person.tracks(limit=20) != before


def test_what_plays_now_is_seen_and_is_no_listen(ann: Scrobbler, client: liblistenbrainz.ListenBrainz) -> None:
    assert client.get_playing_now(ann.name) is None
    client.submit_playing_now(listen(ann.url, TRACKS[0], None))
    playing = client.get_playing_now(ann.name)
    assert (playing.track_name, playing.artist_name) == names_of(ann.url, TRACKS[0])
    assert client.get_user_listen_count(ann.name) == 0


def test_a_deleted_listen_is_gone(ann: Scrobbler, client: liblistenbrainz.ListenBrainz) -> None:
    client.submit_multiple_listens([listen(ann.url, track, 400 * at) for at, track in enumerate(TRACKS[:2], 1)])
    latest, other = client.get_listens(ann.name)
    for _ in range(2):  # one that is gone stays so
        assert client.delete_listen(latest) == {"status": "ok"}
    assert [one.track_name for one in client.get_listens(ann.name)] == [other.track_name]


def test_feedback_by_mbid_is_a_like(ann: Scrobbler, client: liblistenbrainz.ListenBrainz) -> None:
    with pytest.raises(ListenBrainzAPIException) as refused:
        client.submit_user_feedback(1, "f1f1f1f1-0000-4000-8000-000000000000")
    assert refused.value.status_code == 404
    assert client.get_user_feedback(ann.name, 1, True)["total_count"] == 0
    ann.bring("Loved", "Copper Hour", MBID)
    for score, listed in ((1, [1, 0]), (-1, [0, 1]), (0, [0, 0])):
        client.submit_user_feedback(score, MBID)
        found = [client.get_user_feedback(ann.name, wanted, True) for wanted in (1, -1)]
        assert [one["total_count"] for one in found] == listed
        assert [row["recording_mbid"] for one in found for row in one["feedback"]] == [MBID] * sum(listed)
        assert [row["score"] for one in found for row in one["feedback"]] == [score] * sum(listed)
        query = {"recording_mbids": MBID}
        path = f"/1/feedback/user/{ann.name}/get-feedback-for-recordings"
        assert [row["score"] for row in ann.request("GET", path, params=query).json()["feedback"]] == [score]
    listened = ann.request("GET", f"/1/user/{ann.name}/listens").json()["payload"]["listens"]
    assert [one["track_metadata"]["track_name"] for one in listened] == ["Loved"]


def test_recommendations_without_an_mbid_are_none(ann: Scrobbler, client: liblistenbrainz.ListenBrainz) -> None:
    assert client.get_user_recommendation_recordings(ann.name) is None  # the small world has no MBIDs


def test_a_token_reads_its_own_user_only(ann: Scrobbler, client: liblistenbrainz.ListenBrainz) -> None:
    ben = Scrobbler(ann.url)
    for name in (ben.name, "nobody", str(ben.person.session["user"]["id"])):
        for call in (client.get_listens, client.get_playing_now, client.get_user_listen_count):
            with pytest.raises(ListenBrainzAPIException) as refused:
                call(name)
            assert refused.value.status_code == 404
