"""Tests of connecting and disconnecting a Spotify account, against a fake Spotify over HTTP."""

import time
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

from services.auth.spotify.pkce import READ_SCOPES, SAVE_SCOPE
from tests.fake_spotify import answers
from tests.fake_spotify.server import FakeSpotify
from tests.services.auth.conftest import REDIRECT, Service, Settings, linked_to, running
from tests.services.auth.spotify_link import connect, link_of, read, started

pytestmark = pytest.mark.anyio


@pytest.fixture
def plain(tmp_path: Path) -> Settings:
    return Settings(data=tmp_path, service_key="a-service-key-of-forty-characters-or-more")


@pytest.mark.must("S0-05", "S0-38")
async def test_a_person_connects_and_disconnects(linked: Service, fake: FakeSpotify) -> None:
    ann = await linked.sign_up()
    assert (await link_of(ann))["state"] == "not_connected"
    link = await connect(ann, fake)
    assert (link["state"], link["account"], link["can_save"]) == ("connected", "ada", False)
    events = (await linked.internal("GET", "/internal/events?after=0")).json()["items"]
    assert [(one["kind"], one["subject"]) for one in events] == [("spotify_connected", str(ann.id))]
    assert (await ann.request("DELETE", "/v1/spotify")).status_code == 204
    assert (await link_of(ann))["state"] == "not_connected"
    assert (await read(ann))["outcome"] == "not_connected"
    events = (await linked.internal("GET", "/internal/events?after=1")).json()["items"]
    assert [one["kind"] for one in events] == ["spotify_disconnected"]
    assert (await ann.request("DELETE", "/v1/spotify")).status_code == 204
    assert (await linked.internal("GET", "/internal/events?after=2")).json()["items"] == []


async def test_the_page_of_spotify_is_asked_with_pkce_and_only_the_scopes_to_read(
    linked: Service,
    fake: FakeSpotify,
) -> None:
    ann = await linked.sign_up()
    query = parse_qs(urlsplit(await started(ann)).query)
    assert query["scope"] == [" ".join(READ_SCOPES)]
    assert (query["redirect_uri"], query["code_challenge_method"]) == ([REDIRECT], ["S256"])
    assert SAVE_SCOPE in parse_qs(urlsplit(await started(ann, "save")).query)["scope"][0]
    assert (await connect(ann, fake, purpose="save"))["can_save"] is True
    assert SAVE_SCOPE in parse_qs(urlsplit(await started(ann)).query)["scope"][0], "what was allowed is asked for again"


async def test_a_state_holds_once(linked: Service, fake: FakeSpotify) -> None:
    ann = await linked.sign_up()
    back = fake.agree(await started(ann))
    assert (await ann.request("POST", "/v1/spotify/callback", back)).status_code == 200
    again = await ann.request("POST", "/v1/spotify/callback", back)
    assert (again.status_code, again.json()["code"]) == (400, "spotify_refused")


async def test_a_state_is_its_persons_and_its_sessions(linked: Service, fake: FakeSpotify) -> None:
    """Else whoever makes a victim's browser bring a code of the attacker's links the two accounts (CSRF)."""
    ann, eve = await linked.sign_up(), await linked.sign_up("eve@example.org", "Eve")
    back = fake.agree(await started(ann))
    assert (await eve.request("POST", "/v1/spotify/callback", back)).status_code == 400
    elsewhere = await linked.signed_in()
    assert (await elsewhere.request("POST", "/v1/spotify/callback", back)).status_code == 400
    assert (await link_of(eve))["state"] == "not_connected"
    assert (await ann.request("POST", "/v1/spotify/callback", back)).status_code == 200, "they did not use it up"


async def test_a_state_expires_and_only_the_newest_five_hold(linked: Service, fake: FakeSpotify) -> None:
    ann = await linked.sign_up()
    first = fake.agree(await started(ann))
    for _ in range(5):
        linked.clock.now += 1
        last = fake.agree(await started(ann))
    assert (await ann.request("POST", "/v1/spotify/callback", first)).status_code == 400
    linked.clock.now += 601
    assert (await ann.request("POST", "/v1/spotify/callback", last)).status_code == 400


async def test_a_code_that_does_not_hold_is_refused(linked: Service, fake: FakeSpotify) -> None:
    ann = await linked.sign_up()
    back = fake.agree(await started(ann)) | {"code": "another"}
    answer = await ann.request("POST", "/v1/spotify/callback", back)
    assert (answer.status_code, answer.json()["code"]) == (400, "spotify_refused")


async def test_the_redirect_uri_is_exact(linked: Service, fake: FakeSpotify) -> None:
    """The fake refuses any other, as Spotify does, also one that differs by a slash."""
    ann = await linked.sign_up()
    fake.tokens.redirect_uris = (f"{REDIRECT}/",)
    with pytest.raises(Exception, match="400"):
        fake.agree(await started(ann))


@pytest.mark.parametrize(
    "uri",
    ["http://localhost:8000/connect/spotify", "http://segue.example.org/x", "http://127.0.0.1/x", "https://a.org/?q"],
)
def test_a_redirect_uri_that_spotify_refuses_is_refused_at_start(uri: str, fake: FakeSpotify, plain: Settings) -> None:
    with pytest.raises(ValueError, match="SEGUE_AUTH_SPOTIFY_REDIRECT_URI"):
        linked_to(fake, plain, spotify_redirect_uri=uri)


@pytest.mark.parametrize("url", ["http://spotify.example.org", "ftp://127.0.0.1", "https://a.org?x", "https://u@a.org"])
def test_tokens_are_sent_to_encrypted_addresses_of_the_settings_only(
    url: str, fake: FakeSpotify, plain: Settings
) -> None:
    with pytest.raises(ValueError, match="tokens are sent there"):
        linked_to(fake, plain, spotify_api_url=url)


async def test_without_a_client_id_nothing_is_set_up(plain: Settings) -> None:
    async with running(plain) as service:
        ann = await service.sign_up()
        assert (await link_of(ann))["state"] == "not_configured"
        for method, path, body in (
            ("GET", "/v1/spotify/start", None),
            ("POST", "/v1/spotify/callback", {"code": "a", "state": "b"}),
            ("POST", "/v1/spotify/token", {"access_token": "a"}),
        ):
            answer = await ann.request(method, path, body)
            assert (answer.status_code, answer.json()["code"]) == (409, "spotify_not_configured")
        assert (await read(ann))["outcome"] == "not_configured"
        assert (await ann.request("DELETE", "/v1/spotify")).status_code == 204


@pytest.mark.must("S2-12")
@pytest.mark.parametrize(
    ("refusal", "state"), [(answers.NOT_ALLOWLISTED, "not_allowlisted"), (answers.NO_PREMIUM, "premium_lapsed")]
)
async def test_an_account_that_spotify_refuses_is_shown_with_its_reason(
    linked: Service,
    fake: FakeSpotify,
    refusal: answers.Answer,
    state: str,
) -> None:
    ann = await linked.sign_up()
    fake.plan("GET /v1/me", refusal)
    assert (await connect(ann, fake))["state"] == state
    assert (await read(ann))["outcome"] == state
    assert (await connect(ann, fake))["state"] == "connected", "connecting again, once it is put right"


async def test_another_account_of_spotify_takes_the_place_of_the_first(linked: Service, fake: FakeSpotify) -> None:
    ann = await linked.sign_up()
    await connect(ann, fake, "ada")
    assert (await connect(ann, fake, "ben"))["account"] == "ben"
    events = (await linked.internal("GET", "/internal/events?after=1")).json()["items"]
    assert [one["kind"] for one in events] == ["spotify_disconnected", "spotify_connected"]


async def test_an_api_key_manages_no_link_and_nobody_reads_it_without_the_service_key(linked: Service) -> None:
    linked.clock.now = time.time()  # a key's token lasts a minute
    ann = await linked.sign_up()
    made = (await ann.request("POST", "/v1/me/api-keys", {"name": "k", "scopes": ["catalog:read"]})).json()
    token = (await linked.internal("POST", "/internal/keys:exchange", {"key": made["key"]})).json()["access_token"]
    headers = {"authorization": f"Bearer {token}"}
    assert (await linked.client.get("/v1/spotify", headers=headers)).status_code == 403
    wanted = {"person": str(ann.id), "section": "liked"}
    assert (await ann.request("POST", "/internal/spotify:read", wanted)).status_code == 401
    assert (await linked.client.get("/v1/spotify")).status_code == 401
