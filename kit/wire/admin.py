"""Administration: the state of the services, and switching between published releases."""

from typing import Literal

from pydantic import BaseModel, Field

from kit.wire.recommend_response import ReleaseSummary


class ServiceState(BaseModel):
    """One service as the gateway sees it."""

    name: str
    status: Literal["ready", "unready", "unreachable"]
    response_ms: float | None = Field(description="Time of its readiness check; null when it does not answer.")
    checks: dict[str, str] = Field({}, description="What each of its dependencies said.")


class AdminStatus(BaseModel):
    """The answer to GET /v1/admin/status."""

    services: list[ServiceState]
    release: ReleaseSummary | None = Field(description="The release that serves, with its counts; null without one.")


class ReleaseSwitched(BaseModel):
    """The answer to publishing an installed release, and to a rollback."""

    version: str = Field(description="The release that is current now.")
    previous: str | None = Field(description="The one that was current before.")
    serving: bool = Field(description="Whether it serves already; else recommend is still opening it.")
