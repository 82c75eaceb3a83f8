"""What was read from Spotify, as its person sees it."""

from datetime import timedelta
from uuid import UUID

from kit import ids
from kit.wire.spotify import SpotifyLibrary, SpotifyPlaylist, SpotifyTrack, SpotifyTracks
from services.catalog import cursor
from services.catalog.jobs.views import view
from services.catalog.store import Store
from services.catalog.store.spotify import StoredTrack
from services.catalog.store.spotify_links import SYNC

LOOKED_THROUGH = 100
BEYOND = 1_000_000
"""More than any section has: a forged cursor overflows no column."""


async def library(store: Store, person: UUID, kept: timedelta, *, counts: bool) -> SpotifyLibrary:
    """How much was read, and when; the playlists; the latest sync."""
    jobs = [job for job in await store.jobs.of_person(person, LOOKED_THROUGH) if job.job_type == SYNC]
    shown = SpotifyLibrary(counts_for_taste=counts, job=view(jobs[0]) if jobs else None)
    if (link := await store.spotify.find(person)) is None:
        return shown
    sections = await store.spotify.counts(person)
    shown.synced_at = link.synced_at
    shown.expires_at = link.synced_at + kept if link.synced_at else None
    shown.unchanged_playlists = link.unchanged
    for section in ("liked", "top", "recent"):
        setattr(shown, section, sections.get(section, 0))
    found = await store.spotify.playlists(person)
    shown.playlists = [SpotifyPlaylist(id=one.id, name=one.name, tracks=one.tracks) for one in found]
    return shown


async def tracks(store: Store, person: UUID, section: str, limit: int, after: str | None) -> SpotifyTracks:
    """One page of a section; Malformed for a cursor of another one."""
    query = ("spotify", person.hex, section)
    start = cursor.read(after, *query) if after is not None else 0
    rows, total = await store.spotify.tracks(person, section, min(start, BEYOND), limit)
    more = cursor.write(start + limit, *query) if start + limit < total else None
    return SpotifyTracks(items=[_track(row) for row in rows], total=total, next_cursor=more)


def _track(row: StoredTrack) -> SpotifyTrack:
    return SpotifyTrack(
        id=row.spotify_id,
        title=row.title,
        artists=row.artists,
        album=row.album or None,
        url=f"https://open.spotify.com/track/{row.spotify_id}",
        track=ids.encode(row.track) if row.track else None,
        at=row.at,
    )
