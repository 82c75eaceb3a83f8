"""Rows of Spotify's answers as kit.wire.spotify has them. A row that is no track (an episode, a local file, one that is
no longer there) is left out; texts are cut to what is shown."""

import hashlib
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from kit.wire.spotify import ReadPlaylist, ReadTrack
from services.auth.spotify.responses import PAGE

TEXT = 300
MOST_ARTISTS = 20
ID = re.compile(r"[0-9A-Za-z]{1,64}")


def tracks_of(page: Mapping[str, Any]) -> list[ReadTrack]:
    """The tracks of a page of liked or top tracks, recent plays, or of a playlist."""
    return [track for row in _items(page) if (track := _track(row)) is not None]


def playlists_of(page: Mapping[str, Any], account: str) -> list[ReadPlaylist]:
    """The playlists of a page. Spotify gives tracks to owners and collaborators only."""
    found = []
    for row in _items(page):
        owner = row.get("owner")
        owner_id = str(owner.get("account_id") or owner.get("id") or "") if isinstance(owner, dict) else ""
        own = bool(row.get("collaborative")) or _digest(owner_id) == account
        if (playlist := _id(row)) is not None:
            snapshot = _text(row.get("snapshot_id"))
            found.append(ReadPlaylist(id=playlist, name=_text(row.get("name")), snapshot=snapshot, own=own))
    return found


def next_offset(page: Mapping[str, Any], offset: int) -> int | None:
    """The offset of the next page; None at the end. The address in `next` is not used."""
    total = page.get("total")
    following = offset + PAGE
    if not page.get("items") or not isinstance(total, int) or following >= total:
        return None
    return following


def marker_of(playlist: UUID) -> str:
    """The description of a saved playlist, by which it is found again."""
    return f"Saved from Segue, {playlist.hex[:12]}"


def marked(page: Mapping[str, Any], playlist: UUID) -> str | None:
    """The id of the playlist of a page that has the description of this saved one."""
    marker = marker_of(playlist)
    return next((_id(row) for row in _items(page) if row.get("description") == marker), None)


def _items(page: Mapping[str, Any]) -> list[dict[str, Any]]:
    items = page.get("items")
    return [row for row in items[:PAGE] if isinstance(row, dict)] if isinstance(items, list) else []


def _track(row: Mapping[str, Any]) -> ReadTrack | None:
    inner = row.get("item") or row.get("track") or (row if "artists" in row else None)
    if not isinstance(inner, dict) or inner.get("type", "track") != "track" or inner.get("is_local"):
        return None
    number, title = _id(inner), _text(inner.get("name"))
    if number is None or not title:
        return None
    artists = inner.get("artists")
    names = [_text(one.get("name")) for one in artists if isinstance(one, dict)] if isinstance(artists, list) else []
    album, codes, ms = inner.get("album"), inner.get("external_ids"), inner.get("duration_ms")
    return ReadTrack(
        id=number,
        title=title,
        artists=[name for name in names if name][:MOST_ARTISTS],
        album=_text(album.get("name")) if isinstance(album, dict) else "",
        isrc=_text(codes.get("isrc"))[:20] if isinstance(codes, dict) else "",
        duration_ms=ms if isinstance(ms, int) and 0 <= ms <= 86_400_000 else None,
        at=_moment(row.get("added_at") or row.get("played_at")),
    )


def _id(row: Mapping[str, Any]) -> str | None:
    number = row.get("id")
    return number if isinstance(number, str) and ID.fullmatch(number) else None


def _text(value: Any) -> str:
    return " ".join(value.replace("\0", "").split())[:TEXT] if isinstance(value, str) else ""


def _moment(value: Any) -> datetime | None:
    try:
        read = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return None
    return read if read.tzinfo else None


def _digest(account: str) -> str:
    return hashlib.sha256(account.encode()).hexdigest()[:32]
