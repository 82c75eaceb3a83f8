"""People for the tests of the pages: signed up over the API, signed in by the app's own session route."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count

import httpx2
from playwright.sync_api import Page

PASSWORD = "four quiet brass notes"
_number = count(1)


@dataclass(frozen=True)
class Person:
    """An account of the fleet under test."""

    url: str
    name: str
    email: str
    token: str

    def call(self, method: str, path: str, **options: object) -> httpx2.Response:
        answer = httpx2.request(
            method,
            self.url + path,
            headers={"authorization": f"Bearer {self.token}"},
            timeout=30,
            **options,  # type: ignore[arg-type]
        )
        answer.raise_for_status()
        return answer

    def like(self, tracks: Sequence[str]) -> None:
        for start in range(0, len(tracks), 500):
            events = [{"track": track, "kind": "like"} for track in tracks[start : start + 500]]
            self.call("POST", "/v1/me/feedback", json={"events": events})

    def sign_in(self, page: Page) -> None:
        """As the sign-in page does: the cookie is set by the gateway, the app finds its session on load."""
        answer = page.request.post(
            "/web/auth/login", data={"email": self.email, "password": PASSWORD}, headers={"x-segue-web": "1"}
        )
        assert answer.ok, answer.text()
        page.add_init_script("localStorage.setItem('segue.signed-in', '1')")


def signed_up(url: str, name: str = "Ada") -> Person:
    email = f"{name.lower()}{next(_number)}@example.com"
    answer = httpx2.post(f"{url}/v1/auth/signup", json={"name": name, "email": email, "password": PASSWORD}, timeout=30)
    answer.raise_for_status()
    return Person(url, name, email, answer.json()["access_token"])


def popular(url: str, limit: int = 60) -> list[str]:
    """Ids of popular tracks of the release that is served."""
    answer = httpx2.get(f"{url}/v1/trending", params={"limit": limit}, timeout=30)
    answer.raise_for_status()
    return [row["track"]["id"] for row in answer.json()["tracks"]]
