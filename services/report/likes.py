"""Reads a person's likes from catalog, in pages, with the person's own token."""

from datetime import datetime
from typing import NamedTuple

from kit.http import ServiceClient
from kit.tokens import Caller
from kit.wire.library import MAX_LIKES, LikeDates


class Likes(NamedTuple):
    """Track ids and when each was liked, newest first."""

    track_ids: list[str]
    moments: list[datetime]


async def read_likes(catalog: ServiceClient, caller: Caller, most: int) -> Likes:
    """The latest likes, at most `most`; NeighbourUnavailable when catalog does not answer, Unauthorized when
    the account was deleted."""
    found, before = Likes([], []), None
    while len(found.track_ids) < most:
        wanted = min(MAX_LIKES, most - len(found.track_ids))
        after = f"&before={before}" if before else ""
        path = f"/internal/likes?limit={wanted}{after}"
        page = LikeDates.model_validate(await catalog.get_json(path, f"Bearer {caller.token}"))
        found.track_ids.extend(like.track for like in page.items)
        found.moments.extend(like.liked_at for like in page.items)
        if (before := page.next) is None:
            break
    return found
