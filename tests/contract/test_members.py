"""Members that are trained side by side, on threads and as lanes of one vector, end with the bits each has alone."""

import dataclasses

import numpy as np
import pytest

from chainrule.engine.contract import GOAL, NONFINITE, PATIENCE, TrainingState, Until
from chainrule.engine.isa import native
from chainrule.engine.native import Native
from chainrule.rules.activations import ACTIVATIONS
from chainrule.rules.losses import LOSSES
from chainrule.rules.optimizers import OPTIMIZERS
from chainrule.rules.schedules import SCHEDULES

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


def drawn(seed: int):
    """(plan, source, validation, until): networks that lanes are for, of any rule, size and end."""
    rng = np.random.default_rng(seed)
    while True:
        plan, *rest = some(rng, seed)
        if Native()._network(plan).abreast:
            return plan, *rest


def some(rng, seed):
    def pick(options):
        return options[rng.integers(len(options))]

    names = [name for name in ACTIVATIONS if name not in ("softmax", "exp")]  # those are for outputs
    loss = pick(list(LOSSES))
    outputs = int(pick([2, 3, 18] if LOSSES[loss].targets == "classes" else [1, 1, 2, 4, 5, 17]))
    hidden = [int(u) for u in rng.integers(1, pick([6, 24, 40]), pick([0, 1, 1, 2]))]
    settings = {"l1": 1e-3 * pick([0, 1]), "l2": 1e-3 * pick([0, 1]), "penalty": pick(["added", "shared"])}
    if rng.random() < 0.3:
        settings["clip_value"] = 0.05
    if loss in ("squared", "absolute"):
        settings["output"] = pick([*names, "softmax"])
    plan = make(
        int(pick([1, 2, 5, 13, 16, 17, 40])), outputs, hidden, pick(["float32", "float32", "float64"]), loss=loss,
        activation=[pick(names) for _ in hidden], optimizer=pick(list(OPTIMIZERS)), lr=float(pick([1e-3, 0.02])),
        batch=int(pick([0, 1, 3, 8, 16, 33])), shuffle=bool(pick([True, True, False])), bias=bool(pick([True, True, False])),
        reduce_rows=pick(["mean", "mean", "sum"]), schedule=pick(list(SCHEDULES)), total=20, members=int(pick([10, 16, 23, 40])),
        threads=int(pick([1, 1, 2])), seed=seed, **settings,
    )  # fmt: skip
    n = int(pick([5, 37, 64]))
    kind = pick(["", "rows", "members"])
    source = rows(plan, n, seed, missing=bool(pick([True, False])), weights=kind)
    if rng.random() < 0.3:
        x = np.asfortranarray(source.x.astype(pick([np.float32, np.float64, np.int16])))
        source = dataclasses.replace(source, x=x)
    if rng.random() < 0.2:
        source = dataclasses.replace(source, orders=rng.integers(0, n, (9, 20)).astype(np.uint32))
    validation = pick([None, rows(plan, 21, seed + 1, missing=True, weights=kind)])
    return (
        plan,
        source,
        validation,
        Until(int(pick([2, 5, 9])), patience=int(pick([0, 1, 2])), ties=bool(pick([True, False]))),
    )


@pytest.mark.parametrize("seed", range(120))
def test_members_as_lanes_have_the_bits_of_each_alone(seed):
    plan, source, validation, until = drawn(seed)
    flat = weights(plan)
    if seed % 3 == 0:
        flat[seed % plan.members] = np.nan  # it stops in its first step; its lane must not be seen by others
    if seed % 5 == 0:
        flat[-1] *= 1e3
    check(plan, source, validation, until, flat)


@pytest.mark.parametrize("isa", ["portable", "avx2", "avx512"])
def test_lanes_have_the_same_bits_on_every_instruction_set(isa):
    if isa not in native().isa_names():
        pytest.skip(f"this processor or build has no {isa}")
    before = native().isa()
    try:
        native().use_isa(isa)
        for seed in range(200, 212):
            check(*drawn(seed))
    finally:
        native().use_isa(before)


def test_lanes_that_are_left_alone_and_resumed_change_nothing():
    plan = make(13, 1, (32,), "float32", batch=8, members=33, threads=2, lr=0.02, schedule="plateau")
    source, validation = rows(plan, 64, weights="members"), rows(plan, 30, seed=3)
    whole = check(plan, source, validation, Until(30, patience=2))
    assert len(set(whole.epoch)) > 3, whole.epoch
    state = TrainingState.begin(plan, weights(plan))
    for epochs in (1, 3, 30, 30):
        state = Native().run(
            plan, state, source, validation, Until(epochs, patience=2, pause=0.0 if epochs == 3 else np.inf)
        )
    for name in FIELDS:
        assert np.array_equal(getattr(state, name), getattr(whole, name), equal_nan=True), name


def test_probes_of_members_are_those_of_each_alone():
    plan = make(5, 1, (8,), batch=8, members=12)
    source = rows(plan, 30)
    got = check(plan, source, None, Until(3, probe=2))
    for m, one in enumerate(alone(plan, weights(plan), source, None, Until(3, probe=2))):
        mine = got.probe[got.probe[:, 0] == m]
        assert len(mine) and np.array_equal(mine[:, 1:], one.probe[:, 1:])
