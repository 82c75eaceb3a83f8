"""Tests of the share card: text fits, every character is drawn by a bundled font, and what is left out is said."""

import re
import struct
from dataclasses import replace
from uuid import UUID
from xml.etree import ElementTree

import pytest
from fontTools.ttLib import TTFont

from kit.wire.report import Report, Voice
from services.report import taste_report
from services.report.card import cable, fonts
from services.report.card.facts import CardContent, content
from services.report.card.layout import MEASURES, Ground, Size, svg
from services.report.card.rasteriser import png
from services.report.card.text_width import cut, headline, width, wrapped
from tests.services.report.listeners import TODAY, demo, found, likes, of_genre

TITLE = "A nostalgic soul with a soft spot for really long song names"
HARD = CardContent(
    label="Ada Лавлейс 山田花子 🎧 · Taste report, October 2026",
    head=TITLE,
    facts=[
        ("1968", "is the oldest: Подмосковные вечера by Владимир Трошин & <Son>"),
        ("7 in 10", "夜に駆ける by YOASOBI 🎉 are mastered louder."),
        ("12.5\u00d7", "Łódź and Ελλάδα and Việt Nam, far more than fits in one line of a card"),
    ],
    base="240 songs by 133 artists, compared with 5,000",
    strands=[cable.Strand("jazz", 0.6), cable.Strand("metal", 0.3), cable.Strand("a scene of its own", 0.1)],
)
SVG = "{http://www.w3.org/2000/svg}"


def report(n: int, genre: str = "jazz", voice: Voice = Voice.PLAIN) -> Report:
    liked = likes(of_genre(genre)[:n])
    return taste_report.report(liked, demo(), found(liked), "2026-10", voice, UUID(int=1), TODAY)


def texts(drawn: str) -> list[tuple[ElementTree.Element, str]]:
    tree = ElementTree.fromstring(drawn)
    return [(one, "".join(one.itertext())) for one in tree.iter(f"{SVG}text")]


@pytest.mark.parametrize("size", list(Size))
@pytest.mark.parametrize("ground", list(Ground))
def test_every_line_fits_and_every_character_has_a_font(size: Size, ground: Ground) -> None:
    drawn, measures = svg(HARD, size, ground), MEASURES[size]
    for element, text in texts(drawn):
        x, tall = float(element.get("x", 0)), float(element.get("font-size", 0))
        tracking = float(element.get("letter-spacing", 0)) / tall
        wide = width(text, tall, int(element.get("font-weight", 0)), tracking)
        assert x + wide <= measures.x + measures.room + 1, text
        assert float(element.get("y", 0)) <= measures.height - 20
        families = [element.get("font-family"), *(span.get("font-family") for span in element)]
        assert set(filter(None, families)) <= set(fonts.FAMILIES)
        assert all(fonts.family_of(character) for character in text)


@pytest.mark.parametrize("size", list(Size))
def test_what_no_font_has_is_left_out_and_the_card_says_how_much(size: Size) -> None:
    shown = [text for _, text in texts(svg(HARD, size, Ground.PAPER))]
    [note] = [text for text in shown if "left out" in text]
    assert note.startswith("11 characters left out")  # 4 + 1 of the name, 5 + 1 of a title
    assert any("Лавлейс" in text for text in shown)
    assert not any("left out" in text for _, text in texts(svg(content(report(50), None), size, Ground.PAPER)))


def test_a_title_of_sixty_characters_is_whole_on_both_sizes() -> None:
    assert len(TITLE) == 60
    for size in Size:
        shown = [text for element, text in texts(svg(HARD, size, Ground.PAPER)) if element.get("letter-spacing")]
        assert TITLE in " ".join(shown)


@pytest.mark.parametrize(("size", "pixels"), [(Size.WIDE, (1200, 630)), (Size.TALL, (1080, 1920))])
def test_the_png_has_the_size_and_letters_of_the_bundled_fonts(size: Size, pixels: tuple[int, int]) -> None:
    drawn = svg(HARD, size, Ground.PAPER)
    picture, without = png(drawn), png(re.sub(r"<text.*?</text>", "", drawn))
    assert struct.unpack(">II", picture[16:24]) == pixels
    assert len(picture) > len(without) + 10_000
    cyrillic = png(re.sub(r"[\u0410-\u044f]", "", drawn))
    assert picture != cyrillic


def test_a_name_of_letters_that_no_font_has_leaves_the_label_alone() -> None:
    shown = [text for _, text in texts(svg(replace(HARD, label="山田 · Taste report"), Size.WIDE, Ground.PAPER))]
    assert "Taste report" in shown


def test_the_card_of_a_report_has_its_claims_and_its_base() -> None:
    made = content(report(80), None)
    assert made.label == "Taste report, October 2026"
    assert len(made.facts) == 3
    assert re.fullmatch(r"80 songs by \d+ artists, compared with 5,000", made.base)
    assert sum(strand.weight for strand in made.strands) == pytest.approx(1, abs=0.01)
    assert content(report(80), "Ada").label.startswith("Ada · ")


def test_the_chosen_facts_are_on_the_card_in_their_order() -> None:
    of = report(80)
    code, figure = next((one.code, one.figure) for one in of.headlines if one.figure and one.caption)
    made = content(of, None, ["oldest", "no_such_fact", code, "oldest"])
    oldest = next(one for one in of.records if one.kind == "oldest")
    assert [figure_shown for figure_shown, _ in made.facts] == [f"{oldest.value:.0f}", figure]
    assert content(of, None, ["no_such_fact"]).facts == content(of, None).facts


def test_before_the_first_report_the_card_counts_and_compares_nothing() -> None:
    made = content(report(12), None)
    assert (made.head, made.facts[0], made.open) == ("12 songs so far", ("8", "more and it begins to compare."), 0.6)
    assert "stroke-dasharray" in svg(made, Size.WIDE, Ground.PAPER)
    assert content(report(0), None).facts == [("20", "more and it begins to compare.")]


@pytest.mark.parametrize("stem", [path.stem for path in sorted(fonts.FOLDER.glob("*.ttf"))])
def test_the_table_of_widths_is_that_of_the_fonts(stem: str) -> None:
    font, weight = TTFont(fonts.FOLDER / f"{stem}.ttf"), int(stem.rpartition("-")[2])
    [family] = {str(name) for name in font["name"].names if name.nameID == 1}
    assert font["OS/2"].usWeightClass == weight
    scale = 1_000 / font["head"].unitsPerEm
    real = {code: round(font["hmtx"][name][0] * scale) for code, name in font.getBestCmap().items() if code >= 32}
    assert fonts.widths()[family][weight] == real


def test_each_font_has_its_licence_beside_it() -> None:
    for licence in ("InstrumentSans-OFL.txt", "Inter-OFL.txt"):
        assert "SIL Open Font License, Version 1.1" in (fonts.FOLDER / licence).read_text()


def test_text_is_broken_and_cut_by_measured_widths() -> None:
    assert width("il", 100, 400) < width("WM", 100, 400)
    assert cut("short", 1_000, 20, 400) == "short"
    shortened = cut("much too long for this room", 100, 20, 400)
    assert shortened.endswith("…")
    assert width(shortened, 20, 400) <= 100
    assert wrapped("one two three", 60, 20, 400, 0, 1) is None
    lines, size = headline("word " * 40, 590, (60, 42), 600, 0, 3)
    assert (len(lines), size, lines[-1][-1]) == (3, 42, "…")
    assert headline("Ineverputblanksintomytitlesandneverwill" * 3, 590, (60, 42), 600, 0, 3)[0][0].endswith("…")


def test_strands_differ_in_hue_and_follow_the_cable() -> None:
    hues = cable.hues(["jazz", "jazz", "metal", "pop", "nobody's genre"])
    apart = [min(abs(a - b), 360 - abs(a - b)) for i, a in enumerate(hues) for b in hues[:i]]
    assert min(apart) >= cable.APART
    assert cable.hues(["jazz", "x"]) == cable.hues(["jazz", "x"])
    assert cable.colour(1, 0, 0) == "#ffffff"
    assert cable.trace(cable.Path(0, 0, 0, ((100, 0), (10, 2), (100, 0))), 0)[1] == pytest.approx(
        200 + 10 * 3.14159, abs=0.01
    )
