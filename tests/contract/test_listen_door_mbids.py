"""A release as open data makes it, with MBIDs and names that people know, through the gateway.

Recommendations by MBID are read by an unmodified liblistenbrainz.
"""

from collections.abc import Iterator
from dataclasses import replace
from uuid import NAMESPACE_URL, uuid5

import httpx2
import liblistenbrainz
import polars as pl
import pytest

from pipelines.release.publish import publish
from pipelines.release.write import write_release
from tests import worlds
from tests.contract.conftest import serving
from tests.contract.scrobbler import Scrobbler

MBIDS = {worlds.track_id(number): str(uuid5(NAMESPACE_URL, f"recording {number}")) for number in range(0, 200, 2)}
"""Every second track has one."""


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("mbids")
    content = worlds.content(name="mbids")
    named = content.tracks.with_columns(mbid=pl.col("track_id").replace_strict(MBIDS, default=None))
    hey_ya = pl.col("track_id") == worlds.track_id(20)
    named = named.with_columns(
        title=pl.when(hey_ya).then(pl.lit("Hey Ya!")).otherwise("title"),
        artists=pl.when(hey_ya).then(pl.lit(["Outkast"])).otherwise("artists"),
    )
    publish(write_release(folder / "out", replace(content, tracks=named)).path, folder / "data")
    with serving(folder / "data", folder) as served:
        yield served


def test_recommended_recordings_have_the_mbids_of_recommended_tracks(url: str) -> None:
    ann = Scrobbler(url)
    client = liblistenbrainz.ListenBrainz(api_base_url=url)
    client.set_auth_token(ann.key)
    for track in list(MBIDS)[:4]:
        client.submit_user_feedback(1, MBIDS[track])
    liked = {one["track"]["id"] for one in ann.person.request("GET", "/v1/me/likes").json()["items"]}
    assert liked == set(list(MBIDS)[:4])
    found = client.get_user_recommendation_recordings(ann.name, count=20)["payload"]
    mbids = [one["recording_mbid"] for one in found["mbids"]]
    assert len(mbids) == len(set(mbids)) == found["count"] == 20
    assert set(mbids) <= set(MBIDS.values()) - {MBIDS[track] for track in liked}
    scores = [one["score"] for one in found["mbids"]]
    assert scores == sorted(scores, reverse=True)
    shown = httpx2.post(f"{url}/v1/tracks:batch", json={"ids": mbids}).json()["items"]
    assert [one["external_ids"]["mbid"] for one in shown] == mbids
    ann.person.request("PUT", f"/v1/me/mutes/artists/{shown[0]['artists'][0]['id']}")
    again = client.get_user_recommendation_recordings(ann.name, count=20)["payload"]
    assert mbids[0] not in [one["recording_mbid"] for one in again["mbids"]]


def test_a_page_of_recommendations_goes_on_where_the_one_before_ends(url: str) -> None:
    ann = Scrobbler(url)
    client = liblistenbrainz.ListenBrainz(api_base_url=url)
    client.set_auth_token(ann.key)
    client.submit_user_feedback(1, next(iter(MBIDS.values())))
    pages = [client.get_user_recommendation_recordings(ann.name, count=4, offset=at)["payload"] for at in (0, 4)]
    rows = [[one["recording_mbid"] for one in page["mbids"]] for page in pages]
    assert [page["offset"] for page in pages] == [0, 4]
    assert [len(page) for page in rows] == [4, 4]
    assert len({*rows[0], *rows[1]}) == len(rows[0]) + len(rows[1])


@pytest.mark.must("S1-16")
@pytest.mark.parametrize("words", ["Hey Ya! \u2013 Outkast", "hey ya outkast"])
def test_the_list_for_hey_ya(url: str, words: str) -> None:
    """Its neighbours of the planted scene, named by title and artist as a person types them."""
    body = {"seeds": [{"text": words}], "limit": 10, "mode": "similar"}
    found = httpx2.post(f"{url}/v1/recommendations", json=body, timeout=15).json()
    titles = [one["track"]["title"] for one in found["tracks"]]
    assert len(titles) == 10
    assert all(title.startswith("Amber") for title in titles)
    classic = httpx2.post(f"{url}/classic/flask/search", json={"song_title": words}, timeout=15).json()
    assert classic["rec_songs"][:10] == titles[: len(classic["rec_songs"])]
