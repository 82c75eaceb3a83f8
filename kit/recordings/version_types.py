"""Recognises the type of a version by the labels of its title: live, remix, karaoke, slowed and others.

A label is a bracket anywhere, or what follows a dash: "Halo (Live at Wembley)", "Halo - Slowed + Reverb". Words outside
of labels name no type ("Live and Let Die", "Remix to Ignition" are titles), nor does an edition label ("Original Mix",
"2011 Remaster": kit/recordings/editions.py). Lower case, without accents on Latin letters, as labels are compared.
"""

import re
from collections.abc import Iterable
from enum import StrEnum
from functools import lru_cache

from kit.recordings.edition_words import TAKES
from kit.recordings.editions import folded_words, is_edition, labels


class VersionType(StrEnum):
    """How a version differs from the recording that people know."""

    LIVE = "live"
    REMIX = "remix"
    ACOUSTIC = "acoustic"
    INSTRUMENTAL = "instrumental"
    KARAOKE = "karaoke"
    COVER = "cover"
    DEMO = "demo"
    SLOWED = "slowed"
    SPED_UP = "sped_up"


_NUMBER = re.compile(r"\d{1,4}")
_LIVE = re.compile(
    r"live"
    r"|live (?:at|from|in|on|version|session|sessions|acoustic|recording|performance|take|edit|mix|video|studio"
    r"|bootleg|unplugged|audio|demo|medley|instrumental|remaster\w*|bonus|track|\d+)\b.*"
    r"|(?!.*\b(?:i|we|you|they|to|must|can|will|ll|let|never|long|ever) live$).+ live"
    r"|.*\b(?:recorded|performed|captured) live\b.*|.*\blive (?:at|from|version|session|sessions|\d{4})\b.*"
    r"|.*\b(?:en|in|ao|dal|al|im) (?:vivo|directo|direct|konzert|concert|concierto)\b.*"
    r"|.*\b(?:vivo|unplugged|livemitschnitt|liveversion)\b.*|.*(?:ライブ|ライヴ|라이브|現場|现场).*"
)
_PHRASES = {
    VersionType.LIVE: _LIVE,
    VersionType.KARAOKE: re.compile(
        r".*\b(?:karaoke|sing ?along|singalong|backing track|minus one|playback)\b.*"
        r"|.*\bin the style of\b.*|.*(?:カラオケ|노래방|伴奏|伴唱).*"
    ),
    VersionType.COVER: re.compile(
        r".*\b(?:covers?|covered|tribute)\b.*|.*\b(?:originally performed|made famous|as made popular) by\b.*"
    ),
    VersionType.SLOWED: re.compile(r".*\b(?:slowed|slow(?:ed)? down|ultra slowed|slow reverb)\b.*"),
    VersionType.SPED_UP: re.compile(r".*\b(?:sped up|spedup|speed(?:ed)? up|nightcore)\b.*"),
    VersionType.ACOUSTIC: re.compile(r".*\b(?:acoustic|acustic[oa]|acoustique|akustik|unplugged|stripped)\b.*"),
    VersionType.INSTRUMENTAL: re.compile(r".*\b(?:instrumental|instrumentale?s?)\b.*|.*(?:インスト|연주).*"),
    VersionType.DEMO: re.compile(r".*\b(?:demos?|outtakes?|rehearsals?|ensayo)\b.*"),
    VersionType.REMIX: re.compile(r".*\b(?:remix(?:e[ds]|es)?|rmx|rework(?:ed)?|bootleg|vip|mashup|dub)\b.*"),
}
_NO_REMIX = TAKES - {"mix"} | {
    *("stereo", "mono", "album", "original", "single", "full", "new", "final", "rough", "monitor", "surround"),
    *("atmos", "live", "radio"),
}
"""Beside one of these, "mix" names no other artist's work."""
_GUESTS = (["feat"], ["ft"], ["featuring"], ["with"])
_MAY_HOLD = re.compile(
    r"[(\[{<\u3010\u3014\u300a\u3008\uff08\uff3b]|\s[-\u2010-\u2015\u2212~|/\u00b7\u2022]\s|\uff0d", re.IGNORECASE
)
LONGEST = 400  # characters that are read of a title: brackets within brackets are looked for from each position
_KARAOKE_ARTIST = re.compile(r"\bkaraoke\b", re.IGNORECASE)


@lru_cache(maxsize=1 << 16)
def _of_label(label: str) -> frozenset[VersionType]:
    words = folded_words(label)
    if is_edition(label) or words[:1] in _GUESTS:
        return frozenset()
    text = " ".join(words)
    found = {kind for kind, pattern in _PHRASES.items() if pattern.fullmatch(text)}
    return frozenset(found | ({VersionType.REMIX} if _is_mix(words) else set()))


def _is_mix(words: list[str]) -> bool:
    """ "Club Mix" and "Paul van Dyk Mix" are remixes; "Mix", "2018 Mix" and "Stereo Mix" are not."""
    others = [word for word in words if not _NUMBER.fullmatch(word)]
    return len(others) > 1 and others[-1] in ("mix", "mezcla") and not set(others) & _NO_REMIX


def version_types(title: str, artists: Iterable[str] = ()) -> frozenset[VersionType]:
    """The types that the labels of a title name; an artist with "karaoke" in the name makes karaoke versions."""
    found: frozenset[VersionType] = frozenset()
    if _MAY_HOLD.search(title):
        for label in labels(title[:LONGEST]):
            found |= _of_label(label)
    return found | {VersionType.KARAOKE} if any(map(_KARAOKE_ARTIST.search, artists)) else found
