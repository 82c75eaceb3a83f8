"""Conformance tests of every index adapter against numpy's exact search."""

from collections.abc import Callable
from typing import Any

import numpy as np
import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kit.errors import IndexUnavailable
from kit.query import Pooling
from kit.release import Release
from kit.vectors import RANGE_FIELDS, Hits, TrackIndex, TrackQuery, hits
from tests import worlds

pytestmark = pytest.mark.anyio
Card = dict[str, Any]


def row(release: Release, track: int) -> int:
    return int(release.rows([worlds.track_id(track)])[0])


def seed(release: Release, track: int = 0, space: str = "graph") -> np.ndarray:
    return np.asarray(release.query_vectors(space)[row(release, track)], dtype=np.float32)


def vectors(release: Release, space: str) -> np.ndarray:
    found = np.asarray(release.index_vectors(space), dtype=np.float32)
    if release.manifest.spaces[space].distance == "cosine":
        found = found / np.maximum(np.linalg.norm(found, axis=1, keepdims=True), 1e-12)
    return found


def exact(release: Release, query: TrackQuery, passes: Callable[[Card], bool] = lambda card: True) -> Hits:
    """The right answer, by numpy over the vectors and Python over the cards."""
    matrix = vectors(release, query.space)
    vector = query.vector
    if release.manifest.spaces[query.space].distance == "cosine":
        vector = vector / np.linalg.norm(vector)
    allowed = [
        at
        for at in range(release.embedded)
        if matrix[at].any() and at not in query.exclude and passes(orjson.loads(release.card(at)))
    ]
    found = hits((at, float(matrix[at] @ vector)) for at in allowed)
    return Hits(found.rows[: query.limit], found.scores[: query.limit])


def assert_same(found: Hits, right: Hits) -> None:
    """Equal scores, and equal tracks except among those that tie with the last."""
    assert len(found.rows) == len(right.rows)
    np.testing.assert_allclose(found.scores, right.scores, rtol=1e-4, atol=1e-6)
    if not len(right.rows):
        return
    clear = right.scores > right.scores[-1] + 1e-5
    assert set(found.rows[clear].tolist()) == set(right.rows[clear].tolist())


async def send_query(index: TrackIndex, query: TrackQuery) -> Hits:
    (found,) = await index.search([query])
    return found


async def test_the_nearest_tracks_are_those_of_an_exact_search(index: TrackIndex, release: Release) -> None:
    for space in ("graph", "audio"):
        for track in (0, 60, 120, 180):
            query = TrackQuery(space, seed(release, track, space), 20)
            assert_same(await send_query(index, query), exact(release, query))


async def test_a_longer_vector_scores_higher_in_a_dot_space(index: TrackIndex, release: Release) -> None:
    once = await send_query(index, TrackQuery("graph", seed(release), 10))
    twice = await send_query(index, TrackQuery("graph", 2 * seed(release), 10))
    np.testing.assert_allclose(twice.scores, 2 * once.scores, rtol=1e-4)


async def test_a_longer_vector_scores_the_same_in_a_cosine_space(index: TrackIndex, release: Release) -> None:
    once = await send_query(index, TrackQuery("audio", seed(release, 0, "audio"), 10))
    twice = await send_query(index, TrackQuery("audio", 2 * seed(release, 0, "audio"), 10))
    np.testing.assert_allclose(twice.scores, once.scores, rtol=1e-4)
    assert once.rows[0] == row(release, 0)
    assert once.scores[0] == pytest.approx(1, rel=1e-3)


async def test_every_neighbour_of_a_track_comes_from_its_scene(index: TrackIndex, release: Release) -> None:
    wish = Pooling.of(release, "graph").pool(seed(release, 60)[None], np.ones(1, np.float32))
    found = await send_query(index, TrackQuery("graph", wish.vector, 20))
    scenes = {orjson.loads(release.card(int(at)))["title"].split()[0] for at in found.rows}
    assert scenes == {"Basalt"}


async def test_scores_fall_and_equal_scores_come_in_row_order(index: TrackIndex, release: Release) -> None:
    flat = np.zeros(16, np.float32)
    found = await send_query(index, TrackQuery("graph", flat, 30))
    assert found.rows.tolist() == sorted(found.rows.tolist())
    found = await send_query(index, TrackQuery("graph", seed(release), 50))
    assert (np.diff(found.scores) <= 0).all()


async def test_several_queries_are_answered_in_their_order(index: TrackIndex, release: Release) -> None:
    queries = [
        TrackQuery("graph", seed(release, 0), 5),
        TrackQuery("audio", seed(release, 0, "audio"), 7, ranges={"year": (1980, 2000)}),
        TrackQuery("graph", seed(release, 150), 3, exclude=[1, 2, 3]),
    ]
    together = await index.search(queries)
    apart = [await send_query(index, query) for query in queries]
    assert [one.rows.tolist() for one in together] == [one.rows.tolist() for one in apart]
    assert await index.search([]) == []


async def test_queries_that_share_an_exclusion_list_are_still_filtered_each_by_its_own(
    index: TrackIndex, release: Release
) -> None:
    exclude = [row(release, 0)]
    loud = TrackQuery("graph", seed(release), 50, ranges={"energy": (0.3, None)}, exclude=exclude)
    quiet = TrackQuery("graph", seed(release), 50, ranges={"energy": (None, 0.3)}, exclude=exclude)
    again = TrackQuery("graph", seed(release, 5), 50, ranges={"energy": (None, 0.3)}, exclude=exclude)
    first, second, third = await index.search([loud, quiet, again])
    assert set(first.rows.tolist()).isdisjoint(second.rows.tolist())
    assert set(second.rows.tolist()) == set(third.rows.tolist())
    assert exclude[0] not in {*first.rows.tolist(), *second.rows.tolist()}


@pytest.mark.parametrize("name", RANGE_FIELDS)
async def test_every_range_cuts_exactly_where_it_says(index: TrackIndex, release: Release, name: str) -> None:
    def value(card: Card) -> float | None:
        return card[name] if name in card else (card["features"] or {}).get(name)

    graph = vectors(release, "graph").any(axis=1)
    cards = [orjson.loads(release.card(int(at))) for at in np.flatnonzero(graph)]
    known = sorted(v for card in cards if (v := value(card)) is not None)
    low, high = known[len(known) // 4], known[len(known) // 2]
    for bounds in ((low, high), (low, None), (None, high), (low, low)):
        query = TrackQuery("graph", seed(release), 200, ranges={name: bounds})

        def inside(card: Card, bounds: tuple[float | None, float | None] = bounds) -> bool:
            at = value(card)
            return at is not None and (bounds[0] is None or at >= bounds[0]) and (bounds[1] is None or at <= bounds[1])

        right = exact(release, query, inside)
        assert_same(await send_query(index, query), right)
        assert await index.count(query) == len(right.rows) > 0


async def test_a_track_whose_value_is_unknown_is_outside_every_range(index: TrackIndex, release: Release) -> None:
    bare = row(release, 47)
    assert bare in (await send_query(index, TrackQuery("graph", seed(release, 47), 200))).rows
    for name in ("energy", "year", "duration_ms", "tempo"):
        found = await send_query(index, TrackQuery("graph", seed(release, 47), 200, ranges={name: (-1e9, 1e9)}))
        assert bare not in found.rows
        assert len(found.rows) > 100


async def test_genres_means_any_of_these(index: TrackIndex, release: Release) -> None:
    query = TrackQuery("graph", seed(release), 200, genres=("amber", "dune"))
    found = await send_query(index, query)
    assert_same(found, exact(release, query, lambda card: bool({"amber", "dune"} & set(card["genres"]))))
    assert {orjson.loads(release.card(int(at)))["genres"][0] for at in found.rows} == {"amber", "dune"}


async def test_a_genre_nobody_has_gives_nothing(index: TrackIndex, release: Release) -> None:
    query = TrackQuery("graph", seed(release), 10, genres=["no such genre"])
    assert len((await send_query(index, query)).rows) == 0
    assert await index.count(query) == 0


async def test_explicit_false_leaves_out_marked_tracks_and_keeps_unknown_ones(
    index: TrackIndex, release: Release
) -> None:
    clean = TrackQuery("graph", seed(release), 200, explicit=False)
    found = await send_query(index, clean)
    marks = [orjson.loads(release.card(int(at)))["explicit"] for at in found.rows]
    assert True not in marks
    assert None in marks
    assert_same(found, exact(release, clean, lambda card: card["explicit"] is not True))
    marked = TrackQuery("graph", seed(release), 200, explicit=True)
    assert_same(await send_query(index, marked), exact(release, marked, lambda card: card["explicit"] is True))


async def test_an_excluded_track_never_returns(index: TrackIndex, release: Release) -> None:
    first = await send_query(index, TrackQuery("graph", seed(release), 40))
    query = TrackQuery("graph", seed(release), 40, exclude=first.rows.tolist())
    second = await send_query(index, query)
    assert set(first.rows.tolist()).isdisjoint(second.rows.tolist())
    assert_same(second, exact(release, query))


async def test_excluding_rows_that_are_not_there_changes_nothing(index: TrackIndex, release: Release) -> None:
    plain = await send_query(index, TrackQuery("graph", seed(release), 20))
    odd = await send_query(index, TrackQuery("graph", seed(release), 20, exclude=range(5000, 6000)))
    assert odd.rows.tolist() == plain.rows.tolist()


async def test_all_filters_hold_at_once(index: TrackIndex, release: Release) -> None:
    query = TrackQuery(
        "audio",
        seed(release, 70, "audio"),
        200,
        ranges={"energy": (0.2, 0.7), "tempo": (85, 135), "year": (1975, None)},
        genres=["even"],
        explicit=False,
        exclude=[row(release, 72), row(release, 74)],
    )

    def passes(card: Card) -> bool:
        sound = card["features"] or {}
        ranges = 0.2 <= (sound.get("energy") or 9) <= 0.7 and 85 <= (sound.get("tempo") or 0) <= 135
        return ranges and (card["year"] or 0) >= 1975 and "even" in card["genres"] and card["explicit"] is not True

    right = exact(release, query, passes)
    assert len(right.rows) > 5
    assert_same(await send_query(index, query), right)
    assert await index.count(query) == len(right.rows)


async def test_a_track_without_a_vector_in_a_space_is_not_found_there(index: TrackIndex, release: Release) -> None:
    by_sound = row(release, 49)
    assert by_sound in (await send_query(index, TrackQuery("audio", seed(release, 49, "audio"), 200))).rows
    assert by_sound not in (await send_query(index, TrackQuery("graph", seed(release), 200))).rows
    assert await index.count(TrackQuery("graph", seed(release), 1)) == 188
    assert await index.count(TrackQuery("audio", seed(release), 1)) == 188


async def test_exact_gives_the_same_answer_as_a_walk_on_a_small_index(index: TrackIndex, release: Release) -> None:
    walk = await send_query(index, TrackQuery("graph", seed(release), 30))
    scan = await send_query(index, TrackQuery("graph", seed(release), 30, exact=True))
    np.testing.assert_allclose(walk.scores, scan.scores, rtol=1e-5)


async def test_a_limit_above_the_size_gives_every_track(index: TrackIndex, release: Release) -> None:
    assert len((await send_query(index, TrackQuery("graph", seed(release), 10_000))).rows) == 188


async def test_stored_vectors_come_back_in_the_order_asked(index: TrackIndex, release: Release) -> None:
    rows = [row(release, 20), row(release, 49), row(release, 3), 10**6, row(release, 20)]
    found = await index.vectors(rows, "graph")
    assert found.dtype == np.float32
    matrix = vectors(release, "graph")
    right = np.stack([matrix[rows[0]], np.zeros(16), matrix[rows[2]], np.zeros(16), matrix[rows[0]]])
    np.testing.assert_allclose(found, right, rtol=1e-5)
    sound = await index.vectors(rows[:2], "audio")
    np.testing.assert_allclose(sound, vectors(release, "audio")[rows[:2]], atol=2e-3)
    assert (await index.vectors([], "audio")).shape == (0, 12)


async def test_ping_returns_the_number_of_tracks(index: TrackIndex) -> None:
    assert "192 tracks" in await index.ping()


async def test_an_unknown_space_is_index_unavailable_with_its_name(index: TrackIndex, release: Release) -> None:
    with pytest.raises(IndexUnavailable, match="colour"):
        await index.search([TrackQuery("colour", seed(release), 5)])


async def test_a_vector_of_the_wrong_width_is_index_unavailable(index: TrackIndex) -> None:
    with pytest.raises(IndexUnavailable):
        await index.search([TrackQuery("graph", np.ones(3, np.float32), 5)])


@given(
    st.lists(
        st.tuples(st.integers(0, 10_000), st.floats(-10, 10, width=32)), unique_by=lambda pair: pair[0], max_size=50
    )
)
@settings(deadline=None)
def test_hits_are_sorted_by_score_then_row(pairs: list[tuple[int, float]]) -> None:
    found = hits(pairs)
    reported = list(zip((-found.scores).tolist(), found.rows.tolist(), strict=True))
    assert reported == sorted(reported)
    assert sorted(found.rows.tolist()) == sorted(at for at, _ in pairs)
