"""The sequence-to-sequence network of system S3, as published: an LSTM encoder reads a playlist, a decoder continues
it.

Tracks are their 29 audio columns. Encoder and decoder have 256 units; the decoder's four heads give ten numbers
(sigmoid, squared error), key, mode and time signature (softmax, cross-entropy), equally weighted; RMSprop, batches of
32, 20 epochs. Of a playlist S[1..N] the encoder reads S[1..N-1], the decoder reads S[2..N] and learns S[3..N] and an
end (zeros). In inference the decoder starts with the mean of the seeds' columns; the track of the vocabulary nearest to
its output is next, its columns are the decoder's next input, and no track comes twice.

Bounded so that it trains in minutes: 600 playlists, as many as S3 trains on, of each its first `longest` tracks (S3: at
most 245). Tracks without measured features are left out: they are not read and never chosen. The nearest track is found
by one matrix product, so the first request is as fast as the others (S3's search tree is built on the first request).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.utils.rnn import pack_padded_sequence, pad_sequence

from pipelines.graph.playlist_graph import Graph, Rows
from pipelines.models.device import device
from pipelines.models.interface import Artists, Progress, Scores, Vectors
from pipelines.models.playlist_sequences import CLASSES, COLUMNS, NUMBERS, PlaylistSequences

HEADS = [len(values) for values in CLASSES.values()]
SHORTEST = 3  # tracks of a playlist: one for the encoder, one for the decoder, one target
State = tuple[Tensor, Tensor]


@dataclass(frozen=True, slots=True)
class SequenceLstm:
    """S3's settings; `playlists` and `longest` bound the training."""

    sequences: PlaylistSequences = field(repr=False)
    units: int = 256
    playlists: int = 600
    longest: int = 100
    epochs: int = 20
    batch: int = 32
    learning_rate: float = 0.001
    seed: int = 1
    name: str = "sequence_lstm"

    def settings(self) -> dict[str, Any]:
        return {one.name: getattr(self, one.name) for one in fields(self) if one.name != "sequences"}

    def fit(self, graph: Graph, artists: Artists, progress: Progress) -> "LstmScorer":  # noqa: ARG002
        sound = self.sequences.audio_features()
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(self.seed)
            network = EncoderDecoder(self.units).to(device().where)
        optimiser = torch.optim.RMSprop(network.parameters(), lr=self.learning_rate, alpha=0.9)
        tracks = device().put(sound.vectors)
        for epoch, batches in enumerate(self._epochs(sound.known)):
            for batch in batches:
                loss = network.loss([tracks[torch.from_numpy(rows)] for rows in batch])
                optimiser.zero_grad()
                loss.backward()  # type: ignore[no-untyped-call]
                optimiser.step()
            progress(f"{self.name}: epoch {epoch + 1} of {self.epochs}, loss {loss.item():.3f}")
        return LstmScorer(network, sound.vectors, sound.known)

    def _epochs(self, known: npt.NDArray[np.bool_]) -> Iterator[list[list[Rows]]]:
        """Each epoch's batches of playlists, in a new order."""
        rng = np.random.default_rng(self.seed)
        sequences = [rows[known[rows]][: self.longest] for rows in self.sequences.order]
        usable = [rows for rows in sequences if len(rows) >= SHORTEST]
        chosen = [usable[at] for at in rng.permutation(len(usable))[: self.playlists]]
        for _ in range(self.epochs if chosen else 0):
            order = rng.permutation(len(chosen))
            starts = range(0, len(order), self.batch)
            yield [[chosen[at] for at in order[start : start + self.batch]] for start in starts]


class EncoderDecoder(nn.Module):
    """The two LSTMs and the four heads."""

    def __init__(self, units: int) -> None:
        super().__init__()
        self.encoder = nn.LSTM(COLUMNS, units, batch_first=True)
        self.decoder = nn.LSTM(COLUMNS, units, batch_first=True)
        self.heads = nn.Linear(units, COLUMNS)  # the four side by side

    def read(self, tracks: Sequence[Tensor]) -> State:
        """The encoder's state after lists of tracks (length, 29), none empty."""
        lengths = torch.tensor([len(each) for each in tracks])
        packed = pack_padded_sequence(pad_sequence(list(tracks), True), lengths, True, enforce_sorted=False)
        state: State = self.encoder(packed)[1]
        return state

    def write(self, tracks: Tensor, state: State) -> tuple[list[Tensor], State]:
        """Numbers and three times logits for every place of tracks (lists, length, 29), and the state after them."""
        written, state = self.decoder(tracks, state)
        numbers, *classes = torch.split(self.heads(written), [len(NUMBERS), *HEADS], dim=-1)
        return [torch.sigmoid(numbers), *classes], state

    def loss(self, playlists: Sequence[Tensor]) -> Tensor:
        """Mean over all places of the sum of the four losses."""
        end = playlists[0].new_zeros(1, COLUMNS)
        read = self.read([tracks[:-1] for tracks in playlists])
        answers, _ = self.write(pad_sequence([tracks[1:] for tracks in playlists], True), read)
        wanted = pad_sequence([torch.cat([tracks[2:], end]) for tracks in playlists], True)
        there = pad_sequence([tracks.new_ones(len(tracks) - 1) for tracks in playlists], True)
        numbers, *classes = torch.split(wanted, [len(NUMBERS), *HEADS], dim=-1)
        missed = ((answers[0] - numbers) ** 2).mean(dim=-1)
        for logits, truth in zip(answers[1:], classes, strict=True):
            missed = missed - (truth * functional.log_softmax(logits, dim=-1)).sum(dim=-1)
        return (missed * there).sum() / there.sum()

    def next(self, tracks: Tensor, state: State) -> tuple[Vectors, State]:
        """The columns (lists, 29) expected after tracks (lists, 29), and the state after them."""
        (numbers, *classes), state = self.write(tracks[:, None], state)
        columns = torch.cat([numbers, *(torch.softmax(logits, dim=-1) for logits in classes)], dim=-1)
        return columns[:, 0].cpu().numpy(), state


@dataclass(frozen=True, slots=True, eq=False)
class LstmScorer:
    """Scores are minus the squared distance to the columns that the decoder expects next."""

    network: EncoderDecoder
    vectors: Vectors  # (n, 29)
    known: npt.NDArray[np.bool_]

    def scores(self, seeds: Sequence[Rows]) -> Scores:
        if not len(seeds):
            return np.empty((0, len(self.vectors)), np.float32)
        with torch.no_grad():
            expected, _ = self.network.next(*self._read(seeds))
        return self._nearness(expected)

    def continuation(self, seeds: Sequence[Rows], length: int, allowed: npt.NDArray[np.bool_]) -> list[Rows]:
        """As published: the nearest track to each output is the decoder's next input."""
        used = np.tile(~allowed, (len(seeds), 1))
        for line, rows in enumerate(seeds):
            used[line, rows] = True
        found = []
        with torch.no_grad():
            columns, state = self._read(seeds)
            for _ in range(length):
                expected, state = self.network.next(columns, state)
                best = np.where(used, -np.inf, self._nearness(expected)).argmax(axis=1)
                used[np.arange(len(seeds)), best] = True
                columns = columns.new_tensor(self.vectors[best])
                found.append(best)
        return list(np.stack(found, axis=1))

    def _read(self, seeds: Sequence[Rows]) -> tuple[Tensor, State]:
        """The decoder's first input and state; without a known seed the mean track is used."""
        common = self.vectors[self.known].mean(axis=0, keepdims=True) if self.known.any() else self.vectors[:1]
        sequences = [self.vectors[rows[self.known[rows]]] for rows in seeds]
        there = next(self.network.parameters())
        tracks = [there.new_tensor(rows if len(rows) else common) for rows in sequences]
        return torch.stack([each.mean(dim=0) for each in tracks]), self.network.read(tracks)

    def _nearness(self, expected: Vectors) -> Scores:
        lengths = (self.vectors**2).sum(axis=1)
        distances = lengths - 2 * expected @ self.vectors.T + (expected**2).sum(axis=1, keepdims=True)
        return np.where(self.known, -distances, -np.float32(COLUMNS)).astype(np.float32)
