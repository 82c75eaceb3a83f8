"""Mutes of a user: what they name, their limits, and the rules of adding and removing them."""

from collections.abc import Sequence
from uuid import UUID

from kit.errors import BadRequest, Conflict, NotFound
from kit.genres import genre_key
from kit.recordings.version_types import VersionType
from kit.wire.mutes import MAX_MUTED_ARTISTS, MAX_MUTED_GENRES, Mute, MuteList, Mutes
from services.catalog.store import Store
from services.catalog.store.mutes import MuteKey

MOST = {"artist": MAX_MUTED_ARTISTS, "genre": MAX_MUTED_GENRES, "version": len(VersionType)}


async def all_of(store: Store, person: UUID) -> MuteList:
    """Every mute of a user, the latest first."""
    version = await store.people.version(person)
    return MuteList(items=await store.mutes.of(person), taste_version=version)


async def add(store: Store, person: UUID, mutes: Mutes) -> MuteList:
    """Adds mutes; NotFound for an unknown artist, Conflict above the limits."""
    keys = await _keys(store, mutes)
    held = await store.mutes.of(person)
    _check_room(keys, held)
    return _listed(await store.mutes.add(person, keys))


async def replace(store: Store, person: UUID, mutes: Mutes) -> MuteList:
    """Makes these the only mutes; NotFound for an unknown artist."""
    return _listed(await store.mutes.replace(person, await _keys(store, mutes)))


async def remove(store: Store, person: UUID, kind: str, value: str) -> MuteList:
    """Removes one mute; what is not muted stays so."""
    key = genre_key(value) if kind == "genre" else value
    return _listed(await store.mutes.remove(person, kind, key))


async def _keys(store: Store, mutes: Mutes) -> list[MuteKey]:
    names = await store.mutes.names(mutes.artists) if mutes.artists else {}
    if unknown := [artist for artist in mutes.artists if artist not in names]:
        raise NotFound(f"no artist has the id {unknown[0]!r}: take it from the artists of a track")
    if any("\0" in genre for genre in mutes.genres):
        raise BadRequest("a genre cannot hold the character U+0000: leave it out")
    return [
        *(MuteKey("artist", artist, names[artist]) for artist in mutes.artists),
        *(MuteKey("genre", genre_key(genre), genre) for genre in mutes.genres),
        *(MuteKey("version", version.value, version.value) for version in mutes.versions),
    ]


def _check_room(keys: Sequence[MuteKey], held: Sequence[Mute]) -> None:
    known = {(mute.kind, mute.value) for mute in held}
    for kind, most in MOST.items():
        new = {key.value for key in keys if key.kind == kind and (kind, key.value) not in known}
        if new and len(new) + sum(mute.kind == kind for mute in held) > most:
            raise Conflict(f"{most} muted {kind}s are the most that is kept: remove some at /v1/me/mutes first")


def _listed(found: tuple[list[Mute], int]) -> MuteList:
    items, version = found
    return MuteList(items=items, taste_version=version)
