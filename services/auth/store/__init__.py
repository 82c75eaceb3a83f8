"""Database access of auth: one class per table, over one database."""

from pathlib import Path

from kit import outbox
from kit.personal_data import PersonalData
from kit.sql import Database
from kit.wire.events import EventPage
from services.auth.store.api_keys import ApiKeyTable
from services.auth.store.keys import KeyTable
from services.auth.store.mailed_tokens import MailedTokenTable
from services.auth.store.mails import MailTable
from services.auth.store.oidc import OidcTable
from services.auth.store.password_attempts import PasswordAttemptTable
from services.auth.store.people import PeopleTable
from services.auth.store.personal_data import SECTIONS
from services.auth.store.sessions import SessionTable
from services.auth.store.spotify_budget import SpotifyBudgetTable
from services.auth.store.spotify_links import SpotifyLinkTable

SCRIPTS = Path(__file__).parents[1] / "migrations"


class Store:
    """All tables: `people`, `sessions`, `api_keys`, password attempts (`tries`), signing `keys`, `mails` to send and
    `mailed_tokens`; identities at a provider (`oidc`); Spotify links (`spotify`) and the calls that they made
    (`spotify_budget`); `personal_data` reads what they hold of one person."""

    def __init__(self, url: str) -> None:
        self._database = Database(url)
        self.people = PeopleTable(self._database)
        self.sessions = SessionTable(self._database)
        self.api_keys = ApiKeyTable(self._database)
        self.tries = PasswordAttemptTable(self._database)
        self.keys = KeyTable(self._database)
        self.mails = MailTable(self._database)
        self.mailed_tokens = MailedTokenTable(self._database)
        self.oidc = OidcTable(self._database)
        self.spotify = SpotifyLinkTable(self._database)
        self.spotify_budget = SpotifyBudgetTable(self._database)
        self.personal_data = PersonalData(self._database, SECTIONS)

    async def events(self, after: int) -> EventPage:
        """A page of outbox events (deleted accounts) after a number."""
        return await outbox.read(self._database, after)

    async def migrate(self) -> None:
        """Migrates the schema to the newest revision."""
        await self._database.migrate(SCRIPTS)

    async def ping(self) -> str:
        """Readiness check of the database; returns "ok"."""
        return await self._database.ping()

    async def close(self) -> None:
        """Closes every connection."""
        await self._database.close()
