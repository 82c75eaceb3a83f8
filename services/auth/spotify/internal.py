"""Internal routes by which catalog reads a person's Spotify account and saves playlists there."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request

from kit.identity import FromService
from kit.wire.spotify import SpotifyPage, SpotifyRead, SpotifyWrite, SpotifyWritten
from services.auth.spotify import library

router = APIRouter(prefix="/internal", tags=["internal"], dependencies=[FromService])


async def _library(request: Request) -> library.SpotifyLibrary:
    found: library.SpotifyLibrary = request.app.state.spotify_library
    return found


Library = Annotated[library.SpotifyLibrary, Depends(_library)]


@router.post("/spotify:read")
async def read_spotify(body: SpotifyRead, spotify: Library) -> SpotifyPage:
    """One page of what a person's Spotify account has."""
    return await spotify.read(body)


@router.post("/spotify:write")
async def write_spotify(body: SpotifyWrite, spotify: Library) -> SpotifyWritten:
    """Writes tracks of a saved playlist, from a position on."""
    return await spotify.write(body)
