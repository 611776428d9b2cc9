"""`run` in one native call is the run the contract defines: same steps, same stops, same numbers to rounding."""

import dataclasses

import numpy as np
import pytest

from chainrule.batches.source import Source
from chainrule.engine.contract import (
    EPOCHS,
    GOAL,
    INTERRUPTED,
    NONFINITE,
    PATIENCE,
    RUNNING,
    Engine,
    TrainingState,
    Until,
)
from chainrule.engine.isa import native
from chainrule.engine.native import Native
from chainrule.engine.reference import Reference
from chainrule.rules.activations import Activation
from chainrule.rules.losses import Loss
from chainrule.rules.optimizers import OPTIMIZERS, Optimizer
from chainrule.rules.schedules import SCHEDULES, Schedule

from .nets import differs, make, rows, weights

FIELDS = [f.name for f in dataclasses.fields(TrainingState)]


def both(plan, source, validation, until):
    flat = weights(plan)
    begin = TrainingState.begin(plan, flat)
    before = {name: np.array(getattr(begin, name)) for name in FIELDS}
    got = Native().run(plan, begin, source, validation, until)
    for name in FIELDS:
        assert np.array_equal(getattr(begin, name), before[name]), f"the given state's {name} was changed"
    wanted = Engine.run(
        Reference(), plan, TrainingState.begin(plan, flat.astype(float)), source, validation, until
    )
    return got, wanted


def check(plan, source, validation=None, until=None, tolerance=None):
    until = until or Until(4)
    got, wanted = both(plan, source, validation, until)
    # errors of single steps add up and are carried on through the recursion
    tolerance = tolerance or 2000 * float(np.finfo(plan.precision).eps)
    for name in FIELDS:
        assert differs(name, getattr(got, name), getattr(wanted, name), tolerance) == ""
    return got


@pytest.mark.parametrize("schedule", SCHEDULES)
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_every_optimizer_with_every_schedule(optimizer, schedule):
    knobs = {"step": {"every": 5.0}, "plateau": {"patience": 1.0, "drop": 0.5, "threshold": 0.05}}.get(
        schedule
    )
    plan = make(
        4, 2, (9,), optimizer=optimizer, schedule=schedule, schedule_knobs=knobs, total=20, batch=8, lr=0.02
    )
    source = rows(plan, 27, weights="rows")
    state = check(plan, source, rows(plan, 10, seed=1), Until(5))
    assert state.k[0] == 20 and state.epoch[0] == 5


@pytest.mark.parametrize(
    "settings",
    [
        dict(l1=0.01, l2=0.1),
        dict(clip_value=0.05),
        dict(clip_norm=0.1),
        dict(clip_norm=0.1, l2=0.1, reduce_rows="sum"),
        dict(reduce_rows="sum", lr=0.001),
        dict(shuffle=False),
        dict(batch=0),
        dict(batch=27),
        dict(batch=1, lr=0.002),
        dict(optimizer="adamw", decay=0.1),
        dict(
            views={"b1": {"trainable": False}, "w2": {"rate": 0.5, "decay": 0.0}, "b2": {"decay": 2.0}},
            l2=0.1,
        ),
        dict(views={"w1": {"trainable": False}}, clip_norm=0.05),
        dict(bias=False, clip_norm=0.5),
        dict(dropout=[0.0, 0.5], members=3, batch=8),
        dict(c=2.0, reduce_outputs="sum"),
        dict(max_norm=0.8, bias=False),
        dict(max_norm=0.8, clip_norm=0.1, views={"w1": {"trainable": False}}),
        dict(output="softmax"),
        dict(loss="cross_entropy"),
    ],
    ids=str,
)
def test_every_setting(settings):
    plan = make(4, 3, (9,), **{"batch": 8, "optimizer": "momentum", "lr": 0.05, "levels": (3, 4), **settings})
    check(plan, rows(plan, 27, weights="members"), rows(plan, 11, seed=1), Until(4, probe=3))


@pytest.mark.parametrize("settings", [dict(l2=0.1), dict(l1=0.02, l2=0.1, bias=False), dict(l2=0.1, reduce_rows="sum"),
                                      dict(clip_norm=0.1, l2=0.1)], ids=str)  # fmt: skip
@pytest.mark.parametrize("penalty", ["added", "shared"])
def test_losses_of_batches_with_their_penalties(penalty, settings):
    plan = make(4, 3, (20,), batch=8, optimizer="momentum", lr=0.01, penalty=penalty, **settings)
    check(plan, rows(plan, 27, weights="rows"), None, Until(4, share=0.5))


def test_given_orders_are_followed_over_some_of_the_rows():
    plan = make(4, 2, (9,), batch=8, optimizer="momentum", lr=0.02, dropout=0.3)
    source = rows(plan, 27, weights="rows")
    rng = np.random.default_rng(1)
    orders = np.array([rng.permutation(27)[:19] for _ in range(4)], np.uint32)
    begin = TrainingState.begin(plan, weights(plan))
    first = check(plan, dataclasses.replace(source, orders=orders), None, Until(4))
    assert first.k[0] == 4 * 3  # 19 rows by 8
    half = Native().run(plan, begin, dataclasses.replace(source, orders=orders[:2]), None, Until(2))
    rest = Native().run(
        plan, half, dataclasses.replace(source, orders=orders[2:], orders_from=2), None, Until(4)
    )
    assert np.array_equal(rest.w, first.w)


def test_ties_count_as_better_where_wanted():
    plan = make(3, 1, (8,), lr=1e-300, optimizer="gd")  # the loss stays what it is
    for ties, stopped in ((False, PATIENCE), (True, EPOCHS)):
        state = check(plan, rows(plan, 6), None, Until(9, patience=3, ties=ties))
        assert state.stopped[0] == stopped


def test_dropout_of_inputs_with_weights_per_member():
    plan = make(6, 2, (9,), dropout=[0.3, 0.5], members=2, batch=8)
    check(plan, rows(plan, 27, missing=True, weights="members"), None, Until(3))


@pytest.mark.parametrize("n", [1, 2, 3, 5, 64, 100, 1000])
def test_every_number_of_rows_in_drawn_order(n):
    plan = make(2, 1, (3,), batch=3, optimizer="gd", seed=2**63 + n)
    check(plan, rows(plan, n), None, Until(2))


def test_float32_follows_to_float32_rounding():
    plan = make(
        6,
        3,
        (20, 10),
        "float32",
        levels=(4,),
        batch=16,
        dropout=0.2,
        loss="cross_entropy",
        optimizer="momentum",
    )
    check(plan, rows(plan, 50, weights="rows"), rows(plan, 20, seed=1), Until(4), tolerance=1e-4)


def test_patience_and_best_weights():
    plan = make(3, 1, (8,), batch=4, lr=0.05)
    source, validation = rows(plan, 12), rows(plan, 12, seed=9)
    state = check(plan, source, validation, Until(200, patience=6, min_delta=1e-3))
    assert state.stopped[0] == PATIENCE and state.best_epoch[0] < state.epoch[0] < 200


def test_goal():
    plan = make(3, 1, (8,), lr=0.05)
    assert check(plan, rows(plan, 6), None, Until(3000, goal=0.05)).stopped[0] == GOAL


def test_a_finished_member_stays_and_an_ended_one_goes_on():
    plan = make(3, 1, (8,), lr=0.05)
    source, native = rows(plan, 6), Native()
    first = native.run(plan, TrainingState.begin(plan, weights(plan)), source, None, Until(10))
    more = native.run(plan, first, source, None, Until(25))
    whole = native.run(plan, TrainingState.begin(plan, weights(plan)), source, None, Until(25))
    for name in FIELDS:
        assert np.array_equal(getattr(more, name), getattr(whole, name), equal_nan=True)
    done = native.run(plan, more, source, None, Until(1000, goal=100.0))
    again = native.run(plan, done, source, None, Until(2000))
    assert done.stopped[0] == GOAL and np.array_equal(again.epoch, done.epoch)


@pytest.mark.parametrize("precision", ["float32", "float64"])
def test_pause_and_resume_is_the_uninterrupted_run_bit_for_bit(precision):
    plan = make(5, 2, (17, 4), precision, batch=7, dropout=0.3, members=2, schedule="plateau", levels=(3,))
    source, validation, native = rows(plan, 40, weights="rows"), rows(plan, 9, seed=3), Native()
    begin = TrainingState.begin(plan, weights(plan))
    until = Until(12, probe=5)
    whole = native.run(plan, begin, source, validation, until)
    state, turns = begin, 0
    while turns == 0 or (state.stopped == RUNNING).any():
        state = Native().run(plan, state, source, validation, dataclasses.replace(until, pause=0.0))
        turns += 1
    assert turns >= 12
    for name in FIELDS:
        assert np.array_equal(getattr(state, name), getattr(whole, name), equal_nan=True), name


@pytest.mark.parametrize("precision", ["float32", "float64"])
def test_a_loss_that_is_not_finite_leaves_the_last_good_epoch(precision):
    plan = make(2, 1, (), precision, output="exp", loss="squared", optimizer="gd", lr=0.5, batch=4)
    source = rows(plan, 12)
    source.x[:] *= 3
    until = Until(500)
    got, wanted = both(plan, source, None, until)
    assert got.stopped[0] == wanted.stopped[0] == NONFINITE
    if precision == "float64":
        for name in FIELDS:
            assert differs(name, getattr(got, name), getattr(wanted, name), 1e-6) == "", name
    assert np.isfinite(got.w).all() and got.k[0] == 3 * got.epoch[0]
    again = Native().run(
        plan, TrainingState.begin(plan, weights(plan)), source, None, Until(int(got.epoch[0]))
    )
    assert np.array_equal(again.w, got.w)


def test_the_layer_of_trouble_is_named():
    plan = make(2, 1, (3,), optimizer="gd", batch=4, lr=0.01, activation="identity")
    source = rows(plan, 12)
    source.x[7, 1] = 1e308
    flat = weights(plan) * 1e3
    state = Native().run(plan, TrainingState.begin(plan, flat), source, None, Until(3))
    with np.errstate(all="ignore"):
        wanted = Engine.run(Reference(), plan, TrainingState.begin(plan, flat), source, None, Until(3))
    assert state.stopped[0] == NONFINITE and np.array_equal(state.trouble, wanted.trouble)


def test_a_validation_loss_that_is_not_finite():
    plan = make(2, 1, (3,), batch=4)
    validation = rows(plan, 5)
    validation.t[:] = np.inf
    validation.t.flat[0] = 1.0
    got = Native().run(plan, TrainingState.begin(plan, weights(plan)), rows(plan, 12), validation, Until(3))
    assert got.stopped[0] == NONFINITE and got.epoch[0] == 0 and list(got.trouble[0]) == [3, 0]
    assert np.array_equal(got.w, weights(plan))


def test_progress_stops_the_run_at_an_epoch_end():
    plan = make(3, 1, (4,), members=2)
    told = []

    def progress(state):
        told.append((int(state.epoch[0]), state.train.shape[1]))
        return len(told) >= 2

    state = Native().run(
        plan,
        TrainingState.begin(plan, weights(plan)),
        rows(plan, 6),
        None,
        Until(10**9, patience=0),
        progress,
    )
    assert len(told) == 2 and told[1][0] == told[1][1] == state.epoch[0]
    assert list(state.stopped) == [INTERRUPTED] * 2


def test_memory_mapped_rows(tmp_path):
    plan = make(5, 2, (6,), "float32", batch=4, levels=(3,))
    source = rows(plan, 21, weights="rows")
    for name in ("x", "t", "codes", "weight"):
        np.save(tmp_path / f"{name}.npy", getattr(source, name))
    mapped = Source.open(tmp_path)
    a, b = (
        Native().run(plan, TrainingState.begin(plan, weights(plan)), s, s, Until(3)) for s in (source, mapped)
    )
    assert np.array_equal(a.w, b.w) and np.array_equal(a.train, b.train)


@pytest.mark.parametrize(
    "dtype", ["float32", "float64", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"]
)
def test_columns_of_every_kind_and_stride(dtype):
    plan = make(18, 2, (6,), "float32", batch=4)
    rng = np.random.default_rng(0)
    wide = rng.integers(0, 100, (40, 40)).astype(dtype)
    t = rng.integers(0, 3, (2, 20)).astype(dtype).T
    plain = Source(wide[::2, 3:39:2].astype("float32"), t.astype("float32"))
    strided = Source(wide[::2, 3:39:2], t)
    rowed = Source(np.ascontiguousarray(wide[::2, 3:39:2]), t)
    runs = [
        Native().run(plan, TrainingState.begin(plan, weights(plan)), s, None, Until(2))
        for s in (plain, strided, rowed)
    ]
    assert np.array_equal(runs[0].w, runs[1].w) and np.array_equal(runs[0].w, runs[2].w)


def test_rules_given_as_text_run_natively():
    act = Activation("mine", y="s/(1 + abs(s))*a", knobs={"a": 1.5})
    out = Activation(
        "rowed", y="exp(s - rowmax(s))/rowsum(exp(s - rowmax(s)))", back="y*(dy - rowsum(dy*y))", output=True
    )
    loss = Loss(
        "logcosh",
        value="log((exp(y - t) + exp(t - y))/2)",
        safe="abs(y - t) + log1p(exp(-2*abs(y - t)))",
        slope="tanh(y - t)",
    )
    optimizer = Optimizer(
        "mine", ("q = g*g", "m = mu*m + (1 - mu)*g", "r = max(r*mu, sqrt(q))", "w = w - lr*m/(r + eps)/(1 - mu**k)"),
        {"m": "0", "r": "0"}, {"mu": 0.9, "eps": 1e-6},
    )  # fmt: skip
    schedule = Schedule(
        "mine", "lr*f/(1 + k/total)", {"g": 0.9}, {"f": 1.0}, ("h = f*g", "f = where(loss > 0, h, f)")
    )
    plan = make(5, 19, (18, 3), activation=act, output=out, loss=loss, optimizer=optimizer, schedule=schedule, batch=7,
                lr=0.01, l2=0.01)  # fmt: skip
    check(plan, rows(plan, 30, missing=True), rows(plan, 8, seed=1), Until(4, probe=4))


def test_step_is_update_after_gradient_bit_for_bit():
    for settings in (
        dict(),
        dict(clip_norm=0.1, l2=0.2),
        dict(clip_value=0.01),
        dict(optimizer="irprop_minus", bias=False),
    ):
        plan = make(
            20, 3, (33,), "float32", levels=(4,), members=2, views={"w2": {"trainable": False}}, **settings
        )
        source, native = rows(plan, 19, weights="members"), Native()
        batch = source.batch(slice(0, 19), plan=plan, dtype="float32")
        w = native.load(plan, weights(plan))
        slots = [native.load(plan, s) for s in TrainingState.begin(plan, weights(plan)).slots]
        kept = [w.copy(), *[s.copy() for s in slots]]
        one, state, sums = native.step(plan, w, slots, batch, 3, 0.01)
        grads = native.gradient(plan, w, batch)
        two, other = native.update(plan, w, slots, grads, 3, 0.01)
        assert all(np.array_equal(a, b) for a, b in zip([w, *slots], kept, strict=True))  # the old ones stay
        assert np.array_equal(sums.grad_sum, grads.grad_sum) and np.array_equal(sums.loss_sum, grads.loss_sum)
        assert all(np.array_equal(a, b) for a, b in zip([one, *state], [two, *other], strict=True))


@pytest.mark.parametrize("precision", ["float32", "float64"])
@pytest.mark.parametrize("hidden", [(33,), (33, 3), (7, 18)])
def test_lanes_that_are_no_weight_are_zero_whatever_the_memory_held(hidden, precision):
    """They take part in products; a NaN left by somebody else would go through slopes into clipping and weights."""
    plan = make(20, 3, hidden, precision, levels=(4,), members=1)
    engine = Native()
    flat = weights(plan)
    packed = np.full_like(engine.load(plan, flat), np.nan)
    native().pack(engine._network(plan), np.ascontiguousarray(flat, precision), packed)
    assert np.array_equal(packed, engine.load(plan, flat)) and np.isfinite(packed).all()


def test_shards_add_up_to_the_whole():
    plan = make(6, 2, (17,), levels=(3,))
    source, native = rows(plan, 30, weights="rows"), Native()
    w = native.load(plan, weights(plan))
    parts = [
        native.gradient(plan, w, source.batch(s, plan=plan)) for s in (slice(0, 7), slice(7, 8), slice(8, 30))
    ]
    whole = native.gradient(plan, w, source.batch(slice(0, 30), plan=plan))
    tolerance = 100 * np.finfo(float).eps
    for name in ("loss_sum", "weight_sum", "grad_sum"):
        assert differs(name, sum(getattr(p, name) for p in parts), getattr(whole, name), tolerance) == ""
