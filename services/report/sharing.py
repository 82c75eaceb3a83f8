"""Share links: a snapshot of a report that anybody with the token may read until its owner revokes it."""

from datetime import UTC, datetime
from uuid import UUID

from uuid_utils.compat import uuid7

from kit.errors import NotFound
from kit.wire.report import Report
from kit.wire.report_sharing import MAX_SHARES, Share, SharedReport, ShareMade, Shares
from services.report import share_tokens, shared_schema
from services.report.store import Store
from services.report.store.shares import ShareRow, Snapshot

PATH = "/v1/shared/reports/"


async def share(store: Store, person: UUID, report: Report, name: str | None) -> ShareMade:
    """Stores the report under a new token; Conflict when the person has MAX_SHARES links."""
    row, token = ShareRow(uuid7(), person, report.period, name, datetime.now(UTC)), share_tokens.new_token()
    await store.shares.add(
        row, share_tokens.digest(token), report.model_dump(mode="json"), shared_schema.SCHEMA, MAX_SHARES
    )
    return ShareMade(**_shown(row).model_dump(), token=token, path=PATH + token)


async def listed(store: Store, person: UUID) -> Shares:
    """The person's links, newest first."""
    return Shares(items=[_shown(row) for row in await store.shares.of(person)])


async def revoke(store: Store, person: UUID, share_id: UUID) -> None:
    """Deletes a link and the report behind it; NotFound when it is not this person's."""
    if not await store.shares.remove(person, share_id):
        raise NotFound(f"you have no share link {str(share_id)!r}: see /v1/me/report/share")


async def snapshot(store: Store, token: str) -> Snapshot:
    """What is stored behind a token; NotFound when there is no such link, or no longer."""
    if (found := await store.shares.open(share_tokens.digest(token))) is None:
        raise NotFound("no report is shared under this address: the link was revoked, or is not whole")
    return found


async def opened(store: Store, token: str) -> SharedReport:
    """The report behind a token; NotFound, and Gone when it cannot be shown by this version."""
    found = await snapshot(store, token)
    return SharedReport(name=found.name, report=shared_schema.opened(found.report, found.schema_version))


def _shown(row: ShareRow) -> Share:
    return Share(id=row.id, period=row.period, name=row.name, created_at=row.created_at)
