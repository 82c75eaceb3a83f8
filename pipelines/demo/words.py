"""Patterns of names in the invented world. All names and titles here are made up.

A pattern's {slot} is filled from the scene's own bank of that name (scene_words.py), else from COMMON. {mood} takes a
bright or a dark word by the track's audio features.
"""

from typing import NamedTuple


class Words(NamedTuple):
    """A scene's banks, its title patterns and the patterns of its artists' names."""

    banks: dict[str, tuple[str, ...]]
    titles: tuple[str, ...]
    artists: tuple[str, ...]


def bank(text: str) -> tuple[str, ...]:
    """The words of a text, separated by " | "."""
    return tuple(text.split(" | "))


COMMON = {
    "bright": bank(
        "Golden | Sunlit | Easy | Sweet | Lucky | Open | Early | Summer | Bright | Wide | Singing | Honey | Silver "
        "| First | Warm"
    ),
    "dark": bank(
        "Hollow | Pale | Last | Bitter | Broken | Distant | Winter | Quiet | Borrowed | Faded | Blue | Empty | Slow "
        "| Buried | Late"
    ),
    "time": bank(
        "Tuesday | Sunday | November | April | Midnight | August | Half Past Four | Friday Night | the Morning | "
        "October | New Year | the Seventh Day | Late September | Dusk | First Light"
    ),
    "colour": bank("Red | Blue | Green | Copper | Ivory | Violet | Amber | Scarlet | Indigo | Rust"),
    "number": bank("Two | Three | Five | Seven | Nine | Eleven | Forty | Ninety | A Thousand | Twenty-One"),
    "first": bank(
        "Marlo | Ines | Odessa | Tobin | Imre | Calla | Rufus | Delphine | Anselm | Petra | Joss | Winona | Callum "
        "| Saskia | Benno | Thea | Ezra | Lotte | Silas | Maren | Otis | Yara | Dorian | Freya | Amos | Noor | "
        "Leopold | Hester | Kit | Ottilie | Ruben | Zadie | Caspar | Nell | Tomas | Elsbeth | Linus | Mabel | "
        "Anders | Roza | Piet | Cleo | Hugo | Sunniva | Ivo | Greta | Milo | Tamsin"
    ),
    "last": bank(
        "Varley | Ashgrove | Penhallow | Quill | Brackenridge | Tarrow | Ostrander | Fenwright | Lindqvale | "
        "Harrowgate | Maddersby | Corvane | Wexcombe | Dunmarrow | Sallowby | Tindale-Roe | Orrin | Halvard | "
        "Pellerin | Stroud-Ames | Vickery | Marchetto | Kestelman | Ravndal | Okonedo | Duval-Reyes | Thistlewood | "
        "Abara | Norrland | Castellane | Windrow | Eskilden | Galloway-Finch | Merriday | Ludlam | Sorrell | "
        "Bexley-Hart | Arkwell | Tolliver-Dane | Underhay | Mossbank | Rookwood | Fairlamb | Zabel"
    ),
    "nombre": bank(
        "Aurelio | Ximena | Joaquín | Paloma | Ignacio | Marisela | Benicio | Lucero | Tadeo | Yolanda | Emiliano | "
        "Catalina | Rufina | Anselmo"
    ),
    "apellido": bank(
        "Quintavar | Del Olmar | Montañez-Rey | Saravia | Belmonte Cruz | Izquierda | Arrabal | Cienfuego | Palomar "
        "| Villareina | Tejada-Luz"
    ),
    "plural": bank("Hijos | Amigos | Reyes | Gallos | Vecinos | Faroles"),
    "afro_first": bank(
        "Kwabena | Adaeze | Moussa | Ngozi | Sekou | Amara | Tunde | Fanta | Idrissa | Wanjiru | Kojo | Zuberi | "
        "Efua | Babatope"
    ),
    "afro_last": bank(
        "Asantewah | Okonjuwa | Diallobé | Traolé | Mensarko | Kamarou | Nkemdi | Wangarai | Touréba | Adebimpo | "
        "Cissorro | Boatengo"
    ),
    "number_band": bank("Seven | Nine | Eleven | Twelve | Forty | Fifth"),
    "place_short": bank(
        "Harlow | Dunmere | Cedar Gap | Tarn | Velmora | Kestrel | Orsk | Saltmarsh | Pinewater | Nordhavn | "
        "Palmeraie | Delta | Larkspur | Ashfall"
    ),
    "roman": bank("I | II | III | IV | V | VI"),
    "initial": bank("Q. | V. | Z. | Ø. | K."),
    "mix": bank("Basement | Warehouse | Six A.M. | Hafen | Low Orbit | Dub | Second Room | Sunrise"),
    "digit": bank("1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 11 | 12 | 14"),
    "key": bank("F | B-flat | E-flat | C Minor | G | A Minor | D-flat"),
    "code": bank(
        "X-31 | Kanal 4 | 0.7 | AM/2 | Typ 9 | R-Nought | 44.1 | Ø | Sys.Echo | TR-Nova | Form 11 | Unit 88 | "
        "Pattern 19 | 303 Degrees"
    ),
    "porto_noun": bank(
        "Manhã | Maré | Saudade | Chuva | Praia | Janela | Barquinho | Violão | Ladeira | Varanda | Brisa | Madrugada"
    ),
    "porto_de": bank(
        "de Janeiro | de Verão | do Adeus | sem Pressa | de Papel | do Mar | de Abril | de Domingo | da Esquina"
    ),
    "porto_name": bank("Marília | Dona Iara | Conceição | Luísa | Tereza | Beatriz | Rosinha"),
    "porto_verb": bank("Espera | Volta | Me Diz | Vem Ver | Deixa | Canta"),
    "porto_place": bank("Olinda | Paquetá | Itaparica | Ouro Claro | Santa Rita"),
    "yoru": bank("Yoru no | Natsu no | Ame no | Hoshi no | Umi no | Kaze no"),
    "french": bank(
        "Le Vent | La Route | Sable et Lune | Mon Village | La Danse | Demain Matin | Le Puits | La Caravane | Nos "
        "Pas | L'Étoile"
    ),
    "french_de": bank("du Sud | du Soir | de Fatou | des Anciens | sans Fin | du Fleuve"),
    "desert": bank("Azawalen | Tamesna | Imidaran | Assikel | Tenhert | Ilwayen"),
}

STYLE_TITLES = {
    "bossa nova": bank(
        "{porto_noun} {porto_de} | Samba para {porto_name} | {porto_name} | {porto_noun} e {porto_noun} | "
        "{porto_verb}, {porto_name} | Só {porto_noun} | {porto_verb} | {porto_noun} em {porto_place} | Canção "
        "{porto_de}"
    ),
    "city pop": bank(
        "{yoru} {noun} | {yoru} {noun} | {noun} in {place} | {act} | {yoru} Drive | {mood} {noun} | {time} {noun} | "
        "{noun} Highway"
    ),
    "desert blues": bank(
        "{french} | {french} {french_de} | {afro_first} | Chant pour {afro_first} | {french} ({digit}) | {desert} | "
        "{desert} Blues"
    ),
}
"""Title patterns of styles in another language, instead of their scene's."""

ENGLISH_TITLES = bank(
    "Counting {nouns} | Chasing the {noun} | Learning to Lose the {noun} | {noun} for Two | Before the {noun} | You "
    "and "
    "the {noun} | Everything after {time} | {first} Was Here | Nobody Told {first} | Hello, {first} | The Year of "
    "the {noun} | As Far as {place} | Still Thinking of {first} | What {first} Said | Not That Kind of {noun} | "
    "{first}, Are You Up? | No More {nouns} | Where the {nouns} Go | Almost {time} | The Other {noun} | Ask {first} "
    "| Once around {place} | My {noun}, Your {noun} | Meanwhile, at {place} | A {mood} {noun} | {mood} {nouns} | "
    "The {mood} One | Somebody Else's {noun}"
)
"""Patterns for artists of any of the ENGLISH scenes."""

ENGLISH = ("folk", "country", "rock", "indie", "pop", "soul", "hip hop", "jazz")

KNOWN = frozenset(
    bank(
        "electric avenue | love machine | love train | i got rhythm | ain t that love | sweet love | blue velvet | "
        "blue moon | "
        "summer rain | golden lady | midnight train | too much love | only love | more love | we are love | pure "
        "love | "
        "sunshine train | ooh sugar | silver moon | winter snow | blue window | honey love"
    )
)
"""Real titles that the patterns could generate, normalised: they are excluded."""
