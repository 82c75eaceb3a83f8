"""Exclusions of a user: what of their listening does not count for the taste, from the next answer on."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from kit import ids
from kit.errors import BadRequest, NotFound
from kit.wire.exclusions import Exclusion, ExclusionList, NewExclusion
from services.catalog.store import Store
from services.catalog.store.exclusions import StoredExclusion


async def all_of(store: Store, person: UUID) -> ExclusionList:
    """Every exclusion of a user, the latest first."""
    version = await store.people.version(person)
    return await _listed(store, person, await store.exclusions.of(person), version)


async def add(store: Store, person: UUID, wanted: NewExclusion) -> tuple[ExclusionList, Exclusion]:
    """Adds an exclusion, once; NotFound for an unknown track or playlist. Returns all, and this one."""
    found, exclusion, version = await store.exclusions.add(
        person, wanted.exclusion_type, await _columns(store, person, wanted)
    )
    listed = await _listed(store, person, found, version)
    return listed, next(one for one in listed.items if one.id == exclusion)


async def remove(store: Store, person: UUID, exclusion: UUID) -> ExclusionList:
    """Removes an exclusion: its events count again. NotFound when it is not this user's."""
    if (found := await store.exclusions.remove(person, exclusion)) is None:
        raise NotFound(f"no exclusion of yours has the id {str(exclusion)!r}: GET /v1/me/exclusions lists them")
    return await _listed(store, person, *found)


async def _columns(store: Store, person: UUID, wanted: NewExclusion) -> dict[str, Any]:
    if wanted.track is not None:
        known = await store.tracks.resolve([wanted.track], person)
        if wanted.track not in known:
            raise NotFound(f"no track has the id {wanted.track!r}: search for it by name")
        return {"track": known[wanted.track]}
    if wanted.playlist is not None:
        if await store.playlists.find(person, wanted.playlist):
            return {"playlist": wanted.playlist, "context": f"playlist:{wanted.playlist}"}
        raise NotFound(f"no playlist of yours has the id {str(wanted.playlist)!r}")
    if wanted.source is not None:
        if "\0" in wanted.source:
            raise BadRequest("a source cannot hold the character U+0000: leave it out")
        return {"source": wanted.source}
    return {"since": wanted.since, "until": wanted.until}


async def _listed(store: Store, person: UUID, found: Sequence[StoredExclusion], version: int) -> ExclusionList:
    tracks = await store.tracks.find([ids.encode(one.track) for one in found if one.track], person)
    items = [
        Exclusion(
            id=one.id,
            kind=one.kind,
            track=tracks.get(ids.encode(one.track)) if one.track else None,
            playlist=one.playlist,
            source=one.source,
            since=one.since,
            until=one.until,
            created_at=one.created_at,
            events=one.events,
        )
        for one in found
    ]
    return ExclusionList(items=items, taste_version=version)
