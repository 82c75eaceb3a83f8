"""Tests of access token verification: signature, claims, key refresh and cache."""

import base64
import json
import time
from typing import Any
from uuid import uuid4

import anyio.lowlevel
import jwt
import pytest

from kit.errors import NeighbourUnavailable, TokenExpired, Unauthorized
from kit.tokens import ALGORITHM, AUDIENCE, ISSUER, Jwks, Verifier
from tests.tokens import Issuer

pytestmark = pytest.mark.anyio
PERSON = uuid4()


class Keys:
    """What auth answers, how often it was asked, and a clock to move."""

    def __init__(self, *issuers: Issuer) -> None:
        self.document: dict[str, Any] | None = {"keys": [issuer.public for issuer in issuers]}
        self.queried = 0
        self.now = time.time()

    async def fetch(self) -> Jwks:
        self.queried += 1
        await anyio.lowlevel.checkpoint()
        if self.document is None:
            raise NeighbourUnavailable("auth is away")
        return self.document

    def verifier(self) -> Verifier:
        return Verifier(self.fetch, lambda: self.now)


def part(value: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


async def test_a_valid_token_gives_its_user_and_scopes() -> None:
    issuer = Issuer()
    caller = await Keys(issuer).verifier().verify(issuer.token(PERSON, ["recommend:read", "catalog:read"]))
    assert caller.person == PERSON
    assert caller.scopes == {"recommend:read", "catalog:read"}
    assert caller.session is not None
    assert caller.token not in repr(caller)


async def test_the_jwks_is_fetched_once_for_many_tokens() -> None:
    issuer, keys = Issuer(), Keys(Issuer())
    keys.document = issuer.jwks
    verifier = keys.verifier()
    for _ in range(5):
        await verifier.verify(issuer.token(uuid4()))
    assert keys.queried == 1


async def test_concurrent_first_requests_share_one_jwks_fetch() -> None:
    issuer, keys = Issuer(), Keys(Issuer())
    keys.document = issuer.jwks
    verifier = keys.verifier()
    async with anyio.create_task_group() as tasks:
        for _ in range(10):
            tasks.start_soon(verifier.verify, issuer.token(uuid4()))
    assert keys.queried == 1


async def test_a_cancelled_request_does_not_cancel_the_shared_jwks_fetch() -> None:
    issuer, keys = Issuer(), Keys(Issuer())
    keys.document = issuer.jwks
    verifier, answered = keys.verifier(), []

    async def stay() -> None:
        answered.append(await verifier.verify(issuer.token(PERSON)))

    async with anyio.create_task_group() as tasks:
        with anyio.CancelScope() as leaving:
            tasks.start_soon(stay)
            leaving.cancel()
            await verifier.verify(issuer.token(PERSON))
    assert len(answered) == 1


async def test_a_cached_token_is_refused_once_it_has_expired() -> None:
    issuer = Issuer()
    keys = Keys(issuer)
    verifier, token = keys.verifier(), issuer.token(PERSON)
    await verifier.verify(token)
    keys.now += 16 * 60
    with pytest.raises(TokenExpired):
        await verifier.verify(token)


@pytest.mark.parametrize(
    "claims",
    [
        {"exp": int(time.time()) - 1},
        {"exp": None},
        {"iss": "somebody"},
        {"aud": "another-api"},
        {"sub": None},
        {"sub": "not a person"},
        {"scope": None},
        {"scope": ["recommend:read"]},
        {"sid": "not a session"},
        {"iat": int(time.time()) + 3600},
        {"nbf": int(time.time()) + 3600},
    ],
)
async def test_a_signed_token_with_a_wrong_claim_is_refused(claims: dict[str, Any]) -> None:
    issuer = Issuer()
    with pytest.raises(Unauthorized):
        await Keys(issuer).verifier().verify(issuer.token(PERSON, **claims))


def forgeries(issuer: Issuer) -> dict[str, str]:
    """Tokens for somebody who does not have the private key."""
    header, claims, signature = issuer.token(PERSON).split(".")
    reported = jwt.decode(issuer.token(PERSON), options={"verify_signature": False})
    mine = Issuer(issuer.key_id)
    public = issuer.public["x"]
    hmac_key = base64.urlsafe_b64decode(public + "=")
    return {
        "another key under the same id": mine.token(PERSON),
        "signed by another issuer": Issuer("other").token(PERSON),
        "claims changed": f"{header}.{part({**reported, 'sub': str(uuid4())})}.{signature}",
        "signature cut off": f"{header}.{claims}.",
        "alg none": f"{part({'alg': 'none', 'kid': issuer.key_id})}.{claims}.",
        "HMAC with the public key": jwt.encode(reported, hmac_key, "HS256", headers={"kid": issuer.key_id}),
        "key in its own header": jwt.encode(
            reported, mine.private, ALGORITHM, headers={"kid": "me", "jwk": mine.public}
        ),
        "no key id": jwt.encode(reported, issuer.private, ALGORITHM),
        "key id that is no text": f"{part({'alg': ALGORITHM, 'kid': 5})}.{claims}.{signature}",
        "not a token": "hello",
        "nothing": "",
        "very long": "a" * 100_000,
        "not ASCII": "é.é.é",
    }


@pytest.mark.parametrize("kind", forgeries(Issuer()))
@pytest.mark.filterwarnings("ignore:The HMAC key")  # the forger's key is short: that is the forgery
async def test_a_forged_token_is_refused(kind: str) -> None:
    issuer = Issuer()
    verifier = Keys(issuer).verifier()
    await verifier.verify(issuer.token(PERSON))
    with pytest.raises(Unauthorized):
        await verifier.verify(forgeries(issuer)[kind])


async def test_an_unknown_key_id_triggers_a_jwks_refresh() -> None:
    old, new = Issuer("old"), Issuer("new")
    keys = Keys(old)
    verifier = keys.verifier()
    await verifier.verify(old.token(PERSON))
    keys.document = {"keys": [old.public, new.public]}
    keys.now += 6
    assert (await verifier.verify(new.token(PERSON))).person == PERSON


async def test_tokens_of_a_removed_key_are_refused_after_five_minutes() -> None:
    old, new = Issuer("old"), Issuer("new")
    keys = Keys(old, new)
    verifier = keys.verifier()
    await verifier.verify(old.token(PERSON))
    keys.document = new.jwks
    keys.now += 301
    await verifier.verify(new.token(PERSON, exp=int(keys.now) + 900))
    await anyio.wait_all_tasks_blocked()
    with pytest.raises(Unauthorized):
        await verifier.verify(old.token(PERSON))


async def test_a_cached_token_is_refused_once_its_key_is_withdrawn() -> None:
    issuer, keys = Issuer("leaked"), Keys(Issuer("leaked"))
    keys.document = issuer.jwks
    verifier, token = keys.verifier(), issuer.token(PERSON)
    await verifier.verify(token)
    keys.document = Issuer("new").jwks
    keys.now += 301
    await verifier.verify(token)
    await anyio.wait_all_tasks_blocked()
    with pytest.raises(Unauthorized):
        await verifier.verify(token)


async def test_invented_key_ids_do_not_trigger_a_jwks_fetch_each() -> None:
    issuer = Issuer()
    keys = Keys(issuer)
    verifier = keys.verifier()
    await verifier.verify(issuer.token(PERSON))
    for number in range(20):
        with pytest.raises(Unauthorized):
            await verifier.verify(Issuer(f"invented {number}").token(PERSON))
    assert keys.queried <= 2


async def test_known_keys_remain_valid_while_auth_is_unavailable() -> None:
    issuer = Issuer()
    keys = Keys(issuer)
    verifier = keys.verifier()
    await verifier.verify(issuer.token(PERSON))
    keys.document = None
    keys.now += 400
    assert (await verifier.verify(issuer.token(PERSON, exp=int(keys.now) + 900))).person == PERSON


async def test_verification_without_any_key_is_neighbour_unavailable() -> None:
    keys = Keys(Issuer())
    keys.document = None
    with pytest.raises(NeighbourUnavailable):
        await keys.verifier().verify(Issuer().token(PERSON))


def test_the_claims_of_a_token_have_our_issuer_and_audience() -> None:
    assert (ISSUER, AUDIENCE) == ("segue", "segue-api")
