"""Tests of cold-start embeddings and audio feature scaling."""

from pathlib import Path

import numpy as np
import pytest

from kit.audio import AudioScale, coordinates, row
from kit.cold_start import ARTIST, AUDIO, BOTH, COMBINATIONS, About, ColdStart, InputCombination, LearnedBlock
from kit.release import BrokenRelease
from kit.wire.catalog import FEATURES

RNG = np.random.default_rng(5)
SOUNDS = np.column_stack([RNG.uniform(0, 1, 300) for _ in FEATURES])
SOUNDS[:, FEATURES.index("loudness")] = RNG.uniform(-20, 0, 300)
SOUNDS[:, FEATURES.index("tempo")] = RNG.uniform(60, 180, 300)
SOUNDS[:, FEATURES.index("key")] = RNG.integers(0, 12, 300)
SCALE = AudioScale.fit(SOUNDS)

LEARNED, CODE, HIDDEN = 6, 4, 8


def network(input_types: dict[str, InputCombination] | None = None) -> ColdStart:
    """A network with random weights over six learned and four copied columns."""
    rng = np.random.default_rng(3)
    shapes = {"hidden.weight": (HIDDEN, 27), "hidden.bias": (HIDDEN,)}
    for head in ("index", "query"):
        shapes |= {f"{head}.weight": (LEARNED, HIDDEN), f"{head}.bias": (LEARNED,), f"{head}.gate": (LEARNED,)}
    about = About(
        dim=LEARNED + CODE,
        learned=[LearnedBlock(name="spectral", start=0, stop=LEARNED, index_length=0.5, query_length=2.0)],
        copied=[(LEARNED, LEARNED + CODE)],
        mean=SCALE.mean.tolist(),
        sd=SCALE.sd.tolist(),
        input_types={name: InputCombination() for name in COMBINATIONS} | (input_types or {}),
    )
    return ColdStart({name: rng.standard_normal(shape).astype(np.float32) for name, shape in shapes.items()}, about)


def artist() -> tuple[np.ndarray, np.ndarray]:
    """The mean vectors of an artist: learned columns, then the artist's code."""
    rng = np.random.default_rng(4)
    code = np.full(CODE, 0.5, np.float32)
    return tuple(np.append(rng.standard_normal(LEARNED).astype(np.float32), code) for _ in range(2))  # type: ignore[return-value]


PLAYED = {"energy": 0.8, "valence": 0.3}


# -- the audio space ---------------------------------------------------------------------------------------------------
def test_keys_are_on_a_circle_so_b_is_as_near_to_c_as_c_sharp() -> None:
    c, c_sharp, b = coordinates(np.vstack([row({"key": key}) for key in (0, 1, 11)]))[:, 9:11]
    assert np.linalg.norm(c - c_sharp) == pytest.approx(np.linalg.norm(c - b), abs=1e-6)


def test_tempo_is_logarithmic() -> None:
    tempo = coordinates(np.vstack([row({"tempo": t}) for t in (60, 120, 90, 180)]))[:, 8]
    assert tempo[1] - tempo[0] == pytest.approx(tempo[3] - tempo[2])


@pytest.mark.parametrize("nothing", [{}, {"tempo": 0.0}, {"key": -1}, {"time_signature": 0}, {"energy": None}])
def test_a_track_without_features_has_no_audio_vector(nothing: dict[str, float | None]) -> None:
    assert network().audio(nothing) is None
    assert not SCALE.vectors(row(nothing)).any()


def test_an_unknown_feature_contributes_zero() -> None:
    vector = network().audio(PLAYED)
    assert vector is not None
    assert np.count_nonzero(vector) == 2
    assert np.linalg.norm(vector) == pytest.approx(1)


def test_known_features_are_on_one_scale() -> None:
    scores, known = SCALE.scaled(SOUNDS)
    assert np.allclose(scores.mean(axis=0), 0, atol=0.01)
    assert np.allclose(scores.std(axis=0)[known.all(axis=0)], 1, atol=0.05)


def test_the_scale_is_fitted_to_known_values_only() -> None:
    half = SOUNDS.copy()
    half[150:, 1] = np.nan
    assert AudioScale.fit(half).mean[1] == pytest.approx(SOUNDS[:150, 1].mean(), abs=1e-6)


def test_extreme_values_are_clipped() -> None:
    scores, _ = SCALE.scaled(row({"loudness": -900.0, "tempo": 1e9}))
    assert np.abs(scores).max() <= 4


def test_a_feature_unknown_in_all_rows_scales_to_zero() -> None:
    bare = np.full((5, len(FEATURES)), np.nan)
    assert not AudioScale.fit(bare).vectors(bare).any()


# -- the network -------------------------------------------------------------------------------------------------------
def test_nothing_known_gives_no_vector() -> None:
    assert network().graph({}) is None


def test_audio_alone_gives_both_vectors_without_the_artist_code() -> None:
    placed = network().graph(PLAYED)
    assert placed is not None
    index, query = placed
    assert np.linalg.norm(index[:LEARNED]) == pytest.approx(0.5)
    assert np.linalg.norm(query[:LEARNED]) == pytest.approx(2.0)
    assert not index[LEARNED:].any()


def test_the_artist_code_is_copied_exactly() -> None:
    mean_index, mean_query = artist()
    for features in ({}, PLAYED):
        placed = network({BOTH: InputCombination(scale=3.0), ARTIST: InputCombination(scale=0.2)}).graph(
            features, mean_index, mean_query
        )
        assert placed is not None
        assert placed[0][LEARNED:].tolist() == mean_index[LEARNED:].tolist()
        assert placed[1][LEARNED:].tolist() == mean_query[LEARNED:].tolist()


def test_the_scale_applies_to_index_vectors_only() -> None:
    index, query = network({AUDIO: InputCombination(scale=3.0)}).graph(PLAYED) or (np.empty(0), np.empty(0))
    assert np.linalg.norm(index[:LEARNED]) == pytest.approx(1.5)
    assert np.linalg.norm(query[:LEARNED]) == pytest.approx(2.0)


def test_a_combination_that_is_not_allowed_gives_no_vector() -> None:
    refused = network({AUDIO: InputCombination(allowed=False)})
    assert refused.graph(PLAYED) is None
    assert refused.graph(PLAYED, *artist()) is not None


def test_a_forbidden_combination_falls_back_to_one_input() -> None:
    only_artist = network({BOTH: InputCombination(allowed=False)})
    with_sound, without = only_artist.graph(PLAYED, *artist()), only_artist.graph({}, *artist())
    assert with_sound is not None
    assert without is not None
    assert np.array_equal(with_sound[0], without[0])


def test_batch_results_equal_single_results() -> None:
    mean_index, mean_query = artist()
    nobody = np.zeros_like(mean_index)
    features = np.vstack([row(PLAYED), row({}), row({})])
    placed = network().embed(features, np.stack([nobody, mean_index, nobody]), np.stack([nobody, mean_query, nobody]))
    assert [COMBINATIONS[kind] if kind >= 0 else None for kind in placed.input_type] == [AUDIO, ARTIST, None]
    assert not placed.index[2].any()
    alone = network().graph(PLAYED)
    assert alone is not None
    assert np.allclose(placed.index[0], alone[0], atol=1e-6)


def test_a_saved_network_comes_back_the_same(tmp_path: Path) -> None:
    kept = network({ARTIST: InputCombination(allowed=False, recall=0.1, popularity=0.2)})
    kept.save(tmp_path / "cold_start.safetensors")
    loaded = ColdStart.load(tmp_path / "cold_start.safetensors")
    assert loaded.about == kept.about
    before, after = kept.graph(PLAYED), loaded.graph(PLAYED)
    assert before is not None
    assert after is not None
    assert np.array_equal(before[0], after[0])


@pytest.mark.parametrize("content", [b"", b"not a network", None])
def test_an_unreadable_network_file_is_refused_by_name(tmp_path: Path, content: bytes | None) -> None:
    path = tmp_path / "cold_start.safetensors"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(BrokenRelease, match=r"cold_start\.safetensors"):
        ColdStart.load(path)


def test_a_network_of_another_schema_is_refused(tmp_path: Path) -> None:
    newer = network()
    newer.about.schema_version = 99
    newer.save(tmp_path / "cold_start.safetensors")
    with pytest.raises(BrokenRelease, match="schema 99"):
        ColdStart.load(tmp_path / "cold_start.safetensors")
