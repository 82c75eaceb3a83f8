"""What is worked out of a taste once for a release: its questions, the tracks it leaves out, the likes to show."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kit.release import Release
from kit.wire.library import Played, Taste
from services.recommend.profile import preference_weights
from services.recommend.profile.catalog_client import CatalogClient
from services.recommend.retrieval.query_vectors import QueryVector as Question
from services.recommend.retrieval.query_vectors import query_vectors, single_query_vector
from services.recommend.retrieval.seeds import ResolvedSeeds, resolve
from services.recommend.served.release_store import ServedRelease


@dataclass(frozen=True, slots=True)
class ReleaseProfile:
    """For one release; rows of that release, those left out with every version of them."""

    release: str
    kinds: list[Question]  # one for each kind of music the person likes
    whole: list[Question]  # everything in one question, for the pure ranking
    known: frozenset[int]
    refused: frozenset[int]
    opinions: Mapping[int, int]
    degraded: str | None

    def query_vectors(self, *, pure: bool) -> list[Question]:
        """What to ask the index; empty when nothing the person likes is in the release."""
        return self.whole if pure else self.kinds

    def left_out(self, *, with_known: bool) -> frozenset[int]:
        """Rows that never come, and with them those that are no news."""
        return self.known if with_known else self.refused


async def profile_for_release(found: Taste, serving: ServedRelease, catalog: CatalogClient) -> ReleaseProfile:
    """Asks catalog only about liked tracks that the release does not hold."""
    found, resolved = _today(found, serving.release), ResolvedSeeds()
    await resolve(
        preference_weights.liked_seeds(found), preference_weights.disliked_seeds(found), serving, catalog, resolved
    )
    kinds = query_vectors(serving.poolings, resolved.seeds, resolved.avoid)
    one = single_query_vector(serving.poolings, resolved.seeds, resolved.avoid) if len(kinds) > 1 else None
    said = preference_weights.opinions(found)
    rows = serving.release.rows(list(said)).tolist()
    return ReleaseProfile(
        serving.release.version,
        kinds,
        [one] if one else kinds,
        _rows(serving, preference_weights.known(found)),
        _rows(serving, preference_weights.never_recommended(found)),
        {row: value for row, value in zip(rows, said.values(), strict=True) if row >= 0},
        resolved.degraded,
    )


def _today(found: Taste, release: Release) -> Taste:
    """The taste with older ids replaced by those of the release, each track once: catalog may import it a little later
    than it serves, and a taste that is remembered keeps the ids it came with."""
    if not release.manifest.counts.get("aliases"):
        return found
    names = list({*preference_weights.known(found)})
    rows = release.rows(names).tolist()
    name = {one: release.track_id(row) if row >= 0 else one for one, row in zip(names, rows, strict=True)}
    likes, dislikes, never = (
        list(dict.fromkeys(name[track] for track in said)) for said in (found.likes, found.dislikes, found.never)
    )
    played: dict[str, Played] = {}
    for one in found.played:
        before = played.get(name[one.track], Played(track=name[one.track]))
        counted = {"plays": before.plays + one.plays, "skips": before.skips + one.skips}
        played[name[one.track]] = before.model_copy(update=counted)
    said = {"likes": likes, "dislikes": dislikes, "never": never, "played": list(played.values())}
    return found.model_copy(update=said)


def _rows(serving: ServedRelease, tracks: Iterable[str]) -> frozenset[int]:
    """The rows of the tracks and of every other version of them."""
    return serving.tables.versions.spread(row for row in serving.release.rows(list(tracks)).tolist() if row >= 0)
