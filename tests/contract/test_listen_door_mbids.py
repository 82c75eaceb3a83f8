"""Recommendations of the listen door by MBID: an unmodified liblistenbrainz on a release whose tracks have MBIDs."""

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
