"""Public routes of mutes under /v1/me/mutes."""

from typing import Annotated, Any

from fastapi import APIRouter, Path

from kit import paths
from kit.recordings.version_types import VersionType
from kit.wire.catalog import TrackId
from kit.wire.mutes import MutedGenre, MuteList, Mutes
from services.catalog.dependencies import Reader, Store, Writer
from services.catalog.library import mutes

paths.register()
router = APIRouter(prefix="/v1/me/mutes", tags=["library"])
NO_ARTIST: dict[int | str, dict[str, Any]] = {
    404: {"description": "No such artist"},
    409: {"description": "As many as are kept are muted"},
}
ArtistId = Annotated[TrackId, Path(alias="id", description="From the artists of a track.")]
Genre = Annotated[MutedGenre, Path(description="In any spelling, as in a filter.")]


@router.get("")
async def muted(store: Store, person: Reader) -> MuteList:
    """What the person never wants to hear: artists, genres and types of versions, the latest mute first."""
    return await mutes.all_of(store, person)


@router.put("", responses=NO_ARTIST)
async def replace_mutes(body: Mutes, store: Store, person: Writer) -> MuteList:
    """Makes these the only mutes. They count in the very next answer, as do all changes of mutes."""
    return await mutes.replace(store, person, body)


@router.delete("")
async def clear_mutes(store: Store, person: Writer) -> MuteList:
    """Removes every mute."""
    return await mutes.replace(store, person, Mutes())


@router.put("/artists/{id}", responses=NO_ARTIST)
async def mute_artist(artist: ArtistId, store: Store, person: Writer) -> MuteList:
    """Mutes an artist: no track of theirs, nor one with them as a guest, is recommended."""
    return await mutes.add(store, person, Mutes(artists=[artist]))


@router.delete("/artists/{id}")
async def unmute_artist(artist: ArtistId, store: Store, person: Writer) -> MuteList:
    """Removes the mute of an artist."""
    return await mutes.remove(store, person, "artist", artist)


@router.put("/genres/{genre:reference}", responses={409: NO_ARTIST[409]})
async def mute_genre(genre: Genre, store: Store, person: Writer) -> MuteList:
    """Mutes a genre: no track that has it, among others, is recommended."""
    return await mutes.add(store, person, Mutes(genres=[genre]))


@router.delete("/genres/{genre:reference}")
async def unmute_genre(genre: Genre, store: Store, person: Writer) -> MuteList:
    """Removes the mute of a genre, in any spelling."""
    return await mutes.remove(store, person, "genre", genre)


@router.put("/versions/{version}")
async def mute_version(version: VersionType, store: Store, person: Writer) -> MuteList:
    """Mutes a type of versions, as the labels of titles name it: "Halo (Live at Wembley)" is live."""
    return await mutes.add(store, person, Mutes(versions=[version]))


@router.delete("/versions/{version}")
async def unmute_version(version: VersionType, store: Store, person: Writer) -> MuteList:
    """Removes the mute of a type of versions."""
    return await mutes.remove(store, person, "version", version)
