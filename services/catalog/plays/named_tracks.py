"""Converts tracks as players name them to the names that the resolver of imports takes."""

from kit import references
from kit.formats.user_exports import TrackNames
from kit.formats.user_exports.records import text
from kit.wire.plays import NamedTrack


def names_of(track: NamedTrack) -> TrackNames:
    """The names of a track, in the form of a file's row."""
    return TrackNames(
        text(track.title),
        text(track.artist),
        text(track.album),
        track.spotify or "",
        references.mbid(track.mbid) or "",
        references.isrc(track.isrc) or "",
        track.duration_ms,
    )
