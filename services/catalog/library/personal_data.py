"""Rows of a person's data for its export, with titles and artists beside the ids of tracks."""

from uuid import UUID

from kit.wire.personal_data import Row, SectionPage
from services.catalog.store import Store


async def page(store: Store, person: UUID, section: str, after: str | None) -> SectionPage:
    """The next rows of a section; NotFound, Malformed."""
    found = await store.personal_data.page(section, person, after)
    await _add_names(store, person, found.items)
    return found


async def _add_names(store: Store, person: UUID, rows: list[Row]) -> None:
    """Adds `title` and `artists` to rows that name a track of the catalogue."""
    named = list(dict.fromkeys(row["track"] for row in rows if row.get("track")))
    tracks = await store.tracks.find(named, person) if named else {}
    for row in rows:
        if track := tracks.get(row.get("track") or ""):
            row |= {"title": track.title, "artists": [artist.name for artist in track.artists]}
