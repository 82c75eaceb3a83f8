"""Tests of the weekly list Rediscover: what is old enough, one for each artist, drawn by the week."""

from collections import Counter
from datetime import date
from uuid import UUID

from kit.wire.library import Played, UserFeedback
from services.recommend.weekly.rediscover import LONG_DAYS, Memory, memories, reason_of, rediscovered
from tests import worlds

MONDAY = date(2026, 11, 23)
TODAY = MONDAY.toordinal()
OLD = TODAY - LONG_DAYS
ADA = UUID(int=1)


def test_only_tracks_not_heard_for_long_come_back() -> None:
    remembered = [
        Memory("old play", 0, 3, OLD),
        Memory("recent play", 0, 3, OLD + 1),
        Memory("old like", OLD, 0, 0),
        Memory("new like", TODAY, 0, 0),
        Memory("old like, recent play", OLD - 100, 9, TODAY - 5),
    ]
    numbers = {one.track: number for number, one in enumerate(remembered)}
    found = rediscovered(remembered, ADA, MONDAY, numbers.get)
    assert {one.track for one in found} == {"old play", "old like"}


def test_one_track_of_an_artist_and_none_that_is_not_to_come() -> None:
    remembered = [Memory(f"t{number}", 0, 1 + number, OLD) for number in range(200)]
    found = rediscovered(remembered, ADA, MONDAY, lambda track: None if track == "t0" else int(track[1:]) % 7)
    assert len(found) == 7
    assert len({int(one.track[1:]) % 7 for one in found}) == 7
    wide = rediscovered(remembered, ADA, MONDAY, lambda track: int(track[1:]))
    assert len(wide) == 30


def test_a_week_is_the_same_however_often_it_is_made_and_the_next_one_differs() -> None:
    remembered = [Memory(f"t{number}", 0, 2, OLD - 7) for number in range(300)]

    def week(day: date, person: UUID = ADA) -> list[str]:
        return [one.track for one in rediscovered(remembered, person, day, lambda track: int(track[1:]))]

    assert week(MONDAY) == week(MONDAY)
    assert len({*week(MONDAY)} & {*week(date(2026, 11, 30))}) < 15
    assert week(MONDAY) != week(MONDAY, UUID(int=2))


def test_what_was_liked_or_played_more_comes_more_often() -> None:
    remembered = [Memory(f"seldom{number}", 0, 1, OLD - 700) for number in range(100)]
    remembered += [Memory(f"often{number}", 0, 31, OLD - 700) for number in range(100)]
    numbers = {one.track: number for number, one in enumerate(remembered)}
    weeks = [date.fromordinal(TODAY + 7 * week) for week in range(20)]
    drawn = [one.track[:5] for week in weeks for one in rediscovered(remembered, ADA, week, numbers.get)]
    counts = Counter(drawn)
    assert counts["often"] > 2 * counts["seldo"]


def test_memories_join_likes_and_plays_and_leave_out_what_is_skipped() -> None:
    liked, both, skipped = (worlds.track_id(number) for number in range(3))
    played = [Played(track=both, plays=3, last_day=OLD), Played(track=skipped, plays=1, skips=2, last_day=OLD)]
    feedback = UserFeedback(person=ADA, version=1, likes=[liked, both], played=played)
    assert memories(feedback, {liked: OLD - 5}) == [Memory(liked, OLD - 5, 0, 0), Memory(both, 0, 3, OLD)]


def test_the_reason_says_when_it_was_heard() -> None:
    august = date(2025, 8, 3).toordinal()
    assert reason_of(Memory("a", 0, 1, august))["text"] == "Played once, last in August 2025"
    assert reason_of(Memory("a", 0, 14, august))["text"] == "Played 14 times, last in August 2025"
    assert reason_of(Memory("a", august, 0, 0))["text"] == "Liked in August 2025, not played since"
    assert reason_of(Memory("a", august, 2, august))["text"] == "Liked, played 2 times, last in August 2025"
