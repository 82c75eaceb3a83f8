"""Public routes of the Spotify link under /v1/spotify. Only a signed-in session manages it, never an API key."""

from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request

from kit.wire.spotify import LinkPurpose, SpotifyCode, SpotifyLink, SpotifyStart, SpotifyToken
from services.auth.dependencies import Me, never_kept
from services.auth.spotify import links

router = APIRouter(prefix="/v1/spotify", tags=["spotify"], dependencies=[Depends(never_kept)])
NOT_SET_UP = {"description": "Spotify is not set up on this server"}
REFUSED = {"description": "Spotify refused, or the answer belongs to no sign-in of this session"}


async def _links(request: Request) -> links.SpotifyLinks:
    found: links.SpotifyLinks = request.app.state.spotify_links
    return found


Links = Annotated[links.SpotifyLinks, Depends(_links)]
Purpose = Annotated[LinkPurpose, Query(description="save = to save playlists as well.")]


@router.get("")
async def spotify_link(me: Me, spotify: Links) -> SpotifyLink:
    """The state of the person's link to Spotify, with a sentence that says what to do."""
    return await spotify.show(me.account.id)


@router.get("/start", responses={409: NOT_SET_UP})
async def start_spotify(me: Me, spotify: Links, purpose: Purpose = "read") -> SpotifyStart:
    """The address at which Spotify asks the person to agree. It sends the browser back to /connect/spotify with a
    code and a state, which this session brings to POST /v1/spotify/callback within ten minutes."""
    return await spotify.begin_authorization(me, purpose)


@router.post("/callback", responses={400: REFUSED, 409: NOT_SET_UP})
async def finish_spotify(body: SpotifyCode, me: Me, spotify: Links) -> SpotifyLink:
    """Connects the account with the code that Spotify sent back. A state holds once, and in its session only."""
    return await spotify.finish(me, body)


@router.post("/token", responses={400: REFUSED, 409: NOT_SET_UP})
async def bring_spotify_token(body: SpotifyToken, me: Me, spotify: Links) -> SpotifyLink:
    """Connects with an access token that the person got from Spotify in another way. It is not renewed: within an
    hour the state is needs_reauth."""
    return await spotify.hand_over(me, body.access_token.get_secret_value())


@router.delete("", status_code=204)
async def disconnect_spotify(me: Me, spotify: Links) -> None:
    """Deletes the tokens at once, and within seconds everything that came from Spotify."""
    await spotify.disconnect(me.account.id)
