"""Test client of one user for catalog's routes."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from httpx2 import AsyncClient, Response

from kit import ids
from tests import worlds
from tests.tokens import Issuer

UNKNOWN = ids.derive(mbid="in no release")
HEY_YA, CRAZY, HALO, NOTHING, TEEN = (worlds.track_id(i) for i in (3, 5, 6, 7, 8))
A_MOMENT = "2026-01-01T12:00:00+02:00"


class Listener:
    """One person and what they do."""

    def __init__(self, client: AsyncClient, issuer: Issuer, *scopes: str, person: UUID | None = None) -> None:
        self.id = person or uuid4()
        self._client = client
        self._headers = issuer.bearer(self.id, scopes) if scopes else issuer.bearer(self.id)

    async def request(self, method: str, path: str, **more: Any) -> Response:
        headers = self._headers | more.pop("headers", {})
        return await self._client.request(method, path, headers=headers, **more)

    async def like(self, track: str) -> dict[str, Any]:
        answer = await self.request("PUT", f"/v1/me/likes/{track}")
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def record(self, *events: dict[str, Any], key: str | None = None) -> dict[str, Any]:
        headers = {"idempotency-key": key} if key else {}
        answer = await self.request("POST", "/v1/me/feedback", json={"events": list(events)}, headers=headers)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    async def undo(self, event: str) -> Response:
        return await self.request("POST", f"/v1/me/feedback/{event}/undo")

    async def liked(self) -> list[str]:
        page = (await self.request("GET", "/v1/me/likes")).json()
        return [item["track"]["id"] for item in page["items"]]

    async def user_feedback(self) -> dict[str, Any]:
        return dict((await self.request("GET", "/internal/taste")).json())

    async def like_of(self, track: str) -> int | None:
        like: int | None = (await self.request("GET", f"/v1/tracks/{track}")).json()["like"]
        return like


def statuses(answer: dict[str, Any]) -> list[str]:
    return [row["status"] for row in answer["results"]]


def played_by(feedback: dict[str, Any]) -> list[dict[str, Any]]:
    """How often each track was played and skipped, without the day of the last play."""
    assert all(one["last_day"] for one in feedback["played"])
    return [{name: one[name] for name in ("track", "plays", "skips")} for one in feedback["played"]]


def event(track: str, kind: str, **more: Any) -> dict[str, Any]:
    return {"track": track, "kind": kind, **more}


def shown_list(person: UUID, at: datetime, *tracks: str) -> dict[str, Any]:
    return {
        "id": str(uuid4()),
        "person": str(person),
        "at": at.isoformat(),
        "release": "r",
        "source": "me",
        "tracks": list(tracks),
    }


async def impressions(client: AsyncClient, headers: dict[str, str], *lists: dict[str, Any]) -> None:
    answer = await client.post("/internal/impressions", json={"lists": list(lists)}, headers=headers)
    assert answer.status_code == 200, answer.text


async def shown(listener: Listener, limit: int = 500) -> list[str]:
    tracks: list[str] = (await listener.request("GET", f"/internal/shown?limit={limit}")).json()["tracks"]
    return tracks
