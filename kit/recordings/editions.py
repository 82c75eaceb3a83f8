"""Strips edition labels and guest credits from titles: "- 2006 Remaster / Mono", "(Remasterizado)", "[feat. X]".

A label is a bracket anywhere, or what follows a dash at the end, of which every word is a word of editions and at least
one names the edition. So "Original Mix", "40th Anniversary Edition" and "(リマスター)" are labels; "Live", "Remix",
"Demo", "2018 Mix", "Taylor's Version" and any word that is not listed (edition_words.py) mark another recording, and
stay in the title.
"""

import re
import unicodedata

from kit.names import fold_latin
from kit.recordings.edition_words import ALONE, EDITIONS, FILL, KINDS, MIXED, NOBODY, PLAYING, QUALIFIERS, TAKES

_WIDE = {
    ord(wide): narrow
    for wide, narrow in zip(
        "\uff08\uff09\uff3b\uff3d\uff5b\uff5d\uff1c\uff1e\uff0f\uff5e\u301c\u3000", "()[]{}<>/~~ ", strict=True
    )
}
_OPEN, _CLOSE = "([{<\u3010\u3014\u300a\u3008", ")]}>\u3011\u3015\u300b\u3009"
_DASH = re.compile(r"\s[-\u2010-\u2015\u2212~|/\u00b7\u2022]+\s")
_PARTS = re.compile(r"\s*[/;,|\u00b7\u2022+]\s*|\s[-\u2010-\u2015]\s|\s(?=[(\[{<])")
_WORDS = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)?")
_BARE_REMASTER = re.compile(
    r"\s(?:\d{4}\s)?(?:digital(?:ly)?\s)?re-?master(?:ed)?(?:\sversion)?(?:\s\d{4})?$", re.IGNORECASE
)

_BRACKETS = re.compile(
    r"[(\[{<\u3010\u3014\u300a\u3008][^)\]}>\u3011\u3015\u300b\u3009]*[)\]}>\u3011\u3015\u300b\u3009]"
)
_MAY_HOLD = re.compile(
    r"[(\[{<\u3010\u3014\u300a\u3008]|\s[-\u2010-\u2015\u2212~|/\u00b7\u2022]|feat|ft\.|remast", re.IGNORECASE
)

_ASIAN = re.compile(
    "最新|デジタル|オリジナル|ステレオ|モノラル|モノ|リマスター(?:ド|リング)?|リマスタリング|リマスタ|シングル|アルバム|"
    "バージョン|ヴァージョン|エディション|デラックス|ボーナス|トラック|トラツク|周年|記念|版|盤|年|音源|"
    "数码|数位|數位|数字|重制|重製|立体声|立體聲|单声道|單聲道|原版|单曲|單曲|专辑|專輯|豪华|豪華|"
    "리마스터(?:링|드)?|리마스터|디지털|스테레오|모노|오리지널|싱글|앨범|버전|에디션|디럭스|주년|기념"
)
_REMASTER = re.compile(
    r"(?:ge|z)?r[ei]mas(?:t|z?t)[er]\w*|remaszter\w*|master(?:isado|izado|izada|isiert)|ремаст\w*|"
    "リマスタ.*|重[制製]|리마스터.*"
)
_ANEW = re.compile(r"\b(?:neue?|new|nuev[ao]|nova|nouvelle)\s+(?=(?:digital\w*\s+)?\w*remast)")
_NUMBER = re.compile(r"\d{1,4}(?:st|nd|rd|th|er|e|eme|a|o|ste|de)?s?|['\u2019]\d\d")
_ANNIVERSARY = re.compile(r"anniversa\w*|aniversa\w*|anniv|jubil\w*|周年|주년")

_GUEST = re.compile(
    r"(?:feat|ft|featuring)\b\.?\s*(?P<sure>[^(\[{<]+)|"
    r"(?:(?:duet\s+)?with|w/|con|mit|avec|com|&|\+|x|\u00d7)\s+(?P<named>[^(\[{<]+)",
    re.IGNORECASE,
)
_BARE_GUEST = re.compile(r"\s(?:feat\.?|ft\.|featuring)\s+(?P<sure>(?:(?!\s-\s)[^(\[{<])+)", re.IGNORECASE)
_FROM = re.compile(r"from\s.+", re.IGNORECASE)
_NAMES = re.compile(r"\s*(?:[,;/&+\u00d7]|\band\b|\bx\b|\bwith\b|\by\b|\bund\b|\bet\b)\s*", re.IGNORECASE)


def bare_title(title: str) -> tuple[str, tuple[str, ...]]:
    """The title without edition labels and guest credits, and the names of the guests as written.

    A title of which nothing would be left is returned unchanged.
    """
    text = title.translate(_WIDE)
    if not _MAY_HOLD.search(text):
        return title, ()
    guests: list[str] = []
    text = _without_brackets(text, guests)
    text = _without_ends(text, guests)
    if (found := _BARE_GUEST.search(text)) and not set(folded_words(found["sure"])) & TAKES:
        guests += _split(found["sure"])
        text = f"{text[: found.start()]} {text[found.end() :]}"
    text = _BARE_REMASTER.sub("", text).strip()
    return (text, tuple(guests)) if any(c.isalnum() for c in text) else (title, ())


def labels(title: str) -> list[str]:
    """What stands in brackets, and what follows a dash, in the order of the title; brackets inside come too."""
    text = title.translate(_WIDE)
    found = [text[at + 1 : stop].strip() for at in range(len(text)) if (stop := _closing(text, at))]
    outside = _BRACKETS.sub(" ", text)
    return [label for label in (*found, *(end.strip() for end in _DASH.split(outside)[1:])) if label]


def _without_brackets(text: str, guests: list[str]) -> str:
    kept, at = "", 0
    while at < len(text):
        stop = _closing(text, at)
        inner = text[at + 1 : stop] if stop else ""
        left = inner and (_unlabelled(inner, guests) if kept.strip() else "" if is_edition(inner) else inner)
        if left != inner:
            kept = f"{kept.rstrip()} ({left})" if left else f"{kept.rstrip()} "
            at = stop + 1
        else:
            kept += text[at]
            at += 1
    return kept.strip()


def _closing(text: str, at: int) -> int:
    """The position of the bracket that closes the one opening here; 0 when none does."""
    if text[at] not in _OPEN:
        return 0
    depth = 0
    for position in range(at, len(text)):
        depth += (text[position] in _OPEN) - (text[position] in _CLOSE)
        if not depth:
            return position
    return 0


def _without_ends(text: str, guests: list[str]) -> str:
    """Strips labels after dashes at the end, several after each other; words between them that are no label stay."""
    head, *ends = _DASH.split(text)
    kept = [left for end in ends if (left := _unlabelled(end.strip(), guests))]
    return " - ".join([head, *kept])


def _unlabelled(segment: str, guests: list[str]) -> str:
    """The rest of a bracket or ending without labels and guests: "" for a label, the rest of "Live / 2011 Remaster"."""
    parts = [segment] if _is_empty(segment, guests) else _PARTS.split(segment)
    kept = [part for part in parts if not _is_empty(part, guests)]
    return segment if len(kept) == len(parts) else ", ".join(kept)


def _is_empty(part: str, guests: list[str]) -> bool:
    """True for a label, for guests, which are recorded, and for the origin of a track."""
    if is_edition(part):
        return True
    words = set(folded_words(part))
    if words & TAKES:
        return False
    if (found := _GUEST.fullmatch(part.strip())) and _names_somebody(found, words):
        guests += _split(found["sure"] or found["named"])
        return True
    return bool(_FROM.fullmatch(part.strip()))


def _names_somebody(found: re.Match[str], words: set[str]) -> bool:
    first = next(iter(folded_words(found["named"])), "") if found["named"] else ""
    return bool(found["sure"]) or not (words & (PLAYING | KINDS) or first in NOBODY or first.isdecimal() or not first)


def is_edition(label: str) -> bool:
    """True for words that only label an edition."""
    words = folded_words(label)
    certain = {w for w in words if w in EDITIONS or _REMASTER.fullmatch(w) or _ANNIVERSARY.fullmatch(w)}
    rest = [w for w in words if w not in certain and w not in FILL]
    qualified = any(w in QUALIFIERS for w in rest)
    kind = any(w in KINDS for w in words)
    if not words or any(w not in QUALIFIERS and w not in KINDS and not _NUMBER.fullmatch(w) for w in rest):
        return False
    if any(w in MIXED for w in words):  # "2018 Mix" and "Anniversary Mix" are new mixes
        return qualified or any(w.startswith(("mono", "stereo", "estereo")) or _REMASTER.fullmatch(w) for w in words)
    if certain == {"edit"} or certain == {"edited"}:  # "2016 Edit" is a disc jockey's
        return not any(_NUMBER.fullmatch(w) for w in rest)
    return bool(certain) or (qualified and kind) or (len(words) == 1 and words[0] in ALONE)


def folded_words(text: str) -> list[str]:
    """The words of a label as they are compared: case, width and Latin accents folded."""
    plain = fold_latin(unicodedata.normalize("NFKC", text).casefold()).replace("re-mast", "remast")
    if "remast" in plain:
        plain = _ANEW.sub("", plain)
    return _WORDS.findall(plain if plain.isascii() else _ASIAN.sub(r" \g<0> ", plain))


def _split(names: str) -> list[str]:
    return [name for name in _NAMES.split(names) if name.strip()]
