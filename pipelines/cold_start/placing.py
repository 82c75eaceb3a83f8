"""The cold-start stage: trains the network, places tracks in fewer than two playlists, and builds the audio space.

A stage folder holds
    cold_start.safetensors    the network that serving uses for tracks it has never seen
    placed.npz                track_ids (m,) S22, index and query (m, D) float16, kind (m,) index into COMBINATIONS
    audio.track_ids.npy, audio.index.npy, audio.query.npy    (a,) S22 and (a, 13) float32, every track with a sound
    cold.json                 settings, kinds and figures
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import orjson

from kit.cold_start import FILE, ColdStart, InputCombination
from pipelines.cold_start import network as training
from pipelines.cold_start.cold_start_vectors import AudioSpace, ColdStartTracks, audio_space, cold_start_tracks
from pipelines.cold_start.network_settings import Settings
from pipelines.cold_start.track_attributes import TrackAttributes
from pipelines.graph.playlist_graph import Graph
from pipelines.models.interface import Progress
from pipelines.models.space import TrainedSpace
from pipelines.stage_reading import reads_stage


@dataclass(frozen=True, slots=True, eq=False)
class Result:
    """The contents of a stage folder."""

    network: ColdStart
    placed: ColdStartTracks
    audio: AudioSpace
    about: Mapping[str, Any]


def build(
    folder: Path,
    graph: Graph,
    space: TrainedSpace,
    tracks: TrackAttributes,
    input_types: Mapping[str, InputCombination],
    settings: Settings,
    progress: Progress,
) -> dict[str, Any]:
    """Fills the stage folder; returns figures. tracks: the whole catalogue; kinds: the results of evaluation.py."""
    learned = tracks.find([track_id.decode() for track_id in graph.track_ids])
    network = training.train(graph, space, learned, settings, progress)
    network = ColdStart(network.weights, network.about.model_copy(update={"input_types": dict(input_types)}))
    known = set(learned.track_ids)
    others = tracks.take(np.array([row for row, name in enumerate(tracks.track_ids) if name not in known], np.int64))
    progress(f"cold start: placing {len(others)} tracks")
    placed, audio = cold_start_tracks(network, space, learned, others), audio_space(tracks, network.scale)
    return save(folder, Result(network, placed, audio, {"settings": settings.cache_key()}))


def save(folder: Path, result: Result) -> dict[str, Any]:
    """Writes the stage folder and returns its figures."""
    placed, audio, network = result.placed, result.audio, result.network
    network.save(folder / FILE)
    np.savez(
        folder / "placed.npz",
        track_ids=np.array(placed.track_ids, "S22"),
        index=placed.index,
        query=placed.query,
        kind=placed.input_type,
    )
    np.save(folder / "audio.track_ids.npy", np.array(audio.track_ids, "S22"))
    np.save(folder / "audio.index.npy", audio.index)
    np.save(folder / "audio.query.npy", audio.query)
    counts = {f"placed by {name}": count for name, count in placed.counts().items()}
    figures = {**counts, "audio vectors": len(audio.track_ids)}
    report = {
        **result.about,
        "kinds": {n: k.model_dump() for n, k in network.about.input_types.items()},
        "figures": figures,
    }
    (folder / "cold.json").write_bytes(orjson.dumps(report, option=orjson.OPT_INDENT_2))
    return figures


@reads_stage
def load(folder: Path) -> Result:
    """The result that `save` wrote."""
    with np.load(folder / "placed.npz", allow_pickle=False) as arrays:
        placed = ColdStartTracks(_names(arrays["track_ids"]), arrays["index"], arrays["query"], arrays["kind"])
    ids, index, query = (
        np.load(folder / f"audio.{name}.npy", allow_pickle=False) for name in ("track_ids", "index", "query")
    )
    about = orjson.loads((folder / "cold.json").read_bytes())
    return Result(ColdStart.load(folder / FILE), placed, AudioSpace(_names(ids), index, query), about)


def _names(ids: npt.NDArray[np.bytes_]) -> list[str]:
    return [track_id.decode() for track_id in ids.tolist()]


def allowed_inputs(figures: Mapping[str, Any]) -> str:
    """A sentence on the inputs that may place tracks, from the figures of the cold-start evaluation."""
    allowed = [name for name, kind in figures["kinds"].items() if kind["allowed"]]
    return f"tracks may be placed by {', '.join(allowed) or 'nothing: popularity finds hidden tracks as well'}"
