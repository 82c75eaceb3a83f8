"""An answer as JSON: the release's own bytes for what is displayed, numbers and reasons around them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from kit.release import Release
from kit.wire.recommend import TextSeed
from services.recommend.ranked_list import RankedList
from services.recommend.retrieval.query_vectors import QueryVector


@dataclass
class RecommendationContext:
    """What an answer starts from: the questions, rows that never come, and what is to be said beside the tracks."""

    query_vectors: list[QueryVector]
    left_out: frozenset[int]
    opinions: Mapping[int, int] = field(default_factory=dict)  # row -> the person's `like` of it
    unknown: list[str] = field(default_factory=list)
    unknown_texts: list[str] = field(default_factory=list)
    unknown_genres: list[str] = field(default_factory=list)
    texts: list[TextSeed] = field(default_factory=list)
    degraded: str | None = None
    popular_because: str = "Popular here: the index is being restored"


def document(
    release: Release, ranked_list: RankedList, context: RecommendationContext, request_id: str | None
) -> bytes:
    """The JSON of kit.wire.recommend.Recommendations; cards are copied, never parsed."""
    body: dict[str, Any] = {
        "tracks": _tracks(release, ranked_list, context.opinions),
        "release": release.version,
        "pool": {"release": release.placed, "candidates": ranked_list.candidates},
        "resolved": [text.model_dump(mode="json") for text in context.texts],
        "unknown": context.unknown,
        "unknown_texts": context.unknown_texts,
        "unknown_genres": context.unknown_genres,
        "degraded": context.degraded,
        "request_id": request_id,
    }
    return orjson.dumps(body)


def _tracks(release: Release, ranked_list: RankedList, opinions: Mapping[int, int]) -> list[dict[str, Any]]:
    parts = zip(ranked_list.rows, ranked_list.scores, ranked_list.similarity, ranked_list.reasons, strict=True)
    return [
        {
            "track": _card(release.card(row), opinions.get(row)),
            "score": round(score, 6),
            "similarity": None if similarity is None else round(similarity, 6),
            "reason": reason,
        }
        for row, score, similarity, reason in parts
    ]


def _card(card: bytes, like: int | None) -> Any:
    """The card as it is, but for the few tracks that the person has an opinion of."""
    return orjson.Fragment(card) if like is None else orjson.loads(card) | {"like": like}
