"""Background jobs as a person sees them."""

from dataclasses import asdict

from kit.jobs import Job
from kit.wire.jobs import JobView

INTERNAL = ("position", "playlist_keys")
"""Fields of an import's counts with which it goes on after an interruption."""


def view(job: Job) -> JobView:
    """The view of a job, without what its handler alone reads."""
    shown = asdict(job)
    for part in ("progress", "result"):
        shown[part] = shown[part] and {name: value for name, value in shown[part].items() if name not in INTERNAL}
    return JobView.model_validate(shown)
