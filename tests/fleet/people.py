"""Test client for users at the public API: sign-up, feedback, recommendations."""

from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

import httpx2

PASSWORD = "correct horse battery"


@dataclass
class Person:
    """Somebody who is signed in. Every request takes a connection of its own, so that every worker is met."""

    url: str
    name: str
    email: str
    session: dict[str, Any] = field(repr=False)

    @property
    def headers(self) -> dict[str, str]:
        return {"authorization": f"Bearer {self.session['access_token']}"}

    def request(self, method: str, path: str, expected: int | None = 200, **more: Any) -> httpx2.Response:
        answer = httpx2.request(method, self.url + path, headers=self.headers, timeout=15, **more)
        assert expected is None or answer.status_code == expected, (
            f"{method} {path}: {answer.status_code} {answer.text}"
        )
        return answer

    def like(self, *tracks: str) -> list[str]:
        """Likes tracks one after another; the ids that an undo names."""
        return [self.request("PUT", f"/v1/me/likes/{track}").json()["id"] for track in tracks]

    def record(self, kind: str, *tracks: str) -> list[str]:
        """One batch of feedback; the ids of its events."""
        events = [{"track": track, "kind": kind} for track in tracks]
        results = self.request("POST", "/v1/me/feedback", json={"events": events}).json()["results"]
        assert {row["status"] for row in results} == {"stored"}
        return [row["id"] for row in results]

    def undo(self, event: str) -> None:
        self.request("POST", f"/v1/me/feedback/{event}/undo")

    def recommended(self, **query: Any) -> dict[str, Any]:
        found: dict[str, Any] = self.request("GET", "/v1/me/recommendations", params=query).json()
        return found

    def tracks(self, **query: Any) -> list[str]:
        """Ids of the next answer."""
        return [track["track"]["id"] for track in self.recommended(**query)["tracks"]]


def sign_up(url: str, name: str = "Ada") -> Person:
    email = f"{name.lower()}.{uuid4().hex[:8]}@example.com"
    answer = httpx2.post(f"{url}/v1/auth/signup", json={"name": name, "email": email, "password": PASSWORD}, timeout=15)
    assert answer.status_code == 201, answer.text
    return Person(url, name, email, answer.json())
