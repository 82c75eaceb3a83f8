"""Row classes of the tables."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa

from kit.wire.auth import Person
from services.auth.store.schema import people


@dataclass(frozen=True, slots=True)
class Account:
    """A row of `people`. Times are seconds since 1970."""

    id: UUID
    name: str
    email: str
    email_key: str
    password_hash: str = field(repr=False)
    created_at: float

    @property
    def person(self) -> Person:
        """The account as the API returns it to its user."""
        return Person(id=self.id, name=self.name, email=self.email, created_at=moment(self.created_at))


@dataclass(frozen=True, slots=True)
class SessionRow:
    """A row of `sessions`: of its refresh token only the digests of the family and of the whole are stored."""

    id: UUID
    person_id: UUID
    family: bytes = field(repr=False)
    token: bytes = field(repr=False)
    created_at: float
    last_used_at: float
    expires_at: float
    previous: bytes | None = field(default=None, repr=False)  # the digest of the token that this one replaced


def account_of(row: sa.Row[Any]) -> Account:
    """The account of a row with the columns of `people`."""
    return Account(**{name: row._mapping[people.c[name]] for name in Account.__slots__})


def moment(seconds: float) -> datetime:
    """Seconds since 1970 as a datetime in UTC."""
    return datetime.fromtimestamp(seconds, UTC)
