"""Writes the cards of a release; those of a release that it continues are copied as they are."""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from pipelines.folders import Folder
from pipelines.release import cards
from pipelines.release.row_order import RowOrder

AT_ONCE = 2_000  # cards


def write_cards(folder: Folder, rows: RowOrder) -> None:
    """cards.jsonl and cards.offsets.npy."""
    sizes = [np.zeros(1, np.int64)]
    with folder.file("cards.jsonl") as file:
        for start, stop in _runs(rows.kept):
            lines, lengths = _kept(rows, start, stop) if rows.kept[start] >= 0 else _made(rows, start, stop)
            file.write(lines)
            sizes.append(lengths)
    folder.array("cards.offsets.npy", np.cumsum(np.concatenate(sizes), dtype=np.int64))


def _runs(kept: npt.NDArray[np.int64]) -> Iterator[tuple[int, int]]:
    """Ranges of rows whose cards are made, or follow each other in the base."""
    made = kept < 0
    breaks = np.flatnonzero(np.where(made[1:], ~made[:-1], made[:-1] | (np.diff(kept) != 1))) + 1
    for start, stop in zip([0, *breaks.tolist()], [*breaks.tolist(), len(kept)], strict=True):
        for first in range(start, stop, AT_ONCE):
            yield first, min(first + AT_ONCE, stop)


def _kept(rows: RowOrder, start: int, stop: int) -> tuple[bytes, npt.NDArray[np.int64]]:
    assert rows.base
    first = int(rows.kept[start])
    span = first, first + stop - start
    return rows.base.card_lines(*span), rows.base.card_sizes(*span).astype(np.int64)


def _made(rows: RowOrder, start: int, stop: int) -> tuple[bytes, npt.NDArray[np.int64]]:
    lines = list(cards.cards(rows.shown[start:stop], rows.state[start:stop]))
    return b"".join(lines), np.array([len(line) for line in lines], np.int64)
