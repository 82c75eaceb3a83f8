"""Tests that secrets occur in no log line and in no response but the one that issues them."""

import json
from typing import Any

import pytest
from sqlalchemy import text

from kit.sql import Database
from services.auth.scrobbling import response_to
from tests.services.auth.conftest import PASSWORD, SERVICE_KEY, Service, Settings, Somebody, running

pytestmark = pytest.mark.anyio
TABLES = ("people", "sessions", "api_keys", "password_tries", "signing_keys", "events", "mailed_tokens", "mails")
NEW, LAST = "a new password of ann", "the last password of ann"


async def life(service: Service) -> tuple[Somebody, list[str]]:
    """Everything a person can do, well and badly; what of it is secret."""
    ann = await service.sign_up()
    wish = {"name": "k", "scopes": ["catalog:read", "feedback:write"]}
    made = (await ann.request("POST", "/v1/me/api-keys", wish)).json()
    session = await handshake(service, "ann@example.org", made["scrobble_password"])
    await handshake(service, "ann@example.org", "a wrong password")
    exchanged = (await service.internal("POST", "/internal/keys:exchange", {"key": made["key"]})).json()
    following = (await ann.refresh()).json()
    await service.log_in("a wrong password")
    await ann.request("PUT", "/v1/me/password", {"old_password": "a wrong password", "new_password": NEW})
    changed = (await ann.request("PUT", "/v1/me/password", {"old_password": PASSWORD, "new_password": NEW})).json()
    await service.client.post("/v1/auth/login", json={"email": "ann@example.org", "password": [PASSWORD]})
    await service.client.post("/v1/auth/login", content=json.dumps({"password": PASSWORD})[:-1])
    robbed = Somebody(service, changed)
    robbed.session = (await service.log_in(NEW)).json()
    sessions = (ann.session, following, changed, robbed.session, (await robbed.refresh()).json())
    service.clock.now += 11  # past the time of grace
    await robbed.refresh()
    await service.forgot()
    reset = await service.token("reset")
    renewed = (await service.reset(reset, LAST)).json()
    await service.reset("a wrong token", LAST)
    await Somebody(service, renewed).request("PATCH", "/v1/me", {"email": "new@example.org", "password": LAST})
    await service.verify("a wrong token")
    mailed = [reset, await service.token("change"), "a wrong token", LAST, "new@example.org"]
    sessions = (*sessions, renewed)
    tokens = [one[kind] for one in sessions for kind in ("access_token", "refresh_token")]
    account = await service.app.state.store.people.by_email("ann@example.org")
    secrets = [*mailed, PASSWORD, NEW, "a wrong password", made["key"], made["scrobble_password"], session]
    secrets += [exchanged["access_token"], *tokens]
    return Somebody(service, renewed), [*secrets, account.password_hash, SERVICE_KEY, "$argon2id", "ann@example.org"]


async def handshake(service: Service, username: str, password: str) -> str:
    """The session of an Audioscrobbler handshake; "" when it is refused."""
    at = str(int(service.clock.now))
    body = {"username": username, "timestamp": at, "digest": response_to(password, at)}
    return str((await service.internal("POST", "/internal/scrobblers:handshake", body)).json().get("session", ""))


async def drop(settings: Settings, table: str) -> None:
    database = Database(settings.database)
    async with database.write() as connection:
        await connection.execute(text(f"DROP TABLE {table} {'' if database.is_sqlite else 'CASCADE'}"))
    await database.close()


async def content(settings: Settings) -> str:
    """Every row of the database."""
    database, found = Database(settings.database), list[Any]()
    async with database.read() as connection:
        for table in (
            "people",
            "sessions",
            "api_keys",
            "password_tries",
            "signing_keys",
            "events",
            "mailed_tokens",
            "mails",
        ):
            found += (await connection.execute(text(f"SELECT * FROM {table}"))).all()
    await database.close()
    return repr(found)


async def test_no_secret_is_logged(capfdbinary: pytest.CaptureFixture[bytes], settings: Settings) -> None:
    async with running(settings) as service:
        _, secrets = await life(service)
    logged = capfdbinary.readouterr().err.decode()
    assert "/v1/auth/login" in logged
    assert "its session has ended" in logged
    assert [secret for secret in secrets if secret in logged] == []


@pytest.mark.parametrize("table", ["people", "sessions", "api_keys", "password_tries"])
async def test_a_failing_request_neither_logs_nor_returns_secrets(
    capfdbinary: pytest.CaptureFixture[bytes], settings: Settings, table: str
) -> None:
    async with running(settings) as service:
        ann, secrets = await life(service)
        await drop(settings, table)
        capfdbinary.readouterr()
        wish = {"name": "Ben", "email": "ben@example.org", "password": PASSWORD}
        key = {"name": "k", "scopes": ["catalog:read"]}
        answers = [
            await service.client.post("/v1/auth/signup", json=wish),
            await service.log_in(),
            await ann.refresh(),
            await ann.request("POST", "/v1/me/api-keys", key),
            await service.internal("POST", "/internal/keys:exchange", {"key": secrets[8]}),
        ]
    assert 500 in {answer.status_code for answer in answers}
    logged = capfdbinary.readouterr().err.decode()
    assert "unhandled" in logged
    reported = "".join(answer.text for answer in answers if answer.status_code >= 400)
    assert [secret for secret in [*secrets, "ben@example.org"] if secret in logged + reported] == []


async def test_no_secret_is_stored_in_plain_text(settings: Settings) -> None:
    async with running(settings) as service:
        _, secrets = await life(service)
    kept = await content(settings)
    assert "ann@example.org" in kept
    assert "new@example.org" in kept
    hashed = ("$argon2id", "ann@example.org", "new@example.org")
    assert [secret for secret in secrets if secret in kept and not secret.startswith(hashed)] == []
