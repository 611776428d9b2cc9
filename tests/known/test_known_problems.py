"""Networks that are something older: their optimum, or one step of them, has a closed form or a classical solver."""

import numpy as np
import pytest
from checkers import flat_of
from scipy.optimize import minimize
from sklearn.datasets import load_diabetes, load_iris
from sklearn.linear_model import LogisticRegression, PoissonRegressor, Ridge

from chainrule.batches.source import Source
from chainrule.engine.contract import TrainingState, Until, evaluate_loss
from chainrule.engine.reference import Reference
from chainrule.plan import make_plan

RNG = np.random.default_rng(17)
REFERENCE = Reference()


def table(n=60, d=4, seed=1):
    rng = np.random.default_rng(seed)
    return rng.normal(size=(n, d)), rng


def penalized_gradient(plan, flat, source):
    """Loss with its penalty and the gradient of both, for a member, from the engine's sums."""
    sums = REFERENCE.gradient(plan, flat[None], source.batch(slice(None)))
    scale = sums.weight_sum[0] if plan.rows == "mean" else 1.0
    decay = np.concatenate([np.full(v.size, v.decay) for v in plan.views])
    loss = sums.loss_sum[0] / scale + plan.l2 / 2 * np.sum(decay * flat**2)
    return loss, sums.grad_sum[0] / scale + plan.l2 * decay * flat


def solve(plan, source, tolerance=1e-8):
    """The minimum, found by BFGS on the engine's own loss and gradient; its gradient is as small as asked."""
    found = minimize(lambda w: penalized_gradient(plan, w, source), np.zeros(plan.size), jac=True, method="BFGS",
                     options={"gtol": tolerance / 10, "maxiter": 5000})  # fmt: skip
    assert np.abs(found.jac).max() < tolerance
    return found.x


def newton_error(plan, flat, source):
    """How far a point with a small gradient can be from the optimum: |H⁻¹|·|g|, H by differences."""
    g0, h = penalized_gradient(plan, flat, source)[1], 1e-5
    hessian = np.array(
        [(penalized_gradient(plan, flat + h * e, source)[1] - g0) / h for e in np.eye(flat.size)]
    )
    return np.linalg.norm(g0) / np.linalg.eigvalsh((hessian + hessian.T) / 2)[0]


# ---- optima ---------------------------------------------------------------------------------------------------------


def test_linear_net_with_l2_is_ridge():
    x, y = load_diabetes(return_X_y=True)
    y = (y - y.mean()) / y.std()
    x = x / x.std(axis=0)
    alpha = 3.0
    plan = make_plan(10, 1, loss="squared", l2=2 * alpha / len(y), precision="float64")
    flat = solve(plan, Source(x, y[:, None]))
    ridge = Ridge(alpha=alpha, solver="cholesky", tol=1e-14).fit(x, y)
    error = (
        newton_error(plan, flat, Source(x, y[:, None])) + 1e-11
    )  # 1e-11: the peer's own solve, cond(XᵀX) ≈ 1e4
    assert error < 1e-6
    np.testing.assert_allclose(flat, [*ridge.coef_, ridge.intercept_], rtol=0, atol=2 * error)


def test_ridge_is_a_fixed_point_of_training_and_descent_finds_it(engine):
    """Closed form of the ridge with an unpenalized threshold: full-batch descent arrives at it, and stays."""
    x, rng = table()
    t = x @ [[1.0], [-2.0], [0.5], [0.0]] + 0.7 + 0.3 * rng.normal(size=(60, 1))
    l2, n = 0.2, 60
    centred = x - x.mean(axis=0)
    w = np.linalg.solve(2 * centred.T @ centred / n + l2 * np.eye(4), 2 * centred.T @ (t - t.mean()) / n)
    b = t.mean() - x.mean(axis=0) @ w
    plan = make_plan(4, 1, loss="squared", l2=l2, optimizer="gd", lr=0.2, precision=engine.precision)
    state = TrainingState.begin(plan, np.zeros((1, 5), engine.precision))
    state = engine.engine.run(plan, state, Source(x, t), None, Until(epochs=300))
    # every step contracts by 1 − 0.2·λ; what is left is the rounding of one step (n·u of a gradient of size ≤ 10) by λ
    design = np.column_stack([x, np.ones(n)])
    steepness = np.linalg.eigvalsh(2 * design.T @ design / n + l2 * np.diag([1, 1, 1, 1, 0]))
    assert 0.2 * steepness[-1] < 1
    atol = 10 * (1 - 0.2 * steepness[0]) ** 300 + 10 * n * engine.u / steepness[0]
    assert atol < 1e-3
    np.testing.assert_allclose(np.asarray(state.w, float)[0], [*w[:, 0], b[0]], rtol=0, atol=atol)


def test_sigmoid_net_without_hidden_layer_is_logistic_regression():
    x, rng = table(150)
    t = (rng.random(150) < 1 / (1 + np.exp(-(x @ [1.0, -1.0, 0.5, 0]) + 0.3))).astype(float)
    plan = make_plan(4, 1, loss="binary_cross_entropy", l2=1 / (150 * 2.0), precision="float64")
    flat = solve(plan, Source(x, t[:, None]))
    peer = LogisticRegression(C=2.0, solver="newton-cholesky", tol=1e-12, max_iter=200).fit(x, t)
    error = newton_error(plan, flat, Source(x, t[:, None]))
    peer_flat = np.array([*peer.coef_[0], peer.intercept_[0]])
    error += newton_error(plan, peer_flat, Source(x, t[:, None]))
    assert error < 1e-7
    np.testing.assert_allclose(flat, peer_flat, rtol=0, atol=2 * error)


def test_softmax_net_without_hidden_layer_is_multinomial_regression():
    x, y = load_iris(return_X_y=True)
    x = (x - x.mean(axis=0)) / x.std(axis=0)
    t = np.eye(3)[y]
    # "mean" divides by the outputs; the multinomial likelihood does not
    plan = make_plan(4, 3, loss="cross_entropy", reduce_outputs="sum", l2=1 / 150, precision="float64")
    source = Source(x, t)
    flat = solve(plan, source)
    peer = LogisticRegression(C=1.0, solver="lbfgs", tol=1e-10, max_iter=5000).fit(x, y)
    parts = plan.unflatten(flat)
    residual = np.abs(
        penalized_gradient(plan, flat_of(plan, w1=peer.coef_.T, b1=peer.intercept_)[0], source)[1]
    ).max()
    assert residual < 1e-6  # the peer's solution solves our equations
    # strongly convex in w with l2 = 1/150: the distance of the weights is at most the gradients' over l2
    np.testing.assert_allclose(parts["w1"], peer.coef_.T, rtol=0, atol=(residual + 1e-8) * np.sqrt(15) * 150)


def test_exponential_net_without_hidden_layer_is_poisson_regression():
    x, rng = table(200, 3)
    t = rng.poisson(np.exp(x @ [0.4, -0.3, 0.1] + 0.2)).astype(float)
    alpha = 0.1
    plan = make_plan(3, 1, loss="poisson", l2=alpha, precision="float64")
    source = Source(x, t[:, None])
    flat = solve(plan, source)
    peer = PoissonRegressor(alpha=alpha, solver="newton-cholesky", tol=1e-12, max_iter=200).fit(x, t)
    peer_flat = np.array([*peer.coef_, peer.intercept_])
    error = newton_error(plan, flat, source) + newton_error(plan, peer_flat, source)
    assert error < 1e-7
    np.testing.assert_allclose(flat, peer_flat, rtol=0, atol=2 * error)


@pytest.mark.parametrize("n", [7, 21])
def test_absolute_loss_of_a_threshold_alone_is_smallest_at_the_median(n):
    t = np.random.default_rng(n).normal(size=n) * 10
    plan = make_plan(1, 1, loss="absolute", precision="float64")
    source = Source(np.zeros((n, 1)), t[:, None])

    def slope(b):
        return REFERENCE.gradient(plan, np.array([[0.0, b]]), source.batch(slice(None))).grad_sum[0, 1]

    median = np.median(t)
    assert slope(median) == 0 and slope(median - 1e-9) == -1 and slope(median + 1e-9) == 1


def test_huber_with_a_wide_knee_is_the_mean_and_with_a_narrow_one_nearly_the_median():
    t = np.random.default_rng(3).standard_cauchy(51)
    source = Source(np.zeros((51, 1)), t[:, None])

    def slope(b, d):
        plan = make_plan(1, 1, loss="huber", loss_knobs={"d": d}, precision="float64")
        return REFERENCE.gradient(plan, np.array([[0.0, b]]), source.batch(slice(None))).grad_sum[0, 1]

    assert abs(slope(t.mean(), 1e6)) <= 51 * 2.0**-53 * np.abs(t).sum()
    d, median = 1e-9, np.median(t)
    assert slope(median - d, d) < 0 < slope(median + d, d)


def test_a_threshold_alone_under_squared_loss_is_the_weighted_mean_after_one_newton_sized_step(engine):
    t, weight = np.array([[1.0], [2.0], [4.0]]), np.array([1.0, 2.0, 1.0])
    plan = make_plan(1, 1, loss="half_squared", optimizer="gd", lr=1.0, precision=engine.precision)
    state = TrainingState.begin(plan, np.zeros((1, 2), engine.precision))
    state = engine.engine.run(plan, state, Source(np.zeros((3, 1)), t, weight=weight), None, Until(epochs=1))
    np.testing.assert_allclose(np.asarray(state.w, float)[0], [0, 9 / 4], rtol=8 * engine.u)


# ---- second order ---------------------------------------------------------------------------------------------------


def normal(subject, plan, flat, source):
    w = subject.engine.load(plan, np.asarray(flat, plan.precision))
    batch = source.batch(slice(None), plan=plan, dtype=plan.precision)
    return [np.asarray(a, float) for a in subject.engine.normal(plan, w, batch)]


def test_one_gauss_newton_step_solves_linear_least_squares(engine):
    x, rng = table(40)
    t = rng.normal(size=(40, 2))
    weight = rng.random(40) + 0.5
    plan = make_plan(4, 2, loss="half_squared", reduce_outputs="sum", precision=engine.precision)
    flat = rng.normal(size=(1, plan.size))
    matrix, gradient, _ = normal(engine, plan, flat, Source(x, t, weight=weight))
    got = np.asarray(flat, engine.precision).astype(float)[0] - np.linalg.solve(matrix[0], gradient[0])
    design = np.column_stack([x, np.ones(40)]) * np.sqrt(weight)[:, None]
    best = np.linalg.lstsq(design, t * np.sqrt(weight)[:, None], rcond=None)[0]
    parts = plan.unflatten(got)
    error = 40 * engine.u * np.linalg.cond(matrix[0]) * 4
    np.testing.assert_allclose(np.vstack([parts["w1"], parts["b1"]]), best, rtol=0, atol=error)


@pytest.mark.parametrize("loss", ["binary_cross_entropy", "poisson"])
def test_one_step_with_the_normal_matrix_is_iteratively_reweighted_least_squares(engine, loss):
    x, rng = table(80, 3)
    flat = np.asarray(rng.normal(size=(1, 4)) * 0.5, engine.precision).astype(float)
    t = (
        (rng.random((80, 1)) < 0.5).astype(float)
        if loss[0] == "b"
        else rng.poisson(1.5, (80, 1)).astype(float)
    )
    plan = make_plan(3, 1, loss=loss, precision=engine.precision)
    matrix, gradient, _ = normal(engine, plan, flat, Source(x, t))
    design = np.column_stack([x.astype(engine.precision).astype(float), np.ones(80)])
    s = design @ flat[0]
    mean = 1 / (1 + np.exp(-s)) if loss[0] == "b" else np.exp(s)
    w = mean * (1 - mean) if loss[0] == "b" else mean
    z = s + (t[:, 0] - mean) / w  # the working response of IRLS
    wanted = np.linalg.solve(design.T @ (w[:, None] * design), design.T @ (w * z))
    error = 80 * engine.u * np.linalg.cond(matrix[0]) * 4
    np.testing.assert_allclose(flat[0] - np.linalg.solve(matrix[0], gradient[0]), wanted, rtol=0, atol=error)


def test_normal_matrix_of_softmax_is_the_hessian_of_a_net_without_hidden_layer(engine):
    """The score is linear in the weights, so Gauss–Newton's matrix is the Hessian, by differences."""
    x, rng = table(12, 2)
    t = rng.dirichlet(np.ones(3), 12)
    plan = make_plan(2, 3, loss="cross_entropy", precision=engine.precision)
    exact = make_plan(2, 3, loss="cross_entropy", precision="float64")
    flat = np.asarray(rng.normal(size=(1, 9)), engine.precision).astype(float)
    source, h = Source(x, t), 1e-4
    matrix, gradient, loss = normal(engine, plan, flat, source)

    def slope(w):
        return REFERENCE.gradient(exact, w, source.batch(slice(None))).grad_sum[0]

    # three-point differences: error h²/6·|third derivative| (≤ 12 rows · size ≤ 10) and 12·u/h of rounding
    hessian = np.array([(slope(flat + h * e) - slope(flat - h * e)) / (2 * h) for e in np.eye(9)])
    np.testing.assert_allclose(
        matrix[0], hessian, rtol=0, atol=h**2 / 6 * 120 + 12 * 2.0**-53 / h + 200 * engine.u
    )
    np.testing.assert_allclose(gradient[0], slope(flat), rtol=0, atol=200 * engine.u)


@pytest.mark.parametrize("loss", ["half_squared", "huber"])
def test_normal_matrix_of_a_deep_net_is_the_sum_of_squared_slopes_of_its_outputs(engine, loss):
    """JᵀHJ with J from differences of predict: H = 1 (or 0 beyond Huber's knee), masks and row weights included."""
    x, rng = table(9, 3)
    t = rng.normal(size=(9, 2)) * 2
    t[2, 1] = np.nan
    weight = rng.random(9)
    settings = dict(loss=loss, reduce_outputs="sum", activation=["tanh", "softplus"])
    plan = make_plan(3, 2, (4, 3), precision=engine.precision, **settings)
    exact = make_plan(3, 2, (4, 3), precision="float64", **settings)
    flat = np.asarray(rng.normal(size=(1, plan.size)), engine.precision).astype(float)
    source = Source(x, t, weight=weight)
    batch = source.batch(slice(None))
    h = 1e-5

    def outputs(w):
        return REFERENCE.predict(exact, w, batch)[0]

    slopes = np.array(
        [(outputs(flat + h * e) - outputs(flat - h * e)) / (2 * h) for e in np.eye(plan.size)]
    )  # (P, n, o)
    counts = ~np.isnan(t) & ((np.abs(outputs(flat) - np.nan_to_num(t)) <= 1) | (loss != "huber"))
    wanted = np.einsum("pno,qno,no->pq", slopes, slopes, counts * weight[:, None])
    matrix, _, _ = normal(engine, plan, flat, source)
    size = np.abs(wanted).max()
    np.testing.assert_allclose(matrix[0], wanted, rtol=0, atol=size * (1e-8 + 200 * engine.u))


def test_evaluate_loss_is_the_mean_over_all_blocks(engine):
    x, rng = table(5000, 2)
    t, weight = rng.normal(size=(5000, 1)), rng.random(5000)
    plan = make_plan(2, 1, loss="squared", precision=engine.precision)
    flat = np.array([[0.5, -1.0, 0.25]])
    got = evaluate_loss(engine.engine, plan, engine.engine.load(plan, flat.astype(engine.precision)),
                        Source(x, t, weight=weight))  # fmt: skip
    wanted = np.average((x @ [0.5, -1.0] + 0.25 - t[:, 0]) ** 2, weights=weight)
    np.testing.assert_allclose(got, wanted, rtol=5000 * engine.u)
