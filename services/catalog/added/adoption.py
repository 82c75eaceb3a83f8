"""Finds own tracks of people in a release that has just been imported, so that no track is there twice.

A track that the resolver of imports finds with confidence becomes another name of the catalogue's track: the person's
plays, likes and places in playlists are that track's from then on.
"""

from contextlib import suppress
from typing import Any
from uuid import UUID

from kit.errors import Conflict, NotFound, Unauthorized
from kit.formats.user_exports import TrackNames
from services.catalog.imports.resolver import Resolver
from services.catalog.store import Store

BATCH = 500
NOBODY = UUID(int=0)
"""The person whose corrections the resolver reads: names alone decide here."""


async def adopt(store: Store) -> int:
    """Goes through all own tracks; how many were found. It can be repeated, also by several processes at once."""
    after = found = 0
    while rows := await store.added.owned(after, BATCH):
        after = rows[-1].number
        named = {row.id: _names(row) for row in rows}
        resolved = await Resolver(store, NOBODY).resolve(named.values())
        for row in rows:
            resolution = resolved[named[row.id]]
            if resolution.confident and resolution.track:
                with suppress(NotFound, Conflict, Unauthorized):  # deleted meanwhile, or adopted by another process
                    await store.added.name(row.owner, row.id, resolution.track)
                    found += 1
    return found


def _names(row: Any) -> TrackNames:
    return TrackNames(row.title, row.artists[0]["name"], row.album or "", duration_ms=row.duration_ms)
