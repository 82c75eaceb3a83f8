"""Tests of search ranking rules, without a store."""

import random
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit.errors import Malformed
from services.catalog import cursor
from services.catalog.name_keys import KEY_LENGTH, SUFFIX_LENGTH, grams, key, suffixes
from services.catalog.plain_titles import plain_key
from services.catalog.search import By, Candidate, Effort, Query, similarity, telling


def candidate(title: str, artist: str, popularity: float | None = 50.0, number: int = 1) -> Candidate:
    return Candidate(UUID(int=number), key(title), key(artist), popularity)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Beyoncé", "beyonce"),
        ("  HEY   Ya!  ", "hey ya"),
        ("Don\u2019t Stop", "dont stop"),
        ("Røyksopp", "royksopp"),
        ("A$AP Rocky", "asap rocky"),
        ("Simon & Garfunkel", "simon and garfunkel"),
        ("!!!", "!!!"),
        ("千本桜", "千本桜"),
        ("\U0001d6a8\U0001d401", "\u03b1b"),
        ("a\x00b", "a b"),
        ("\x00\x1f", ""),
        (" ", ""),
        ("M.I.B.", "mib"),
        ("m i b", "mib"),
        ("N.E.R.T. Lemon", "nert lemon"),
        ("J. J. Cale", "jj cale"),
        ("M*A*S*H", "mash"),
        ("R-E-S-P-E-C-T", "respect"),
        ("S\u30fbO\u30fbS", "sos"),
        ("Ж.Д.И.", "жди"),
        ("X&Y", "x and y"),
        ("Plan B. A Song", "plan b a song"),
        ("1.2.3", "1 2 3"),
        ("Мой", "мой"),
        ("Ёлка", "елка"),
        ("\u304c\u304d", "\u304c\u304d"),
        ("\uff76\uff9e", "\u30ac"),
        ("ที่รัก", "ที่รัก"),
        ("हिन्दी", "हिन्दी"),
        ("\u0642\u064e\u0644\u0652\u0628", "\u0642\u0644\u0628"),
        ("\u0623\u0646\u062a", "\u0627\u0646\u062a"),
        ("\u05e9\u05b8\u05c1\u05dc\u05d5\u05b9\u05dd", "\u05e9\u05dc\u05d5\u05dd"),
        ("Σάββατο", "σαββατο"),
        ("I\u011fd\u0131r", "igdir"),
    ],
)
def test_search_keys_normalise_names(name: str, expected: str) -> None:
    assert key(name) == expected


@given(st.text(max_size=300))
def test_a_key_is_short_trimmed_and_its_own_key(name: str) -> None:
    made = key(name)
    assert len(made) <= KEY_LENGTH
    assert made == made.strip()
    assert "\x00" not in made
    assert key(made) == made


@pytest.mark.parametrize("slip", ["metalica", "mettallica", "metallcia", "metaliica"])
def test_a_misspelling_costs_less_than_another_word(slip: str) -> None:
    assert similarity(slip, "metallica") > 0.8 > similarity(slip, "megadeth")
    assert similarity("metallica", "metallica") == 1.0


def test_a_prefix_match_loses_little() -> None:
    assert similarity("bohemian rhapsody", "bohemian rhapsody remastered 2011") == pytest.approx(0.95)
    assert similarity("metalli", "metallica") == pytest.approx(0.9)
    assert similarity("bohemian rhapsody remastered 2011", "bohemian") < 0.6


def test_title_and_artist_are_read_in_either_order() -> None:
    track = candidate("Hey Ya!", "Outkast")
    assert Query("Hey Ya! Outkast").relevance(track) == Query("outkast - hey ya").relevance(track) == pytest.approx(1.0)
    assert Query("outkats hey ya").relevance(track) > 0.9


def test_popularity_breaks_ties_but_does_not_outweigh_the_name() -> None:
    known, unknown = candidate("Hello", "A", 99, 1), candidate("Hello", "B", None, 2)
    hit = candidate("Yellow", "C", 100, 3)
    assert [one.candidate for one in Query("hello").rank([hit, unknown, known])][:2] == [known, unknown]


def test_the_order_does_not_depend_on_the_order_of_the_candidates() -> None:
    tracks = [candidate(title, "Same", 50, n) for n, title in enumerate(["One", "One", "Ones", "On", "None", "One"])]
    ranked = Query("one").rank(tracks)
    for seed in range(5):
        assert Query("one").rank(random.Random(seed).sample(tracks, len(tracks))) == ranked


def test_candidates_below_the_minimum_relevance_are_left_out() -> None:
    assert Query("zxqwv").rank([candidate("Hello", "Adele")]) == []


def test_a_misspelt_name_is_looked_for_by_its_right_spelling() -> None:
    query = Query("helo")
    assert query.second_looks(query.rank([candidate("Hello", "Adele")])) == ({"hello"}, set())
    only = Query("adel", By.ARTIST)
    assert only.second_looks(only.rank([candidate("Adel", "Adele")])) == (set(), {"adele"})
    exact = Query("hello")
    assert exact.second_looks(exact.rank([candidate("Hello", "Adele")])) == (set(), set())


def test_the_rarest_trigrams_are_selected() -> None:
    counts = {"com": 20_000, "mon": 3_000, "rar": 10, "typ": 0}
    assert telling(["com", "mon", "rar", "typ", "new"], counts, Effort.QUICK) == ["rar", "mon"]
    assert telling(["com"], counts, Effort.QUICK) == []
    assert telling(["com"], counts, Effort.THOROUGH) == ["com"]


def test_trigrams_are_padded_at_both_ends() -> None:
    assert grams("abba") == [" ab", "abb", "bba", "ba "]
    assert grams("u2") == []


@given(st.integers(0, 65_535), st.text(max_size=20))
def test_a_cursor_is_valid_for_its_own_query_only(position: int, words: str) -> None:
    made = cursor.write(position, words, "both")
    assert cursor.read(made, words, "both") == position
    with pytest.raises(Malformed):
        cursor.read(made, words + "x", "both")


@pytest.mark.parametrize(
    ("words", "title", "artist"),
    [
        ("伝言", "小さな伝言", "青い汽船"),
        ("汽船", "小さな伝言", "青い汽船"),
        ("手紙の夜", "ルージュの手紙の夜に", "青い汽船"),
        ("手紙 汽船", "ルージュの手紙の夜に", "青い汽船"),
        ("我的心事", "月亮知道我的心事", "王菲菲"),
        ("꿈", "봄날의꿈", "푸른배"),
        ("รัก", "คนที่รักเธอ", "ฟ้าใส"),
        ("ស្នេហ៍", "ចម្រៀងស្នេហ៍", "ក"),
    ],
)
def test_any_part_of_a_name_without_blanks_is_near(words: str, title: str, artist: str) -> None:
    assert Query(words).relevance(candidate(title, artist)) >= 0.8


@pytest.mark.parametrize(("words", "title"), [("оезд", "Поезд"), ("ight", "Night"), ("밤꿈", "봄날의꿈")])
def test_a_part_of_a_word_that_has_blanks_around_it_is_not(words: str, title: str) -> None:
    assert Query(words).relevance(candidate(title, "Somebody")) < 0.85


def test_suffixes_are_the_ends_of_runs_without_blanks() -> None:
    assert suffixes(key("Blue 青い 汽船")) == {"青い", "い", "汽船", "船"}
    assert suffixes(key("Только Blue")) == set()
    assert max(map(len, suffixes("手" * 30))) == SUFFIX_LENGTH
    assert "\u0e31ก" not in suffixes("รัก")


def test_of_equal_keys_the_name_as_it_was_typed_comes_first() -> None:
    names = [("Mib", 90), ("M.I.B.", 50), ("MÌB", 70)]
    tracks = [
        Candidate(UUID(int=at), key(name), key("x"), popularity, name, '[{"name": "x"}]')
        for at, (name, popularity) in enumerate(names)
    ]
    for typed, first in {"mib": "Mib", "m.i.b.": "M.I.B.", "mìb": "MÌB", "M.I.B. x": "M.I.B.", "x mib": "Mib"}.items():
        assert Query(typed).rank(tracks)[0].candidate.shown_title == first, typed


@pytest.mark.parametrize(
    ("title", "plain"),
    [
        ("Creep - 2009 Remaster", "creep"),
        ("Creep (Remastered 2009)", "creep"),
        ("Creep - Remasterizado", "creep"),
        ("Creep - Mono / Remastered", "creep mono"),
        ("Creep (Official Video)", "creep"),
        ("Creep - Single Version", "creep"),
        ("Creep (feat. Somebody) - Radio Edit", "creep"),
        ('Creep (From "A Film")', "creep"),
        ("Creep - 25th Anniversary Edition", "creep"),
        ("Creep (Acoustic)", "creep acoustic"),
        ("Creep - Live", "creep live"),
        ("Creep (Somebody Remix)", "creep somebody remix"),
        ("It's Official", "its official"),
        ("Happy Anniversary", "happy anniversary"),
        ("Stereo", "stereo"),
        ("Remastered", "remastered"),
        ("(Explicit)", "explicit"),
    ],
)
def test_a_plain_title_lacks_labels_and_guests(title: str, plain: str) -> None:
    assert plain_key(title) == plain
