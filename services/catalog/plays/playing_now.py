"""What a person plays at this moment: reported by a player, forgotten when the track must be over."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

from kit import ids
from kit.formats.user_exports import TrackNames
from kit.wire.plays import NamedTrack, PlayingNow
from services.catalog.imports.resolver import Resolver
from services.catalog.library.likes import add_ratings
from services.catalog.plays.named_tracks import names_of
from services.catalog.store import Store
from services.catalog.store.playing_now import StoredPlayingNow

UNKNOWN_S, LONGEST_S = 600, 3_600
"""How long a track of unknown duration plays, and the longest for which one report holds."""


async def put(store: Store, person: UUID, track: NamedTrack) -> PlayingNow:
    """Stores what plays now, in place of what played before."""
    names, now = names_of(track), datetime.now(UTC)
    found = (await Resolver(store, person).resolve([names]))[names]
    seconds = min(track.duration_ms / 1000, LONGEST_S) if track.duration_ms else UNKNOWN_S
    until = now + timedelta(seconds=seconds)
    number = found.track if found.confident else None
    playing = StoredPlayingNow(names._asdict(), number, track.source, now, until)
    await store.playing_now.put(person, playing)
    return await _shown(store, person, playing)


async def of(store: Store, person: UUID) -> PlayingNow | None:
    """What plays now; None when nothing does."""
    playing = await store.playing_now.of(person, datetime.now(UTC))
    return await _shown(store, person, playing) if playing else None


async def _shown(store: Store, person: UUID, playing: StoredPlayingNow) -> PlayingNow:
    names = TrackNames(**playing.names)
    tracks = await store.tracks.find([ids.encode(playing.track)], person) if playing.track else {}
    await add_ratings(store, person, tracks.values())
    return PlayingNow(
        title=names.title,
        artist=names.artist,
        album=names.album,
        duration_ms=names.duration_ms,
        source=playing.source,
        since=playing.since,
        until=playing.until,
        track=next(iter(tracks.values()), None),
    )
