"""Classifies exceptions: user errors, which are printed as one sentence, and bugs."""

import sys

KINDS = {
    "kit.errors": "Problem",
    "kit.release": "BrokenRelease",
    "kit.settings": "KeyNotSet",
    "kit.vectors.edge": "DirectoryLocked",
    "kit.release_switch": "PublishInProgress",
    "pipelines.backup.archive": "BackupError",
    "pipelines.release.publish": "PublishError",
    "pipelines.release.write": "ReleaseError",
    "pipelines.release.continuation": "CannotContinue",
    "pipelines.release.place": "CannotPlace",
    "pipelines.stage": "StageError",
    "pipelines.side_by_side.process": "StageFailed",
    "pipelines.ingest.report": "IngestError",
    "pipelines.graph.spark": "NoSpark",
    "pipelines.models.device": "NoSuchDevice",
    "pipelines.export.track_graph_files": "NoSound",
    "pipelines.models.train": "NothingToLearn",
    "pipelines.evaluate.world": "CannotEvaluate",
    "pipelines.evaluate.compare": "CannotCompare",
    "pipelines.export.playlist_csv": "NoPairs",
    "pipelines.commands.plot": "CannotPlot",
    "pipelines.open_data.dump_errors": "DumpError",
    "pipelines.local_audio.files": "NoAudio",
}

TRAINING = "this needs the training packages: pip install -e '.[pipelines]', or let make do it: make refresh"
AUDIO = "audio files need their extra: pip install -e '.[audio]'"
EXTRAS = {
    **dict.fromkeys(
        ("polars", "pyarrow", "scipy", "sklearn", "implicit", "matplotlib", "safetensors", "threadpoolctl", "aiohttp"),
        TRAINING,
    ),
    **dict.fromkeys(("torch", "torch_geometric"), TRAINING),
    **dict.fromkeys(("mutagen", "sonara", "soundfile"), AUDIO),
    "pyspark": "a Spark master needs its extra: pip install -e '.[spark]', or unset SEGUE_PIPELINES_SPARK",
    "qdrant_client": "a Qdrant server needs its client: pip install -e '.[qdrant]'",
}


def sentence(error: BaseException) -> str | None:
    """The message of a user error; None for a bug, whose traceback must be shown."""
    if isinstance(error, ModuleNotFoundError):
        package = (error.name or "").partition(".")[0]
        return f"{package} is not installed; {EXTRAS[package]}" if package in EXTRAS else None
    return str(error) if isinstance(error, _mendable()) else None


def _mendable() -> tuple[type[BaseException], ...]:
    """The user error classes of the modules that are loaded; only these can have been raised, and none is imported for
    it."""
    loaded = ((sys.modules.get(module), name) for module, name in KINDS.items())
    return tuple(getattr(module, name) for module, name in loaded if module)
