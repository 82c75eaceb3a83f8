"""Asks recommend for the tracks of a monthly mail, one call a person."""

from kit.errors import NeighbourUnavailable
from kit.http import ServiceClient
from kit.tokens import Caller
from kit.wire.recommend_response import Recommendations
from services.report.monthly.letter import SuggestedTrack

TRACKS = 5


async def suggested_tracks(recommend: ServiceClient, caller: Caller) -> list[SuggestedTrack]:
    """At most TRACKS recommendations for the caller. NeighbourUnavailable, also while their taste cannot be read:
    popular tracks are on every page, a mail can wait for the next run."""
    answer = await recommend.get_json(f"/v1/me/recommendations?limit={TRACKS}", f"Bearer {caller.token}")
    found = Recommendations.model_validate(answer)
    if found.degraded == "taste_unavailable":
        raise NeighbourUnavailable("recommend could not read the person's taste")
    return [
        SuggestedTrack(
            one.track.id,
            one.track.title,
            ", ".join(artist.name for artist in one.track.artists),
            one.track.year,
            one.reason.text,
        )
        for one in found.tracks
    ]
