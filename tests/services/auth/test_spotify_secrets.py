"""Tests that Spotify tokens are encrypted at rest, that keys rotate, and that no log line has a secret."""

import sqlite3
import time
from pathlib import Path
from uuid import uuid4

import pytest

from services.auth.settings import SecretNotSet, Settings
from services.auth.spotify.rotate import rotate
from services.auth.spotify.token_encryption import TokenEncryption, WrongKey
from tests.fake_spotify.server import FakeSpotify
from tests.services.auth.conftest import SECRET, SERVICE_KEY, SPOTIFY_KEY, Service, linked_to, running
from tests.services.auth.spotify_link import connect, link_of, read, started

pytestmark = pytest.mark.anyio
NEW_KEY = "another key of forty characters that is new"


def secrets_of(fake: FakeSpotify) -> list[bytes]:
    """Every token that the fake gave, and every verifier that it was shown."""
    tokens = fake.tokens
    return [one.encode() for one in (*tokens.access, *tokens.refresh, *tokens.verifiers)]


def contents(folder: Path) -> bytes:
    """The bytes of auth's database, its log included."""
    return b"".join(path.read_bytes() for path in folder.glob("auth.db*"))


async def test_the_database_files_have_no_token_and_no_verifier(fake: FakeSpotify, tmp_path: Path) -> None:
    settings = linked_to(fake, Settings(data=tmp_path, secret=SECRET, service_key=SERVICE_KEY), spotify_keys=None)
    async with running(settings) as service:
        ann = await service.sign_up()
        back = fake.agree(await started(ann))
        fake.plan("GET /v1/me", fake.api.answer("GET", "/v1/none", {}, "", None))  # refused: the verifier was used
        await ann.request("POST", "/v1/spotify/callback", back)
        await connect(ann, fake)
        await started(ann)  # one is pending
        content = contents(tmp_path)
    secrets = secrets_of(fake)
    assert len(secrets) >= 4
    assert [one for one in secrets if one in content] == []
    assert b"spotify_links" in content
    assert (tmp_path / "spotify.key").stat().st_mode & 0o077 == 0
    with sqlite3.connect(tmp_path / "auth.db") as database:
        [sealed] = database.execute("SELECT sealed FROM spotify_links").fetchone()
    opened = TokenEncryption([(tmp_path / "spotify.key").read_text()]).open(ann.id, sealed)
    assert opened["access"].encode() in secrets


async def test_keys_rotate(settings: Settings, fake: FakeSpotify) -> None:
    async with running(linked_to(fake, settings)) as service:
        ann = await service.sign_up()
        await connect(ann, fake)
        clock = service.clock
    both = linked_to(fake, settings, spotify_keys=f"{NEW_KEY},{SPOTIFY_KEY}")
    assert await rotate(both) == 1
    async with running(linked_to(fake, settings, spotify_keys=NEW_KEY), clock) as service:
        ann = type(ann)(service, ann.session)
        assert (await read(ann))["outcome"] == "ok"
    async with running(linked_to(fake, settings, spotify_keys=SPOTIFY_KEY), clock) as service:
        ann = type(ann)(service, ann.session)
        assert (await read(ann))["outcome"] == "needs_reauth", "the old key opens nothing any more"
        assert (await link_of(ann))["state"] == "needs_reauth"
    async with running(both, clock) as service:
        ann = type(ann)(service, ann.session)
        assert (await read(ann))["outcome"] == "ok", "a wrong key destroys nothing"
        assert (await link_of(ann))["state"] == "connected"


def test_content_is_bound_to_its_person() -> None:
    encryption, ann = TokenEncryption([SPOTIFY_KEY]), uuid4()
    sealed = encryption.seal(ann, {"access": "a"})
    assert encryption.open(ann, sealed) == {"access": "a"}
    with pytest.raises(WrongKey):
        encryption.open(uuid4(), sealed)
    with pytest.raises(WrongKey):
        TokenEncryption([NEW_KEY]).open(ann, sealed)
    with pytest.raises(WrongKey):
        encryption.open(ann, sealed[:-4] + b"AAAA")


def test_no_key_is_made_up_with_postgresql(fake: FakeSpotify, tmp_path: Path) -> None:
    cluster = Settings(data=tmp_path, secret=SECRET, database_url="postgresql://a:b@db/auth")
    with pytest.raises(SecretNotSet, match="SEGUE_AUTH_SPOTIFY_KEYS"):
        linked_to(fake, cluster, spotify_keys=None).spotify_key_list()
    with pytest.raises(ValueError, match="32 characters"):
        linked_to(fake, cluster, spotify_keys="short")
    assert list(tmp_path.iterdir()) == []


async def test_no_log_line_has_a_token_a_code_a_state_or_a_verifier(
    capfdbinary: pytest.CaptureFixture[bytes], settings: Settings, fake: FakeSpotify
) -> None:
    async with running(linked_to(fake, settings, log_level="debug")) as service:
        ann = await service.sign_up()
        back = fake.agree(await started(ann))
        await ann.request("POST", "/v1/spotify/callback", back)
        await ann.request("POST", "/v1/spotify/callback", back)
        await ann.request("POST", "/v1/spotify/callback", {**back, "more": "malformed"})
        handed = fake.tokens.hand_out("ada")
        await ann.request("POST", "/v1/spotify/token", {"access_token": handed})
        await ann.request("POST", "/v1/spotify/token", {"access_token": handed, "more": "malformed"})
        await ann.request("POST", "/v1/spotify/token", {"access_token": "nobody gave this one"})
        await connect(ann, fake)
        secrets = secrets_of(fake)
        fake.tokens.revoke()
        await read(ann)
    lines = capfdbinary.readouterr().err.decode()
    assert "Spotify call failed" in lines
    assert len(secrets) >= 5
    shown = [*back.values(), handed, "nobody gave this one", *(one.decode() for one in secrets)]
    assert [one for one in shown if one in lines] == []


@pytest.mark.must("S0-52")
async def test_a_person_hands_over_an_access_token(linked: Service, fake: FakeSpotify) -> None:
    ann, eve = await linked.sign_up(), await linked.sign_up("eve@example.org", "Eve")
    token = fake.tokens.hand_out("ada", "user-library-read")
    answer = await ann.request("POST", "/v1/spotify/token", {"access_token": token})
    assert (answer.status_code, answer.json()["state"], answer.json()["account"]) == (200, "connected", "ada")
    assert token not in answer.text
    assert len((await read(ann))["tracks"]) == 3
    assert (await read(eve))["outcome"] == "not_connected"
    assert (await link_of(eve))["state"] == "not_connected"
    linked.clock.now = time.time() + 3600
    assert (await read(ann))["outcome"] == "needs_reauth", "it is not renewed"


async def test_a_token_that_spotify_does_not_know_is_refused(linked: Service, fake: FakeSpotify) -> None:
    ann = await linked.sign_up()
    answer = await ann.request("POST", "/v1/spotify/token", {"access_token": "nobody gave this one"})
    assert (answer.status_code, answer.json()["code"]) == (400, "spotify_refused")
    assert "nobody gave" not in answer.text
    assert (await link_of(ann))["state"] == "not_connected"


async def test_a_deleted_account_leaves_nothing(linked: Service, fake: FakeSpotify) -> None:
    ann = await linked.sign_up()
    await connect(ann, fake)
    await started(ann)
    assert (await ann.request("DELETE", "/v1/me", {"password": "correct horse battery"})).status_code == 202
    assert (await read(ann))["outcome"] == "not_connected"
