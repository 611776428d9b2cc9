"""Hand-worked back-propagation: the numbers of books and posts, recomputed by algebra, against every engine.

Tolerances: the quoted digits end at 12 decimals or more (5e-13 is half the last), every number is of size ≤ 1 and
comes out of at most a few dozen roundings, each of at most u.
"""

import numpy as np
import pytest
from checkers import flat_of

from chainrule.batches.source import Source
from chainrule.engine.contract import TrainingState, Until
from chainrule.plan import make_plan

TEXTBOOK = dict(loss="half_squared", reduce_outputs="sum", reduce_rows="sum", optimizer="gd", output="sigmoid",
                activation="sigmoid")  # fmt: skip


def close(subject, got, wanted, roundings=40):
    """Equal to 12 decimals in float64; in float32 to the roundings of the computation."""
    np.testing.assert_allclose(got, wanted, rtol=0, atol=5e-13 + roundings * subject.u)


def trained(subject, plan, flat, source, steps):
    """The flat weights after `steps` full-batch steps, by the engine's own run."""
    state = TrainingState.begin(plan, np.asarray(flat, plan.precision))
    return subject.engine.run(plan, state, source, None, Until(epochs=steps))


def one_step(subject, plan, flat, source):
    engine = subject.engine
    w = engine.load(plan, np.asarray(flat, plan.precision))
    batch = source.batch(np.arange(source.rows), plan=plan, dtype=plan.precision)
    new, _, sums = engine.step(plan, w, [], batch, 1, plan.lr)
    return plan.unflatten(np.asarray(engine.dump(plan, new), float)), float(sums.loss_sum[0])


# ---- A. the 0.35 / 0.9 example -------------------------------------------------------------------------------------


def example_a(subject, lr=1.0):
    plan = make_plan(2, 1, (2,), bias=False, lr=lr, precision=subject.precision, **TEXTBOOK)
    flat = flat_of(plan, w1=np.array([[0.1, 0.8], [0.4, 0.6]]).T, w2=np.array([[0.3], [0.9]]))
    return plan, flat, Source(np.array([[0.35, 0.9]]), np.array([[0.5]]))


def test_a_forward_loss_and_gradient(engine):
    plan, flat, source = example_a(engine)
    batch = source.batch(slice(None), dtype=engine.precision)
    loss, _, grad = engine.gradient(plan, flat, batch)
    parts = plan.unflatten(grad)
    close(engine, engine.predict(plan, flat, batch)[0, 0], [0.6902834929076443])
    close(engine, loss, [0.01810390383656677])
    close(engine, parts["w2"][0, :, 0], [0.027674034938718, 0.027001636991007])
    wanted = [[0.00092907116081, 0.002389040127796], [0.002860075772445, 0.007354480557717]]
    close(engine, parts["w1"][0].T, wanted)


def test_a_hidden_outputs_and_score_slope_are_on_the_tape():
    from chainrule.engine.reference import Reference

    plan, flat, source = example_a(type("S", (), {"precision": "float64"}))
    tape = {}
    Reference().gradient(plan, flat, source.batch(slice(None)), seen=tape.__setitem__)
    np.testing.assert_allclose(tape["y1"][0, 0], [0.680267196698649, 0.663738697404353], rtol=0, atol=1e-15)
    np.testing.assert_allclose(tape["ds2"][0, 0], [0.040681125112339026], rtol=0, atol=1e-16)
    assert list(tape) == ["x", "s1", "y1", "s2", "y2", "loss", "dy2", "ds2", "dw2", "dy1", "ds1", "dw1"]


def test_a_one_step_updates_all_weights_from_the_old_weights(engine):
    plan, flat, source = example_a(engine)
    parts, _ = one_step(engine, plan, flat, source)
    close(engine, parts["w2"][0, :, 0], [0.272325965061282, 0.872998363008993])
    wanted = [[0.09907092883919, 0.797610959872204], [0.397139924227555, 0.592645519442283]]
    close(engine, parts["w1"][0].T, wanted)
    macleod, listing = 0.099156632665073, 0.09661944  # the faults in circulation
    assert abs(parts["w1"][0, 0, 0] - macleod) > 1e-5 and abs(parts["w1"][0, 0, 0] - listing) > 1e-3


def test_a_after_one_and_after_a_hundred_steps(engine):
    plan, flat, source = example_a(engine)
    batch = source.batch(slice(None), dtype=engine.precision)
    state = trained(engine, plan, flat, source, 1)
    close(engine, engine.predict(plan, state.w, batch)[0, 0], [0.6820185832642942])
    close(engine, engine.gradient(plan, state.w, batch)[0], [0.016565382326770402])
    state = trained(engine, plan, flat, source, 100)
    # the map contracts: a rounding of a step is forgotten at the rate of the fit, so 100 steps add, at most, linearly
    close(engine, engine.predict(plan, state.w, batch)[0, 0], [0.5007639651525848], roundings=40 * 100)


# ---- B. Mazur ------------------------------------------------------------------------------------------------------


def mazur(subject, trained_biases):
    frozen = {} if trained_biases else {"b1": {"trainable": False}, "b2": {"trainable": False}}
    plan = make_plan(2, 2, (2,), lr=0.5, precision=subject.precision, views=frozen, **TEXTBOOK)
    flat = flat_of(plan, w1=np.array([[0.15, 0.20], [0.25, 0.30]]).T, b1=0.35,
                   w2=np.array([[0.40, 0.45], [0.50, 0.55]]).T, b2=0.60)  # fmt: skip
    return plan, flat, Source(np.array([[0.05, 0.10]]), np.array([[0.01, 0.99]]))


def test_b_loss_and_gradient(engine):
    plan, flat, source = mazur(engine, False)
    loss, _, grad = engine.gradient(plan, flat, source.batch(slice(None), dtype=engine.precision))
    parts = plan.unflatten(grad)
    close(engine, loss, [0.2983711087600027])
    close(engine, parts["w2"][0, 0, 0], 0.082167040564231)
    close(engine, parts["w1"][0, 0, 0], 0.000438567734474)


def test_b_one_step_with_frozen_thresholds(engine):
    plan, flat, source = mazur(engine, False)
    parts, _ = one_step(engine, plan, flat, source)
    close(engine, [parts["w1"][0, 0, 0], parts["w2"][0, 0, 0]], [0.149780716132763, 0.358916479717885])
    np.testing.assert_array_equal(parts["b1"][0], np.asarray([0.35, 0.35], engine.precision))
    np.testing.assert_array_equal(parts["b2"][0], np.asarray([0.60, 0.60], engine.precision))
    state = trained(engine, plan, flat, source, 1)
    loss = engine.gradient(plan, state.w, source.batch(slice(None), dtype=engine.precision))[0]
    close(engine, loss, [0.29102777369359933])
    if engine.precision == "float64":
        assert (
            abs(loss[0] - 0.291027924) > 1e-7
        )  # printed: back-propagated through the updated output weights


def test_b_one_step_with_trained_thresholds(engine):
    plan, flat, source = mazur(engine, True)
    state = trained(engine, plan, flat, source, 1)
    close(engine, engine.gradient(plan, state.w, source.batch(slice(None), dtype=engine.precision))[0],
          [0.28047144679143016])  # fmt: skip


def test_b_after_ten_thousand_steps(engine):
    plan, flat, source = mazur(engine, False)
    state = trained(engine, plan, flat, source, 10_000)
    loss = engine.gradient(plan, state.w, source.batch(slice(None), dtype=engine.precision))[0]
    assert int(state.k[0]) == 10_000
    # E falls like 1/steps², so E moves by 2·E per relative change of the way gone; each step rounds the weights
    # (size ≤ 4) by u and never takes it back: at most 10⁴·4u of way, seen by dE/dw ≤ √(2E)·¼ each of 8 weights
    drift = 1e4 * 4 * engine.u * np.sqrt(2 * 3.51e-5) * 0.25 * 8
    np.testing.assert_allclose(loss, [3.510187782978859e-05], rtol=0, atol=drift)


# ---- C. the four-row seed network -----------------------------------------------------------------------------------


def test_c_seed_network_learns_its_four_rows(engine):
    plan = make_plan(3, 1, (5,), bias=False, lr=1.0, members=8, precision=engine.precision, **TEXTBOOK)
    flat = np.random.default_rng(0).normal(0, 0.1, (8, plan.size))
    x = np.array([[0, 0, 1], [1, 1, 1], [1, 0, 1], [0, 1, 1]], float)
    source = Source(x, np.array([[0.0], [1], [1], [0]]))
    state = trained(engine, plan, flat, source, 1000)
    y = engine.predict(plan, state.w, source.batch(slice(None), dtype=engine.precision))
    # the text says "about .02 .98 .98 .02": to the second decimal, and a start moves it by as much again
    np.testing.assert_allclose(y[:, :, 0], np.tile([0.02, 0.98, 0.98, 0.02], (8, 1)), rtol=0, atol=0.015)


def test_c_same_as_the_plain_loop_in_numpy(engine):
    plan = make_plan(3, 1, (5,), bias=False, lr=1.0, precision=engine.precision, **TEXTBOOK)
    rng = np.random.default_rng(5)
    w1, w2 = rng.normal(0, 0.1, (3, 5)), rng.normal(0, 0.1, (5, 1))
    flat = flat_of(plan, w1=w1, w2=w2)
    x = np.array([[0, 0, 1], [1, 1, 1], [1, 0, 1], [0, 1, 1]], float)
    t = np.array([[0.0], [1], [1], [0]])
    for _ in range(50):
        h = 1 / (1 + np.exp(-x @ w1))
        y = 1 / (1 + np.exp(-h @ w2))
        ds = (y - t) * y * (1 - y)
        w1, w2 = w1 - x.T @ (ds @ w2.T * h * (1 - h)), w2 - h.T @ ds
    state = trained(engine, plan, flat, Source(x, t), 50)
    parts = plan.unflatten(np.asarray(state.w, float))
    # 50 steps of about 40 roundings each; near the start the loss is flat, so errors are carried, not amplified
    close(engine, parts["w1"][0], w1, roundings=50 * 40)
    close(engine, parts["w2"][0], w2, roundings=50 * 40)


@pytest.mark.parametrize(("d", "q", "l"), [(2, 2, 1), (3, 5, 1), (8, 32, 4)])
def test_c_a_net_with_thresholds_has_d_l_1_q_plus_l_parameters(d, q, l):
    assert make_plan(d, l, (q,)).size == (d + l + 1) * q + l


# ---- E. posts and books ---------------------------------------------------------------------------------------------


def test_e_two_layer_network_of_eleven_lines(engine):
    """iamtrask: numpy seed 1, ascent with y − o: descent on ½Σ(y − o)². It prints what the last forward pass saw:

    the outputs before the 10 000th update.
    """
    plan = make_plan(3, 1, (), bias=False, lr=1.0, precision=engine.precision, **TEXTBOOK)
    start = 2 * np.random.RandomState(1).random_sample((3, 1)) - 1
    x = np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]], float)
    source = Source(x, np.array([[0.0], [0], [1], [1]]))
    state = trained(engine, plan, flat_of(plan, w1=start), source, 9_999)
    y = engine.predict(plan, state.w, source.batch(slice(None), dtype=engine.precision))[0, :, 0]
    wanted = [0.009664491687968, 0.007865059671309, 0.993588980497055, 0.992119573219358]
    # 10⁴ steps each round weights of size ≤ 16 by u; an output moves by y(1 − y) ≤ 0.01 per unit of score (≤ 3 terms)
    np.testing.assert_allclose(y, wanted, rtol=0, atol=5e-13 + 1e4 * 16 * engine.u * 0.01 * 3)


def test_e_han_and_kamber_chapter_nine(engine):
    plan = make_plan(3, 1, (2,), lr=0.9, precision=engine.precision, **TEXTBOOK)
    flat = flat_of(
        plan, w1=[[0.2, -0.3], [0.4, 0.1], [-0.5, 0.2]], b1=[-0.4, 0.2], w2=[[-0.3], [-0.2]], b2=[0.1]
    )
    source = Source(np.array([[1.0, 0, 1]]), np.array([[1.0]]))
    batch = source.batch(slice(None), dtype=engine.precision)
    close(engine, engine.predict(plan, flat, batch)[0, 0], [0.47388889882398544])
    _, _, grad = engine.gradient(plan, flat, batch)
    close(engine, -plan.unflatten(grad)["b2"][0], [0.1311690782143445])  # Err6 = o(1 − o)(t − o) = −∂E/∂b
    parts, _ = one_step(engine, plan, flat, source)
    assert abs(parts["w2"][0, 0, 0] + 0.26082885) <= 5e-9 + 40 * engine.u


def test_e_copied_two_two_two_example_has_four_different_gradients(engine):
    plan = make_plan(2, 2, (2,), bias=False, precision=engine.precision, **TEXTBOOK)
    flat = flat_of(plan, w1=[[0.2, -0.4], [0.5, 0.6]], w2=[[0.1, -0.5], [-0.3, 0.8]])
    batch = Source(np.array([[0.5, 0.3]]), np.array([[0.23, -0.07]])).batch(
        slice(None), dtype=engine.precision
    )
    parts = plan.unflatten(engine.gradient(plan, flat, batch)[2])
    wanted = np.array([[-0.00842148, 0.01260665], [-0.00505289, 0.00756399]])
    np.testing.assert_allclose(parts["w1"][0], wanted, rtol=0, atol=5e-9 + 40 * engine.u)


# ---- F. thresholds --------------------------------------------------------------------------------------------------


def test_f_thresholds_are_negative_biases(engine):
    plan = make_plan(2, 2, (2,), precision=engine.precision, **TEXTBOOK)
    v, w = np.array([[0.2, -0.3], [0.4, 0.1]]), np.array([[0.5, -0.4], [0.3, 0.6]])
    flat = flat_of(plan, w1=v, b1=[-0.1, 0.2], w2=w, b2=[-0.2, 0.1])  # b = −threshold
    batch = Source(np.array([[1.0, 0.5]]), np.array([[1.0, 0.0]])).batch(slice(None), dtype=engine.precision)
    loss, _, grad = engine.gradient(plan, flat, batch)
    parts = plan.unflatten(grad)
    close(engine, engine.predict(plan, flat, batch)[0, 0], [0.558104314394077, 0.540591608632976])
    close(engine, loss, [0.243755542140759])
    g = np.array([0.108982032361258, -0.134257180883943])
    e = np.array([0.026448895326329, -0.011957449742319])
    b = np.array([0.574442516811659, 0.487502603515790])
    close(engine, -parts["b2"][0], g)  # ∂E/∂θ = −∂E/∂b = +g
    close(engine, -parts["b1"][0], e)
    close(engine, parts["w2"][0], -np.outer(b, g))  # Δw = ηg·b is minus the gradient
    close(engine, parts["w1"][0], -np.outer([1.0, 0.5], e))


# ---- G. rectified units, sigmoid output, cross-entropy -------------------------------------------------------------


def test_g_relu_with_binary_cross_entropy(engine):
    plan = make_plan(2, 1, (2,), activation="relu", loss="binary_cross_entropy", reduce_outputs="sum",
                     reduce_rows="sum", precision=engine.precision)  # fmt: skip
    flat = flat_of(
        plan, w1=np.array([[0.5, -0.5], [1.0, 0.25]]).T, b1=[0.25, -0.5], w2=[[2.0], [-1.0]], b2=[0.5]
    )
    batch = Source(np.array([[1.0, 2.0]]), np.array([[1.0]])).batch(slice(None), dtype=engine.precision)
    loss, _, grad = engine.gradient(plan, flat, batch)
    parts = plan.unflatten(grad)
    close(engine, engine.predict(plan, flat, batch)[0, 0], [0.377540668798145])
    close(engine, loss, [0.974076984180107])
    close(engine, parts["b2"][0], [-0.622459331201855])
    close(engine, parts["w2"][0, :, 0], [0, -0.622459331201855])
    close(engine, parts["w1"][0].T, [[0, 0], [0.622459331201855, 1.24491866240371]])
