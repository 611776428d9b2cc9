"""Every schedule against the closed form of its source; the plateau rule against a loss curve worked by hand."""

import math

import numpy as np
import pytest
from checkers import U64

from chainrule.batches.source import Source
from chainrule.engine.contract import TrainingState, Until
from chainrule.plan import make_plan
from chainrule.rules.schedules import SCHEDULES


def rates(name, lr, total, **knobs):
    row = SCHEDULES[name]
    letters = {**row.knobs, **row.state, **knobs}
    return [
        float(row.expression(lr=lr, k=float(k), total=float(total), **letters)) for k in range(1, total + 2)
    ]


def test_constant():
    assert rates("constant", 0.3, 5) == [0.3] * 6


def test_step_drops_by_a_factor_every_so_many_steps():
    got = rates("step", 0.4, 9, drop=0.3, every=4.0)
    wanted = [0.4] * 4 + [0.4 * 0.3] * 4 + [0.4 * 0.3**2] * 2
    np.testing.assert_allclose(got, wanted, rtol=4 * U64)


@pytest.mark.parametrize("end", [0.0, 0.1])
def test_cosine_is_loshchilov_and_hutters_equation_five(end):
    """η = η_min + ½(η_max − η_min)(1 + cos(π T_cur/T)), T_cur counted from 0; after T it stays at the end."""
    got = rates("cosine", 0.2, 50, end=end)
    wanted = [end * 0.2 + 0.5 * (0.2 - end * 0.2) * (1 + math.cos(math.pi * t / 50)) for t in range(51)]
    np.testing.assert_allclose(got, wanted, rtol=16 * U64, atol=16 * U64 * 0.2)
    assert got[0] == pytest.approx(0.2, rel=8 * U64)
    assert got[25] == pytest.approx(end * 0.2 + 0.5 * (0.2 - end * 0.2), rel=16 * U64)
    assert got[50] == pytest.approx(end * 0.2, abs=8 * U64)


def test_one_cycle_starts_low_peaks_and_ends_lower():
    lr, total = 0.5, 100
    got = rates("one_cycle", lr, total)
    assert got[0] == pytest.approx(lr / 25, rel=8 * U64)
    assert got[30] == pytest.approx(lr, rel=8 * U64)  # after 30 % of the steps
    assert got[total] == pytest.approx(
        lr / 1e4, rel=1e-4 * 8
    )  # 1 + cos(π·1) is 0 to a few u of 1, lr/1e4 beside it
    assert all(a < b for a, b in zip(got[:30], got[1:31], strict=True))
    assert all(a > b for a, b in zip(got[30:], got[31:], strict=False))


def test_one_cycle_anneals_along_cosines():
    lr, total, rise = 0.5, 200, 0.25
    got = rates("one_cycle", lr, total, rise=rise, first=10.0, last=100.0)

    def anneal(start, end, share):  # the annealing of Smith & Topin's one-cycle as every library runs it
        return end + (start - end) / 2 * (1 + math.cos(math.pi * share))

    for k, rate in enumerate(got[:-1]):
        up = k < rise * total
        wanted = anneal(lr / 10, lr, k / 50) if up else anneal(lr, lr / 100, (k - 50) / 150)
        assert rate == pytest.approx(wanted, rel=32 * U64, abs=16 * U64)


def test_exponential_falls_by_the_same_factor_every_step_and_ends_where_it_says():
    got = rates("exponential", 0.4, 100, end=0.05)
    np.testing.assert_allclose(np.array(got[1:]) / got[:-1], 0.05 ** (1 / 100), rtol=64 * U64)
    assert got[0] == 0.4 and got[100] == pytest.approx(0.4 * 0.05, rel=16 * U64)


def test_inverse_scaling_is_the_step_to_a_power():
    np.testing.assert_allclose(rates("inverse_scaling", 0.4, 8, power=0.7),
                               [0.4 / (k + 1) ** 0.7 for k in range(9)], rtol=16 * U64)  # fmt: skip


def test_warm_up_rises_evenly_and_then_stays_or_follows_the_cosine():
    got = rates("warm_up", 0.5, 50, rise=0.2)
    np.testing.assert_allclose(got, [0.5 * min((k + 1) / 10, 1) for k in range(51)], rtol=8 * U64)
    both = rates("warm_up_cosine", 0.5, 50, rise=0.2, end=0.1)
    np.testing.assert_allclose(both[:10], got[:10], rtol=32 * U64)
    wanted = [0.05 + 0.45 * (1 + math.cos(math.pi * t / 40)) / 2 for t in range(41)]
    np.testing.assert_allclose(both[10:], wanted, rtol=64 * U64, atol=16 * U64)


@pytest.mark.parametrize("total", [1, 2, 3])
@pytest.mark.parametrize("name", SCHEDULES)
def test_rates_of_very_short_runs_are_finite_and_positive(name, total):
    got = rates(name, 0.1, total)[:total]
    assert all(math.isfinite(r) and 0 < r <= 0.1 * (1 + 8 * U64) for r in got)


def plateau(losses, **knobs):
    row = SCHEDULES["plateau"]
    letters = {**row.state}
    scales = []
    for loss in losses:
        for letter, expression in row.assignments:
            letters[letter] = float(expression(loss=loss, lr=1.0, **{**row.knobs, **knobs, **letters}))
        scales.append(letters["scale"])
    return scales


def reduce_on_plateau(losses, drop, patience, threshold, least):
    """PyTorch's ReduceLROnPlateau, mode "min", threshold relative, written out."""
    best, bad, scale, scales = math.inf, 0, 1.0, []
    for loss in losses:
        if best == math.inf or loss < best - threshold * abs(best):
            best, bad = loss, 0
        else:
            bad += 1
        if bad > patience:
            scale, bad = max(scale * drop, least), 0
        scales.append(scale)
    return scales


def test_plateau_drops_after_patience_bad_epochs():
    got = plateau([1.0, 0.9, 0.9, 0.95, 0.91, 0.5, 0.5, 0.5, 0.5], patience=2.0, drop=0.1)
    np.testing.assert_allclose(got, [1, 1, 1, 1, 0.1, 0.1, 0.1, 0.1, 0.01], rtol=4 * U64)


def test_plateau_counts_slow_progress_once_it_adds_up_to_the_threshold():
    """Each epoch gains half the threshold: every third epoch is better than the last *better* one, so no drop."""
    got = plateau([0.9995**i for i in range(40)], patience=3.0, threshold=1e-3)
    assert got == [1.0] * 40


@pytest.mark.parametrize("seed", range(6))
def test_plateau_is_reduce_lr_on_plateau(seed):
    rng = np.random.default_rng(seed)
    losses = list(
        np.exp(-np.arange(60) / 15) + 0.02 * rng.random(60) - (0.5 if seed % 2 else 0)
    )  # also below 0
    got = plateau(losses, patience=3.0, drop=0.5, threshold=0.01, least=0.1)
    np.testing.assert_allclose(got, reduce_on_plateau(losses, 0.5, 3, 0.01, 0.1), rtol=4 * U64)


def test_a_run_uses_the_rate_of_every_step(engine):
    """Constant gradient −1: after each epoch the weight is the sum of the rates so far."""
    plan = make_plan(1, 1, bias=False, loss="absolute", optimizer="gd", lr=0.5, schedule="cosine", total=8,
                     precision=engine.precision)  # fmt: skip
    source = Source(np.ones((1, 1)), np.full((1, 1), 1e3))
    state = TrainingState.begin(plan, np.zeros((1, 1), engine.precision))
    state = engine.engine.run(plan, state, source, None, Until(epochs=8))
    wanted = [0.25 * (1 + math.cos(math.pi * t / 8)) for t in range(8)]
    np.testing.assert_allclose(state.rate[0], wanted, rtol=16 * U64, atol=16 * U64)
    np.testing.assert_allclose(np.asarray(state.w, float)[0, 0], sum(wanted), rtol=16 * engine.u)


def test_a_run_reduces_on_plateau(engine):
    """The loss cannot fall (rate 0 on the only weight), so every 3rd epoch after the first is one too many."""
    plan = make_plan(1, 1, bias=False, optimizer="gd", lr=0.5, schedule="plateau",
                     schedule_knobs={"patience": 2, "drop": 0.5}, views={"w1": {"rate": 0.0}},
                     precision=engine.precision)  # fmt: skip
    source = Source(np.ones((1, 1)), np.ones((1, 1)))
    state = TrainingState.begin(plan, np.zeros((1, 1), engine.precision))
    state = engine.engine.run(plan, state, source, None, Until(epochs=9))
    np.testing.assert_allclose(state.rate[0], [0.5] * 4 + [0.25] * 3 + [0.125] * 2, rtol=4 * U64)
