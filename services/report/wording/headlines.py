"""Chooses the headlines of a report: at most five, the strongest first, never two of one family; and its summary."""

import math
from collections.abc import Sequence

from kit.wire.report import Headline, Voice
from services.report.analyses import claims
from services.report.findings import Findings
from services.report.wording.lines import Line, Text
from services.report.wording.sound_lines import sound_lines
from services.report.wording.taste_lines import taste_lines

MOST = 5
MOST_PHRASES = 3
SUREST = 0.9999


def lines(found: Findings) -> list[Line]:
    """The chosen lines. Below claims.FEWEST likes one that counts; where nothing differs one that says so."""
    if found.n < claims.FEWEST:
        return [_progress(found.n)]
    best: dict[str, Line] = {}
    for line in sorted([*sound_lines(found), *taste_lines(found)], key=lambda one: -one.strength):
        best.setdefault(line.family, line)
    chosen = list(best.values())[:MOST]
    return chosen if found.claimed() else [_all_rounder(found.n), *chosen][:MOST]


def headline(line: Line, voice: Voice) -> Headline:
    """The line in one voice."""
    words = line.playful if voice is Voice.PLAYFUL else line.plain
    sure = None if line.p is None else min(math.floor(1e4 * (1 - line.p)) / 1e4, SUREST)
    return Headline(
        code=line.code,
        params=dict(line.params),
        title=words.title,
        text=words.text,
        evidence=line.evidence,
        confidence=sure,
        figure=line.figure or None,
        caption=line.caption or None,
    )


def summary(chosen: Sequence[Line], n: int) -> str:
    """A few words for the whole report: "Quiet, acoustic and mostly before 1990"."""
    phrases = [line.phrase for line in chosen if line.phrase and line.family != "era"]
    era = [line.phrase for line in chosen if line.phrase and line.family == "era"]
    kept = [word for phrase in [*phrases[: MOST_PHRASES - len(era)], *era] for word in phrase.split(", ")]
    if not kept:
        return chosen[0].plain.title if chosen else f"{n} songs"
    joined = kept[0] if len(kept) == 1 else f"{', '.join(kept[:-1])} and {kept[-1]}"
    return joined[0].upper() + joined[1:]


def _progress(n: int) -> Line:
    text = f"{n} of {claims.FEWEST} songs to your first report: nothing is compared before."
    words = Text(f"{n} {'song' if n == 1 else 'songs'} so far", text)
    needed = claims.FEWEST - n
    return Line("few_likes", "progress", 0.0, words, words, "/n_likes", params={"n": n, "needed": needed})


def _all_rounder(n: int) -> Line:
    text = (
        f"Close to the catalogue's middle on everything, by {n} songs. A report says more once your songs lean one "
        "way: a feature higher or lower than in 6 of 10 songs here."
    )
    return Line("all_rounder", "none", 0.0, Text("An all-rounder", text), Text("An all-rounder", text), "/features")
