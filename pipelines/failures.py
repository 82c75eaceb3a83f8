"""Which failures a person can mend: their message is shown alone. Only loaded modules can have raised theirs."""

import sys

KINDS = {
    "kit.errors": "Problem",
    "kit.release": "BrokenRelease",
    "kit.vectors.edge": "DirectoryLocked",
    "pipelines.publish": "PublishError",
    "pipelines.release": "ReleaseError",
    "pipelines.ingest.report": "IngestError",
    "pipelines.train": "NothingToLearn",
    "pipelines.evaluate": "CannotEvaluate",
}


def mendable() -> tuple[type[BaseException], ...]:
    """The classes; evaluated when an exception is there, so that nothing is imported for its error alone."""
    loaded = ((sys.modules.get(module), name) for module, name in KINDS.items())
    return tuple(getattr(module, name) for module, name in loaded if module)
