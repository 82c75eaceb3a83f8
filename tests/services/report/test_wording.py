"""Tests of headlines and keywords: the seed's lines and their conditions, the choice of five, filters for recommend."""

from dataclasses import replace
from urllib.parse import parse_qsl
from uuid import UUID

import numpy as np
import pytest

from kit.release import Rows
from kit.wire.report import Voice
from kit.wire.report_sections import Claim
from services.recommend.request.parsing import wishes_of
from services.report import taste_report
from services.report.analyses.superiority import Comparison
from services.report.findings import Findings
from services.report.title_languages import TitleLanguages
from services.report.wording import headlines
from services.report.wording.keywords import keywords
from services.report.wording.lines import Line
from services.report.wording.sound_lines import WORDINGS, sound_lines
from tests.services.report.listeners import TODAY, demo, found, likes, of_genre

JAZZ = of_genre("jazz")


def line(one: Findings, code: str) -> Line:
    [made] = [line for line in sound_lines(one) if line.code == code]
    return made


def by_feature(name: str, from_: float, n: int = 60) -> Rows:
    values = demo().catalogue.feature(name)
    return np.random.default_rng(1).choice(np.flatnonzero(values >= from_), n, replace=False)


@pytest.mark.must("S0-25", "S0-26")
def test_passionate_needs_a_superiority_of_seventy_with_its_interval_above_sixty() -> None:
    strong = found(likes(by_feature("energy", 0.85)))
    assert line(strong, "energy_higher").playful.text.startswith("You are so Passionate: more energetic than")
    assert "in 10 songs here" in line(strong, "energy_higher").playful.text
    compared = Comparison(66, 61, 71, 1e-6, 60)
    weak = replace(strong, sound=strong.sound | {"energy": (compared, 1e-5)})
    assert line(weak, "energy_higher").playful == line(weak, "energy_higher").plain


@pytest.mark.must("S0-25")
def test_the_lines_of_the_first_system_have_rules_here() -> None:
    acoustic, dance = found(likes(by_feature("acousticness", 0.7))), found(likes(by_feature("danceability", 0.8)))
    assert line(acoustic, "acousticness_higher").playful.text.startswith("You're an acoustic lover: more acoustic than")
    assert line(dance, "danceability_higher").plain.text.startswith("More danceable than")
    old = np.random.default_rng(1).choice(np.flatnonzero(demo().catalogue.year < 1980), 60, replace=False)
    nostalgic = headlines.headline(headlines.lines(found(likes(old)))[0], Voice.PLAYFUL)
    assert nostalgic.text.startswith("You have a Nostalgic soul: ")
    assert "In the catalogue it is" in nostalgic.text
    english = found(likes(range(60)), guess=lambda titles: ["en"] * 50 + [None] * (len(titles) - 50))
    assert any("in English" in one.plain.text for one in headlines.lines(english))


def test_at_most_five_headlines_and_never_two_of_a_family() -> None:
    for genre in ("jazz", "metal", "ambient", "hip hop", "pop"):
        chosen = headlines.lines(found(likes(of_genre(genre)[:100])))
        assert 1 <= len(chosen) <= 5
        assert len({one.family for one in chosen}) == len(chosen)
        assert [one.strength for one in chosen] == sorted((one.strength for one in chosen), reverse=True)


def test_both_voices_carry_the_figure() -> None:
    for made in headlines.lines(found(likes(JAZZ[:100]))):
        for words in (made.plain, made.playful):
            assert any(character.isdigit() for character in words.text), words
        assert made.evidence.startswith("/")


def test_an_all_rounder_is_told_what_would_change_it() -> None:
    chosen = headlines.lines(found(likes(np.random.default_rng(3).choice(demo().catalogue.size, 40, replace=False))))
    assert chosen[0].code == "all_rounder"
    assert "lean one way" in chosen[0].plain.text


@pytest.mark.parametrize(("n", "title"), [(0, "0 songs so far"), (1, "1 song so far"), (19, "19 songs so far")])
def test_below_twenty_likes_there_is_a_count_and_what_is_missing(n: int, title: str) -> None:
    [only] = headlines.lines(found(likes(JAZZ[:n])))
    assert (only.plain.title, only.p) == (title, None)
    assert f"{n} of 20 songs" in only.plain.text


def test_no_wording_speaks_of_the_persons_health_or_worth() -> None:
    words = " ".join(" ".join(map(str, wording)) for wording in WORDINGS.values()).lower()
    for word in ("depress", "sad", "ill", "anxious", "lonely", "old ", "young", "better person"):
        assert f" {word}" not in f" {words}"


def test_the_summary_joins_a_few_phrases() -> None:
    summary = headlines.summary(headlines.lines(found(likes(JAZZ[:100]))), 100)
    assert summary[0].isupper()
    assert len(summary) <= 80


def test_confidence_is_one_minus_the_corrected_p() -> None:
    made = [headlines.headline(one, Voice.PLAIN) for one in headlines.lines(found(likes(JAZZ[:100])))]
    assert all(one.confidence is None or 0.95 <= one.confidence < 1 for one in made)


@pytest.mark.must("S0-25")
@pytest.mark.parametrize("rows", [JAZZ[:80], of_genre("metal")[:50], np.arange(40), JAZZ[:5]])
def test_keywords_are_filters_that_recommend_takes(rows: Rows) -> None:
    one = found(likes(rows))
    chips = keywords(one)
    assert chips if len(rows) > 5 else all(chip.code == "genre" for chip in chips)
    for chip in chips:
        assert dict(parse_qsl(chip.query)) == {name: str(value) for name, value in chip.filters.items()}
        wishes_of(chip.query.encode())
        if chip.code.split("_")[0] in one.quartiles:
            assert min_or_max_share(one, chip.filters) >= 0.7


def test_half_of_the_likes_pass_the_tempo_chip() -> None:
    """The report folds tempos into one octave; a filter compares them as they were measured."""
    [chip] = [chip for chip in keywords(found(likes(JAZZ[:80]))) if chip.code == "tempo"]
    tempos = demo().catalogue.feature("tempo")[JAZZ[:80]]
    low, high = float(chip.filters["min_tempo"]), float(chip.filters["max_tempo"])
    inside = (tempos >= low - 0.1) & (tempos <= high + 0.1)
    assert inside.sum() >= np.isfinite(tempos).sum() / 2


@pytest.mark.parametrize(("after", "recent"), [(2014, True), (1989, False)])
def test_only_recent_years_are_the_present(after: int, recent: bool) -> None:
    years = demo().catalogue.year
    new = np.random.default_rng(1).choice(np.flatnonzero(years > after), 100, replace=False)
    [made] = [one for one in headlines.lines(found(likes(new))) if one.code == "era_newer"]
    assert made.playful.text.startswith("You live in the present: ") is recent


def min_or_max_share(one: Findings, filters: dict[str, int | float | str]) -> float:
    """The share of the likes that pass a feature's filter, from its quartiles: at least three of four."""
    [(parameter, value)] = filters.items()
    end, _, name = parameter.partition("_")
    low, high = one.quartiles[name]
    return 0.75 if (abs(float(value) - (low if end == "min" else high)) < 0.001) else 0.0


def test_a_chip_of_a_claim_needs_the_claim() -> None:
    features = found(likes(JAZZ[:80])).features
    claimed = {f"{one.name}_{one.claim.value}" for one in features if one.claim in (Claim.HIGHER, Claim.LOWER)}
    made = {chip.code for chip in keywords(found(likes(JAZZ[:80])))}
    assert claimed == {code for code in made if code.partition("_")[0] in {one.name for one in features}}


def test_titles_of_the_demo_are_partly_of_a_known_language() -> None:
    one = found(likes(range(100)), guess=TitleLanguages().of)
    assert 0 < one.languages.coverage.known < one.languages.coverage.of == 100
    report = taste_report.report(likes(range(100)), demo(), one, "all", Voice.PLAIN, UUID(int=1), TODAY)
    assert report.languages.stated is (report.languages.coverage.share >= 0.6)
