"""What a person does to connect to the fake Spotify, and what catalog asks auth for."""

from typing import Any

from tests.fake_spotify.server import FakeSpotify
from tests.services.auth.conftest import Somebody


async def started(person: Somebody, purpose: str = "read") -> str:
    answer = await person.request("GET", f"/v1/spotify/start?purpose={purpose}")
    assert answer.status_code == 200, answer.text
    return str(answer.json()["url"])


async def connect(person: Somebody, fake: FakeSpotify, account: str = "ada", purpose: str = "read") -> dict[str, Any]:
    """The whole flow; the link afterwards."""
    back = fake.agree(await started(person, purpose), account)
    answer = await person.request("POST", "/v1/spotify/callback", back)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


async def link_of(person: Somebody) -> dict[str, Any]:
    return dict((await person.request("GET", "/v1/spotify")).json())


async def read(person: Somebody, section: str = "liked", **more: Any) -> dict[str, Any]:
    """A page, as catalog asks for it."""
    wanted = {"person": str(person.id), "section": section} | more
    answer = await person.service.internal("POST", "/internal/spotify:read", wanted)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())
