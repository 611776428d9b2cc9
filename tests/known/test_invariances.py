"""What may not matter does not: shards, order of rows, company of members; and what must be the same thing is.

Sums in another order differ by their roundings: n·u of the sum of absolute values.
"""

import numpy as np
import pytest

from chainrule.batches.source import Source
from chainrule.engine.contract import TrainingState, Until
from chainrule.plan import make_plan

NETS = {
    "plain": dict(inputs=3, outputs=2, hidden=(5,), loss="squared"),
    "deep": dict(inputs=3, outputs=1, hidden=(6, 4), activation="gelu", loss="huber"),
    "classes": dict(inputs=2, outputs=3, hidden=(4,), activation="relu", loss="cross_entropy", levels=(3, 4)),
    "dropped": dict(inputs=4, outputs=1, hidden=(8, 8), loss="binary_cross_entropy", dropout=0.5, seed=3),
}
N = 37


def problem(name, precision, **settings):
    plan = make_plan(precision=precision, **(NETS[name] | settings))
    rng = np.random.default_rng(9)

    def short(a):
        return np.asarray(a, np.float32).astype(float)

    o = plan.targets
    t = {"classes": np.eye(o)[rng.integers(0, o, N)], "binary": np.round(rng.random((N, o)))}.get(
        plan.loss.targets, short(rng.normal(size=(N, o)))
    )
    codes = (
        np.column_stack([rng.integers(-1, m, N) for m in plan.levels]).astype(np.int32)
        if plan.levels
        else None
    )
    source = Source(short(rng.normal(size=(N, plan.numeric))), t, codes, short(rng.random(N) + 0.5))
    return plan, short(rng.normal(size=(plan.members, plan.size)) * 0.5), source


def sums(subject, plan, flat, source, rows):
    batch = source.batch(rows, plan=plan, epoch=2, dtype=plan.precision, dropout=True)
    return subject.gradient(plan, flat, batch)


def alike(subject, one, two, n=N):
    for a, b in zip(one, two, strict=True):
        scale = max(float(np.abs(a).max()), 1.0)
        np.testing.assert_allclose(a, b, rtol=0, atol=8 * n * subject.u * scale)


NAMES = pytest.mark.parametrize("name", NETS)


@NAMES
@pytest.mark.parametrize("pieces", [2, 5, 37])
def test_shards_add_up(engine, name, pieces):
    plan, flat, source = problem(name, engine.precision)
    whole = sums(engine, plan, flat, source, np.arange(N))
    parts = [sums(engine, plan, flat, source, rows) for rows in np.array_split(np.arange(N), pieces)]
    alike(engine, whole, [sum(p) for p in zip(*parts, strict=True)])


@NAMES
def test_the_order_of_rows_in_a_batch_does_not_matter(engine, name):
    plan, flat, source = problem(name, engine.precision)
    rows = np.random.default_rng(1).permutation(N)
    alike(engine, sums(engine, plan, flat, source, np.arange(N)), sums(engine, plan, flat, source, rows))


@NAMES
def test_outputs_of_a_row_do_not_depend_on_its_batch(engine, name):
    plan, flat, source = problem(name, engine.precision)
    whole = engine.predict(plan, flat, source.batch(np.arange(N), dtype=engine.precision))
    for rows in ([5], [36, 0, 5], np.arange(20)):
        some = engine.predict(plan, flat, source.batch(np.array(rows), dtype=engine.precision))
        np.testing.assert_allclose(
            some, whole[:, rows], rtol=0, atol=64 * engine.u * max(1, np.abs(whole).max())
        )


@NAMES
def test_weight_two_is_the_row_twice(engine, name):
    plan, flat, source = problem(name, engine.precision)
    doubled = Source(source.x, source.t, source.codes, np.where(np.arange(N) == 4, 2.0, 1.0))
    once = Source(source.x, source.t, source.codes)
    twice = sums(engine, plan, flat, once, np.append(np.arange(N), 4))
    alike(engine, sums(engine, plan, flat, doubled, np.arange(N)), twice)


@NAMES
def test_weight_zero_is_no_row(engine, name):
    plan, flat, source = problem(name, engine.precision)
    weight = np.where(np.arange(N) % 3 == 0, 0.0, source.weight)
    silent = Source(source.x, source.t, source.codes, weight)
    rows = np.flatnonzero(weight)
    alike(engine, sums(engine, plan, flat, silent, np.arange(N)), sums(engine, plan, flat, source, rows))


@NAMES
def test_a_row_without_any_target_is_no_row(engine, name):
    """Loss, gradient and the weight they are divided by: a table with untargeted rows trains like the table without."""
    plan, flat, source = problem(name, engine.precision)
    t = source.t.copy()
    t[::4] = np.nan
    rows = np.flatnonzero(np.arange(N) % 4)
    masked = Source(source.x, t, source.codes, source.weight)
    alike(engine, sums(engine, plan, flat, masked, np.arange(N)), sums(engine, plan, flat, source, rows))


def test_a_missing_target_is_silent_whatever_the_output_there(engine):
    """One of two outputs unknown: the other counts as ever, the unknown one's weights get no gradient."""
    plan, flat, source = problem("plain", engine.precision)
    t = source.t.copy()
    t[:, 1] = np.nan
    loss, weight, grad = sums(engine, plan, flat, Source(source.x, t), np.arange(N))
    parts = plan.unflatten(grad)
    assert (parts["w2"][0, :, 1] == 0).all() and parts["b2"][0, 1] == 0
    one = make_plan(precision=engine.precision, **(NETS["plain"] | {"outputs": 1, "c": 0.5}))
    views, alone = plan.unflatten(flat), np.zeros((1, one.size))
    for key, view in one.unflatten(alone).items():
        view[...] = views[key][..., :1] if key in ("w2", "b2") else views[key]
    wanted = sums(engine, one, alone, Source(source.x, source.t[:, :1]), np.arange(N))
    alike(engine, [loss, weight, parts["w1"]], [wanted[0], wanted[1], one.unflatten(wanted[2])["w1"]])


def test_a_row_of_class_shares_with_a_gap_is_left_out_whole(engine):
    plan, flat, source = problem("classes", engine.precision)
    t = source.t.copy()
    t[3, 1] = np.nan
    rows = np.delete(np.arange(N), 3)
    masked = Source(source.x, t, source.codes, source.weight)
    alike(engine, sums(engine, plan, flat, masked, np.arange(N)), sums(engine, plan, flat, source, rows))


@NAMES
def test_a_member_alone_computes_what_it_computes_in_company(engine, name):
    plan, flat, source = problem(name, engine.precision, members=3)
    together = sums(engine, plan, flat, source, np.arange(N))
    for m in range(3):
        alone = sums(engine, plan.only(m), flat[m : m + 1], source, np.arange(N))
        alike(engine, [a[m : m + 1] for a in together], alone)


@NAMES
@pytest.mark.parametrize("optimizer", ["gd", "adam", "irprop_minus"])
def test_a_member_alone_trains_as_it_trains_in_company(engine, name, optimizer):
    settings = dict(members=3, batch=8, optimizer=optimizer, lr=0.01)
    plan, flat, source = problem(name, engine.precision, **settings)
    flat = flat.astype(engine.precision)
    together = engine.engine.run(plan, TrainingState.begin(plan, flat), source, source, Until(epochs=3))
    for m in range(3):
        only = plan.only(m)
        alone = engine.engine.run(
            only, TrainingState.begin(only, flat[m : m + 1]), source, source, Until(epochs=3)
        )
        np.testing.assert_array_equal(alone.w[0], together.w[m])
        np.testing.assert_array_equal(alone.validation[0], together.validation[m])


@NAMES
def test_a_category_is_its_one_hot_columns(engine, name):
    plan, flat, source = problem(name, engine.precision, levels=(3, 4), dropout=0.0)
    rng = np.random.default_rng(2)
    codes = np.column_stack([rng.integers(-1, 3, N), rng.integers(-1, 4, N)]).astype(np.int32)
    dense = make_plan(precision=engine.precision, **(NETS[name] | {
        "levels": (), "dropout": 0.0, "inputs": plan.numeric + 7}))  # fmt: skip
    hot = np.hstack([(codes[:, [0]] == np.arange(3)), (codes[:, [1]] == np.arange(4))]).astype(float)
    gathered = sums(engine, plan, flat, Source(source.x, source.t, codes), np.arange(N))
    multiplied = sums(engine, dense, flat, Source(np.hstack([source.x, hot]), source.t), np.arange(N))
    alike(engine, gathered, multiplied)


def test_dropout_keeps_the_mean_of_what_enters(engine):
    """A linear net: over many epochs the dropped score averages the whole score, with the spread of Bernoulli sums."""
    plan = make_plan(
        50, 1, dropout=(0.3,), loss="absolute", bias=False, reduce_rows="sum", precision=engine.precision
    )
    x, w = np.ones((400, 50)), np.full((1, 50), 1.0)
    source = Source(x, np.full((400, 1), -1e3))
    total = 0.0
    for epoch in range(5):
        batch = source.batch(np.arange(400), plan=plan, epoch=epoch, dtype=engine.precision, dropout=True)
        total += float(engine.gradient(plan, w, batch)[0][0]) - 400 * 1e3
    terms = 5 * 400 * 50
    spread = np.sqrt(0.3 / 0.7 / terms)  # of the mean of kept/(1 − p)
    assert abs(total / terms - 1) < 5.5 * spread  # false alarm 4e-8


def test_step_is_update_after_gradient(engine):
    plan, flat, source = problem("dropped", engine.precision, optimizer="adam", lr=0.01)
    e = engine.engine
    batch = source.batch(np.arange(N), plan=plan, epoch=1, dtype=plan.precision, dropout=True)
    w = e.load(plan, flat.astype(engine.precision))
    slots = [e.load(plan, np.zeros_like(flat, engine.precision)) for _ in plan.optimizer.state]
    apart, apart_slots = e.update(plan, w, slots, e.gradient(plan, w, batch), 1, 0.01)
    fused, fused_slots, _ = e.step(plan, w, slots, batch, 1, 0.01)
    np.testing.assert_array_equal(e.dump(plan, apart), e.dump(plan, fused))
    for a, b in zip(apart_slots, fused_slots, strict=True):
        np.testing.assert_array_equal(e.dump(plan, a), e.dump(plan, b))


@NAMES
def test_run_is_steps_over_the_drawn_batches(engine, name):
    """Two epochs of `run` against the same steps by hand: order, dropout, step count, rates, history, best weights."""
    plan, flat, source = problem(
        name, engine.precision, batch=10, optimizer="adam", lr=0.02, schedule="cosine", total=8
    )
    e, flat = engine.engine, flat.astype(engine.precision)
    state = e.run(plan, TrainingState.begin(plan, flat), source, None, Until(epochs=2))
    w, k = e.load(plan, flat), 0
    slots = [e.load(plan, np.zeros_like(flat)) for _ in plan.optimizer.state]
    for epoch in range(2):
        loss = weight = 0.0
        for rows in source.epoch(plan, epoch):
            k += 1
            batch = source.batch(rows, plan=plan, epoch=epoch, dtype=plan.precision, dropout=True)
            w, slots, part = e.step(plan, w, slots, batch, k, plan.rate(k, {}))
            loss, weight = loss + float(part.loss_sum[0]), weight + float(part.weight_sum[0])
        np.testing.assert_allclose(state.train[0, epoch], loss / weight, rtol=8 * N * engine.u)
    np.testing.assert_array_equal(state.w, e.dump(plan, w))
    assert int(state.k[0]) == k == 8 and int(state.epoch[0]) == 2
    assert state.best_score[0] == state.train[0].min()
