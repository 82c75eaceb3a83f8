"""The reason of each track: each seed's share of the score, shared playlists, near audio features."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from kit.cooccurrence import CooccurrenceTable
from kit.manifest import AUDIO
from kit.next_track import Adjacency, adjacency
from kit.release import STATE_LEARNED, Floats, Ints
from services.recommend.served.feature_ranks import EXPLAINED_FEATURES, FeatureRanks
from services.recommend.served.tables import Tables
from services.recommend.values import QueryVector, Reason, SeedVectors

NEAR = 0.1
"""A feature is near when no more than this share of the release's tracks lies between the two: 19 % of random pairs."""
FOLLOWS = 0.5
"""A track follows a seed where at least half of what brings them together has it after the seed."""
SHOWN_FEATURES = 3
SHOWN_SEEDS = 5
"""Seeds listed in a reason, those with the greatest shares. Ten would make the answer half as long again, and every
process on its way pays for that; all 500 for each of 500 tracks would be 25 MB of JSON and 1.4 s of CPU."""
FEATURE_BITS = 1 << np.arange(len(EXPLAINED_FEATURES))
NEAR_IN = [
    [name for bit, name in enumerate(EXPLAINED_FEATURES) if combination >> bit & 1][:SHOWN_FEATURES]
    for combination in range(1 << len(EXPLAINED_FEATURES))
]
"""What a reason lists of each combination of near features, by the sum of their FEATURE_BITS."""


@dataclass(frozen=True, slots=True)
class ReasonEvidence:
    """What the reasons of one answer are drawn from."""

    tables: Tables
    query_vector: QueryVector
    ranks: FeatureRanks
    cooccurrence: CooccurrenceTable | None = None

    @staticmethod
    def without_seeds(text: str) -> Reason:
        """The reason of a track that no seed brought."""
        return {"text": text, "seeds": [], "together_in": None, "near_in": [], "space": "popular"}

    def reasons(self, rows: Ints, vectors: Floats | None) -> list[Reason]:
        """One reason per row (r,); `vectors` (r, dim) are their index vectors in the query vector's space, None of one
        seed, whose share is all."""
        beside = self._beside(rows)
        brought = beside.brought if beside else None
        shares = np.ones((len(rows), 1)) if vectors is None else self.query_vector.shares(vectors, brought)
        order = np.argsort(-shares, axis=1, kind="stable")[:, :SHOWN_SEEDS]
        firsts = [self.query_vector.seeds[first] for first in order[:, 0].tolist()]
        seed_rows = np.array([seed.row for seed in firsts])
        together = self.tables.in_playlists_together(seed_rows, rows).tolist()
        near = self._near(rows, seed_rows, firsts)
        shown_seeds = _shown_seeds(self.query_vector.seeds, shares, order)
        seeds_count = len(self.query_vector.seeds_but_name)
        space = "audio" if self.query_vector.space == AUDIO else "graph"
        found = [
            {
                "text": sentence(first, seeds_count, placed, count, close, by_sound=by_sound),
                "seeds": seeds,
                "together_in": count or None,
                "near_in": close,
                "space": "audio" if by_sound else space,
            }
            for first, placed, count, close, seeds, by_sound in zip(
                firsts, self._placed(rows), together, near, shown_seeds, map(self._by_sound, firsts), strict=True
            )
        ]
        if beside:
            self._mark_order(found, rows, beside)
        return found

    def _beside(self, rows: Ints) -> Adjacency | None:
        """What seeds in order bring to the rows by the co-occurrence table."""
        if not (self.query_vector.in_order and self.cooccurrence):
            return None
        seeds, weights = self.query_vector.sequence
        return adjacency(self.cooccurrence, seeds, weights, rows)

    def _mark_order(self, reasons: Sequence[Reason], rows: Ints, beside: Adjacency) -> None:
        """Gives the tracks beside a seed the sentence of mode `sequence`, which names the seed that brought most."""
        first = beside.brought.argmax(axis=1)
        seeds = [self.query_vector.seeds[at] for at in first.tolist()]
        together = self.tables.in_playlists_together(np.array([seed.row for seed in seeds]), rows).tolist()
        for position in np.flatnonzero(beside.brought.max(axis=1) > 0).tolist():
            after = float(beside.after[position, first[position]])
            text = sentence_of_sequence(seeds[position], together[position], follows=after >= FOLLOWS)
            reasons[position] |= {"text": text, "space": "sequence"}

    def _by_sound(self, seed: SeedVectors) -> bool:
        """Whether nothing but its sound, or its artist, is known of a seed: no playlist has it."""
        if seed.because == "named" or seed.artist_id or seed.genre:
            return False
        return seed.row < 0 or int(self.tables.state[seed.row]) != STATE_LEARNED

    def _placed(self, rows: Ints) -> list[str | None]:
        """What tracks without listening data were placed by; None for learned ones."""
        learned = self.tables.state[rows] == STATE_LEARNED
        if learned.all():
            return [None] * len(rows)
        has_audio = ~np.isnan(self.tables.features[rows]).all(axis=1)
        words = np.where(has_audio, "its sound", "its artist").tolist()
        return [None if known else word for known, word in zip(learned.tolist(), words, strict=True)]

    def _near(self, rows: Ints, seed_rows: Ints, seeds: Sequence[SeedVectors]) -> list[list[str]]:
        """Features in which each track is near the seed that its sentence starts with."""
        of_seeds = self.ranks.of_seeds(seed_rows, [seed.features for seed in seeds])
        near = np.abs(self.ranks.table[rows] - of_seeds) < NEAR
        return [NEAR_IN[combination] for combination in (near @ FEATURE_BITS).tolist()]


def sentence_of_sequence(seed: SeedVectors, together: int, *, follows: bool) -> str:
    """One line on a track that stands beside the seed in playlists; `together` in how many, 0 where that is unknown."""
    often = "often " if together > 1 else ""
    phrase = f"{often}follows {seed.title}" if follows else f"{often}close to {seed.title}"
    return f"{phrase[0].upper()}{phrase[1:]} in {'a playlist' if together == 1 else 'playlists'}"


def sentence(
    seed: SeedVectors, seeds: int, placed: str | None, together: int, near: Sequence[str], *, by_sound: bool = False
) -> str:
    """One line that starts with the seed that brought most of the score; `by_sound`: no playlist has that seed."""
    name = seed.title or "The sound you asked for"
    if seed.because == "named":
        return f"Fits lists called {name}" + (f": no listening data, placed by {placed}" if placed else "")
    if seed.artist_id:
        name = f"Songs by {name}"
    if seed.genre:
        name = f"The genre {seed.genre}"
    if seed.because != "asked":
        name = f"Because you {seed.because} {name}"
    facts = []
    if placed:
        facts.append(f"no listening data: placed by {placed}")
    if together:
        facts.append(f"in {together} playlist{'s' if together > 1 else ''} together")
    if near:
        facts.append(f"close in {_listed(near)}")
    if not facts and by_sound:
        facts.append("near in sound")
    if not facts:
        facts.append("liked by the same playlists" if seeds == 1 else _between(seed))
    return f"{name}: {', '.join(facts)}"


def _between(seed: SeedVectors) -> str:
    return "between your seeds" if seed.because == "asked" else "between the songs you like"


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _shown_seeds(seeds: Sequence[SeedVectors], shares: Floats, order: Ints) -> list[list[dict[str, Any]]]:
    """For each track the seeds with the largest shares, largest first: kit.wire.recommend_response.SeedShare."""
    names = [seed.as_json for seed in seeds]
    if len(names) == 1:
        return [[names[0] | {"share": 1.0}]] * len(order)
    values = np.round(shares[np.arange(len(order))[:, None], order], 4).tolist()
    return [
        [names[at] | {"share": share} for at, share in zip(positions, row, strict=True)]
        for positions, row in zip(order.tolist(), values, strict=True)
    ]
