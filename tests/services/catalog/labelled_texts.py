"""Texts with what they mean, in a catalogue of half of the demo release: more than 300, made from its invented names.

A label is the id of the track that is meant; ("artist", name) where only the artist is in the catalogue; None where the
text names nothing that is there. Where a text is ambiguous (a title alone), saying nothing is right too.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from kit.release import Release
from kit.wire.catalog import Artist, Track

RELEASES = Path(__file__).parents[3] / "releases"
SEED = 2025
FORMS: tuple[Callable[[str, str], str], ...] = (
    lambda title, artist: f"{title} {artist}",
    lambda title, artist: f"{artist} {title}",
    lambda title, artist: f"{artist} - {title}",
    lambda title, artist: f"{title} by {artist}",
    lambda title, artist: f"\u201c{title.upper()}\u201d \u2013 {artist.lower()} (feat. Somebody)",
    lambda title, artist: f"{title} - 2011 Remaster {artist}",
    lambda title, artist: f"{artist}: {title} (Official Video)",
)


@dataclass(frozen=True)
class Text:
    """A text, its kind, and what it means: a track, only an artist, or nothing that is there."""

    kind: str
    text: str
    track: str | None = None
    artist: str | None = None


def catalogue() -> tuple[list[Track], list[Track]]:
    """(tracks that are in the catalogue, tracks that are not): every other plainly titled track of the demo release."""
    release = Release(next(path.parent for path in sorted(RELEASES.glob("demo-*/manifest.json"))))
    cards = (Track.model_validate_json(release.card(row)) for row in range(release.size))
    plain = [card for card in cards if not set("-([") & set(card.title)]
    return plain[::2], plain[1::2]


def texts(inside: list[Track], outside: list[Track]) -> list[Text]:
    """Every kind of text, from seeded draws."""
    rng = random.Random(SEED)
    tracks, outsiders = rng.sample(inside, 200), rng.sample(outside, 120)
    known = {artist.name for track in inside for artist in track.artists}
    return [
        *(Text("present", FORMS[at % len(FORMS)](*_names(named)), named.id) for at, named in enumerate(tracks[:105])),
        *_misspelt(tracks[105:165], rng),
        *(_absent(FORMS[at % 4], named, known) for at, named in enumerate(outsiders[:80])),
        *_of_another_artist(tracks[:40], tracks[100:140]),
        *(Text("unknown artist", FORMS[at % 4](named.title, "Quorra Blint")) for at, named in enumerate(tracks[:30])),
        *(Text("title only", named.title, named.id) for named in tracks[165:]),
        *(Text("absent title only", named.title) for named in outsiders[80:]),
        *(Text("artist only", named.artists[0].name, artist=named.artists[0].name) for named in tracks[40:70]),
    ]


def _names(track: Track) -> tuple[str, str]:
    return track.title, track.artists[0].name


def _absent(form: Callable[[str, str], str], track: Track, known: set[str]) -> Text:
    title, artist = _names(track)
    return Text("absent", form(title, artist), artist=artist if artist in known else None)


def _of_another_artist(tracks: list[Track], others: list[Track]) -> Iterator[Text]:
    for at, (named, other) in enumerate(zip(tracks, others, strict=True)):
        if named.artists[0] != other.artists[0]:
            artist = other.artists[0].name
            yield Text("another artist's title", FORMS[at % 4](named.title, artist), artist=artist)


def _misspelt(tracks: list[Track], rng: random.Random) -> Iterator[Text]:
    """One letter of the longest word of the title or of the artist is dropped, doubled, or swapped with the next."""
    for at, named in enumerate(tracks):
        names = list(_names(named))
        wrong = at % 2
        longest = max(names[wrong].split(), key=len)
        if len(longest) >= 6 and longest.isalpha():
            names[wrong] = names[wrong].replace(longest, _slip(longest, rng), 1)
            yield Text("misspelt", FORMS[at % 4](*names), named.id)


def _slip(word: str, rng: random.Random) -> str:
    at = rng.randrange(1, len(word) - 1)
    before, letter, after = word[:at], word[at], word[at + 1 :]
    return rng.choice([before + after, before + letter + letter + after, before + after[0] + letter + after[1:]])


def right(text: Text, track: str | None, artist: Artist | None) -> bool:
    """Whether an answer that is not nothing is right."""
    return track == text.track if track else artist is not None and artist.name == text.artist
