"""max_norm: after every update the weights into each unit are no longer together than it says."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chainrule.engine.contract import TrainingState, Until
from chainrule.engine.native import Native
from chainrule.engine.reference import Reference

from .nets import make, rows, weights
from .test_run import check

# every way weights are laid out and updated: four rows at a time, units as lanes, inputs as lanes, several threads
SHAPES = {
    "tiny": dict(shape=(3, 1, (5,)), batch=4),
    "panels": dict(shape=(5, 3, (40,)), batch=8, levels=(3, 4)),
    "narrow": dict(shape=(21, 2, (37, 19)), batch=8),
    "threads": dict(shape=(40, 3, (95, 61)), batch=110, threads=3),
    "clipped": dict(shape=(3, 1, (5,)), batch=4, clip_norm=0.2),
}


def plan_of(name, max_norm, **more):
    given = {**SHAPES[name], **more}
    return make(*given.pop("shape"), max_norm=max_norm, optimizer="momentum", lr=0.05, **given)


def lengths(plan, flat):
    """The norm of the weights into each unit, layer by layer: [(M, o)]."""
    parts = plan.unflatten(np.asarray(flat, float))
    return [np.linalg.norm(parts[layer.w.name], axis=1) for layer in plan.layers]


@pytest.mark.parametrize("members", [1, 3])
@pytest.mark.parametrize("name", SHAPES)
def test_native_follows_the_reference(name, members):
    plan = plan_of(name, 0.7, members=members)
    state = check(plan, rows(plan, 120 if name == "threads" else 27), rows(plan, 11, seed=1), Until(3))
    assert any((norms > 0.7 * (1 - 1e-9)).any() for norms in lengths(plan, state.w)), "no unit was held"


@pytest.mark.parametrize("engine", [Native(), Reference()], ids=["native", "reference"])
@given(
    name=st.sampled_from(["tiny", "panels", "narrow"]),
    c=st.floats(1e-3, 2.0),
    wide=st.booleans(),
    lr=st.floats(1e-3, 1.0),
)
@settings(max_examples=15, deadline=None)
def test_no_unit_is_longer_after_any_step(engine, name, c, wide, lr):
    plan = plan_of(name, c, precision="float64" if wide else "float32")
    plan = dataclasses.replace(plan, lr=lr)
    source = rows(plan, 30)
    w = engine.load(plan, weights(plan))
    slots = [engine.load(plan, slot) for slot in TrainingState.begin(plan, weights(plan)).slots]
    for k in range(1, 6):
        batch = source.batch(np.arange(6 * k - 6, 6 * k), plan=plan, dtype=plan.precision)
        w, slots, _ = engine.step(plan, w, slots, batch, k, plan.lr)
        for norms in lengths(plan, engine.dump(plan, w)):
            # the factor and the product are rounded; both norms are roots of sums of up to 37 squares in double
            most = c * (1 + 2 * np.finfo(plan.precision).eps + 40 * np.finfo(float).eps)
            assert (norms <= most).all(), k


@pytest.mark.parametrize("name", SHAPES)
def test_a_bound_nothing_reaches_changes_no_bit(name):
    free, held = plan_of(name, None), plan_of(name, 1e6)
    source, flat = rows(free, 40), weights(free)
    one, other = (Native().run(p, TrainingState.begin(p, flat), source, None, Until(4)) for p in (free, held))
    assert one.w.tobytes() == other.w.tobytes() and one.train.tobytes() == other.train.tobytes()


@pytest.mark.parametrize("name", SHAPES)
def test_frozen_weights_and_thresholds_stay_as_they_are(name):
    plan = plan_of(name, 1e-3, views={"w1": {"trainable": False}})
    plan = dataclasses.replace(plan, lr=0.0)
    flat = weights(plan)
    state = Native().run(plan, TrainingState.begin(plan, flat), rows(plan, 40), None, Until(1))
    before, after = plan.unflatten(flat), plan.unflatten(state.w)
    for part in before:
        assert np.array_equal(before[part], after[part]) == (part == "w1" or part[0] == "b"), part


@pytest.mark.parametrize("name", ["tiny", "narrow", "threads"])
def test_weights_in_front_of_a_loss_that_is_not_finite_are_not_shortened(name):
    plan = plan_of(name, 1e-3)
    flat, source = weights(plan), rows(plan, 4)
    source.t[:] = 1e300
    state = Native().run(plan, TrainingState.begin(plan, flat), source, None, Until(2))
    assert np.array_equal(state.w, flat)
