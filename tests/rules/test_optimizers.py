"""Every update rule against the formulas of its paper, transcribed here with 50 digits; penalties and clipping.

A rule's own arithmetic is a dozen roundings a step, of the size of the weight and of the step: 12 steps stay within
12·16 u of them.
"""

import mpmath
import numpy as np
import pytest
from checkers import U64, exact, exact_slope, flat_of

from chainrule.engine.contract import Sums
from chainrule.errors import ChainruleError
from chainrule.plan import make_plan
from chainrule.rules.optimizers import CLIPS, OPTIMIZERS, PENALTIES

mp = mpmath.mpf
STEPS = 12
RNG = np.random.default_rng(8)
# gradients with sign changes, a zero, something tiny and something large
GRADIENTS = np.concatenate([RNG.normal(size=(STEPS, 5)), RNG.normal(size=(STEPS, 1)) * 1e-25,
                            RNG.normal(size=(STEPS, 1)) * 1e4, np.zeros((STEPS, 1))], axis=1)  # fmt: skip
START = RNG.normal(size=8)


def gd(w, g, k, s, lr):
    return w - lr * g


def momentum(w, g, k, s, lr, mu=mp("0.9")):  # PyTorch, SGD with momentum: buf = μ·buf + g; p = p − lr·buf
    s["b"] = mu * s.get("b", 0) + g
    return w - lr * s["b"]


def nesterov(w, g, k, s, lr, mu=mp("0.9")):  # PyTorch, nesterov=True: p = p − lr·(g + μ·buf)
    s["b"] = mu * s.get("b", 0) + g
    return w - lr * (g + mu * s["b"])


def rmsprop(w, g, k, s, lr, alpha=mp("0.99"), eps=mp("1e-8")):
    s["r"] = alpha * s.get("r", 0) + (1 - alpha) * g**2
    return w - lr * g / (mpmath.sqrt(s["r"]) + eps)


def adam(w, g, k, s, lr, b1=mp("0.9"), b2=mp("0.999"), eps=mp("1e-8")):  # Kingma & Ba, algorithm 1
    s["m"] = b1 * s.get("m", 0) + (1 - b1) * g
    s["v"] = b2 * s.get("v", 0) + (1 - b2) * g**2
    m_hat, v_hat = s["m"] / (1 - b1**k), s["v"] / (1 - b2**k)
    return w - lr * m_hat / (mpmath.sqrt(v_hat) + eps)


def adamw(w, g, k, s, lr, weight_decay=mp("0.01")):  # PyTorch's AdamW: the decay first, scaled by lr
    return adam(w - lr * weight_decay * w, g, k, s, lr)


def irprop_minus(w, g, k, s, lr):  # Igel & Hüsken 2000, table 4; constants of MATLAB's trainrp
    up, down, largest, least = mp("1.2"), mp("0.5"), mp(50), mp("1e-6")
    delta, before = s.get("delta", mp("0.07")), s.get("g", mp(0))
    if before * g > 0:
        delta = min(delta * up, largest)
    elif before * g < 0:
        delta, g = max(delta * down, least), mp(0)
    s["delta"], s["g"] = delta, g
    return w - lr * mpmath.sign(g) * delta


def adagrad(w, g, k, s, lr, eps=mp("1e-10")):  # PyTorch's Adagrad, lr_decay 0
    s["sum"] = s.get("sum", 0) + g**2
    return w - lr * g / (mpmath.sqrt(s["sum"]) + eps)


def adadelta(
    w, g, k, s, lr, rho=mp("0.95"), eps=mp("1e-6")
):  # Zeiler 2012, algorithm 1: RMS[x] = √(E[x²] + ε)
    s["g2"] = rho * s.get("g2", 0) + (1 - rho) * g**2
    dx = -mpmath.sqrt(s.get("dx2", 0) + eps) / mpmath.sqrt(s["g2"] + eps) * g
    s["dx2"] = rho * s.get("dx2", 0) + (1 - rho) * dx**2
    return w + lr * dx


def nadam(w, g, k, s, lr, b1=mp("0.9"), b2=mp("0.999"), eps=mp("1e-8"), psi=mp("0.004")):  # PyTorch's NAdam
    mu, after = (b1 * (1 - mp("0.5") * mp("0.96") ** (j * psi)) for j in (k, k + 1))
    s["product"] = s.get("product", mp(1)) * mu
    s["m"] = b1 * s.get("m", 0) + (1 - b1) * g
    s["v"] = b2 * s.get("v", 0) + (1 - b2) * g**2
    m_hat = after * s["m"] / (1 - s["product"] * after) + (1 - mu) * g / (1 - s["product"])
    return w - lr * m_hat / (mpmath.sqrt(s["v"] / (1 - b2**k)) + eps)


def _rprop_step(g, s):
    """Δ, grown or shrunk by the sign of the product of this and the last gradient."""
    up, down, largest, least = mp("1.2"), mp("0.5"), mp(50), mp("1e-6")
    delta, product = s.get("delta", mp("0.07")), s.get("g", mp(0)) * g
    s["delta"] = (
        min(delta * up, largest) if product > 0 else max(delta * down, least) if product < 0 else delta
    )
    return s["delta"], product


def rprop_minus(w, g, k, s, lr):  # Igel & Hüsken 2000, table 2: without weight-backtracking
    delta, _ = _rprop_step(g, s)
    s["g"] = g
    return w - mpmath.sign(g) * delta


def rprop_plus(
    w, g, k, s, lr
):  # Igel & Hüsken 2000, table 1: the step that jumped over a minimum is taken back
    delta, product = _rprop_step(g, s)
    s["step"] = -s["step"] if product < 0 else -mpmath.sign(g) * delta
    s["g"] = mp(0) if product < 0 else g
    return w + s["step"]


def quickprop(
    w, g, k, s, lr, mu=mp("1.75")
):  # Fahlman 1988: the parabola through two slopes, at most μ last steps
    last, before = s.get("step", mp(0)), s.get("g", mp(0))
    if last == 0:
        step = -lr * g
    else:
        if before * g > 0 and abs(g) >= mu / (1 + mu) * abs(before):
            step = mu * last
        else:
            step = g / (before - g) * last if before != g else mp(0)
        if before * g >= 0:  # "added to the quadratic step, except when the slope changed its sign"
            step -= lr * g
    s["step"], s["g"] = step, g
    return w + step


def gda(w, g, k, s, lr):  # MATLAB's traingda: lr_inc 1.05, lr_dec 0.7, max_perf_inc 1.04
    if k > 1 and s["E"] > mp("1.04") * s["perf"]:
        s["lr"] *= mp("0.7")  # the weights of before come back
    else:
        s["lr"] = lr if k == 1 else s["lr"] * (mp("1.05") if s["E"] < s["perf"] else 1)
        s["x"], s["gx"], s["perf"] = w, g, s["E"]
    return s["x"] - s["lr"] * s["gx"]


def gdx(
    w, g, k, s, lr, mc=mp("0.9")
):  # MATLAB's traingdx: dX = mc·dX + lr·(1 − mc)·gX; a refused step forgets it
    refused = k > 1 and s["E"] > mp("1.04") * s["perf"]
    gda(w, g, k, s, lr)
    before = -s["lr"] * s["gx"] if refused else s.get("dx", 0)
    s["dx"] = mc * before - s["lr"] * (1 - mc) * s["gx"]
    return s["x"] + s["dx"]


def sgd_velocity(w, g, k, s, lr, mu=mp("0.9")):  # scikit-learn: velocity = μ·velocity − lr·g; w += velocity
    s["v"] = mu * s.get("v", 0) - lr * g
    return w + s["v"]


def sgd_nesterov(w, g, k, s, lr, mu=mp("0.9")):  # scikit-learn, nesterovs_momentum: w += μ·velocity − lr·g
    s["v"] = mu * s.get("v", 0) - lr * g
    return w + mu * s["v"] - lr * g


def adam_hat(w, g, k, s, lr, b1=mp("0.9"), b2=mp("0.999"), eps=mp("1e-8")):  # Kingma & Ba, end of section 2
    s["m"] = b1 * s.get("m", 0) + (1 - b1) * g
    s["v"] = b2 * s.get("v", 0) + (1 - b2) * g**2
    return w - lr * mpmath.sqrt(1 - b2**k) / (1 - b1**k) * s["m"] / (mpmath.sqrt(s["v"]) + eps)


PAPERS = {
    f.__name__: f
    for f in (gd, momentum, nesterov, rmsprop, adam, adamw, irprop_minus, adagrad, adadelta, nadam, rprop_minus,
              rprop_plus, quickprop, gda, gdx, sgd_velocity, sgd_nesterov, adam_hat)
}  # fmt: skip
# losses that fall, stay, rise a little and rise too much; numbers of few bits, so that every precision has them
ERRORS = [1.0, 0.5, 0.5, 0.75, 0.5078125, 0.25, 1.0, 0.5, 0.2578125, 0.25, 0.125, 0.0625]
RATES = {
    "gd": 0.1,
    "momentum": 0.05,
    "nesterov": 0.05,
    "rmsprop": 1e-3,
    "adam": 1e-3,
    "adamw": 1e-3,
    "irprop_minus": 1,
    "adagrad": 0.05, "adadelta": 1, "nadam": 2e-3, "rprop_minus": 1, "rprop_plus": 1, "quickprop": 0.05, "gda": 0.05,
    "gdx": 0.05, "sgd_velocity": 0.05, "sgd_nesterov": 0.05, "adam_hat": 1e-3,
}  # fmt: skip


def test_every_row_has_its_paper_here():
    assert set(PAPERS) == set(OPTIMIZERS)


def linear_plan(name, precision="float64", **settings):
    """Eight weights of a net 8-1 without threshold: room for eight gradients."""
    return make_plan(8, 1, bias=False, optimizer=name, precision=precision, reduce_rows="sum", **settings)


def walk(subject, plan, gradients, start, lr):
    """The weights after each of a list of gradients."""
    engine = subject.engine
    w = engine.load(plan, np.asarray(start, plan.precision)[None])
    slots = [
        engine.load(
            plan, np.full((1, plan.size), plan.optimizer.start(s, plan.optimizer_knobs), plan.precision)
        )
        for s in plan.optimizer.state
    ]
    path = []
    for k, g in enumerate(gradients, 1):
        sums = Sums(
            np.full(1, ERRORS[k - 1]), np.ones(1), engine.load(plan, np.asarray(g, plan.precision)[None])
        )
        w, slots = engine.update(plan, w, slots, sums, k, lr)
        path.append(np.asarray(engine.dump(plan, w), float)[0].copy())
    return np.array(path)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_steps_are_the_papers_steps(engine, name):
    plan = linear_plan(name, engine.precision)
    gradients, start = (
        GRADIENTS.astype(engine.precision).astype(float),
        START.astype(engine.precision).astype(float),
    )
    got = walk(engine, plan, gradients, start, RATES[name])
    with mpmath.workdps(50):
        for j in range(8):
            w, state, way = mp(start[j]), {}, mp(0)
            for k in range(STEPS):
                state["E"] = mp(ERRORS[k])
                after = PAPERS[name](w, mp(gradients[k, j]), k + 1, state, mp(RATES[name]))
                way += abs(after - w)
                w = after
                size = float(abs(w) + abs(mp(start[j])) + way)
                assert abs(got[k, j] - float(w)) <= 16 * (k + 1) * engine.u * size, (j, k)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_rule_text_alone_is_the_paper(name):
    """The lines as NumPy reads them, one number at a time: no engine in between."""
    row = OPTIMIZERS[name]
    values = {"w": START[0], "lr": RATES[name], "decay": 0.01, **row.knobs}
    values |= {s: row.start(s, row.knobs) for s in row.state}
    with mpmath.workdps(50):
        w, state = mp(START[0]), {}
        for k in range(1, STEPS + 1):
            values |= {"g": GRADIENTS[k - 1, 0], "k": float(k), "E": ERRORS[k - 1]}
            state["E"] = mp(ERRORS[k - 1])
            for letter, expression in row.assignments:
                values[letter] = expression(**values)
            w = PAPERS[name](w, mp(GRADIENTS[k - 1, 0]), k, state, mp(RATES[name]))
            assert abs(values["w"] - float(w)) <= 16 * k * U64 * (1 + abs(float(w)))


def test_rprop_grows_its_step_on_gradients_whose_product_underflows(engine):
    """Rprop is used because it only needs signs: 1e-25 squared is no float32 number, and 1e-200 squared no float64."""
    tiny = 1e-25 if engine.precision == "float32" else 1e-200
    got = walk(engine, linear_plan("irprop_minus", engine.precision), np.full((3, 8), tiny), np.zeros(8), 1.0)
    np.testing.assert_allclose(got[-1], -0.07 * (1 + 1.2 + 1.2**2), rtol=8 * engine.u, atol=0)


def test_adams_first_step_is_the_learning_rate_whatever_the_gradient(engine):
    """The bias correction at k = 1 makes m̂/√v̂ the sign of g: a step of exactly lr. Without it the step is 3.16 lr."""
    got = walk(engine, linear_plan("adam", engine.precision), np.full((1, 8), -3.0), np.zeros(8), 1e-3)
    np.testing.assert_allclose(got[0], 1e-3, rtol=16 * engine.u + 1e-8, atol=0)


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_frozen_views_keep_weights_and_state(engine, name):
    plan = make_plan(2, 1, optimizer=name, precision=engine.precision, views={"b1": {"trainable": False}})
    engine_, flat = engine.engine, np.asarray([[1.0, -2.0, 0.5]], engine.precision)
    starts = [plan.optimizer.start(s, plan.optimizer_knobs) for s in plan.optimizer.state]
    slots = [engine_.load(plan, np.full((1, 3), v, engine.precision)) for v in starts]
    sums = Sums(np.zeros(1), np.ones(1), engine_.load(plan, np.ones((1, 3), engine.precision)))
    w, new = engine_.update(plan, engine_.load(plan, flat), slots, sums, 1, 0.1)
    got = np.asarray(engine_.dump(plan, w), float)
    assert got[0, 2] == 0.5 and (got[0, :2] != flat[0, :2]).all()
    for slot, value in zip(new, starts, strict=True):
        assert np.asarray(engine_.dump(plan, slot))[0, 2] == np.asarray(value, engine.precision)


def test_rate_of_a_view_multiplies_the_learning_rate(engine):
    plan = make_plan(
        2, 1, optimizer="gd", reduce_rows="sum", precision=engine.precision, views={"b1": {"rate": 0.25}}
    )
    flat = np.zeros((1, 3))
    sums = Sums(np.zeros(1), np.ones(1), engine.engine.load(plan, np.ones((1, 3), engine.precision)))
    w, _ = engine.engine.update(
        plan, engine.engine.load(plan, flat.astype(engine.precision)), [], sums, 1, 0.5
    )
    np.testing.assert_array_equal(
        engine.engine.dump(plan, w), np.asarray([[-0.5, -0.5, -0.125]], engine.precision)
    )


# ---- penalties ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PENALTIES)
@pytest.mark.parametrize("w", [-2.0, -1e-3, 0.4, 30.0, 1e3])
def test_penalty_slope_is_its_derivative(name, w):
    row = PENALTIES[name]
    wanted = exact_slope(row.forward, "w", w=w, **{name: 0.3})
    assert abs(row.gradient(w=w, **{name: 0.3}) - wanted) <= 4 * U64 * abs(wanted)


def test_penalties_are_half_a_square_and_an_absolute_value():
    assert exact(PENALTIES["l2"].forward, w=3.0, l2=0.5) == 2.25
    assert exact(PENALTIES["l1"].forward, w=-3.0, l1=0.5) == 1.5
    assert float(PENALTIES["l1"].gradient(w=0.0, l1=0.5)) == 0.0  # between −l1 and l1


@pytest.mark.parametrize(("name", "slope"), [("l2", lambda w: 0.3 * w), ("l1", lambda w: 0.3 * np.sign(w))])
def test_penalties_are_added_to_the_mean_gradient_and_spare_thresholds(engine, name, slope):
    plan = make_plan(2, 1, optimizer="gd", precision=engine.precision, **{name: 0.3})
    flat = np.array([[1.5, -2.0, 0.5]])
    sums = Sums(
        np.zeros(1), np.full(1, 4.0), engine.engine.load(plan, np.full((1, 3), 8.0, engine.precision))
    )
    w, _ = engine.engine.update(
        plan, engine.engine.load(plan, flat.astype(engine.precision)), [], sums, 1, 0.1
    )
    wanted = flat - 0.1 * (8.0 / 4.0 + slope(flat) * np.array([1, 1, 0]))
    np.testing.assert_allclose(engine.engine.dump(plan, w), wanted, rtol=8 * engine.u, atol=0)


def test_decay_for_a_rule_that_would_ignore_it_is_refused():
    with pytest.raises(ChainruleError, match="decay") as caught:
        make_plan(2, 1, optimizer="adam", decay=0.1)
    assert caught.value.code == "CR-1409"


# ---- clipping -------------------------------------------------------------------------------------------------------


def test_clipping_by_value_bounds_each_component():
    got = CLIPS["value"].rule(g=np.array([-1e30, -1.0, 0.0, 0.5, 7.0]), limit=1.0)
    np.testing.assert_array_equal(got, [-1, -1, 0, 0.5, 1])


def test_clipping_by_norm_keeps_the_direction_and_bounds_the_length():
    g = np.array([3.0, -4.0, 12.0])  # length 13
    np.testing.assert_allclose(CLIPS["norm"].rule(g=g, limit=6.5), g / 2, rtol=4 * U64)
    np.testing.assert_array_equal(CLIPS["norm"].rule(g=g, limit=13.5), g)
    np.testing.assert_array_equal(CLIPS["norm"].rule(g=np.zeros(3), limit=1.0), np.zeros(3))


@pytest.mark.parametrize("size", [1e-30, 1.0, 1e25])  # the square of 1e25 is no float32 number
def test_clipping_by_norm_in_an_engine_counts_trainable_weights_alone(engine, size):
    plan = make_plan(2, 1, optimizer="gd", reduce_rows="sum", clip_norm=2.0, precision=engine.precision,
                     views={"b1": {"trainable": False}})  # fmt: skip
    g = np.array([[3.0, 4.0, 1e3]]) * size
    sums = Sums(np.zeros(1), np.ones(1), engine.engine.load(plan, g.astype(engine.precision)))
    flat = np.zeros((1, 3), engine.precision)
    w, _ = engine.engine.update(plan, engine.engine.load(plan, flat), [], sums, 1, 1.0)
    length = 5 * size
    wanted = -g[0, :2] * min(1, 2 / length)
    np.testing.assert_allclose(
        np.asarray(engine.engine.dump(plan, w), float)[0, :2], wanted, rtol=16 * engine.u
    )


def test_clipping_each_member_by_its_own_norm(engine):
    plan = make_plan(2, 1, bias=False, optimizer="gd", reduce_rows="sum", clip_norm=1.0, members=2,
                     precision=engine.precision)  # fmt: skip
    g = np.array([[3.0, 4.0], [0.3, 0.4]])
    sums = Sums(np.zeros(2), np.ones(2), engine.engine.load(plan, g.astype(engine.precision)))
    w = engine.engine.load(plan, flat_of(plan).astype(engine.precision))
    got, _ = engine.engine.update(plan, w, [], sums, 1, 1.0)
    wanted = -np.array([[0.6, 0.8], [0.3, 0.4]])
    np.testing.assert_allclose(engine.engine.dump(plan, got), wanted, rtol=16 * engine.u)
