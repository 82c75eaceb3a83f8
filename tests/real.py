"""What a test does when a real part is not here: skips with the reason, or fails where the part is required.

SEGUE_REQUIRE=postgres,redis makes skipping those a failure; CI sets it for all that its package manager can install.
"""

import os
from typing import NoReturn

import pytest

REQUIRED = "SEGUE_REQUIRE"


def missing(part: str, reason: str) -> NoReturn:
    """Skips the test, or fails it when the part is required."""
    if part in os.environ.get(REQUIRED, "").split(","):
        pytest.fail(f"{part} is required by {REQUIRED}: {reason}")
    pytest.skip(reason)
