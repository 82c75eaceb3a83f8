"""The job that saves a playlist of the person at Spotify, as a private one, without a track twice after a retry.

auth remembers which playlist at Spotify this one is, and how many tracks it has: position 0 replaces them all, and
where a call had no answer the job begins there again.
"""

from typing import Any
from uuid import UUID

from kit import ids
from kit.job_worker import JobFailed, Run
from kit.wire.spotify import MAX_ITEMS, SpotifyOutcome, SpotifyWrite
from services.catalog.spotify.account import SpotifyAccount, person_of
from services.catalog.store import Store

BEGINNINGS = 3
BATCH = 500
UNNAMED = "Playlist of Segue"


class SpotifySaving:
    """The handler of the job."""

    def __init__(self, store: Store, account: SpotifyAccount) -> None:
        self._store, self._account = store, account

    async def run(self, run: Run) -> dict[str, Any]:
        """Saves the playlist; how many tracks, how many Spotify does not have, and its address. JobFailed."""
        person, playlist = person_of(run.job.person), UUID(run.job.arguments["playlist"])
        if (found := await self._store.playlists.read(person, playlist)) is None:
            raise JobFailed("the playlist was deleted meanwhile")
        summary, entries = found
        codes = await self._codes([ids.encode(entry.track) for entry in entries])
        if not codes:
            raise JobFailed("none of its songs has a Spotify id here, so there is nothing to save")
        wanted = SpotifyWrite(person=person, playlist=playlist, name=summary.name or UNNAMED, position=0, ids=[])
        for _ in range(BEGINNINGS):
            if saved := await self._write(run, wanted, codes):
                url = f"https://open.spotify.com/playlist/{saved}"
                return {"saved": len(codes), "left_out": len(entries) - len(codes), "id": saved, "url": url}
        raise JobFailed("Spotify did not take the playlist: try again later")

    async def _write(self, run: Run, wanted: SpotifyWrite, codes: list[str]) -> str | None:
        """Writes from the beginning; the id at Spotify, None when it must begin again."""
        saved = None
        for start in range(0, len(codes), MAX_ITEMS):
            part = wanted.model_copy(update={"position": start, "ids": codes[start : start + MAX_ITEMS]})
            written = await self._account.write(part)
            if written.outcome is SpotifyOutcome.START_OVER:
                return None
            saved = written.id
            await run.report({"saved": start + len(part.ids), "of": len(codes)})
        return saved

    async def _codes(self, tracks: list[str]) -> list[str]:
        """The Spotify ids of the tracks that have one, in order. An id of 22 characters alone is no sign of one."""
        codes = []
        for start in range(0, len(tracks), BATCH):
            batch = tracks[start : start + BATCH]
            found = await self._store.tracks.find(list(dict.fromkeys(batch)))
            known = {number: track.external_ids.get("spotify") for number, track in found.items()}
            codes += [code for number in batch if (code := known.get(number))]
        return codes
