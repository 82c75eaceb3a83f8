"""A person's added tracks, and by what each counts for recommendations.

Recommend places a track outside the release by its audio features and by the learned tracks of its first artist
(services/recommend/retrieval/seeds.py), where the release has a cold-start network.
"""

from collections import Counter
from uuid import UUID

from kit import ids
from kit.errors import NoRelease, NotFound, Unavailable
from kit.wire.added_tracks import AddedTrack, AddedTrackPage, PlacedBy
from services.catalog import cursor
from services.catalog.current_release import CurrentRelease
from services.catalog.library.likes import add_ratings
from services.catalog.store import Store

COLD_START = "cold_start"


async def page(store: Store, current: CurrentRelease, person: UUID, limit: int, after: str | None) -> AddedTrackPage:
    """One page, the latest first."""
    query = ("added", person.hex)
    start = cursor.read(after, *query) if after is not None else 0
    found, total = await store.added.page(person, start, limit)
    tracks = await store.tracks.find([ids.encode(one.track) for one in found], person)
    await add_ratings(store, person, tracks.values())
    kinds = await store.added.counts_by_artist(person)
    learned = await store.added.learned({artist for artist, _, _ in kinds}) if await _places(current) else None
    items = [
        AddedTrack(
            track=track,
            own=one.owner is not None,
            placed_by=placed_by(track.artists[0].id, track.features is not None, learned),
            added_at=one.added_at,
        )
        for one in found
        if (track := tracks.get(ids.encode(one.track)))
    ]
    counts = Counter[PlacedBy]()
    for artist, sound, count in kinds:
        counts[placed_by(artist, sound, learned)] += count
    more = cursor.write(start + limit, *query) if start + limit < total else None
    return AddedTrackPage(items=items, total=total, placed_by=dict(counts), next_cursor=more)


async def name(store: Store, person: UUID, track: str, other: str) -> None:
    """Makes an own track another name of one of the catalogue; NotFound, Conflict."""
    found = await store.tracks.resolve([other], person)
    if other not in found:
        raise NotFound(f"no track has the id {other!r}: search for it by name")
    await store.added.name(person, ids.decode(track), found[other])


async def remove(store: Store, person: UUID, track: str) -> None:
    """Deletes an own track with all that names it; NotFound."""
    await store.added.remove(person, ids.decode(track))


def placed_by(artist: str, sound: bool, learned: set[str] | None) -> PlacedBy:
    """By what a track counts; `learned` are artists with a learned track, None = the release places nothing."""
    if learned is None:
        return PlacedBy.UNKNOWN
    if artist in learned:
        return PlacedBy.SOUND_AND_ARTIST if sound else PlacedBy.ARTIST
    return PlacedBy.SOUND if sound else PlacedBy.UNKNOWN


async def _places(current: CurrentRelease) -> bool:
    try:
        files = (await current.opened()).release.manifest.files
    except (NoRelease, Unavailable):
        return False
    return any(file.startswith(COLD_START) for file in files)
