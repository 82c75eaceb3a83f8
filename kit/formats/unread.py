"""Detects unrecognised columns whose headers suggest data that the table needs, such as a title column `Titel`.

Such a table could be read by its ids, but all its titles would be lost. It is refused with the name of the column; any
other unrecognised column is ignored. The words are those of the languages in which export tools write headers.
"""

import re
from collections.abc import Collection, Mapping
from typing import NamedTuple

from kit.formats.rows import RowType
from kit.names import fold_latin, identity_key


class Need(NamedTuple):
    """Header words that suggest one of our columns, and the row types that lose data without it."""

    kinds: Collection[RowType]
    instead: Collection[str]  # our columns, any one of which suffices
    words: re.Pattern[str]  # of a header in lower case without accents and punctuation
    unless: re.Pattern[str]  # words of a header with another meaning


_TRACKS_IN_ROWS = (RowType.TRACKS, RowType.ENTRIES, RowType.LISTENS)
_NUMBERS = "n|in|num|number|no|nr|counts?|followers?|ratings?|score"
_OF_TRACKS = re.compile(
    rf"\b(?:{_NUMBERS}|ids?|uris?|urls?|href|links?|preview|image|mbids?|msid|album|genres?|popularity|key|rank|type|sort|"
    r"country|location|hash|length|duration|position|index|year|date|added|status|latitude|longitude|familiarity|"
    r"hott?t?nesss?|explicit|language|description|lyrics)\b"
)
_OF_PLAYLISTS = re.compile(rf"\b(?:{_NUMBERS}|owner|url|image|description|public|collaborative|playlists|users)\b")
_NOTHING = re.compile(r"(?!)")


def _any(*words: str, inside: str = "") -> re.Pattern[str]:
    """A pattern of whole words, or of `inside` anywhere for scripts that do not separate words."""
    return re.compile(rf"\b(?:{'|'.join(words)})\b" + (f"|{inside}" if inside else ""))


_TITLE = _any(
    *("title", "track", "song", "titel", "songtitel", "liedtitel", "lied", "titre", "morceau", "chanson", "titulo"),
    *("cancion", "nombre", "titolo", "brano", "canzone", "musica", "faixa", "nome", "nom", "tytul", "utwor", "nazev"),
    *("skladba", "tittel", "sarki", "название", "трек", "песня", "композиция"),
    inside="曲名|タイトル|歌名|曲目|标题|標題|제목|곡명",
)
_ARTIST = _any(
    *("artists?", "band", "singer", "interpret", "interpreten", "kunstler", "artiste", "artistes", "interprete"),
    *("artista", "artistas", "artisti", "cantante", "wykonawca", "artysta", "umelec", "uitvoerder", "artiest"),
    *("sanatci", "исполнитель", "артист"),
    inside="アーティスト|歌手|艺人|藝人|艺术家|아티스트|가수",
)
_WHOSE = _any(
    *("playlist", "listener", "user", "wiedergabeliste", "liste de lecture", "lista de reproduccion"),
    *("playlista", "lista", "liste", "плейлист", "horer", "benutzer", "nutzer", "utilisateur", "usuario", "utente"),
    *("пользователь", "слушатель"),
    inside="プレイリスト|播放列表|歌单|歌單|플레이리스트|재생목록",
)
_COUNT = _any(
    *("plays", "playcounts?", "play counts?", "listens", "scrobbles", "wiedergaben", "ecoutes", "lectures"),
    *("reproducciones", "riproduzioni", "reproducoes", "odtworzenia", "прослушиваний", "прослушивания"),
    inside="再生回数|播放次数|재생",
)
_OPINION = _any(
    *("ratings?", "stars?", "likes?", "liked", "loves?", "loved", "disliked?", "feedback", "opinion", "bewertung"),
    *("valoracion", "valutazione", "оценка"),
    inside="評価|评分|평점",
)
NEEDS: Mapping[str, Need] = {
    "title": Need(_TRACKS_IN_ROWS, ("title",), _TITLE, _OF_TRACKS),
    "artist": Need(_TRACKS_IN_ROWS, ("artist", "artists"), _ARTIST, _OF_TRACKS),
    "playlist_name or user_id": Need((RowType.TRACKS,), (), _WHOSE, _OF_PLAYLISTS),
    "count": Need((RowType.LISTENS,), ("count",), _COUNT, _NOTHING),
    "value (1 liked, -1 disliked)": Need((RowType.LISTENS,), ("value",), _OPINION, _NOTHING),
}


def missed(kind: RowType, have: Collection[str], ignored: Mapping[str, str]) -> dict[str, str]:
    """Maps each unrecognised column to the name it should have, where the table needs that column and lacks it.

    `have` are our names of the recognised columns; `ignored` the other headers, each with its words separated.
    """
    lacking = {
        ours: need
        for ours, need in NEEDS.items()
        if kind in need.kinds and not any(name in have for name in need.instead)
    }
    found: dict[str, str] = {}
    for header, words in ignored.items():
        folded = fold_latin(identity_key(words))
        for ours, need in lacking.items():
            if need.words.search(folded) and not need.unless.search(folded):
                found.setdefault(header, ours)
    return found
