"""One listener's interest test: reads what they rated, chooses the next tracks, records answers."""

import asyncio
from collections.abc import Sequence
from uuid import UUID

from kit import ids
from kit.errors import Unavailable
from kit.genres import genre_key
from kit.wire.interest import MOST_ANSWERS, InterestAnswer, InterestTest, RefusedAnswer
from kit.wire.library import VALUE, Feedback, FeedbackKind, Opinion
from services.catalog.current_release import OpenedRelease
from services.catalog.interest_test.candidates import Candidates
from services.catalog.interest_test.preference import is_done, next_candidates
from services.catalog.library import feedback_recording
from services.catalog.library.likes import add_ratings
from services.catalog.store import Store

SOURCE = "interest-test"
KINDS = {1: FeedbackKind.LIKE, 0: FeedbackKind.NEUTRAL, -1: FeedbackKind.DISLIKE}


async def proceed(store: Store, opened: OpenedRelease, person: UUID, genres: Sequence[str], limit: int) -> InterestTest:
    """The next tracks of the test; every opinion of the person counts as a rating, not only answers of the test."""
    answers = await store.interest.answers(person)
    mutes = await store.mutes.grouped(person)
    candidates = await asyncio.to_thread(opened.interest_candidates, genres, mutes)
    likes = sum(value > 0 for value in answers.values())
    done = is_done(len(answers), likes)
    tracks: list[str] = []
    if not done:
        ratings = await _ratings(store, opened, person, candidates, answers)
        count = min(limit, MOST_ANSWERS - len(answers))
        tracks = [opened.release.track_id(candidates.rows[at]) for at in next_candidates(candidates, ratings, count)]
    found = await store.tracks.find(tracks)
    if tracks and not found:  # catalog is still importing this release
        raise Unavailable("the catalogue is being updated to the current release: try again in a moment")
    await add_ratings(store, person, found.values())
    return InterestTest(
        tracks=list(found.values()),
        answered=len(answers),
        likes=likes,
        done=done or not found,
        candidates=len(candidates),
        unknown_genres=[genre for genre in genres if genre_key(genre) not in opened.genres.rows],
    )


async def record(store: Store, person: UUID, answers: Sequence[InterestAnswer]) -> list[RefusedAnswer]:
    """Records answers as feedback and as answers of the test; returns those refused (unknown tracks, a full log)."""
    events = [Feedback(track=answer.track, kind=KINDS[answer.value], source=SOURCE) for answer in answers]
    results = (await feedback_recording.record(store, person, events)).results
    accepted = [(a, r) for a, r in zip(answers, results, strict=True) if r.status != "refused"]
    tracks = await store.tracks.resolve([answer.track for answer, _ in accepted])
    await store.interest.add(person, {tracks[answer.track]: answer.value for answer, _ in accepted})
    return [
        RefusedAnswer(track=answer.track, detail=result.detail or "")
        for answer, result in zip(answers, results, strict=True)
        if result.status == "refused"
    ]


async def _ratings(
    store: Store, opened: OpenedRelease, person: UUID, candidates: Candidates, answers: dict[UUID, int]
) -> dict[int, float]:
    """Ratings by candidate number: current opinions, else answers of the test (a neutral answer is no opinion)."""
    number = {ids.decode(opened.release.track_id(row)): at for at, row in enumerate(candidates.rows)}
    held = await store.opinions.current(person, set(number))
    rated = {number[track]: float(value) for track, value in answers.items() if track in number}
    opinions = {track: VALUE[rating.opinion] for track, rating in held.items() if rating.opinion != Opinion.NEUTRAL}
    return rated | {number[track]: float(value) for track, value in opinions.items() if track in number}
