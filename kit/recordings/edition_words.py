"""Word lists of edition labels, by language, and the words that mark another recording.

Lower case, without accents on Latin letters, as they are compared.
"""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


EDITIONS = _words(
    "mono monaural monophonic stereo stereophonic estereo monofonico estereofonico explicit explicita explicito "
    "explicite explizit clean censored uncensored amended deluxe edit edited bonus reissue reissued reedition "
    "reedicion riedizione official oficial "
    "ステレオ モノラル モノ デラックス ボーナス 立体声 立體聲 单声道 單聲道 豪华 豪華 스테레오 모노 디럭스 "
    "originalversion albumversion singleversion radioversion originalfassung albumfassung singlefassung "
    "originalmix radioedit"
)
"""Words that label an edition by themselves."""
QUALIFIERS = _words(
    "album albums single singles sencillo original originale originals originales origineel lp radio main "
    "standard soundtrack hidden オリジナル シングル アルバム 原版 单曲 單曲 专辑 專輯 오리지널 싱글 앨범"
)
"""Words that label an edition beside one of KINDS. Not studio and ep: beside "Studio Version" the plain title is a live
take, and tracks of an EP are often recorded again for the album."""
KINDS = _words(
    "version versione versao versie versio versjon fassung ver edit mix mezcla cut track release edition edicion "
    "edizione edicao editie ausgabe バージョン ヴァージョン エディション トラック 版 盤 音源 버전 에디션"
)
ALONE = _words("original single オリジナル オリジナルバージョン")
MIXED = _words("mix mezcla originalmix")
FILL = _words(
    "the in en de del des du di da do dem der im von vom of a el la le year years jahre annees anos anni digital "
    "digitally digitale digitalement digitalmente digitaal newly super special limited collector's collectors "
    "legacy expanded definitive disc cd hd hq 4k hi res audio video music lyric lyrics visualizer visualiser "
    "version 最新 デジタル 周年 記念 年 数码 数位 數位 数字 디지털 기념 주년"
)
TAKES = _words(
    "live vivo directo konzert concert unplugged acoustic acustico acustica akustik acoustique instrumental demo "
    "demos karaoke cover remix remixed rmx mix rework bootleg dub vip extended session sessions sped slowed "
    "nightcore reverb commentary intro outro interlude reprise rehearsal rehearsals take takes outtake alternate "
    "alternative cappella capella acapella medley"
)
"""A bracket with one of these words names neither guests nor the origin of a track."""
PLAYING = _words(
    "orchestra orchestral orquesta orchestre orchester orkester symphony symphonic philharmonic strings cuerdas "
    "streicher choir coro chor quartet piano guitar guitars guitarra guitarras banda band mariachi norteno beats "
    "drums bass horns sax letra lyrics pista vocals vocal rap narration dialogue dialog crowd audience applause "
    "effects noise"
)
"""Nor does "with", or a word for it, before one of these: it marks another performance."""
NOBODY = _words("me you u us him her it them myself yourself my your a an no out love")
