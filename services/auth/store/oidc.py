"""The table of identities at the OpenID Connect provider: at most one per account, and one account per identity."""

from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from kit.sql import Database
from services.auth.problems import OidcTaken
from services.auth.store.rows import Account, IdentityRow, account_of
from services.auth.store.schema import oidc_identities, people


class OidcTable:
    """Finds, connects and disconnects identities."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def account(self, issuer: str, subject: str) -> Account | None:
        """The account of an identity."""
        found = sa.select(people).join(oidc_identities, oidc_identities.c.person_id == people.c.id)
        mine = sa.and_(oidc_identities.c.issuer == issuer, oidc_identities.c.subject == subject)
        async with self._database.read() as connection:
            row = (await connection.execute(found.where(mine))).first()
        return account_of(row) if row else None

    async def of(self, person: UUID) -> IdentityRow | None:
        """The identity of a person."""
        mine = sa.select(oidc_identities).where(oidc_identities.c.person_id == person)
        async with self._database.read() as connection:
            row = (await connection.execute(mine)).first()
        return IdentityRow(*row) if row else None

    async def connect(self, row: IdentityRow) -> None:
        """Connects an identity in place of any other of this person; OidcTaken when it is another account's or the
        account was deleted."""
        try:
            async with self._database.write() as connection:
                await connection.execute(sa.delete(oidc_identities).where(oidc_identities.c.person_id == row.person_id))
                await connection.execute(sa.insert(oidc_identities).values(**row._asdict()))
        except IntegrityError:
            raise OidcTaken("this sign-in belongs to another account here: sign out, and in with it") from None

    async def disconnect(self, person: UUID) -> bool:
        """Disconnects the identity of a person; False without one."""
        mine = sa.delete(oidc_identities).where(oidc_identities.c.person_id == person)
        async with self._database.write() as connection:
            return bool((await connection.execute(mine)).rowcount)
