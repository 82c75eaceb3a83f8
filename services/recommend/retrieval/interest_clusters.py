"""Clusters likes into interests by average linkage; each cluster gets a query vector of its own.

The cosine of two likes is taken block by block and weighed as the space weighs its blocks,

    cos(i, j) = sum_b w_b^2 cos_b(i, j) / sum_b w_b^2,

and two groups are as near as the weighted mean cosine over all pairs across them (average linkage, UPGMA). Groups are
joined, nearest first, while any two are nearer than UNRELATED. bench/broad_taste.py measures what that is worth.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from kit.query import relative
from kit.release import Block, Floats, Ints

UNRELATED = 0.02
"""Mean cosine below which two groups are two clusters. Of single playlists with 25 likes 3 % fall apart at it, of two
joined ones 52 %; at .03 7 % and 69 %, at .04 14 % and 82 %. Joined ones gain more there, and single ones lose: most
people have one cluster, and their lists must not get worse."""
LIGHT = 0.001
"""Likes of less than this share of the heaviest one's weight join the nearest cluster: they start none."""
MOST = 4
"""Clusters of one person: each costs a look-up in the index, and six brought five joined playlists nothing more."""
FEWEST_LIKES, LEAST_SHARE = 4, 0.05
"""What a cluster must hold: four likes' worth of the effective number of likes and a twentieth of their weight. One odd
like says little, and a group of two among fifty takes room from the other clusters."""
LEADERS = 16
"""Small groups that linkage starts from; more likes than that are first put with the leader nearest to them. Moving
the leaders to the middle of their groups (k-means) changed no figure by more than .003."""


def interest_clusters(likes: Floats, weights: Floats, blocks: Sequence[Block], unrelated: float = UNRELATED) -> Ints:
    """(n,) the cluster number of each like, 0 the heaviest; equal ones in order of their first like.

    likes (n, dim) query vectors, n > 0; weights (n,) positive; groups nearer than `unrelated` are one cluster.
    """
    weights = relative(weights)
    heavy = weights >= LIGHT
    number = _clusters(likes[heavy], weights[heavy], blocks, unrelated)
    if heavy.all() or not number.any():
        return number if heavy.all() else np.zeros(len(likes), np.int64)
    return _with_light(likes, heavy, number, blocks)


def _with_light(likes: Floats, heavy: npt.NDArray[np.bool_], number: Ints, blocks: Sequence[Block]) -> Ints:
    """(n,) the clusters of the heavy likes; each other like joins the cluster with the nearest mean."""
    directions, cluster = _directions(likes, blocks), np.empty(len(likes), np.int64)
    member = np.equal.outer(np.arange(int(number.max()) + 1), number)
    means = member @ directions[heavy] / member.sum(axis=1, keepdims=True)
    cluster[heavy], cluster[~heavy] = number, (directions[~heavy] @ means.T).argmax(axis=1)
    return cluster


def _clusters(likes: Floats, weights: Floats, blocks: Sequence[Block], unrelated: float) -> Ints:
    total = float(weights.sum())
    least = max(FEWEST_LIKES * float((weights**2).sum()) / total, LEAST_SHARE * total)
    if 2 * least > total:
        return np.zeros(len(likes), np.int64)
    directions = _directions(likes, blocks)
    group = _leaders(directions)
    return _numbered(_joined(_Groups(directions, weights, group), least, unrelated)[group], weights)


def _directions(likes: Floats, blocks: Sequence[Block]) -> Floats:
    """(n, dim) of unit length, such that the dot product of two rows is their cosine."""
    found = likes.astype(np.float32)
    for block in blocks:
        columns = found[:, block.start : block.stop]
        columns *= (block.weight / _lengths(columns))[:, None]
    found /= _lengths(found)[:, None]
    return found


def _lengths(rows: Floats) -> Floats:
    """(n,) at least 1e-12."""
    lengths: Floats = np.sqrt(np.maximum(np.einsum("nd,nd->n", rows, rows), np.float32(1e-24)))
    return lengths


def _leaders(directions: Floats) -> Ints:
    """(n,) the leader each like stands nearest to. The first leader is the most central like, each further one the
    like farthest from all before it (Gonzalez 1985), so a small far group has a leader of its own."""
    if len(directions) <= LEADERS:
        return np.arange(len(directions))
    cosines = np.empty((LEADERS, len(directions)), np.float32)
    leader = int((directions @ directions.sum(axis=0)).argmax())
    nearest = np.full(len(directions), -np.inf, np.float32)
    for row in cosines:
        np.matmul(directions, directions[leader], out=row)
        np.maximum(nearest, row, out=nearest)
        leader = int(nearest.argmin())
    group: Ints = cosines.argmax(axis=0)
    return group


class _Groups:
    """Groups being joined: weights (g,) and, between any two, the weighted sum and the mean of their cosines (g, g).

    The mean is -inf on the diagonal and where a group is gone; a gone group weighs nothing.
    """

    def __init__(self, directions: Floats, weights: Floats, group: Ints) -> None:
        member = np.zeros((int(group.max()) + 1, len(group)), np.float32)
        member[group, np.arange(len(group))] = weights
        sums = member @ directions
        self.weight: Floats = member.sum(axis=1)
        self.of = np.arange(len(sums))  # (g,) the group that each has become part of
        self._sums: Floats = sums @ sums.T
        self.mean = _ratio(self._sums, np.outer(self.weight, self.weight))
        np.fill_diagonal(self.mean, -np.inf)

    def nearest(self) -> tuple[int, int, float]:
        """The two groups with the greatest mean cosine, and that cosine."""
        first, second = divmod(int(self.mean.argmax()), len(self.mean))
        return first, second, float(self.mean[first, second])

    def join(self, into: int, gone: int) -> None:
        """Makes one group of two."""
        self._sums[into] += self._sums[gone]
        self._sums[:, into] += self._sums[:, gone]
        self.weight[into] += self.weight[gone]
        self.weight[gone] = 0.0
        self.of[self.of == gone] = into
        mean = _ratio(self._sums[into], self.weight * self.weight[into])
        mean[into] = -np.inf
        self.mean[into] = self.mean[:, into] = mean
        self.mean[gone] = self.mean[:, gone] = -np.inf


def _ratio(sums: Floats, pairs: Floats) -> Floats:
    """sums / pairs, -inf where there are no pairs."""
    ratio: Floats = np.divide(sums, pairs, out=np.full_like(pairs, -np.inf), where=pairs > 0)
    return ratio


def _joined(groups: _Groups, least: float, unrelated: float) -> Ints:
    """(g,) the group that each ends in: related ones joined, then those too light or too many with their nearest."""
    while True:
        first, second, mean = groups.nearest()
        if mean < unrelated:
            break
        groups.join(first, second)
    while np.count_nonzero(groups.weight) > 1:
        weights = np.where(groups.weight > 0, groups.weight, np.inf)
        lightest = int(weights.argmin())
        if weights[lightest] >= least and np.count_nonzero(groups.weight) <= MOST:
            break
        groups.join(int(groups.mean[lightest].argmax()), lightest)
    return groups.of


def _numbered(group: Ints, weights: Floats) -> Ints:
    """(n,) groups numbered from the heaviest."""
    _, first, number = np.unique(group, return_index=True, return_inverse=True)
    heavy = np.lexsort((first, -np.bincount(number, weights)))
    cluster: Ints = np.argsort(heavy)[number]
    return cluster
