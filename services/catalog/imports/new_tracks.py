"""Tracks that a file names and the catalogue lacks, as they are added. Pure.

with a public code   under the id that the code gives, for everybody who knows the code
by names alone       under an id derived from the person and the names, for that person only: two people who name
                     one track have one each, and nobody's file writes into what others see
"""

import re
from typing import Any, NamedTuple
from uuid import UUID, uuid5

from kit import ids
from kit.formats.user_exports import TrackNames
from kit.names import identity_key
from kit.wire.catalog import FEATURES

_GUESTS = re.compile(
    r"(?P<first>.+?)(?:,\s|\s(?:&|\+|and|x|vs\.?|with|feat\.?|ft\.?|featuring)\s)\s*(?P<rest>.+)", re.I
)


class NewTrack(NamedTuple):
    """A track to be added. `owner` alone sees it; None = everybody who knows its code."""

    id: UUID
    title: str
    artist: str
    album: str
    duration_ms: int | None
    external_ids: dict[str, str]
    features: dict[str, Any] | None = None
    owner: UUID | None = None


def coded_track(names: TrackNames) -> NewTrack | None:
    """The track of a row with a public code and names; None for any other row."""
    if not (names.title and names.artist):
        return None
    if names.spotify:
        number = ids.decode(names.spotify)
    elif names.mbid or names.isrc:
        number = ids.decode(ids.derive(mbid=names.mbid or None, isrc=names.isrc or None))
    else:
        return None
    codes = {kind: code for kind in ("spotify", "mbid", "isrc") if (code := getattr(names, kind))}
    return _track(number, names, codes, None)


def own_track(person: UUID, names: TrackNames) -> NewTrack | None:
    """The track of a row's title and artist for this person; None for a row without them."""
    if not (names.title and names.artist):
        return None
    key = "\n".join(identity_key(name) or name for name in (names.artist, names.title))
    return _track(uuid5(person, f"track:{key}"), names, {}, person)


def split_credit(credit: str) -> tuple[str, str] | None:
    """The first artist of a credit and the others ("A feat. B", "A & B"); None when it names one."""
    match = _GUESTS.fullmatch(credit)
    return (match["first"], match["rest"]) if match else None


def _track(number: UUID, names: TrackNames, codes: dict[str, str], owner: UUID | None) -> NewTrack:
    values = names.features
    features = dict(zip(FEATURES, values, strict=True)) if values else None
    return NewTrack(number, names.title, names.artist, names.album, names.duration_ms, codes, features, owner)
