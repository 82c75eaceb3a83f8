"""The sentence of `open sessions` when no playlist is left: all counts, and advice about the rule that
removed the largest share."""

from dataclasses import replace
from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pipelines.open_data.dumps import Dumps
from pipelines.open_data.fetch import fetch_listens, fetch_tables
from pipelines.open_data.remote import DumpError
from pipelines.open_data.rules import SessionRules
from pipelines.open_data.sessions import sessions_stage
from pipelines.stage import Built
from tests import open_dumps
from tests.open_dumps import FIRST, Listen, mbid

RULES = SessionRules(users_each=2, fewest=3)
TRACKS = [mbid("recording", at) for at in range(8)]


def listens(users: int = 4, apart_s: int = 200) -> list[Listen]:
    """A session of each user, who leaves out one track."""
    return [
        (user, FIRST + user * 86_400 + at * apart_s, track)
        for user in range(users)
        for at, track in enumerate(TRACKS[:user] + TRACKS[user + 1 :])
    ]


def sessions(folder: Path, *dumps: list[Listen], known: list[str] = TRACKS, rules: SessionRules = RULES) -> Built:
    """Of dumps of these listens, and a canonical dump of the known recordings."""
    found = Dumps(folder / "open-data")
    recordings = pl.DataFrame({"recording_mbid": known}).with_columns(
        *(pl.lit(name).alias(name) for name in ("title", "artist", "album")), release_mbid=pl.lit(None, pl.String)
    )
    fetch_tables("canonical", [str(open_dumps.canonical_tar(folder / "c.tar.zst", recordings, {}))], found, 1 << 30)
    for number, rows in enumerate(dumps):
        (folder / f"dump-{number}").mkdir()
        columns = (pa.array(column) for column in zip(*rows, strict=True))
        table = pa.table(dict(zip(("user_id", "listened_at", "recording_mbid"), columns, strict=True)))
        pq.write_table(table, folder / f"dump-{number}" / "1.parquet")
        fetch_listens(str(folder / f"dump-{number}"), 1, found, 1 << 30)
    return sessions_stage(folder / "work", found.folder, rules, lambda _: None)


def unmatched(rows: list[Listen]) -> list[Listen]:
    return [(user, at, None) for user, at, _ in rows]


def in_one_second(rows: list[Listen]) -> list[Listen]:
    return [(user, FIRST, track) for user, _, track in rows]


@pytest.mark.parametrize(
    ("rows", "options", "message"),
    [
        (unmatched(listens()), {}, r"28 listens, 0 with a recording id.*ListenBrainz has matched few"),
        (listens(), {"known": [mbid("other", 1)]}, r"28 with a recording id, 0 of a known .*canonical dump lacks"),
        (in_one_second(listens()), {}, r"28 of a known recording, 0 of people.*taken for programs"),
        (listens(apart_s=10), {}, r"28 of people, 4 in sessions.*replaced by the next within 30 s"),
        (listens(users=1), {}, r"7 in sessions, 0 of common tracks.*fewer than 2 users.*fetch more members"),
        (listens(apart_s=7_200), {}, r"28 of common tracks, 0 in playlists.*3 tracks with gaps up to 30 min: raise"),
        (listens(), {"rules": replace(RULES, most_entries=1)}, r"0 published.*raise --most-tracks or --most-entries"),
    ],
)
def test_the_rule_that_removed_the_largest_share_is_named(
    rows: list[Listen], options: dict[str, list[str]], message: str, tmp_path: Path
) -> None:
    with pytest.raises(DumpError, match=f"no playlist is left of these listens .*{message}"):
        sessions(tmp_path, rows, **options)


def test_listens_that_two_dumps_have_count_once(tmp_path: Path) -> None:
    """Twice as many would be over the bound on listens in a second."""
    twice = [*listens(), *((user, at, None) for user, at, _ in listens())]  # two in a second
    rules = replace(RULES, listens_a_second=3)
    for name in ("once", "repeated"):
        (tmp_path / name).mkdir()
    once = sessions(tmp_path / "once", twice, rules=rules)
    repeated = sessions(tmp_path / "repeated", twice, twice[4:], rules=rules)
    table = "listenbrainz/playlists.parquet"
    assert (repeated.path / table).read_bytes() == (once.path / table).read_bytes()
    figures = repeated.report()["figures"]
    assert figures["listens in several dumps"] == len(twice) - 4
    assert figures["users"] == 4


def test_members_without_listens_are_named(tmp_path: Path) -> None:
    folder = tmp_path / "dump"
    with pytest.raises(DumpError, match="the fetched members have no listen: open fetch --listens with more --members"):
        sessions_of_nothing(tmp_path, folder)


def sessions_of_nothing(folder: Path, dump: Path) -> Built:
    dump.mkdir()
    types = {"user_id": pa.int64(), "listened_at": pa.int64(), "recording_mbid": pa.string()}
    pq.write_table(pa.schema(types).empty_table(), dump / "1.parquet")
    fetch_listens(str(dump), 1, Dumps(folder / "open-data"), 1 << 30)
    return sessions(folder)
