"""Tests of ListenBrainz's rule of what counts as a listen."""

import pytest

from services.catalog.plays.listen_rule import LISTEN_MS, SHORT_MS, is_listen


@pytest.mark.parametrize(
    ("played_ms", "duration_ms", "expected"),
    [
        (None, 200_000, True),
        (100_000, 200_000, True),
        (99_999, 200_000, False),
        (LISTEN_MS, 3_600_000, True),
        (LISTEN_MS - 1, 3_600_000, False),
        (SHORT_MS, None, True),
        (SHORT_MS - 1, None, False),
        (0, 0, False),
    ],
)
def test_half_the_track_or_four_minutes(played_ms: int | None, duration_ms: int | None, expected: bool) -> None:
    assert is_listen(played_ms, duration_ms) is expected
