"""An answer as JSON: the release's own bytes for what is displayed, numbers and reasons around them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import orjson

from kit.release import Release
from kit.wire.recommend import TextSeed
from services.recommend.choose import Chosen
from services.recommend.taste import Taste


@dataclass
class Start:
    """What an answer starts from: the questions, rows that never come, and what is to be said beside the songs."""

    questions: list[Taste]
    left_out: frozenset[int]
    opinions: Mapping[int, int] = field(default_factory=dict)  # row -> the person's `like` of it
    unknown: list[str] = field(default_factory=list)
    unknown_texts: list[str] = field(default_factory=list)
    unknown_genres: list[str] = field(default_factory=list)
    texts: list[TextSeed] = field(default_factory=list)
    degraded: str | None = None
    popular_because: str = "Popular here: the index is being restored"


def document(release: Release, chosen: Chosen, start: Start, request_id: str | None) -> bytes:
    """The JSON of kit.wire.recommend.Recommendations; cards are copied, never parsed."""
    body: dict[str, Any] = {
        "tracks": _tracks(release, chosen, start.opinions),
        "release": release.version,
        "pool": {"release": release.placed, "candidates": chosen.candidates},
        "resolved": [text.model_dump(mode="json") for text in start.texts],
        "unknown": start.unknown,
        "unknown_texts": start.unknown_texts,
        "unknown_genres": start.unknown_genres,
        "degraded": start.degraded,
        "request_id": request_id,
    }
    return orjson.dumps(body)


def _tracks(release: Release, chosen: Chosen, opinions: Mapping[int, int]) -> list[dict[str, Any]]:
    parts = zip(chosen.rows, chosen.scores, chosen.similarity, chosen.reasons, strict=True)
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
    """The card as it is, but for the few songs that the person has an opinion of."""
    return orjson.Fragment(card) if like is None else orjson.loads(card) | {"like": like}
