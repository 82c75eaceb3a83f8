"""The port to Spotify: the only file that calls it. Tokens over requests, the Web API over spotipy, in threads.

spotipy gets an access token and a session of ours: its own session sleeps through Retry-After and sends a POST again
after 503, and its token managers keep tokens in files. Only the two addresses of the settings are called: redirects
are not followed and the addresses of next pages in an answer are not used. Threads, waiting and answers are bounded.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, TypeVar

import requests
import spotipy

from kit.errors import Overloaded
from kit.wire.spotify import SpotifyOutcome
from services.auth.spotify.failures import Refusal, SpotifyFailed, failure_of, failure_of_token
from services.auth.spotify.responses import PAGE, Granted, JsonObject

THREADS, MOST_WAITING = 4, 32
CONNECT_S = 3.05
PLAYLIST_FIELDS = "items(added_at,item(id,name,type,duration_ms,artists(name),album(name),external_ids(isrc))),total"
Result = TypeVar("Result")


class SpotifyPort:
    """Calls accounts and API of Spotify under these base addresses; SpotifyFailed."""

    def __init__(self, accounts_url: str, api_url: str, client_id: str, timeout_s: float) -> None:
        self._accounts, self._api, self._client_id = accounts_url, api_url, client_id
        self._timeout_s = timeout_s
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="spotify")
        self._under_way = 0
        for name in ("spotipy", "urllib3"):
            logging.getLogger(name).setLevel(logging.CRITICAL)  # spotipy's debug lines have the token

    def close(self) -> None:
        """Ends the threads; calls under way are left to their timeouts."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def exchange(self, code: str, verifier: str, redirect_uri: str) -> Granted:
        """Tokens for the code of an authorization."""
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri}
        return await self._run(partial(self._tokens, form | {"code_verifier": verifier}))

    async def refresh(self, refresh_token: str) -> Granted:
        """A new access token; NEEDS_REAUTH when the permission has ended."""
        return await self._run(partial(self._tokens, {"grant_type": "refresh_token", "refresh_token": refresh_token}))

    async def me(self, token: str) -> JsonObject:
        """The account of a token."""
        return await self._call(token, lambda api: api.current_user())

    async def page(self, token: str, section: str, offset: int) -> JsonObject:
        """A page of liked tracks, top tracks, recent plays or playlists."""
        calls: Mapping[str, Callable[[spotipy.Spotify], Any]] = {
            "liked": lambda api: api.current_user_saved_tracks(limit=PAGE, offset=offset),
            "top": lambda api: api.current_user_top_tracks(limit=PAGE, offset=offset),
            "recent": lambda api: api.current_user_recently_played(limit=PAGE),
            "playlists": lambda api: api.current_user_playlists(limit=PAGE, offset=offset),
        }
        return await self._call(token, calls[section])

    async def playlist_page(self, token: str, playlist: str, offset: int) -> JsonObject:
        """A page of the tracks of a playlist."""
        of = {"fields": PLAYLIST_FIELDS, "limit": PAGE, "offset": offset, "additional_types": ("track",)}
        return await self._call(token, lambda api: api.playlist_items(playlist, **of))

    async def create_playlist(self, token: str, name: str, description: str) -> str:
        """Creates a private playlist; returns its id."""
        about = {"public": False, "collaborative": False, "description": description}
        made = await self._call(token, lambda api: api.current_user_playlist_create(name, **about))
        return str(made.get("id", ""))

    async def replace_items(self, token: str, playlist: str, tracks: Sequence[str]) -> None:
        """Makes these the tracks of a playlist."""
        await self._call(token, lambda api: api.playlist_replace_items(playlist, list(tracks)))

    async def add_items(self, token: str, playlist: str, tracks: Sequence[str]) -> None:
        """Adds tracks at the end of a playlist."""
        await self._call(token, lambda api: api.playlist_add_items(playlist, list(tracks)))

    async def _call(self, token: str, call: Callable[[spotipy.Spotify], Any]) -> JsonObject:
        return await self._run(partial(self._ask, token, call))

    async def _run(self, work: Callable[[], Result]) -> Result:
        if self._under_way >= MOST_WAITING:
            raise Overloaded("too many calls to Spotify at once: try again in a moment", retry_after_s=5)
        self._under_way += 1
        try:
            async with asyncio.timeout(3 * self._timeout_s):
                return await asyncio.get_running_loop().run_in_executor(self._threads, work)
        except TimeoutError:
            raise SpotifyFailed(SpotifyOutcome.UNAVAILABLE, "no answer in time") from None
        finally:
            self._under_way -= 1

    def _ask(self, token: str, call: Callable[[spotipy.Spotify], Any]) -> JsonObject:
        with _session() as session:
            timeout = (CONNECT_S, self._timeout_s)
            api = spotipy.Spotify(auth=token, requests_session=session, requests_timeout=timeout)
            api.prefix = f"{self._api}/v1/"
            try:
                answer = call(api)
            except spotipy.SpotifyException as error:
                reason = str(error.reason or "")
                raise failure_of(Refusal(error.http_status, error.msg, reason, error.headers)) from None
            except requests.RequestException as error:
                raise SpotifyFailed(SpotifyOutcome.UNAVAILABLE, type(error).__name__) from None
            except (AttributeError, TypeError, KeyError):  # an error that is no object of the Web API
                raise SpotifyFailed(SpotifyOutcome.UNAVAILABLE, "the answer is not understood") from None
        if not isinstance(answer, dict):
            raise SpotifyFailed(SpotifyOutcome.UNAVAILABLE, "the answer is not understood")
        return answer

    def _tokens(self, form: Mapping[str, str]) -> Granted:
        with _session() as session:
            try:
                answer = session.post(
                    f"{self._accounts}/api/token",
                    data={**form, "client_id": self._client_id},
                    timeout=(CONNECT_S, self._timeout_s),
                    allow_redirects=False,
                )
                document = answer.json()
            except requests.JSONDecodeError:
                raise failure_of_token(Refusal(answer.status_code, headers=answer.headers)) from None
            except requests.RequestException as error:
                raise SpotifyFailed(SpotifyOutcome.UNAVAILABLE, type(error).__name__) from None
        if answer.status_code != 200:
            reason = document.get("error") if isinstance(document, dict) else ""
            raise failure_of_token(Refusal(answer.status_code, reason=str(reason), headers=answer.headers))
        return _granted(document)


def _granted(document: Any) -> Granted:
    try:
        scopes = tuple(str(document.get("scope") or "").split())
        lasts = min(max(float(document["expires_in"]), 0.0), 86_400.0)
        return Granted(str(document["access_token"]), str(document.get("refresh_token") or ""), lasts, scopes)
    except (KeyError, TypeError, ValueError, AttributeError):
        raise SpotifyFailed(SpotifyOutcome.UNAVAILABLE, "the token endpoint's answer is not understood") from None


def _session() -> requests.Session:
    session = requests.Session()
    session.trust_env = False  # a .netrc would replace the Authorization header
    session.max_redirects = 0
    return session
