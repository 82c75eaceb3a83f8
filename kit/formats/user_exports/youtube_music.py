"""Readers of a YouTube Music takeout: `watch-history.json` and `music library songs.csv`.

The history writes titles with a verb in the account's language ("Watched Halo", "Halo angesehen"). The verbs of the
languages below are known; of another language the words are found that most titles of the file begin or end with. The
artist is the channel without " - Topic". How long a track played is not in the file.
"""

import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import IO, Any

from kit.formats.user_exports import delimited, json_rows
from kit.formats.user_exports.records import (
    BROKEN_OFF,
    NO_MOMENT,
    NO_NAMES,
    UNREADABLE,
    Listen,
    Rating,
    Record,
    Skipped,
    TrackNames,
    excerpt,
    moment,
    text,
)

OUTSIDE = "outside YouTube Music"
REMOVED = "a removed video"
TOPIC = " - Topic"
_BEFORE = (
    *(
        "Watched ",
        "Vous avez regardé ",
        "Has visto ",
        "Viste ",
        "Hai guardato ",
        "Você assistiu a ",
        "Viu ",
        "Bekeken: ",
    ),
    *("Obejrzano: ", "Просмотрено видео ", "Вы посмотрели видео ", "Посмотрено: ", "Tittade på ", "Har set "),
    *(
        "Så på ",
        "Katsoit videon ",
        "Zhlédli jste ",
        "Ai vizionat ",
        "已观看 ",
        "已观看",
        "觀看了 ",
        "已觀看 ",
        "Ditonton ",
    ),
)
_AFTER = (
    *(
        " angesehen",
        " を視聴しました",
        " adlı videoyu izlediniz",  # noqa: RUF001
        " izlendi",
        " 시청함",
        "을(를) 시청했습니다.",
        " 을(를) 시청했습니다.",
    ),
    *(" megtekintve", " bekeken", " देखा गया"),
)
_SAMPLE, _LEAST, _SHARE = 200, 20, 0.8
_LINK = re.compile(r"https?://\S+")
_QUOTES = re.compile(r'^["«„“](.+)["»“”]$')


def read_watch_history(file: IO[bytes], _name: str) -> Iterator[Record]:
    """Yields the plays in YouTube Music; videos outside it and removed ones are counted."""
    before, after = _verb(title for title in _titles(file))
    file.seek(0)
    for line, row in json_rows.array(file):
        if isinstance(row, dict):
            yield _watched(line, row, before, after)
        else:
            yield Skipped(line, BROKEN_OFF if isinstance(row, json_rows.Malformed) else UNREADABLE)


def read_saved_tracks(path: Path) -> Iterator[Record]:
    """Yields a like for each track of the library: `Video ID,Song Title,Album Title,Artist Name 1,...`."""
    for row in delimited.rows(path):
        if isinstance(row, Skipped):
            yield row
            continue
        cells = [text(value) for value in row.values.values()]
        _, title, album, artist, *_ = [*cells, "", "", "", ""]
        track = TrackNames(title, artist.removesuffix(TOPIC), album)
        yield Rating(row.line, track, 1) if track.is_identified else Skipped(row.line, NO_NAMES, excerpt(title))


def _titles(file: IO[bytes]) -> Iterator[str]:
    rows = (row for _, row in islice(json_rows.array(file), _SAMPLE * 5) if isinstance(row, dict))
    named = (text(row.get("title")) for row in rows if row.get("subtitles"))
    return islice((title for title in named if title), _SAMPLE)


def _verb(titles: Iterator[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The beginnings and ends that are no part of a title: those known, and a word that most titles share."""
    found = list(titles)
    first = Counter(f"{title.split(' ', 1)[0]} " for title in found if " " in title)
    last = Counter(f" {title.rsplit(' ', 1)[1]}" for title in found if " " in title)
    enough = max(_LEAST, _SHARE * len(found))
    before = tuple(word for word, count in first.most_common(1) if count >= enough)
    after = tuple(word for word, count in last.most_common(1) if count >= enough)
    return (*_BEFORE, *before), (*_AFTER, *after)


def _watched(line: int, row: dict[str, Any], before: tuple[str, ...], after: tuple[str, ...]) -> Record:
    if row.get("header") != "YouTube Music":
        return Skipped(line, OUTSIDE)
    subtitles = row.get("subtitles")
    first = subtitles[0] if isinstance(subtitles, list) and subtitles else None
    channel = text(first.get("name")) if isinstance(first, dict) else ""
    title = _without(text(row.get("title")), before, after)
    if not channel:
        return Skipped(line, NO_NAMES if _LINK.search(title) else REMOVED)
    if not title or _LINK.fullmatch(title):
        return Skipped(line, NO_NAMES)
    if (at := moment(row.get("time"))) is None:
        return Skipped(line, NO_MOMENT, excerpt(channel, title))
    return Listen(line, _names(title, channel), at)


def _without(title: str, before: tuple[str, ...], after: tuple[str, ...]) -> str:
    for verb in before:
        if title.startswith(verb) and len(title) > len(verb):
            return _unquoted(title[len(verb) :])
    for verb in after:
        if title.endswith(verb) and len(title) > len(verb):
            return _unquoted(title[: -len(verb)])
    return title


def _unquoted(title: str) -> str:
    title = title.strip()
    quoted = _QUOTES.match(title)
    return quoted[1] if quoted else title


def _names(title: str, channel: str) -> TrackNames:
    """Artist and title: of a topic channel as given; else both in the title, where it has a dash."""
    if channel.endswith(TOPIC):
        return TrackNames(title, channel.removesuffix(TOPIC))
    artist, dash, rest = title.partition(" - ")
    if dash and artist.strip() and rest.strip():
        return TrackNames(rest.strip(), artist.strip())
    return TrackNames(title, channel.removesuffix("VEVO"))
