"""Batched scoring of peers equals scoring one list or pair at a time."""

import numpy as np
import pytest
import torch

from pipelines.graph.playlist_graph import build
from pipelines.models.graph_convolution import normalised, product
from pipelines.models.interface import Restrictable
from pipelines.models.lmf import Lmf
from pipelines.models.logistic import Others, UserObjectives
from pipelines.models.ncf import Ncf
from pipelines.models.svd_ratings import SvdRatings
from tests.pipelines.models.test_peers import learned
from tests.pipelines.playlists import entries, islands

SEEDS = [np.array(rows, np.int64) for rows in ([3, 8], [40], [], [50, 31, 4, 9, 2], [3, 8])]


def test_lmf_fold_in_of_a_batch_equals_single_fold_ins():
    _, scorer = learned(Lmf(factors=6, iterations=30))
    seeds = [np.array(rows, np.int64) for rows in ([0, 4, 9], [], [7], [30, 1, 2, 40, 50, 59])]
    together = scorer.listeners_of(seeds)
    assert together == pytest.approx(np.array([scorer.listener(rows) for rows in seeds]), abs=1e-9)
    assert np.abs(together[1:, 0] - together[0, 0]).min() > 1e-3
    assert scorer.scores([]).shape == (0, 60)


def test_the_logistic_fold_in_is_at_the_maximum():
    rng = np.random.default_rng(2)
    others = Others.of(rng.normal(0, 3, (40, 5)), rng.normal(size=40))
    own = [rng.normal(0, 3, (size, 5)) for size in (1, 4, 9)]
    users = UserObjectives.of(own, [rng.normal(size=len(one)) for one in own], others, np.array([0.1, 0.4, 2.0]), 0.5)
    best = users.best()
    assert np.abs(users.slope(best)).max() < 1e-10
    for nudge in rng.normal(0, 1e-3, (20, *best.shape)):
        assert (users.height(best + nudge) < users.height(best)).all()
        rise = users.height(nudge) - users.height(-nudge)
        assert rise == pytest.approx(2 * (nudge * users.slope(np.zeros_like(best))).sum(axis=1), rel=0.01, abs=1e-5)


def test_ncf_restricted_to_a_catalogue_keeps_its_scores():
    _, scorer = learned(Ncf(dims=8, epochs=2, batch=512))
    allowed = np.arange(60) % 3 > 0
    queried, narrow = scorer.scores(SEEDS), scorer.within(allowed)
    assert isinstance(scorer, Restrictable)
    assert narrow.scores(SEEDS)[:, allowed] == pytest.approx(queried[:, allowed], abs=1e-5)
    assert (narrow.scores(SEEDS)[:, ~allowed] == -np.inf).all()
    members = (each.member_scores(np.arange(3))[:, allowed] for each in (narrow, scorer))
    assert next(members) == pytest.approx(next(members), abs=1e-5)
    assert scorer.scores([]).shape == (0, 60)


def test_the_ncf_posterior_equals_that_of_all_pairs():
    graph, scorer = learned(Ncf(dims=8, epochs=4, batch=512, learning_rate=0.02))
    people, trained = len(graph.playlist_ids), scorer.listeners
    pairs = torch.cartesian_prod(torch.arange(people), torch.arange(60))
    with torch.inference_mode():
        logits = trained.network(pairs[:, 0], pairs[:, 1]).reshape(people, 60)
        usual = torch.logsumexp(logits[:, trained.drawn], dim=1) - np.log(len(trained.drawn))
        plain = [torch.softmax((logits[:, rows] - usual[:, None]).sum(dim=1), dim=0) for rows in SEEDS]
        first, again = trained.posterior(SEEDS), trained.posterior(SEEDS[::-1]).flip(0)
    assert first.cpu().numpy() == pytest.approx(torch.stack(plain).cpu().numpy(), abs=1e-5)
    assert torch.equal(first, again)
    assert first[0].std() > 1e-4


def test_svd_scores_of_a_batch_equal_those_of_single_lists():
    _, scorer = learned(SvdRatings(factors=4))
    together, alone = scorer.scores(SEEDS), np.concatenate([scorer.scores([rows]) for rows in SEEDS])
    assert (together == alone).all()
    assert (together[0] != together[1]).any()
    assert scorer.scores([]).shape == (0, 60)


def test_a_graph_convolution_a_few_columns_at_a_time_gives_what_all_at_once_give():
    matrix = build(entries(islands())).matrix
    adjacency = normalised((matrix.T @ matrix).tocsr())
    x = torch.from_numpy(np.random.default_rng(4).normal(size=(60, 37)).astype(np.float32))
    wanted = adjacency.to_dense().double() @ x.double()
    assert torch.allclose(product(adjacency, x).double(), wanted, rtol=1e-5, atol=1e-6)  # processors round differently
