"""Tests of the name model: its n-grams and tf-idf are scikit-learn's, and any text gives a finite, bounded vector."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfVectorizer

from kit.names import folded_key
from kit.playlist_names import LETTERS_MOST, POWER, WEIGHT, NameModel, ngrams, with_list_name
from kit.query import Pooled, effective_number

NAMES = ["Rainy Sunday Jazz", "sunday morning", "jazz jazz jazz", "夜のドライブ", "夜の散歩", "90s Rock", "Café", "a"]


@pytest.fixture(scope="module")
def vectorizer() -> TfidfVectorizer:
    made = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 4), preprocessor=folded_key, sublinear_tf=True, min_df=1)
    return made.fit(NAMES)


@pytest.fixture(scope="module")
def model(vectorizer: TfidfVectorizer) -> NameModel:
    grams = vectorizer.get_feature_names_out()
    vectors = np.random.default_rng(3).standard_normal((len(grams), 6))
    return NameModel(
        np.array(grams, np.str_),
        vectorizer.idf_.astype(np.float32),
        vectors.astype(np.float16).astype(np.float32),
        np.ones(6, np.float32),
    )


@pytest.mark.parametrize("name", [*NAMES, "jazzy sundays", "rock & roll", "", "🎸", "...", "x y z"])
def test_the_weights_are_those_of_scikit_learn(name: str, model: NameModel, vectorizer: TfidfVectorizer) -> None:
    rows, weights = model.weights(ngrams(name))
    dense = np.zeros(len(model.grams))
    dense[rows] = weights
    assert dense == pytest.approx(vectorizer.transform([name]).toarray()[0], abs=1e-6)
    assert model.vector(name).vector == pytest.approx(dense @ model.vectors[np.arange(len(dense))], abs=1e-4)


def test_case_accents_and_punctuation_do_not_matter(model: NameModel) -> None:
    assert (model.vector("CAFÉ!!").vector == model.vector("cafe").vector).all()


def test_a_name_of_unknown_n_grams_is_not_known_and_a_misspelt_one_is(model: NameModel) -> None:
    unseen, misspelt, script = (model.vector(name) for name in ("qxvw", "rainy sunady jaz", "夜のドライブ"))
    assert not unseen.known
    assert unseen.confidence == 0
    assert not unseen.vector.any()
    assert misspelt.known
    assert misspelt.coverage < 1 == pytest.approx(model.vector("rainy sunday jazz").coverage)
    assert script.known


@given(st.text(max_size=400))
def test_any_text_gives_finite_values_in_bounded_time(text: str) -> None:
    found = ngrams(text)
    assert len(found) <= 3 * (LETTERS_MOST + 2 * LETTERS_MOST)
    assert all(2 <= len(gram) <= 4 for gram in found)
    model = NameModel(np.array([" a"]), np.ones(1, np.float32), np.ones((1, 2), np.float32), np.zeros(2, np.float32))
    vector = model.vector(text)
    assert np.isfinite(vector.vector).all()
    assert 0 <= vector.coverage <= 1


def test_a_long_text_is_cut(model: NameModel) -> None:
    assert ngrams("jazz " * 5_000) == ngrams(("jazz " * 5_000)[:LETTERS_MOST])


def test_a_name_is_added_as_the_formula_says_and_its_part_is_the_last(model: NameModel) -> None:
    parts = np.array([[3, 0, 0, 0, 0, 0], [0, 4, 0, 0, 0, 0]], np.float32)
    seeds, name = Pooled(parts.sum(axis=0), parts), model.vector("sunday jazz")
    found = with_list_name(seeds, 2.0, name)
    assert found.parts[-1] == pytest.approx(WEIGHT * 2**POWER * 5 * name.vector, rel=1e-5)
    assert found.vector == pytest.approx(found.parts.sum(axis=0), rel=1e-5)
    assert model.alone(name).vector == pytest.approx(1 + name.vector)


def test_the_effective_number_of_seeds_is_their_number_when_they_weigh_alike() -> None:
    assert effective_number(np.full(7, 3.0)) == pytest.approx(7)
    assert effective_number(np.array([1.0, 1e-9])) == pytest.approx(1)
    assert effective_number(np.array([1.0, -1.0])) == pytest.approx(1)


def test_a_model_of_other_shapes_types_or_values_does_not_fit(model: NameModel) -> None:
    assert model.fits(6)
    broken = model.vectors[np.arange(len(model.grams))]
    broken[0, 0] = np.inf
    wrong = [
        {"idf": model.idf[1:]},
        {"idf": -model.idf},
        {"vectors": broken},
        {"vectors": broken[:, :6].astype(bool)},
        {"mean": model.mean[1:]},
        {"grams": np.array(["same"] * len(model.grams))},
    ]
    assert not model.fits(7)
    assert not any(replace(model, **change).fits(6) for change in wrong)


def test_an_opened_model_gives_the_vectors_of_the_one_that_was_saved(model: NameModel, tmp_path: Path) -> None:
    model.save(tmp_path / "names.npz")
    opened = NameModel.load(tmp_path / "names.npz")
    assert opened.fits(6)
    for name in NAMES:
        assert np.array_equal(opened.vector(name).vector, model.vector(name).vector)
    opened.save(tmp_path / "again.npz")
    assert (tmp_path / "again.npz").read_bytes() == (tmp_path / "names.npz").read_bytes()
