"""The gradient of any network is the slope of its loss, along random directions, whatever it is made of.

The reference's loss in float64 is what is differenced (`checkers.projected_difference`, with its own error bound). An
engine in another precision adds its roundings: a dot product of length n errs by n·u of the sum of absolute products.
"""

import numpy as np
import pytest
from checkers import assert_slope

from chainrule.batches.source import Batch, Source
from chainrule.engine.reference import Reference
from chainrule.plan import make_plan
from chainrule.rules.activations import ACTIVATIONS
from chainrule.rules.losses import LOSSES

REFERENCE = Reference()
HIDDEN = [name for name, row in ACTIVATIONS.items() if not row.output]
FREE_LOSSES = [name for name, row in LOSSES.items() if not row.link]


def targets(plan, n, rng):
    kind, o = plan.loss.targets, plan.targets
    if kind == "classes":
        return rng.multinomial(8, np.ones(o) / o, n) / 8  # sums to 1 exactly, as `classes` must
    if kind == "binary":
        return (rng.random((n, o)) < 0.5).astype(float)
    if kind == "counts":
        return rng.poisson(1.5, (n, o)).astype(float)
    if kind == "positive":
        return rng.gamma(2.0, 1.0, (n, o)) + 0.1
    return rng.normal(size=(n, o)) * 1.5


def problem(plan, rng, n=11, missing=False, weighted=False):
    """A batch and weights whose numbers are float32 numbers, so that every engine is asked the same question."""

    def short(a):
        return np.asarray(a, np.float32).astype(float)

    x = short(rng.normal(size=(n, plan.numeric)))
    t = short(targets(plan, n, rng))
    if missing:
        t[rng.random(t.shape) < 0.25] = np.nan
    codes = None
    if plan.levels:
        codes = np.column_stack([rng.integers(-1, level, n) for level in plan.levels]).astype(np.int32)
    weight = short(rng.random((plan.members, n)) + 0.1) if weighted else None
    batch = Source(x, t, codes, weight).batch(np.arange(n), plan=plan, epoch=3, dropout=True)
    return batch, short(rng.normal(size=(plan.members, plan.size)) * 0.7)


def as_precision(batch, precision):
    weight = None if batch.weight is None else batch.weight.astype(precision)
    return Batch(batch.x.astype(precision), batch.t.astype(precision), batch.codes, weight, batch.rows, batch.keep,
                 batch.epoch)  # fmt: skip


def check(subject, settings, rng, h=1e-3, **kind):
    plan = make_plan(precision=subject.precision, **settings)
    exact = make_plan(precision="float64", **settings)
    batch, flat = problem(plan, rng, **kind)
    loss, weight, grad = subject.gradient(plan, flat, as_precision(batch, subject.precision))
    direction = rng.normal(size=flat.shape)
    depth = batch.x.shape[0] + sum(layer.inputs + 8 for layer in plan.layers)

    def total(w):
        return float(REFERENCE.gradient(exact, w, batch).loss_sum.sum())

    # roundings of the engine: `depth` per number, relative to the size of all numbers that are added up
    rounding = 4 * depth * subject.u * np.linalg.norm(grad) * np.linalg.norm(direction)
    assert_slope(float(np.sum(grad * direction)), total, flat, direction, rounding, h)
    wanted = REFERENCE.gradient(exact, flat, batch)
    np.testing.assert_allclose(loss, wanted.loss_sum, rtol=8 * depth * subject.u)
    np.testing.assert_allclose(weight, wanted.weight_sum, rtol=batch.x.shape[0] * subject.u)


@pytest.mark.parametrize("activation", HIDDEN)
@pytest.mark.parametrize("loss", LOSSES)
def test_every_activation_under_every_loss(engine, activation, loss):
    settings = dict(inputs=3, outputs=2, hidden=(5, 4), activation=activation, loss=loss)
    check(engine, settings, np.random.default_rng(1), h=1e-6)


@pytest.mark.parametrize("output", [n for n, row in ACTIVATIONS.items() if row.learns])
@pytest.mark.parametrize("loss", FREE_LOSSES)
def test_every_output_activation_under_every_loss_of_the_output(engine, output, loss):
    settings = dict(inputs=3, outputs=3, hidden=(4,), activation="tanh", output=output, loss=loss)
    check(engine, settings, np.random.default_rng(2), h=1e-5)


@pytest.mark.parametrize("loss", FREE_LOSSES)
def test_no_error_comes_back_through_a_step(engine, loss):
    plan = make_plan(3, 2, (4,), output="hardlim", loss=loss, precision=engine.precision)
    batch, flat = problem(plan, np.random.default_rng(2))
    assert not engine.gradient(plan, flat, as_precision(batch, engine.precision))[2].any()


@pytest.mark.parametrize("hidden", [(), (1,), (7,), (4, 3, 5), (17, 16, 33), (2, 2, 2, 2, 2)], ids=str)
def test_every_depth_and_width(engine, hidden):
    check(
        engine,
        dict(inputs=4, outputs=3, hidden=hidden, activation="tanh", loss="squared"),
        np.random.default_rng(3),
    )


MIXED = dict(inputs=3, outputs=2, hidden=(6, 5, 4), activation=["silu", "tanh", "softplus"], loss="huber")


@pytest.mark.parametrize("settings", [
    {}, {"bias": False}, {"levels": (3, 2)}, {"inputs": 0, "levels": (4,)}, {"dropout": 0.4},
    {"dropout": (0.2, 0.0, 0.5, 0.3)}, {"members": 3}, {"members": 2, "dropout": 0.3, "levels": (3,)},
    {"reduce_outputs": "sum", "c": 0.5}, {"loss_knobs": {"d": 0.2}},
], ids=str)  # fmt: skip
@pytest.mark.parametrize("missing", [False, True], ids=["", "missing"])
@pytest.mark.parametrize("weighted", [False, True], ids=["", "weighted"])
def test_mixed_networks_with_categories_dropout_masks_weights_and_members(
    engine, settings, missing, weighted
):
    rng = np.random.default_rng(4)
    check(engine, MIXED | settings, rng, h=1e-4, missing=missing, weighted=weighted)


@pytest.mark.parametrize("loss", ["cross_entropy", "binary_cross_entropy"])
def test_losses_with_links_under_masks_and_weights(engine, loss):
    settings = dict(inputs=3, outputs=3, hidden=(5,), loss=loss)
    check(engine, settings, np.random.default_rng(5), missing=True, weighted=True)


@pytest.mark.parametrize("seed", range(20))
def test_random_networks(engine, seed):
    rng = np.random.default_rng(100 + seed)
    depth = int(rng.integers(0, 5))
    settings = dict(
        inputs=int(rng.integers(1, 6)), outputs=int(rng.integers(2, 5)),
        hidden=[int(v) for v in rng.integers(1, 9, depth)],
        activation=[HIDDEN[i] for i in rng.integers(0, len(HIDDEN), depth)],
        loss=list(LOSSES)[int(rng.integers(0, len(LOSSES)))], bias=bool(rng.random() < 0.8),
        members=int(rng.integers(1, 3)), reduce_outputs=["mean", "sum"][int(rng.integers(0, 2))],
        dropout=[0.0, *[float(v) for v in rng.choice([0.0, 0.3], depth)]],
    )  # fmt: skip
    check(engine, settings, rng, h=1e-5, missing=bool(rng.random() < 0.5), weighted=bool(rng.random() < 0.5))
