"""The rules that make sessions of listens, each on planted listens."""

import polars as pl
import pytest

from pipelines.open_data import anonymous, listening
from pipelines.open_data.rules import SessionRules

RULES = SessionRules(fewest=3)
DAY = 1_000 * 86_400


def listens(*rows: tuple[int, int, int | None]) -> pl.DataFrame:
    """Rows of user, second of a day, track."""
    return pl.DataFrame(
        [(user, DAY + at, track) for user, at, track in rows],
        schema={"user": pl.Int64, "at": pl.Int64, "track": pl.UInt32},
        orient="row",
    )


def playlists(
    frame: pl.DataFrame, albums: dict[int, int] | None = None, rules: SessionRules = RULES
) -> list[list[int]]:
    """The tracks of each playlist, all tracks allowed."""
    found = listening.in_sessions(frame, rules)
    album = pl.col("track").cast(pl.Int64).replace_strict(albums or {}, default=0, return_dtype=pl.Int64)
    kept = found.select("track").unique()
    made = listening.playlists(found.with_columns(album.alias("album")), kept, rules)
    grouped = made.group_by("user", "session", "part", maintain_order=True).agg("track")
    return grouped["track"].to_list()


def every(seconds: int, tracks: range, user: int = 1, begin: int = 0) -> list[tuple[int, int, int | None]]:
    return [(user, begin + at * seconds, track) for at, track in enumerate(tracks)]


def test_a_gap_of_more_than_half_an_hour_between_two_starts_ends_a_session() -> None:
    assert playlists(listens(*every(1_800, range(4)))) == [[0, 1, 2, 3]]
    rows = [*every(200, range(3)), *every(200, range(3, 6), begin=400 + 1_801)]
    assert playlists(listens(*rows)) == [[0, 1, 2], [3, 4, 5]]


def test_a_listen_replaced_within_thirty_seconds_was_skipped() -> None:
    rows = [*every(200, range(3)), (1, 600, 90), (1, 629, 3), (1, 659, 4)]
    assert playlists(listens(*rows)) == [[0, 1, 2, 3, 4]]


def test_unmatched_listens_join_sessions_and_are_not_in_them() -> None:
    rows = [(1, 0, 0), (1, 1_500, None), (1, 3_000, 1), (1, 3_200, 2)]
    assert playlists(listens(*rows)) == [[0, 1, 2]]


def test_a_track_is_in_a_session_once_and_listens_of_one_second_have_an_order() -> None:
    rows = [(1, 0, 5), (1, 200, 6), (1, 400, 5), (1, 600, 7)]
    assert playlists(listens(*rows)) == [[5, 6, 7]]
    assert playlists(listens(*reversed(rows))) == [[5, 6, 7]]


def test_three_tracks_of_an_album_played_through_count() -> None:
    """A run is interrupted by another album; unknown albums are no album."""
    albums = dict.fromkeys(range(8), 7)
    assert playlists(listens(*every(200, range(10))), albums) == [[0, 1, 2, 8, 9]]
    assert playlists(listens(*every(200, range(5))), dict.fromkeys(range(5), 0)) == [[0, 1, 2, 3, 4]]


def test_sessions_have_a_fewest_and_a_longest_number_of_tracks() -> None:
    """Longer ones are split evenly, so that no rest is too short."""
    assert playlists(listens(*every(200, range(2)))) == []
    rules = SessionRules(fewest=3, longest=4)
    assert playlists(listens(*every(200, range(9))), rules=rules) == [[0, 1, 2], [3, 4, 5], [6, 7, 8]]


def test_the_newest_sessions_of_a_user_count_and_a_track_in_so_many_of_them() -> None:
    rows = [row for day in range(4) for row in every(200, range(10 * day, 10 * day + 3), begin=86_400 * day)]
    assert playlists(listens(*rows), rules=SessionRules(fewest=3, sessions_each=2)) == [[20, 21, 22], [30, 31, 32]]
    again = [
        row
        for day in range(4)
        for row in [*every(200, range(3), begin=86_400 * day), (1, 86_400 * day + 600, 10 + day)]
    ]
    assert playlists(listens(*again), rules=SessionRules(fewest=2, times_each=2)) == [[0, 1, 2, 12], [0, 1, 2, 13]]


@pytest.mark.parametrize(
    ("rows", "reason"),
    [
        (every(60, range(1_001)), "listens in a day"),
        ([(1, 5, track) for track in range(4)], "listens in a second"),
        ([(1, 300 * at, 9) for at in range(101)], "one recording"),
        ([(1, 300 * at, at % 10) for at in range(100)], "a loop"),
    ],
)
def test_programs_and_campaigns_are_recognised(rows: list[tuple[int, int, int | None]], reason: str) -> None:
    person = every(200, range(30), user=2)
    found = listening.automated(listens(*rows, *person), RULES)
    assert found.rows() == [(1, reason)]
    assert listening.without(listens(*rows, *person), found)["user"].unique().to_list() == [2]
    fewer = listening.automated(listens(*rows[1:], *person), RULES)["reason"]  # a recording is a loop of one too
    assert fewer.to_list() == (["a loop"] if reason == "one recording" else [])


# -- publication -------------------------------------------------------------------------------------------------------
def of_users(*lists: tuple[int, list[int]]) -> pl.DataFrame:
    """Playlists of users, as listening.playlists returns them."""
    rows = [(user, number, 0, track) for number, (user, tracks) in enumerate(lists) for track in tracks]
    schema = {"user": pl.Int64, "session": pl.UInt32, "part": pl.UInt32, "track": pl.UInt32}
    return pl.DataFrame(rows, schema=schema, orient="row")


def test_users_are_counted_and_never_listens() -> None:
    """Track 9 is in ten playlists of one user, and not published."""
    one = [(1, [9, 0, 1, 2, 20 + at]) for at in range(10)]
    others = [(user, [0, 1, 2][user % 3 :] + [0, 1, 2][: user % 3]) for user in range(2, 8)]
    found, _ = anonymous.anonymised(of_users(*one, *others), SessionRules(fewest=3, users_each=3))
    assert set(found["track"]) == {0, 1, 2}


def test_removing_a_track_that_makes_others_rare_removes_those_too() -> None:
    rules = SessionRules(fewest=3, users_each=2)
    lists = [(1, [0, 1, 2]), (2, [2, 1, 0]), (3, [3, 4, 0]), (4, [3, 4, 5])]  # 5 is rare, so 3 and 4 become rare
    found, removed = anonymous.anonymised(of_users(*lists), rules)
    assert sorted(found.group_by("playlist_id").agg("track")["track"].to_list()) == [[0, 1, 2], [2, 1, 0]]
    assert removed == {"identical": 0, "rare": 2, "over the bounds": 0}


def test_one_list_replayed_by_many_accounts_counts_once() -> None:
    campaign = [(user, [7, 8, 9]) for user in range(100, 140)]
    people = [(user, [track for track in (0, 1, 2, 3) if track != user % 4]) for user in range(8)]
    found, removed = anonymous.anonymised(of_users(*campaign, *people), SessionRules(fewest=3, users_each=2))
    assert set(found["track"]) == {0, 1, 2, 3}
    assert removed["identical"] == 39 + 4


def test_names_are_of_the_content_and_say_nothing_of_a_user() -> None:
    lists = [[track for track in range(5) if track != left] for left in range(5)]
    rules = SessionRules(fewest=3, users_each=2)
    one, _ = anonymous.anonymised(of_users(*enumerate(lists)), rules)
    other, _ = anonymous.anonymised(of_users(*((900 - at, tracks) for at, tracks in enumerate(reversed(lists)))), rules)
    assert one.equals(other)
    assert one.columns == ["playlist_id", "position", "track"]
    assert one["playlist_id"].n_unique() == 5


def test_the_output_is_bounded() -> None:
    lists = [(user, [track for track in range(8) if track != user % 8]) for user in range(8)]
    rules = SessionRules(fewest=3, users_each=2, most_tracks=6)
    assert anonymous.anonymised(of_users(*lists), rules)[0]["track"].n_unique() == 6
    fewer, removed = anonymous.anonymised(of_users(*lists), SessionRules(fewest=3, users_each=2, most_entries=30))
    assert 0 < fewer.height <= 30
    assert removed["over the bounds"] >= 4
