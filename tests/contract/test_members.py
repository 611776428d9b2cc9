"""Members that are trained side by side on threads end with the bits each has alone."""

import dataclasses

import numpy as np
import pytest

from chainrule.engine.contract import GOAL, NONFINITE, PATIENCE, TrainingState, Until
from chainrule.engine.native import Native

from .nets import make, rows, weights

FIELDS = [f.name for f in dataclasses.fields(TrainingState)]


def alone(plan, flat, source, validation, until) -> list[TrainingState]:
    """Every member's run by itself."""
    plans = [plan.only(m) for m in range(plan.members)]
    return [
        Native().run(own, TrainingState.begin(own, flat[m : m + 1]), source, validation, until)
        for m, own in enumerate(plans)
    ]


def check(plan, source, validation=None, until=None, flat=None) -> TrainingState:
    until, flat = until or Until(3), weights(plan) if flat is None else flat
    got = Native().run(plan, TrainingState.begin(plan, flat), source, validation, until)
    for m, one in enumerate(alone(plan, flat, source, validation, until)):
        for name in set(FIELDS) - {"probe"}:
            mine, whole = getattr(one, name), getattr(got, name)
            mine, whole = (mine[:, 0], whole[:, m]) if name == "slots" else (mine[0], whole[m])
            if name in ("train", "validation", "rate"):
                whole, rest = whole[: len(mine)], whole[len(mine) :]
                assert np.isnan(rest).all()
            assert np.array_equal(mine, whole, equal_nan=True), (name, m)
    return got


@pytest.mark.parametrize("precision", ["float32", "float64"])
@pytest.mark.parametrize("members", [3, 16, 21])
@pytest.mark.parametrize(
    "shape", [(13, 1, (32,), 32), (3, 1, (5,), 0), (17, 16, (7, 33, 1), 100), (2, 5, (), 1)]
)
def test_members_together_have_the_bits_of_each_alone(shape, members, precision):
    inputs, outputs, hidden, batch = shape
    plan = make(inputs, outputs, hidden, precision, batch=batch, members=members, threads=2)
    check(plan, rows(plan, 77, missing=True, weights="members"), rows(plan, 41, seed=1))


def test_members_stop_each_for_its_own_reason():
    plan = make(3, 1, (8,), batch=4, members=20, threads=2, lr=0.05, optimizer="gd")
    flat = weights(plan)
    flat[3] *= 1e200  # its loss overflows in the first step
    flat[7] *= 1e-3
    source, validation = rows(plan, 12), rows(plan, 12, seed=9)
    got = check(plan, source, validation, Until(60, patience=4, min_delta=1e-3, goal=0.4), flat)
    assert {GOAL, PATIENCE, NONFINITE} <= set(got.stopped), got.stopped
    assert len(set(got.epoch)) > 5 and got.trouble[3, 0] == 1


def test_a_member_whose_validation_fails_keeps_its_last_whole_epoch():
    plan = make(2, 1, (3,), batch=4, members=4, threads=3)
    validation = rows(plan, 5)
    validation.t[:] = np.inf
    got = check(plan, rows(plan, 12), validation)
    assert set(got.stopped) == {NONFINITE} and np.array_equal(got.w, weights(plan))


def test_a_pause_and_a_second_call_change_nothing():
    plan = make(3, 1, (8,), batch=4, members=20, threads=2)
    source, begin = rows(plan, 12), TrainingState.begin(plan, weights(plan))
    whole = Native().run(plan, begin, source, None, Until(9))
    state = begin
    for epochs in (1, 4, 9):
        state = Native().run(plan, state, source, None, Until(epochs, pause=0.0 if epochs == 4 else np.inf))
    for name in FIELDS:
        assert np.array_equal(getattr(state, name), getattr(whole, name), equal_nan=True), name


def test_members_with_categories_and_dropout():
    plan = make(
        6,
        3,
        (40, 20),
        "float32",
        levels=(4,),
        batch=16,
        dropout=0.2,
        loss="cross_entropy",
        members=5,
        threads=3,
    )
    check(plan, rows(plan, 60, weights="members"), rows(plan, 20, seed=1))
