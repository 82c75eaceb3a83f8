"""Keyword chips, share links and the subscription of the taste report: requests and responses."""

from datetime import datetime
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StrictBool

from kit.wire.report import Period, Report, Voice

MAX_SHARES = 20


class Chip(BaseModel):
    """A keyword and the filters behind it: query parameters of GET /v1/me/recommendations."""

    code: str
    label: str
    filters: dict[str, int | float | str]
    query: str = Field(description="The filters as a query string.")
    evidence: str = Field(description="JSON pointer into the report of the same period.")


class Keywords(BaseModel):
    """GET /v1/me/report/keywords."""

    period: str
    n_likes: int
    items: list[Chip]


class NewShare(BaseModel):
    """POST /v1/me/report/share: what to share. The link shows the report as it is now."""

    model_config = ConfigDict(extra="forbid")

    period: Period = "all"
    voice: Voice = Voice.PLAIN
    show_name: StrictBool = Field(False, description="Put your name on the shared report and its card.")


class SubscriptionWish(BaseModel):
    """PUT /v1/me/report/subscription: whether the report of each month is mailed."""

    model_config = ConfigDict(extra="forbid")

    monthly: StrictBool
    voice: Voice = Field(Voice.PLAIN, description="Wording of the sentences in the mail.")


class Subscription(BaseModel):
    """What is mailed to the person; `since` is when they asked for it."""

    monthly: bool
    voice: Voice
    since: datetime | None = None


class Share(BaseModel):
    """A share link. Its token is shown once, when it is made."""

    id: UUID
    period: str
    name: str | None
    created_at: datetime


class ShareMade(Share):
    """A new share link: whoever has the token reads the report, until it is revoked."""

    token: str
    path: str = Field(description="Where the report is, under the address of this server.")


class Shares(BaseModel):
    """The person's share links, newest first."""

    items: list[Share]


class SharedReport(BaseModel):
    """A report that somebody shared."""

    name: str | None
    report: Report
