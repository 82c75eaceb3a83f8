"""The error of a request none of whose seeds has a vector."""

from kit.errors import NeighbourUnavailable, NoUsableSeed, Problem
from services.recommend.retrieval.seeds import ResolvedSeeds


def no_query_error(resolved: ResolvedSeeds) -> Problem:
    """NoUsableSeed with the unknown ones; NeighbourUnavailable where catalog could not be asked about them."""
    if resolved.degraded:
        return NeighbourUnavailable("the catalogue could not be asked about these seeds; try again in a moment")
    unknown = {
        "unknown": resolved.unknown,
        "unknown_texts": resolved.unknown_texts,
        "unknown_artists": resolved.unknown_artists,
        "unknown_genres": resolved.unknown_genres,
    }
    missing = [one for names in unknown.values() for one in names]
    if not missing:
        return NoUsableSeed("this release was built without the network that places a sound; seed with tracks instead")
    detail = f"no vector for {missing[:5]!r}; seed with other tracks, or search for them at /v1/search"
    return NoUsableSeed(detail, **unknown)
