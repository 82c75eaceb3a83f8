"""Row classes of the tables."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, NamedTuple
from uuid import UUID

import sqlalchemy as sa

from kit.wire.auth import Person
from kit.wire.people import MailRecipient
from services.auth.mail_types import MailType
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
    verified_at: float | None = None  # when a link mailed to the address was followed

    def verified(self, at: float) -> "Account":
        """The account with its address verified."""
        return replace(self, verified_at=at)

    @property
    def person(self) -> Person:
        """The account as the API returns it to its user."""
        return Person(
            id=self.id,
            name=self.name,
            email=self.email,
            email_verified=self.verified_at is not None,
            created_at=moment(self.created_at),
        )

    @property
    def recipient(self) -> MailRecipient:
        """The account as a mail of another service needs it."""
        return MailRecipient(id=self.id, name=self.name, email=self.email, email_verified=self.verified_at is not None)


class IdentityRow(NamedTuple):
    """Who a person is at a provider; `subject` never changes there, unlike names and addresses."""

    person_id: UUID
    issuer: str
    subject: str
    connected_at: float


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


@dataclass(frozen=True, slots=True)
class MailRow:
    """A row of `mails`. `person_id` is None where the worker finds out whom the address belongs to."""

    id: UUID
    kind: MailType
    person_id: UUID | None
    email: str = field(repr=False)
    email_key: str = field(repr=False)
    created_at: float
    expires_at: float
    due_at: float
    tries: int = 0


def account_of(row: sa.Row[Any]) -> Account:
    """The account of a row with the columns of `people`."""
    return Account(**{name: row._mapping[people.c[name]] for name in Account.__slots__})


def moment(seconds: float) -> datetime:
    """Seconds since 1970 as a datetime in UTC."""
    return datetime.fromtimestamp(seconds, UTC)
