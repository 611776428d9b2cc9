"""Start weights have the moments and bounds of their papers. False alarms below 1e-7 a test; seeds are fixed."""

import math

import numpy as np
import pytest
from scipy import stats

from chainrule.batches.source import Source
from chainrule.batches.start import start
from chainrule.errors import ChainruleError
from chainrule.plan import make_plan

FALSE_ALARM = 1e-7


def weights(initializer, inputs=60, units=80, name="w1", **settings):
    plan = make_plan(inputs, 1, (units,), start=initializer, precision="float64", **settings)
    return plan.unflatten(start(plan))[name][0]


@pytest.mark.parametrize(("name", "knobs", "sd"), [
    ("normal", {"sd": 0.1}, 0.1), ("normal", {"sd": 2.0}, 2.0), ("he", {}, math.sqrt(2 / 60)),
    ("lecun", {}, math.sqrt(1 / 60)),
])  # fmt: skip
def test_normal_starts_are_normal_with_their_spread(name, knobs, sd):
    got = weights(name, start_knobs=knobs).ravel()
    assert stats.kstest(got / sd, "norm").pvalue > FALSE_ALARM
    least, most = stats.chi2.interval(1 - FALSE_ALARM, got.size)
    assert least < np.sum((got / sd) ** 2) < most
    assert abs(got.mean()) < sd / math.sqrt(got.size) * stats.norm.isf(FALSE_ALARM / 2)


@pytest.mark.parametrize(("name", "knobs", "bound"), [
    ("uniform", {"bound": 0.5}, 0.5), ("glorot", {}, math.sqrt(6 / 140)),
])  # fmt: skip
def test_uniform_starts_fill_their_bounds_evenly(name, knobs, bound):
    got = weights(name, start_knobs=knobs).ravel()
    assert np.abs(got).max() <= bound
    assert stats.kstest(got, "uniform", (-bound, 2 * bound)).pvalue > FALSE_ALARM


def test_nguyen_widrow_directions_have_the_papers_length_and_thresholds_tile_the_range():
    """|w_j| = 0.7·q^(1/d); thresholds evenly over ±|w_j| with the sign of the first weight, as in initnw."""
    plan = make_plan(3, 1, (10,), start="nguyen_widrow", precision="float64")
    parts = plan.unflatten(start(plan))
    length = 0.7 * 10 ** (1 / 3)
    np.testing.assert_allclose(np.linalg.norm(parts["w1"][0], axis=0), length, rtol=8 * 2.0**-53)
    wanted = length * np.linspace(-1, 1, 10) * np.sign(parts["w1"][0][0])
    np.testing.assert_allclose(parts["b1"][0], wanted, rtol=8 * 2.0**-53)


def test_nguyen_widrow_for_one_unit_puts_its_threshold_in_the_middle():
    parts = make_plan(4, 1, start="nguyen_widrow", precision="float64")
    views = parts.unflatten(start(parts))
    assert views["b1"][0, 0] == 0
    assert np.linalg.norm(views["w1"][0]) == pytest.approx(0.7, rel=8 * 2.0**-53)


def test_nguyen_widrow_directions_have_no_preferred_sign():
    got = np.sign(weights("nguyen_widrow", inputs=40, units=200)).ravel()
    least, most = stats.binom.interval(1 - FALSE_ALARM, got.size, 0.5)
    assert least <= (got > 0).sum() <= most


def test_nguyen_widrow_thresholds_can_follow_any_weights():
    plan = make_plan(3, 2, (6,), precision="float64", views={"b2": {"start": "nguyen_widrow"}})
    parts = plan.unflatten(start(plan))
    length = 0.7 * 2 ** (1 / 6)
    np.testing.assert_allclose(
        parts["b2"][0], length * np.array([-1, 1]) * np.sign(parts["w2"][0][0]), rtol=1e-15
    )


def test_thresholds_start_at_plain_zero():
    got = weights("he", name="b1")
    assert (got == 0).all() and not np.signbit(got).any()


def test_every_member_seed_and_layer_starts_elsewhere():
    plan = make_plan(5, 5, (5,), members=2, seed=1, precision="float64")
    parts = plan.unflatten(start(plan))
    other = plan.unflatten(start(make_plan(5, 5, (5,), members=2, seed=2, precision="float64")))
    drawn = [parts["w1"][0], parts["w1"][1], parts["w2"][0], parts["w2"][1], other["w1"][0]]
    assert len({a.tobytes() for a in drawn}) == 5
    np.testing.assert_array_equal(start(plan), start(plan))


def test_a_member_alone_starts_where_it_starts_in_company():
    plan = make_plan(4, 1, (3,), members=3, seed=6)
    for member in range(3):
        np.testing.assert_array_equal(start(plan.only(member))[0], start(plan)[member])


def test_given_weights_are_used_and_their_lack_is_refused():
    plan = make_plan(2, 1, start="given", bias=False, precision="float64")
    flat = start(plan, {"w1": [[1.0], [2.0]]})
    np.testing.assert_array_equal(plan.unflatten(flat)["w1"][0], [[1], [2]])
    for given, code in (({}, "CR-1207"), ({"w1": [[1.0]]}, "CR-1206"), ({"w1": [[1.0], [np.nan]]}, "CR-1209"),
                        ({"w1": [[1.0], [2.0]], "w9": [1.0]}, "CR-1208")):  # fmt: skip
        with pytest.raises(ChainruleError) as caught:
            start(plan, given)
        assert caught.value.code == code


@pytest.mark.parametrize(("inputs", "units"), [(7, 7), (20, 5), (5, 20), (1, 3), (40, 40)])
def test_orthogonal_weights_keep_lengths_and_angles(inputs, units):
    w = weights("orthogonal", inputs, units, start_knobs={"gain": 1.5})
    small = w.T @ w if inputs >= units else w @ w.T
    np.testing.assert_allclose(small, 2.25 * np.eye(min(inputs, units)), rtol=0, atol=64 * 40 * 2.0**-53)
    assert (weights("orthogonal", inputs, units, "b1") == 0).all()


def test_orthogonal_directions_are_evenly_spread():
    """The first number of a random direction in d dimensions: (1 + x)/2 is Beta((d − 1)/2, (d − 1)/2)."""
    got = np.concatenate([weights("orthogonal", 6, 3, seed=seed)[0] for seed in range(400)])[::3]
    assert stats.kstest((1 + got) / 2, "beta", args=(2.5, 2.5)).pvalue > FALSE_ALARM


def scores(plan, flat, x, codes=None):
    """The score of every unit of every layer, one row at a time, by plain loops."""
    parts, found = plan.unflatten(flat), []
    for r, row in enumerate(x):
        y, told = list(row), []
        for layer in plan.layers:
            w, b = parts[layer.w.name][0], parts[layer.b.name][0]
            s = [sum(v * w[i, o] for i, v in enumerate(y)) + b[o] for o in range(layer.units)]
            if layer.index == 1 and codes is not None:
                s = [v + w[plan.level_offsets[0] + codes[r, 0], o] for o, v in enumerate(s)]
            told.append(np.array(s))
            y = list(np.tanh(s))
        found.append(told)
    return [np.array(layer) for layer in zip(*found, strict=True)]


def test_a_start_that_looks_at_rows_gives_every_score_mean_0_and_spread_1():
    """Salimans & Kingma 2016, equation 5; factors keep 20 bits, so a mean is off by 2^-20 of what it was at most."""
    rng = np.random.default_rng(3)
    x, codes = rng.normal(size=(200, 3)) * 7 + 2, rng.integers(0, 4, (200, 1)).astype(np.int32)
    plan = make_plan(3, 2, (6, 5), levels=(4,), start="data", precision="float64")
    source = Source(x, np.zeros((200, 2)), codes)
    flat = start(plan, source=source)
    for s in scores(plan, flat, x, codes):
        np.testing.assert_allclose(s.mean(axis=0), 0, atol=2.0**-15)
        np.testing.assert_allclose(s.std(axis=0), 1, atol=2.0**-15)
    with pytest.raises(ChainruleError) as caught:
        start(plan)
    assert caught.value.code == "CR-1290"


def test_a_start_that_looks_at_rows_stays_finite_where_a_column_never_changes():
    plan = make_plan(2, 1, (4,), start="data", precision="float64")
    assert np.isfinite(start(plan, source=Source(np.zeros((5, 2)), np.zeros((5, 1))))).all()
