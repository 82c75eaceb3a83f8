"""An answer as JSON: the release's own bytes for what is displayed, numbers and reasons around them."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson

from kit.release import Release
from services.recommend.values import HomeRow, RankedList, RecommendationContext, SimilarArtist


def document(
    release: Release, ranked_list: RankedList, context: RecommendationContext, request_id: str | None
) -> bytes:
    """The JSON of kit.wire.recommend_response.Recommendations; cards are copied, never parsed."""
    body: dict[str, Any] = {
        "tracks": _tracks(release, ranked_list, context.opinions),
        "release": release.version,
        "pool": {"release": release.embedded, "candidates": ranked_list.candidates},
        "resolved": [text.model_dump(mode="json") for text in context.texts],
        "name": context.name and context.name.model_dump(mode="json"),
        "unknown": context.unknown,
        "unknown_texts": context.unknown_texts,
        "unknown_genres": context.unknown_genres,
        "unknown_artists": context.unknown_artists,
        "degraded": context.degraded,
        "request_id": request_id,
    }
    return orjson.dumps(body)


def home_document(
    release: Release,
    rows: Sequence[HomeRow],
    opinions: Mapping[int, int],
    degraded: str | None,
    request_id: str | None,
) -> bytes:
    """The JSON of kit.wire.home.Home."""
    found = [
        {
            "key": row.key,
            "title": row.title,
            "seed": None if row.seed is None else _card(release.card(row.seed), opinions.get(row.seed)),
            "tracks": _tracks(release, row.tracks, opinions),
        }
        for row in rows
    ]
    return orjson.dumps({"rows": found, "release": release.version, "degraded": degraded, "request_id": request_id})


def similar_artists_document(release: Release, found: Sequence[SimilarArtist], request_id: str | None) -> bytes:
    """The JSON of kit.wire.home.SimilarArtists; an artist is named as its best track names it."""
    items = []
    for one in found:
        cards = [release.card(row) for row in one.rows]
        artist = orjson.loads(cards[0])["artists"][0]
        items.append({"artist": artist, "score": round(one.score, 6), "tracks": [_card(card, None) for card in cards]})
    return orjson.dumps({"items": items, "release": release.version, "request_id": request_id})


def track_versions_document(release: Release, rows: Sequence[int], request_id: str | None) -> bytes:
    """The JSON of kit.wire.home.TrackVersions."""
    items = [_card(release.card(row), None) for row in rows]
    return orjson.dumps({"items": items, "release": release.version, "request_id": request_id})


def _tracks(release: Release, ranked_list: RankedList, opinions: Mapping[int, int]) -> list[dict[str, Any]]:
    cards = release.cards(ranked_list.rows)
    columns = (ranked_list.scores, ranked_list.match, ranked_list.similarity, ranked_list.reasons)
    return [
        {
            "track": _card(card, opinions.get(row)),
            "score": round(score, 6),
            "match": match,
            "similarity": None if similarity is None else round(similarity, 6),
            "reason": reason,
        }
        for row, card, score, match, similarity, reason in zip(ranked_list.rows, cards, *columns, strict=True)
    ]


def _card(card: bytes, like: int | None) -> Any:
    """The card as it is, but for the few tracks that the person has an opinion of."""
    return orjson.Fragment(card) if like is None else orjson.loads(card) | {"like": like}
