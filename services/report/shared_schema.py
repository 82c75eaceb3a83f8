"""The stored form of shared reports: its version, and the steps that bring an older one to the present one.

A share link opens the report as it was, for as long as its owner likes, so a stored report outlives the code that made
it. A change of kit.wire.report.Report that an older report does not satisfy raises SCHEMA and adds the step from the
version before to STEPS, or none where nothing can be made of it: such a link answers 410 and says what to do.
"""

from collections.abc import Callable, Mapping
from typing import Any

from pydantic import ValidationError

from kit.errors import Gone
from kit.wire.report import Report

SCHEMA = 1
Step = Callable[[dict[str, Any]], dict[str, Any]]
STEPS: Mapping[int, Step] = {}
"""By version: from it to the next."""


def opened(report: dict[str, Any], version: int, steps: Mapping[int, Step] = STEPS, present: int = SCHEMA) -> Report:
    """A stored report in the present form; Gone when no step leads there, or it was stored by a newer version."""
    if version > present:
        raise Gone("this report was shared by a newer version of Segue than runs here: try again after the update")
    while version < present:
        if (step := steps.get(version)) is None:
            raise _too_old()
        report, version = step(report), version + 1
    try:
        return Report.model_validate(report)
    except ValidationError:
        raise _too_old() from None


def _too_old() -> Gone:
    return Gone("this report was shared by an older version of Segue and cannot be shown: ask for a new link")
