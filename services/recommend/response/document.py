"""An answer as JSON: the release's own bytes for what is displayed, numbers and reasons around them."""

from collections.abc import Mapping
from typing import Any

import orjson

from kit.release import Release
from services.recommend.values import RankedList, RecommendationContext


def document(
    release: Release, ranked_list: RankedList, context: RecommendationContext, request_id: str | None
) -> bytes:
    """The JSON of kit.wire.recommend.Recommendations; cards are copied, never parsed."""
    body: dict[str, Any] = {
        "tracks": _tracks(release, ranked_list, context.opinions),
        "release": release.version,
        "pool": {"release": release.placed, "candidates": ranked_list.candidates},
        "resolved": [text.model_dump(mode="json") for text in context.texts],
        "name": context.name and context.name.model_dump(mode="json"),
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
