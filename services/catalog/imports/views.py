"""Imports and unmatched rows as a person sees them."""

from uuid import UUID

from kit import ids
from kit.jobs import Job, JobStatus
from kit.wire.added_tracks import AddRows, RowsAdded
from kit.wire.imports import ImportCounts, ImportView, UnmatchedPage, UnmatchedRow
from services.catalog import cursor
from services.catalog.imports import adding, undoing
from services.catalog.imports.counts import ADDED, Counts
from services.catalog.library.likes import add_ratings
from services.catalog.store import Store
from services.catalog.store.unmatched import RowCounts
from services.catalog.store.uploads import Upload


async def one(store: Store, person: UUID, upload_id: UUID) -> ImportView:
    """One import; NotFound."""
    upload = await store.uploads.find(upload_id, person)
    job, undo = [await store.jobs.find(job, person) for job in (upload_id, undoing.job_of(upload_id))]
    rows = await store.unmatched.counts(person, [upload_id])
    return _view(upload, job, undo, rows.get(upload_id, RowCounts()))


async def newest(store: Store, person: UUID, most: int) -> list[ImportView]:
    """The newest imports."""
    uploads = await store.uploads.of_person(person, most)
    jobs = {job.id: job for job in await store.jobs.of_person(person, 10 * most)}
    rows = await store.unmatched.counts(person, [upload.id for upload in uploads])
    undone = {upload.id: jobs.get(undoing.job_of(upload.id)) for upload in uploads}
    return [_view(one, jobs.get(one.id), undone[one.id], rows.get(one.id, RowCounts())) for one in uploads]


async def add_rows(store: Store, person: UUID, upload_id: UUID, rows: AddRows) -> RowsAdded:
    """Adds tracks of unmatched rows for the person alone (imports.adding); NotFound, Conflict."""
    await store.uploads.find(upload_id, person)
    await undoing.refuse_during_undo(store, upload_id)
    counts, again = Counts(), False
    if rows.number is not None:
        again = (await store.unmatched.find(upload_id, person, rows.number)).track is not None
        track, done = await adding.add_one(store, person, upload_id, rows.number, counts)
        more, shown = None, ids.encode(track)
    else:
        found = await adding.add_next(store, person, upload_id, rows.after, counts)
        done = found or adding.Adding(0, 0, 0)
        more, shown = (found.last if found else None), None
    recorded = {"new": counts.new, "repeated": counts.repeated}
    await store.uploads.count_later(upload_id, person, counts.new, 0 if again else counts.repeated)
    return RowsAdded(tracks=done.tracks, rows=done.rows, track=shown, after=more, **recorded)


async def unmatched(
    store: Store, person: UUID, upload_id: UUID, limit: int, after: str | None, *, left_out: bool
) -> UnmatchedPage:
    """One page of rows that were not matched; NotFound, Malformed for a cursor of another list."""
    query = ("unmatched", upload_id.hex, str(left_out))
    start = cursor.read(after, *query) if after is not None else 0
    await store.uploads.find(upload_id, person)
    job = await store.jobs.find(upload_id, person)
    not_kept = Counts.of((job.result or job.progress) if job else {}).not_kept
    rows, total = await store.unmatched.page(upload_id, person, start, limit + 1, left_out=left_out)
    shown = rows[:limit]
    tracks = await store.tracks.find(list(dict.fromkeys(track for row in shown for track in row.candidates)), person)
    await add_ratings(store, person, tracks.values())
    items = [
        UnmatchedRow(
            number=row.number,
            **{part: str(row.names.get(part) or "") for part in ("title", "artist", "album")},
            reason=row.reason,
            count=row.row_count,
            candidates=[tracks[track] for track in row.candidates if track in tracks],
            track=ids.encode(row.track) if row.track else None,
            own=adding.is_own(person, row),
        )
        for row in shown
    ]
    more = cursor.write(shown[-1].number, *query) if len(rows) > limit else None
    gone = await store.unmatched.count_left_out(upload_id, person)
    return UnmatchedPage(items=items, total=total, left_out=gone, not_kept=not_kept, next_cursor=more)


def _view(upload: Upload, job: Job | None, undo: Job | None, rows: RowCounts) -> ImportView:
    """The import; that of scrobblers has no job, and its rows alone count."""
    status = "uploading" if not upload.complete else str(job.status) if job else "done"
    detail = job.detail if job else None
    if undo and undo.status != JobStatus.DONE:
        status, detail = "undoing" if undoing.is_active(undo) else status, undo.detail
    counts = Counts.of((job.result or job.progress) if job else {"read": rows.total, "unmatched": rows.total})
    later = {"new": upload.new_later, "repeated": upload.repeated_later}
    counts.correct(waiting=rows.waiting, named=rows.named, own=rows.own, **later)
    about = {"id": upload.id, "name": upload.name, "size": upload.size, "received": upload.received}
    about |= {"created_at": upload.created_at, "status": status, "detail": detail}
    return ImportView.model_validate(about | {"counts": _counts(counts, rows.left_out)})


def _counts(counts: Counts, left_out: int) -> ImportCounts:
    reasons = [{"reason": reason, **about} for reason, about in counts.reasons.items()]
    shown = counts.document() | {"matched_by": counts.rules, "added": counts.rules.get(ADDED, 0), "reasons": reasons}
    shown |= {"left_out": left_out}
    return ImportCounts.model_validate({name: shown[name] for name in ImportCounts.model_fields})
