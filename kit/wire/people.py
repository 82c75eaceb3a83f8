"""What auth tells the job that mails people: names and addresses of a batch, and a token to read for one of them."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

MAX_PEOPLE = 100


class PeopleBatch(BaseModel):
    """POST /internal/people:batch: accounts to look up, at most 100."""

    model_config = ConfigDict(extra="forbid")

    ids: Annotated[list[UUID], Field(min_length=1, max_length=MAX_PEOPLE)]


class MailRecipient(BaseModel):
    """An account as a mail to it needs it. The receiver stores and logs neither name nor address."""

    id: UUID
    name: str = Field(repr=False)
    email: str = Field(repr=False)
    email_verified: bool


class PeopleFound(BaseModel):
    """The accounts that exist; the others were deleted."""

    items: list[MailRecipient]


Purpose = Literal["mail", "export", "weekly"]


class Delegation(BaseModel):
    """POST /internal/tokens:delegate: the account that is read for, and what for, which decides the scopes."""

    model_config = ConfigDict(extra="forbid")

    person: UUID
    purpose: Purpose = "mail"


class DelegatedToken(BaseModel):
    """An access token that reads one account's data for the purpose, for `expires_in` seconds."""

    access_token: str = Field(repr=False)
    expires_in: int
