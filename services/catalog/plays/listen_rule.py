"""Decides whether a play counts as a listen or is a skip. Pure.

ListenBrainz: "Listens should be submitted for tracks when the user has listened to half the track or 4 minutes of the
track, whichever is lower" (its API documentation, submit-listens).
"""

LISTEN_MS = 4 * 60_000
SHORT_MS = 30_000
"""Of a track whose duration is not known: as in imports, where a shorter play is none."""


def is_listen(played_ms: int | None, duration_ms: int | None) -> bool:
    """True for half of the track or four minutes, and where the player does not tell how long it played: players send
    a play once it counts."""
    if played_ms is None:
        return True
    if not duration_ms:
        return played_ms >= SHORT_MS
    return played_ms >= min(duration_ms / 2, LISTEN_MS)
