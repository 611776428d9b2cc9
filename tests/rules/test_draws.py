"""Draws are Philox's, orders are permutations without a favourite, dropout keeps the share it says.

Statistical bounds: every test states the chance of a false alarm; seeds are fixed, so a pass stays a pass.
"""

import itertools

import numpy as np
import pytest
from scipy import stats

from chainrule.batches import draws
from chainrule.batches.source import Source
from chainrule.plan import make_plan

FALSE_ALARM = 1e-7  # per test, over all its parts

# Random123's kat_vectors, philox4x32 with 10 rounds: counter, key, result
KNOWN = [
    ((0x00000000,) * 4, (0x00000000, 0x00000000), (0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8)),
    ((0xFFFFFFFF,) * 4, (0xFFFFFFFF, 0xFFFFFFFF), (0x408F276D, 0x41C83B0E, 0xA20BC7C6, 0x6D5451FD)),
    ((0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344), (0xA4093822, 0x299F31D0),
     (0xD16CFE09, 0x94FDCCEB, 0x5001E420, 0x24126EA1)),
]  # fmt: skip


@pytest.mark.parametrize(("counter", "key", "words"), KNOWN)
def test_philox_known_answers(counter, key, words):
    got = draws.philox(key[0] | key[1] << 32, *counter)
    assert tuple(int(w) for w in got) == words


def test_philox_is_numpys_philox_on_arrays():
    """The same function element by element on arrays: counters are broadcast, not mixed up."""
    rows, blocks = np.arange(50)[:, None], np.arange(3)[None, :]
    together = draws.philox(12345, rows, blocks, 7, 9)
    for r, b in ((0, 0), (49, 2), (17, 1)):
        alone = draws.philox(12345, r, b, 7, 9)
        assert [int(w[r, b]) for w in together] == [int(w) for w in alone]


@pytest.mark.parametrize("epoch", [0, 3])
def test_order_is_a_permutation_of_every_small_number_of_rows(epoch):
    for n in range(201):
        np.testing.assert_array_equal(np.sort(draws.order(n, 1, 0, epoch)), np.arange(n))


@pytest.mark.parametrize("n", [1023, 1024, 1025, 65_537, 999_983, 1_000_000])
def test_order_is_a_permutation_of_many_rows(n):
    got = draws.order(n, 2**63 + 11, 5, 70_000)
    assert got.dtype == np.int64
    assert np.bincount(got, minlength=n).max() == 1 and got.size == n


def count_orders(n, epochs):
    orders = {p: i for i, p in enumerate(itertools.permutations(range(n)))}
    count = np.zeros(len(orders))
    for epoch in range(epochs):
        count[orders[tuple(draws.order(n, 7, 0, epoch))]] += 1
    return count


@pytest.mark.parametrize(("n", "epochs"), [(2, 1200), (3, 3600), (4, 6000)])
def test_every_order_of_a_few_rows_is_as_likely(n, epochs):
    assert stats.chisquare(count_orders(n, epochs)).pvalue > FALSE_ALARM


def test_no_order_of_five_rows_is_twice_or_half_as_likely_as_chance():
    """Eight rounds on a 3 × 2 grid are even for places, not for whole orders: these vary by 15 %.

    With 100 expected, chance alone crosses 50 or 200 with probability 120 · 1e-8.
    """
    count = count_orders(5, 12_000)
    assert 50 < count.min() and count.max() < 200


@pytest.mark.parametrize("n", [7, 16, 37, 100])
def test_every_row_is_as_likely_at_every_place(n):
    epochs = 2000
    count = np.zeros((n, n))
    for epoch in range(epochs):
        count[np.arange(n), draws.order(n, 3, 0, epoch)] += 1
    # rows and columns of the table sum to `epochs`: (n − 1)² degrees of freedom, scaled by (n − 1)/n
    statistic = ((count - epochs / n) ** 2 / (epochs / n)).sum() * (n - 1) / n
    assert stats.chi2.sf(statistic, (n - 1) ** 2) > FALSE_ALARM
    assert stats.chi2.cdf(statistic, (n - 1) ** 2) > FALSE_ALARM  # nor too even to be chance


@pytest.mark.parametrize("n", [16, 100])
def test_neighbours_in_the_table_are_no_neighbours_in_the_order(n):
    """How far apart rows 2j and 2j + 1 land (around the circle): uniform on 1 … n − 1."""
    gaps = np.concatenate(
        [np.diff(np.argsort(draws.order(n, 4, 0, e)).reshape(-1, 2))[:, 0] for e in range(1000)]
    )
    count = np.bincount(gaps % n, minlength=n)[1:]
    assert stats.chisquare(count).pvalue > FALSE_ALARM


def test_members_epochs_seeds_and_purposes_have_orders_of_their_own():
    base = draws.order(200, 1, 0, 0)
    others = [draws.order(200, 1, 1, 0), draws.order(200, 1, 0, 1), draws.order(200, 2, 0, 0),
              draws.order(200, 1 + 2**32, 0, 0), draws.order(200, 1, 0, 0, draws.SPLIT)]  # fmt: skip
    for one, two in itertools.combinations([base, *others], 2):
        # places where two independent orders agree: Poisson(1); 15 or more has probability 3e-13
        assert (one == two).sum() < 15
    np.testing.assert_array_equal(base, draws.order(200, 1, 0, 0))


@pytest.mark.parametrize("rate", [0.01, 0.2, 0.5, 0.9])
def test_dropout_keeps_its_share_in_every_unit(rate):
    rows, units = 20_000, 13
    kept = draws.keep(np.arange(rows), units, rate, 5, 2, 0, 3)
    assert kept.shape == (rows, units)
    count = kept.sum(axis=0)
    least, most = stats.binom.interval(1 - FALSE_ALARM / units, rows, 1 - rate)
    assert ((count >= least) & (count <= most)).all()
    pairs = np.corrcoef(kept.T.astype(float))[np.triu_indices(units, 1)]  # independent units: N(0, 1/rows)
    assert np.abs(pairs).max() < stats.norm.isf(FALSE_ALARM / 2 / pairs.size) / np.sqrt(rows)


@pytest.mark.parametrize(("rate", "cut"), [(0.0, 0), (0.5, 2**31), (0.25, 2**30), (1 - 2**-40, 2**32 - 1)])
def test_dropout_threshold_is_the_rate_in_32_bits(rate, cut):
    assert draws.threshold(rate) == cut


def test_dropout_of_a_row_does_not_know_its_batch():
    whole = draws.keep(np.arange(100), 9, 0.4, 5, 2, 1, 3)
    some = np.array([73, 2, 2, 99])
    np.testing.assert_array_equal(draws.keep(some, 9, 0.4, 5, 2, 1, 3), whole[some])
    np.testing.assert_array_equal(draws.keep(some, 4, 0.4, 5, 2, 1, 3), whole[some][:, :4])


def test_dropout_differs_by_epoch_layer_member_and_seed():
    base = draws.keep(np.arange(500), 10, 0.5, 5, 2, 0, 3)
    for other in (draws.keep(np.arange(500), 10, 0.5, *change) for change in
                  ((5, 2, 0, 4), (5, 3, 0, 3), (5, 2, 1, 3), (6, 2, 0, 3))):  # fmt: skip
        least, most = stats.binom.interval(1 - FALSE_ALARM / 4, base.size, 0.5)
        assert least <= (base == other).sum() <= most


@pytest.mark.parametrize(("n", "batch"), [(10, 3), (10, 10), (7, 1), (12, 4)])
def test_an_epoch_visits_every_row_once_in_the_drawn_order(n, batch):
    plan = make_plan(1, 1, batch=batch, seed=9)
    batches = list(Source(np.zeros((n, 1)), np.zeros((n, 1))).epoch(plan, 4))
    assert [len(b) for b in batches] == [batch] * (n // batch) + ([n % batch] if n % batch else [])
    wanted = np.arange(n) if batch >= n else draws.order(n, 9, 0, 4)
    np.testing.assert_array_equal(np.concatenate(batches), wanted)


def test_members_draw_their_own_dropout_in_a_batch():
    plan = make_plan(2, 1, (6,), dropout=0.5, members=3, seed=2)
    batch = Source(np.zeros((40, 2)), np.zeros((40, 1))).batch(
        np.arange(40), plan=plan, epoch=1, dropout=True
    )
    assert set(batch.keep) == {2} and batch.keep[2].shape == (3, 40, 6)
    for member in range(3):
        np.testing.assert_array_equal(
            batch.keep[2][member], draws.keep(np.arange(40), 6, 0.5, 2, 2, member, 1)
        )
