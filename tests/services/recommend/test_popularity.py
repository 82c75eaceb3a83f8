"""The popular list and the index understand a range alike: by the number that a track shows, ends included."""

from collections.abc import AsyncIterator
from dataclasses import replace

import anyio.to_thread
import numpy as np
import orjson
import polars as pl
import pytest

from kit.release import Release
from kit.vectors import RANGE_FIELDS, TrackIndex, TrackQuery, open_index
from kit.vectors.points import payload
from kit.wire.recommend_options import Filters
from pipelines.release.publish import publish
from pipelines.release.write import write_release
from services.recommend.retrieval import popularity
from services.recommend.served.tables import Tables
from tests import worlds

pytestmark = pytest.mark.anyio
SHARES = ("energy", "valence", "danceability", "acousticness", "liveness", "instrumentalness", "speechiness")


def rounded_world() -> pl.DataFrame:
    """The small world with values that many tracks share and that float32 does not hold: tenths, .05 and odd keys."""
    rng = np.random.default_rng(4)
    table = worlds.tracks()
    tenths = [pl.Series(name, rng.integers(0, 11, worlds.SIZE) / 10) for name in SHARES]
    tempo = pl.Series("tempo", rng.integers(700, 720, worlds.SIZE) / 7)
    loudness, key = pl.Series("loudness", -rng.integers(1, 9, worlds.SIZE) / 3), pl.Series("key", [5.4, 5.6] * 100)
    table = table.with_columns(
        pl.when(pl.col("energy").is_not_null()).then(pl.lit(new)).alias(new.name)
        for new in (*tenths, tempo, loudness, key)
    )
    return table.cast(worlds.tracks().schema)


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Release:
    scratch, data = tmp_path_factory.mktemp("written"), tmp_path_factory.mktemp("data")
    content = worlds.content()
    written = write_release(scratch, replace(content, tracks=rounded_world()))
    publish(written.path, data)
    return Release(data / "releases" / written.version)


@pytest.fixture
async def index(release: Release) -> AsyncIterator[TrackIndex]:
    opened = await anyio.to_thread.run_sync(open_index, release.path.parents[1], release.version, release.dims)
    yield opened
    await opened.close()


def values(release: Release, field: str) -> list[float]:
    reported = (payload(release.card(row)).get(field) for row in range(release.embedded))
    return sorted({float(value) for value in reported if value is not None})


def popular_rows(release: Release, bounds: popularity.Bounds) -> set[int]:
    ordered = Tables.of(release).by_popularity
    return set(popularity.rows(release, ordered, Filters(), bounds, (), release.size).tolist())


@pytest.mark.parametrize("field", RANGE_FIELDS)
async def test_a_range_holds_the_same_tracks_in_the_popular_list_as_in_the_index(
    release: Release, index: TrackIndex, field: str
) -> None:
    known = values(release, field)
    assert known
    vector = np.ones(release.dims["graph"], np.float32)
    seen = set(Tables.of(release).by_popularity.tolist())
    for value in known[:: max(len(known) // 12, 1)]:
        for bounds in ({field: (value, None)}, {field: (None, value)}, {field: (value, value)}):
            [hits] = await index.search([TrackQuery("graph", vector, release.size, ranges=bounds, exact=True)])
            here = popular_rows(release, bounds)
            assert here == set(hits.rows.tolist()) & seen, (field, bounds)
            assert here >= {row for row in seen if payload(release.card(row)).get(field) == value}


def test_no_track_of_the_popular_list_is_outside_what_it_shows(release: Release) -> None:
    for row in popular_rows(release, {"energy": (0.3, 0.7), "tempo": (100.1429, 101.5714)}):
        features = orjson.loads(release.card(row))["features"]
        assert 0.3 <= features["energy"] <= 0.7
        assert 100.1429 <= features["tempo"] <= 101.5714
