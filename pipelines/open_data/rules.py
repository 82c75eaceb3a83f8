"""The rules that make sessions of listens, with the values of published work and where they are from."""

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class SessionRules:
    """Parameters of `open sessions`. They are part of the stage's key and of a release's manifest."""

    listens_a_day: int = 1_000  # more is a program: at 3 minutes a track 1,000 take 50 hours
    listens_a_second: int = 3  # more is an import or a program
    repeats_a_day: int = 100  # of one recording: a campaign that streams it
    loop_listens_a_day: int = 100  # with, on average, loop_repeats of each track: a campaign that plays a few in a loop
    loop_repeats: int = 10
    gap_s: int = 1_800  # between two starts: session-rec and hgru4rec, 30 min idle
    skipped_s: int = 30  # a listen replaced sooner was skipped: ListenBrainz, "skip 30"
    album_run: int = 3  # tracks of one release in a row that count: an album played through is no playlist
    fewest: int = 5  # tracks of a session: session-rec on playlists
    longest: int = 100  # longer sessions are split evenly
    sessions_each: int = 50  # newest sessions of a user
    times_each: int = (
        5  # sessions of a user with one track, so that no pair counts more: ListenBrainz, "contribution 5"
    )
    users_each: int = 5  # users of a track: fewer are not published
    most_tracks: int = 300_000  # those with most users
    most_entries: int = 3_000_000  # of the output: memory of the training; sessions are dropped by a hash

    def document(self) -> dict[str, Any]:
        """The values by name."""
        return asdict(self)
