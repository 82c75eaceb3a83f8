"""A labelled set for the resolver of imports: a small catalogue of hard names, and rows with the track that is right.

Rows are generated from the catalogue by rules (how exports and people write names), and written by hand. `None` is the
label of rows that no track of the catalogue is: other versions, covers, other parts of a work, other artists.
"""

from collections.abc import Iterator
from typing import NamedTuple

from kit.formats.user_exports import TrackNames
from kit.names import fold_latin


class CatalogueRow(NamedTuple):
    """A track of the catalogue. `other` is the name in another script or spelling that some files have."""

    title: str
    artist: str
    album: str
    year: int
    seconds: int
    other: tuple[str, str] | None = None


class Labelled(NamedTuple):
    """A row of a file, the index of its track (None = no track), and the rule that made it."""

    names: TrackNames
    track: int | None
    rule: str


CATALOGUE = [
    CatalogueRow("Copper Lantern", "Vessel Park", "Lamps", 2004, 201),
    CatalogueRow("Copper Lantern (Live at the Dock)", "Vessel Park", "Dock Tapes", 2009, 244),
    CatalogueRow("Copper Lanterns", "Marlow Dune", "Rails", 2011, 187),
    CatalogueRow("Halo", "Beyoncé", "I Am... Sasha Fierce", 2008, 261),
    CatalogueRow("Halo", "Depeche Mode", "Violator", 1990, 270),
    CatalogueRow("Halo", "Texas", "Careful What You Wish For", 1995, 235),
    CatalogueRow("Creep", "Radiohead", "Pablo Honey", 1993, 238),
    CatalogueRow("Creep (Acoustic)", "Radiohead", "My Iron Lung", 1994, 259),
    CatalogueRow("Creep", "TLC", "CrazySexyCool", 1994, 268),
    CatalogueRow("Hurt", "Johnny Cash", "American IV", 2002, 218),
    CatalogueRow("Hurt", "Nine Inch Nails", "The Downward Spiral", 1994, 373),
    CatalogueRow("Hurt", "Christina Aguilera", "Back to Basics", 2006, 243),
    CatalogueRow("Группа крови", "Кино", "Группа крови", 1988, 285, ("Gruppa krovi", "Kino")),
    CatalogueRow("Звезда по имени Солнце", "Кино", "Звезда", 1989, 225, ("Zvezda po imeni Solntse", "Kino")),
    CatalogueRow(
        "Прогулки по воде", "Наутилус Помпилиус", "Чужая земля", 1992, 238, ("Progulki po vode", "Nautilus Pompilius")
    ),
    CatalogueRow("Το ζεϊμπέκικο της Ευδοκίας", "Μάνος Λοΐζος", "Ευδοκία", 1971, 150),  # noqa: RUF001
    CatalogueRow("上を向いて歩こう", "坂本九", "坂本九", 1961, 183),
    CatalogueRow("Für Elise Lounge", "Björk Håkansson", "Älvor", 2015, 198),
    CatalogueRow("Sigur Morning", "Sigur Rós", "Ágætis byrjun", 1999, 480),
    CatalogueRow("Don't Stop Believin'", "Journey", "Escape", 1981, 250),
    CatalogueRow("Hey Ya!", "OutKast", "Speakerboxxx", 2003, 235),
    CatalogueRow("Another Brick in the Wall, Pt. 1", "Pink Floyd", "The Wall", 1979, 191),
    CatalogueRow("Another Brick in the Wall, Pt. 2", "Pink Floyd", "The Wall", 1979, 239),
    CatalogueRow("Symphony No. 5: I. Allegro", "Orchestra Hall", "Fifth", 2001, 430),
    CatalogueRow("Symphony No. 5: II. Andante", "Orchestra Hall", "Fifth", 2001, 610),
    CatalogueRow("Symphony No. 7: I. Poco sostenuto", "Orchestra Hall", "Seventh", 2002, 800),
    CatalogueRow("Highway to Hell", "AC/DC", "Highway to Hell", 1979, 208),
    CatalogueRow("Thunderstruck", "AC/DC", "The Razors Edge", 1990, 292),
    CatalogueRow("So What", "P!nk", "Funhouse", 2008, 215),
    CatalogueRow("So What", "Miles Davis", "Kind of Blue", 1959, 545),
    CatalogueRow("The Night We Met", "Lord Huron", "Strange Trails", 2015, 208),
    CatalogueRow("Night", "The Nightingales", "Songbirds", 1985, 181),
    CatalogueRow("Light", "The Nightingales", "Songbirds", 1985, 190),
    CatalogueRow("Nights", "Frank Ocean", "Blonde", 2016, 307),
    CatalogueRow("1979", "The Smashing Pumpkins", "Mellon Collie", 1995, 263),
    CatalogueRow("1999", "Prince", "1999", 1982, 379),
    CatalogueRow("99 Luftballons", "Nena", "Nena", 1983, 231),
    CatalogueRow("99 Red Balloons", "Nena", "99 Luftballons", 1984, 230),
    CatalogueRow("Live Forever", "Oasis", "Definitely Maybe", 1994, 276),
    CatalogueRow("Remix to Ignition Lane", "Robin Kale", "Lane", 2003, 186),
    CatalogueRow("Intro", "The xx", "xx", 2009, 127),
    CatalogueRow("Intro", "M83", "Hurry Up", 2011, 322),
    CatalogueRow("Home", "Edward Sharpe & The Magnetic Zeros", "Up from Below", 2009, 306),
    CatalogueRow("Home", "Michael Bublé", "It's Time", 2005, 225),
    CatalogueRow("Rainbow Connection", "Nirvana", "The Story of Simon", 1967, 150),
    CatalogueRow("Rainbow Chaser", "Nirvana", "All of Us", 1968, 156),
    CatalogueRow("Lithium Sun", "Nirvana", "Nevermore", 1991, 257),
    CatalogueRow("Morning Glass", "Ash Grove", "Early Works", 1972, 170),
    CatalogueRow("Morning Glass", "Ash Grove", "Return", 2014, 322),
    CatalogueRow("Feather on the Clyde", "Passenger", "All the Little Lights", 2012, 229),
    CatalogueRow("Let Her Go", "Passenger", "All the Little Lights", 2012, 252),
    CatalogueRow("Señorita Marina", "José Peñalver", "Costa", 2001, 221),
    CatalogueRow("Å leve er å elske", "Ødegård", "Fjell", 1998, 245),
    CatalogueRow("Łódź Kocham", "Zbigniew Wodecki", "Miasto", 1987, 199),
    CatalogueRow("Ich bin ein Stern", "Tokyo Hotel Garni", "Garni", 2006, 207),
    CatalogueRow("Smooth Operator (feat. Nina)", "Slow Tram", "Depot", 2018, 214),
    CatalogueRow("Wonderwall Street", "Oasis Springs", "Market", 2008, 233),
    CatalogueRow("Bohemian Rapscallion", "Queenie", "A Day", 1975, 354),
    CatalogueRow("Bohemian Rapscallion - Karaoke Version", "Sing Along Stars", "Karaoke Hits", 2010, 355),
    CatalogueRow("Everlong Summer", "Foo Archers", "Colour", 1997, 250),
    CatalogueRow("Everlong Summer - Acoustic", "Foo Archers", "Greatest", 2009, 252),
    CatalogueRow("Teardrop Explodes", "Massive Relay", "Mezzanotte", 1998, 330),
    CatalogueRow("Teardrop Explodes - Mad Professor Remix", "Massive Relay", "Remixed", 1999, 391),
    CatalogueRow("Paper Moth", "Ben Ash", "Moths", 2010, 200),
    CatalogueRow("Paper Month", "Ben Ash", "Months", 2013, 212),
    CatalogueRow("Electric Feeling", "Management", "Spectacular", 2007, 229),
    CatalogueRow("Kaleidoscope Windows", "Temperance Howard", "Glass", 1969, 243),
    CatalogueRow("Ocean Avenue Lights", "Yellow Carriage", "Ocean", 2003, 198),
]

SAME = {
    "capitals": lambda entry: (entry.title.upper(), entry.artist.upper()),
    "small letters": lambda entry: (entry.title.lower(), entry.artist.lower()),
    "no accents": lambda entry: (fold_latin(entry.title), fold_latin(entry.artist)),
    "blanks": lambda entry: (f"  {entry.title} ".replace(" ", "  "), f"{entry.artist} "),
    "curly": lambda entry: (entry.title.replace("'", "\u2019"), entry.artist.replace("'", "\u2019")),
    "entities": lambda entry: (entry.title, entry.artist.replace("&", "and")),
    "guest in brackets": lambda entry: (f"{entry.title} (feat. Somebody Else)", entry.artist),
    "guest of the artist": lambda entry: (entry.title, f"{entry.artist} feat. Somebody Else"),
    "several artists": lambda entry: (entry.title, f"{entry.artist}, Somebody Else"),
    "article": lambda entry: (
        entry.title,
        entry.artist[4:] if entry.artist.startswith("The ") else f"The {entry.artist}",
    ),
    "remaster": lambda entry: (f"{entry.title} - 2011 Remaster", entry.artist),
    "remastered in brackets": lambda entry: (f"{entry.title} (Remastered 2011)", entry.artist),
    "single version": lambda entry: (f"{entry.title} - Single Version", entry.artist),
    "official video": lambda entry: (f"{entry.title} (Official Video)", entry.artist),
    "slip in the title": lambda entry: (slipped(entry.title), entry.artist),
    "slip in the artist": lambda entry: (entry.title, slipped(entry.artist)),
}
OTHERS = {
    "live": lambda entry: (f"{entry.title} (Live in Paris)", entry.artist),
    "live after a dash": lambda entry: (f"{entry.title} - Live", entry.artist),
    "remix": lambda entry: (f"{entry.title} - DJ Someone Remix", entry.artist),
    "acoustic": lambda entry: (f"{entry.title} (Acoustic Version)", entry.artist),
    "instrumental": lambda entry: (f"{entry.title} - Instrumental", entry.artist),
    "karaoke": lambda entry: (f"{entry.title} (Karaoke Version)", entry.artist),
    "slowed": lambda entry: (f"{entry.title} (slowed + reverb)", entry.artist),
    "sped up": lambda entry: (f"{entry.title} - sped up", entry.artist),
    "demo": lambda entry: (f"{entry.title} (Demo)", entry.artist),
    "cover": lambda entry: (entry.title, "The Wedding Band of Somewhere"),
    "no artist": lambda entry: (entry.title, ""),
    "part": lambda entry: (f"{entry.title}, Pt. 3", entry.artist),
}


def slipped(name: str) -> str:
    """The name with two letters swapped inside its first word of six letters or more."""
    words = name.split(" ")
    for at, word in enumerate(words):
        if len(word) >= 6 and word.isalpha() and word[2] != word[3]:
            words[at] = word[:2] + word[3] + word[2] + word[4:]
            break
    return " ".join(words)


def row(title: str, artist: str, album: str = "", **more: object) -> TrackNames:
    return TrackNames(title, artist, album)._replace(**more)  # type: ignore[arg-type]


def generated() -> Iterator[Labelled]:
    """Each rule on each track; Morning Glass is two recordings that only an album or a duration tells apart."""
    for index, entry in enumerate(CATALOGUE):
        apart = {"duration_ms": entry.seconds * 1000} if entry.title == "Morning Glass" else {}
        for rule, rewrite in SAME.items():
            title, artist = rewrite(entry)
            yield Labelled(row(title, artist, **apart), index, rule)
        for rule, rewrite in OTHERS.items():
            yield Labelled(row(*rewrite(entry), **apart), None, rule)
        if entry.other:
            yield Labelled(row(*entry.other), index, "latin letters")
            yield Labelled(row(entry.other[0].upper(), entry.other[1].upper()), index, "latin capitals")


def at(title: str, artist: str, album: str = "") -> int:
    """The index of a track of the catalogue."""
    [index] = [
        index
        for index, entry in enumerate(CATALOGUE)
        if (entry.title, entry.artist) == (title, artist) and album in ("", entry.album)
    ]
    return index


EARLY, LATE = at("Morning Glass", "Ash Grove", "Early Works"), at("Morning Glass", "Ash Grove", "Return")
BY_HAND = [
    Labelled(row("Morning Glass", "Ash Grove", "Return"), LATE, "one name twice: album"),
    Labelled(row("Morning Glass", "Ash Grove", "Early works"), EARLY, "one name twice: album"),
    Labelled(row("Morning Glass", "Ash Grove", year=1972), EARLY, "one name twice: year"),
    Labelled(row("Morning Glass", "Ash Grove", year=2014), LATE, "one name twice: year"),
    Labelled(row("Morning Glass", "Ash Grove"), None, "one name twice: nothing decides"),
    Labelled(row("Morning Glass", "Ash Grove", "Best Of"), None, "one name twice: nothing decides"),
    Labelled(row("Hurt", "Johnny Cash", duration_ms=610_000), None, "duration contradicts"),
    Labelled(row("Halo", "Beyonce", duration_ms=90_000), None, "duration contradicts"),
    Labelled(row("Halo", "Beyonce", duration_ms=262_000), at("Halo", "Beyoncé"), "duration agrees"),
    Labelled(row("Halo", "Somebody", "Violator"), None, "album without the artist"),
    Labelled(row("Hallo", "Beyoncé"), None, "another title by one letter"),
    Labelled(row("Light", "The Nightingales"), at("Light", "The Nightingales"), "titles near each other"),
    Labelled(row("Night", "Nightingales"), at("Night", "The Nightingales"), "titles near each other"),
    Labelled(row("Right", "The Nightingales"), None, "titles near each other"),
    Labelled(row("Nights", "The Nightingales"), None, "titles near each other"),
    Labelled(row("Paper Month", "Ben Ash"), at("Paper Month", "Ben Ash"), "titles near each other"),
    Labelled(row("Paper Moths", "Ben Ash"), None, "titles near each other"),
    Labelled(row("Another Brick in the Wall, Pt. 3", "Pink Floyd"), None, "parts"),
    Labelled(row("Another Brick in the Wall, Part 2", "Pink Floyd"), None, "parts"),
    Labelled(row("Another Brick in the Wall", "Pink Floyd"), None, "parts"),
    Labelled(row("Symphony No. 6: I. Allegro", "Orchestra Hall"), None, "works"),
    Labelled(row("Symphony No. 5: III. Allegro", "Orchestra Hall"), None, "works"),
    Labelled(row("1989", "Prince"), None, "numbers"),
    Labelled(row("1979", "Smashing Pumpkins"), at("1979", "The Smashing Pumpkins"), "numbers"),
    Labelled(row("99 Red Ballons", "Nena"), at("99 Red Balloons", "Nena"), "numbers"),
    Labelled(row("Copper Lantern - Live at the Dock", "Vessel Park"), 1, "the live recording itself"),
    Labelled(row("Creep - Acoustic", "Radiohead"), at("Creep (Acoustic)", "Radiohead"), "the acoustic one itself"),
    Labelled(row("Hey Ya", "Outkast"), at("Hey Ya!", "OutKast"), "signs"),
    Labelled(row("Highway To Hell", "ACDC"), at("Highway to Hell", "AC/DC"), "signs"),
    Labelled(row("So What", "Pink"), None, "signs that are letters"),
    Labelled(row("Home", "Edward Sharpe and the Magnetic Zeros"), at("Home", CATALOGUE[42].artist), "and"),
    Labelled(row("Home", "Edward Sharpe"), None, "a part of an artist"),
    Labelled(row("Smooth Operator", "Slow Tram"), at("Smooth Operator (feat. Nina)", "Slow Tram"), "guest left out"),
    Labelled(row("Smooth Operator", "Sade"), None, "another artist's title"),
    Labelled(row("Bohemian Rapscallion", "Sing Along Stars"), None, "karaoke artist without the label"),
    Labelled(row("Kino", "Gruppa krovi"), None, "title and artist exchanged"),
    Labelled(row("Gruppa Krovi", "Kino Band"), None, "a longer artist"),
    Labelled(row("ГРУППА КРОВИ", "Kino"), at("Группа крови", "Кино"), "scripts mixed"),
    Labelled(row("Sukiyaki", "坂本九"), None, "a translated title"),
    Labelled(row("Unknown", "Unknown Artist"), None, "placeholders"),
    Labelled(row("Track 01", "Beyoncé"), None, "placeholders"),
]
