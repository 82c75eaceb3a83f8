"""A labelled set for the resolver of imports: a small catalogue of hard names, and rows with the track that is right.

Rows are generated from the catalogue by rules (how exports and people write names), and written by hand. `None` is the
label of rows that no track of the catalogue is: other versions, covers, other parts of a work, other artists.
"""

from collections.abc import Iterator
from typing import NamedTuple

from kit.formats.user_exports import TrackNames
from kit.names import fold_latin


class Song(NamedTuple):
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
    Song("Copper Lantern", "Vessel Park", "Lamps", 2004, 201),
    Song("Copper Lantern (Live at the Dock)", "Vessel Park", "Dock Tapes", 2009, 244),
    Song("Copper Lanterns", "Marlow Dune", "Rails", 2011, 187),
    Song("Halo", "Beyoncé", "I Am... Sasha Fierce", 2008, 261),
    Song("Halo", "Depeche Mode", "Violator", 1990, 270),
    Song("Halo", "Texas", "Careful What You Wish For", 1995, 235),
    Song("Creep", "Radiohead", "Pablo Honey", 1993, 238),
    Song("Creep (Acoustic)", "Radiohead", "My Iron Lung", 1994, 259),
    Song("Creep", "TLC", "CrazySexyCool", 1994, 268),
    Song("Hurt", "Johnny Cash", "American IV", 2002, 218),
    Song("Hurt", "Nine Inch Nails", "The Downward Spiral", 1994, 373),
    Song("Hurt", "Christina Aguilera", "Back to Basics", 2006, 243),
    Song("Группа крови", "Кино", "Группа крови", 1988, 285, ("Gruppa krovi", "Kino")),
    Song("Звезда по имени Солнце", "Кино", "Звезда", 1989, 225, ("Zvezda po imeni Solntse", "Kino")),
    Song(
        "Прогулки по воде", "Наутилус Помпилиус", "Чужая земля", 1992, 238, ("Progulki po vode", "Nautilus Pompilius")
    ),
    Song("Το ζεϊμπέκικο της Ευδοκίας", "Μάνος Λοΐζος", "Ευδοκία", 1971, 150),  # noqa: RUF001
    Song("上を向いて歩こう", "坂本九", "坂本九", 1961, 183),
    Song("Für Elise Lounge", "Björk Håkansson", "Älvor", 2015, 198),
    Song("Sigur Morning", "Sigur Rós", "Ágætis byrjun", 1999, 480),
    Song("Don't Stop Believin'", "Journey", "Escape", 1981, 250),
    Song("Hey Ya!", "OutKast", "Speakerboxxx", 2003, 235),
    Song("Another Brick in the Wall, Pt. 1", "Pink Floyd", "The Wall", 1979, 191),
    Song("Another Brick in the Wall, Pt. 2", "Pink Floyd", "The Wall", 1979, 239),
    Song("Symphony No. 5: I. Allegro", "Orchestra Hall", "Fifth", 2001, 430),
    Song("Symphony No. 5: II. Andante", "Orchestra Hall", "Fifth", 2001, 610),
    Song("Symphony No. 7: I. Poco sostenuto", "Orchestra Hall", "Seventh", 2002, 800),
    Song("Highway to Hell", "AC/DC", "Highway to Hell", 1979, 208),
    Song("Thunderstruck", "AC/DC", "The Razors Edge", 1990, 292),
    Song("So What", "P!nk", "Funhouse", 2008, 215),
    Song("So What", "Miles Davis", "Kind of Blue", 1959, 545),
    Song("The Night We Met", "Lord Huron", "Strange Trails", 2015, 208),
    Song("Night", "The Nightingales", "Songbirds", 1985, 181),
    Song("Light", "The Nightingales", "Songbirds", 1985, 190),
    Song("Nights", "Frank Ocean", "Blonde", 2016, 307),
    Song("1979", "The Smashing Pumpkins", "Mellon Collie", 1995, 263),
    Song("1999", "Prince", "1999", 1982, 379),
    Song("99 Luftballons", "Nena", "Nena", 1983, 231),
    Song("99 Red Balloons", "Nena", "99 Luftballons", 1984, 230),
    Song("Live Forever", "Oasis", "Definitely Maybe", 1994, 276),
    Song("Remix to Ignition Lane", "Robin Kale", "Lane", 2003, 186),
    Song("Intro", "The xx", "xx", 2009, 127),
    Song("Intro", "M83", "Hurry Up", 2011, 322),
    Song("Home", "Edward Sharpe & The Magnetic Zeros", "Up from Below", 2009, 306),
    Song("Home", "Michael Bublé", "It's Time", 2005, 225),
    Song("Rainbow Connection", "Nirvana", "The Story of Simon", 1967, 150),
    Song("Rainbow Chaser", "Nirvana", "All of Us", 1968, 156),
    Song("Lithium Sun", "Nirvana", "Nevermore", 1991, 257),
    Song("Morning Glass", "Ash Grove", "Early Works", 1972, 170),
    Song("Morning Glass", "Ash Grove", "Return", 2014, 322),
    Song("Feather on the Clyde", "Passenger", "All the Little Lights", 2012, 229),
    Song("Let Her Go", "Passenger", "All the Little Lights", 2012, 252),
    Song("Señorita Marina", "José Peñalver", "Costa", 2001, 221),
    Song("Å leve er å elske", "Ødegård", "Fjell", 1998, 245),
    Song("Łódź Kocham", "Zbigniew Wodecki", "Miasto", 1987, 199),
    Song("Ich bin ein Stern", "Tokyo Hotel Garni", "Garni", 2006, 207),
    Song("Smooth Operator (feat. Nina)", "Slow Tram", "Depot", 2018, 214),
    Song("Wonderwall Street", "Oasis Springs", "Market", 2008, 233),
    Song("Bohemian Rapscallion", "Queenie", "A Day", 1975, 354),
    Song("Bohemian Rapscallion - Karaoke Version", "Sing Along Stars", "Karaoke Hits", 2010, 355),
    Song("Everlong Summer", "Foo Archers", "Colour", 1997, 250),
    Song("Everlong Summer - Acoustic", "Foo Archers", "Greatest", 2009, 252),
    Song("Teardrop Explodes", "Massive Relay", "Mezzanotte", 1998, 330),
    Song("Teardrop Explodes - Mad Professor Remix", "Massive Relay", "Remixed", 1999, 391),
    Song("Paper Moth", "Ben Ash", "Moths", 2010, 200),
    Song("Paper Month", "Ben Ash", "Months", 2013, 212),
    Song("Electric Feeling", "Management", "Spectacular", 2007, 229),
    Song("Kaleidoscope Windows", "Temperance Howard", "Glass", 1969, 243),
    Song("Ocean Avenue Lights", "Yellow Carriage", "Ocean", 2003, 198),
]

SAME = {
    "capitals": lambda song: (song.title.upper(), song.artist.upper()),
    "small letters": lambda song: (song.title.lower(), song.artist.lower()),
    "no accents": lambda song: (fold_latin(song.title), fold_latin(song.artist)),
    "blanks": lambda song: (f"  {song.title} ".replace(" ", "  "), f"{song.artist} "),
    "curly": lambda song: (song.title.replace("'", "\u2019"), song.artist.replace("'", "\u2019")),
    "entities": lambda song: (song.title, song.artist.replace("&", "and")),
    "guest in brackets": lambda song: (f"{song.title} (feat. Somebody Else)", song.artist),
    "guest of the artist": lambda song: (song.title, f"{song.artist} feat. Somebody Else"),
    "several artists": lambda song: (song.title, f"{song.artist}, Somebody Else"),
    "article": lambda song: (song.title, song.artist[4:] if song.artist.startswith("The ") else f"The {song.artist}"),
    "remaster": lambda song: (f"{song.title} - 2011 Remaster", song.artist),
    "remastered in brackets": lambda song: (f"{song.title} (Remastered 2011)", song.artist),
    "single version": lambda song: (f"{song.title} - Single Version", song.artist),
    "official video": lambda song: (f"{song.title} (Official Video)", song.artist),
    "slip in the title": lambda song: (slipped(song.title), song.artist),
    "slip in the artist": lambda song: (song.title, slipped(song.artist)),
}
OTHERS = {
    "live": lambda song: (f"{song.title} (Live in Paris)", song.artist),
    "live after a dash": lambda song: (f"{song.title} - Live", song.artist),
    "remix": lambda song: (f"{song.title} - DJ Someone Remix", song.artist),
    "acoustic": lambda song: (f"{song.title} (Acoustic Version)", song.artist),
    "instrumental": lambda song: (f"{song.title} - Instrumental", song.artist),
    "karaoke": lambda song: (f"{song.title} (Karaoke Version)", song.artist),
    "slowed": lambda song: (f"{song.title} (slowed + reverb)", song.artist),
    "sped up": lambda song: (f"{song.title} - sped up", song.artist),
    "demo": lambda song: (f"{song.title} (Demo)", song.artist),
    "cover": lambda song: (song.title, "The Wedding Band of Somewhere"),
    "no artist": lambda song: (song.title, ""),
    "part": lambda song: (f"{song.title}, Pt. 3", song.artist),
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
    for index, song in enumerate(CATALOGUE):
        apart = {"duration_ms": song.seconds * 1000} if song.title == "Morning Glass" else {}
        for rule, rewrite in SAME.items():
            title, artist = rewrite(song)
            yield Labelled(row(title, artist, **apart), index, rule)
        for rule, rewrite in OTHERS.items():
            yield Labelled(row(*rewrite(song), **apart), None, rule)
        if song.other:
            yield Labelled(row(*song.other), index, "latin letters")
            yield Labelled(row(song.other[0].upper(), song.other[1].upper()), index, "latin capitals")


def at(title: str, artist: str, album: str = "") -> int:
    """The index of a track of the catalogue."""
    [index] = [
        index
        for index, song in enumerate(CATALOGUE)
        if (song.title, song.artist) == (title, artist) and album in ("", song.album)
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
