"""Handshakes of Audioscrobbler 1.2: a digest of a scrobble password for a session that may send plays.

The protocol shows md5(md5(password) + timestamp), which a password hash (argon2id) cannot verify. So scrobblers have a
password of their own, derived from the id of an API key (token_secrets.ScrobbleSecrets): nothing of it is stored, and
revoking the key ends it. docs/decisions/0029-scrobble-passwords.md has the reasons.
"""

import hashlib
import hmac
import time
from collections.abc import Callable

from kit.wire.keys import Handshake, ScrobbleSession
from services.auth.names import email_key
from services.auth.problems import ScrobblerClockWrong, ScrobblerRefused
from services.auth.store.api_keys import ApiKeyTable
from services.auth.store.people import PeopleTable
from services.auth.token_secrets import ScrobbleSecrets

CLOCKS_DIFFER_S = 300
"""A digest that was overheard cannot be used later than this."""
SESSION_S = 86_400
SCOPE = "feedback:write"


class Scrobbling:
    """Verifies handshakes."""

    def __init__(
        self,
        people: PeopleTable,
        keys: ApiKeyTable,
        secrets: ScrobbleSecrets,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._people, self._keys, self._secrets, self._clock = people, keys, secrets, clock

    async def begin(self, handshake: Handshake) -> ScrobbleSession:
        """A session of the API key whose scrobble password was used; ScrobblerRefused, the same for unknown people and
        wrong passwords, ScrobblerClockWrong."""
        now = self._clock()
        if not abs(now - int(handshake.timestamp)) <= CLOCKS_DIFFER_S:
            raise ScrobblerClockWrong("the clock of this machine is wrong: set it, then try again")
        account = await self._people.by_email(email_key(handshake.username))
        for key in await self._keys.of(account.id) if account else ():
            expected = response_to(self._secrets.password(key.id), handshake.timestamp)
            if hmac.compare_digest(expected, handshake.digest.get_secret_value()) and SCOPE in key.scopes.split():
                return ScrobbleSession(session=self._secrets.session(key.id, int(now) + SESSION_S))
        raise ScrobblerRefused(
            "the user name is the e-mail address of the account, the password the scrobble password of an API key "
            f"with the scope {SCOPE}: POST /v1/me/api-keys shows it"
        )


def response_to(password: str, timestamp: str) -> str:
    """The protocol's answer to a timestamp: md5(md5(password) + timestamp), in lower-case hex."""
    return _md5(_md5(password) + timestamp)


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()  # the protocol's hash
