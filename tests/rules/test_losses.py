"""Every loss row: the engines' spelling is the textbook's, slope and curvature are its derivatives.

Errors are counted in roundings u of what the text adds up: |s·t|, |s| and 1 for losses of scores; the parts of a square
are exact to 2 u each.
"""

import mpmath
import numpy as np
import pytest
from checkers import FAR, U32, U64, Exact, exact, exact_slope, projected_difference

from chainrule.errors import ChainruleError
from chainrule.plan import Plan, make_plan
from chainrule.rules.activations import ACTIVATIONS
from chainrule.rules.losses import LOSSES, Loss
from chainrule.rules.words import read

PLAIN = [row for row in LOSSES.values() if not row.link]
LINKED = [row for row in LOSSES.values() if row.link and row.forward.elementwise]
SOFTMAX = [row for row in LOSSES.values() if row.link == "softmax"]
PRECISIONS = pytest.mark.parametrize(
    ("dtype", "u"), [(np.float64, U64), (np.float32, U32)], ids=["float64", "float32"]
)
SCORES = [0.0, 1e-30, -1e-30, 1e-3, 0.4, -0.9, 3.0, -4.0, 20.0, -20.0, 30.0, -30.0, 80.0, -80.0]
TARGETS = {"binary": [0.0, 1.0, 0.3], "counts": [0.0, 1.0, 7.0], "number": [0.0, 1.0, -2.5],
           "positive": [0.3, 1.0, 7.0]}  # fmt: skip
rows_of = lambda rows: pytest.mark.parametrize("row", rows, ids=lambda row: row.name)  # noqa: E731  # a decorator with its argument put in


def kinked(row, y, t):
    return row.name in ("absolute", "quantile") and y == t


@rows_of(PLAIN)
@PRECISIONS
def test_value_slope_and_curvature_by_the_output(row, dtype, u):
    for t in TARGETS[row.targets]:
        for y in (t, t + 1e-3, t - 0.4, t + 0.999, t - 1.001, t + 30, t - 1e3, 1e3):
            y, t = float(dtype(y)), float(dtype(t))
            letters = {"y": y, "t": t, **row.knobs}
            given = {"y": dtype(y), "t": dtype(t), **row.knobs}
            size = abs(y - t)
            value = exact(row.textbook, **letters)
            assert abs(float(row.forward(**given)) - value) <= 8 * u * (value + size)
            if kinked(row, y, t):
                continue
            slope = exact_slope(row.textbook, "y", **letters)
            assert abs(float(row.gradient(**given)) - slope) <= 8 * u * abs(slope)
            if abs(size - 1) < 1e-6:
                continue
            curve = exact_slope(row.gradient, "y", **letters)
            assert abs(float(row.curvature(**given)) - curve) <= 8 * u * abs(curve)


def test_absolute_loss_at_its_kink_says_zero_between_minus_one_and_one():
    row = LOSSES["absolute"]
    left, right = (exact_slope(row.textbook, "y", side=side, y=2.0, t=2.0) for side in (-1, 1))
    assert (left, right) == (-1.0, 1.0)
    assert float(row.gradient(y=2.0, t=2.0)) == 0.0


def test_huber_is_smooth_where_its_parts_meet():
    row = LOSSES["huber"]
    for y in (1.0, -1.0):
        left, right = (exact_slope(row.textbook, "y", side=side, y=y, t=0.0, d=1.0) for side in (-1, 1))
        assert left == right == float(row.gradient(y=y, t=0.0, d=1.0))


@rows_of(LINKED)
@PRECISIONS
def test_safe_form_by_the_score_is_the_textbook_loss_of_the_link(row, dtype, u):
    link = ACTIVATIONS[row.link].textbook
    whole = row.textbook.substitute(y=link)  # ℓ(f(s), t), never evaluated in floating point
    for s in SCORES:
        for t in TARGETS[row.targets]:
            s, t = float(dtype(s)), float(dtype(t))
            y = ACTIVATIONS[row.link].forward(s=dtype(s))
            given = {"s": dtype(s), "t": dtype(t), **row.knobs}
            letters = {"s": s, "t": t, **row.knobs}
            size = 1 + abs(s) * (1 + abs(t)) + _exponentials(row, s, t) * (1 + abs(s))
            value = exact(whole, **letters)
            assert abs(float(row.forward(**given)) - value) <= 4 * u * size, (s, t)
            slope = exact_slope(whole, "s", **letters)
            assert abs(float(row.gradient(y=y, **given)) - slope) <= 4 * u * size, (s, t)
            assert abs(float(row.curvature(y=y, **given)) - exact_curve(whole, **letters)) <= 4 * u * size, (
                s,
                t,
            )
            graph = row.forward.graph(**letters)
            assert abs(graph.gradient("s") - slope) <= 4 * U64 * size, (s, t)


def _exponentials(row, s, t):
    """The size of the powers of e^s a loss adds up; each is off by u·|s| of itself, because s is."""
    p = row.knobs.get("p", 1.5)
    return {
        "poisson": np.exp(s),
        "poisson_deviance": np.exp(s) + t * abs(np.log(t or 1)) + t,
        "gamma": t * np.exp(-s),
        "tweedie": np.exp((2 - p) * s) / (2 - p) + t * np.exp((1 - p) * s) / (p - 1),
    }.get(row.name, 0.0)


def exact_curve(expression, s, **values):
    """The second derivative by s from differences with 150 digits."""
    with mpmath.workdps(150):
        h = mpmath.mpf(10) ** -40
        left, here, right = (
            read(expression.tree, Exact({**values, "s": mpmath.mpf(s) + step * h})) for step in (-1, 0, 1)
        )
        return float((left - 2 * here + right) / h**2)


@rows_of(LINKED)
@PRECISIONS
def test_losses_of_scores_stay_finite_far_out(row, dtype, u):
    for at in FAR:
        for t in TARGETS[row.targets]:
            s = dtype(at)
            y = ACTIVATIONS[row.link].forward(s=s)
            loss = float(row.forward(s=s, t=dtype(t), **row.knobs))
            slope = float(row.gradient(s=s, y=y, t=dtype(t), **row.knobs))
            if row.link == "exp":
                grows = at > 0 if row.name != "gamma" else at < 0
                if row.name == "tweedie" and (abs(at) == 1e3 and dtype is np.float64 or at < 0):
                    assert not np.isnan(loss) and not np.isnan(slope)  # e^500 is a number, and e^-500·0 is 0
                    continue
                if grows:  # e^1000 counts really are infinite
                    assert (loss, abs(slope)) == (np.inf, np.inf)
                    continue
                whole = t * np.log(t or 1) - t  # what the deviance has more than the likelihood
                limit, steep = {
                    "poisson": (-t * at, -t), "poisson_deviance": (-t * at + whole, -t), "gamma": (at, 1.0)
                }[row.name]  # fmt: skip
            else:
                soft = t + row.knobs.get("e", 0.0) * (0.5 - t)
                limit, steep = max(at, 0) - at * soft, (at > 0) - soft
            assert abs(loss - limit) <= 4 * u * abs(at) * (1 + abs(t))
            assert abs(slope - steep) <= 4 * u * (1 + abs(t))


CE_ROWS = [([0.5, -1.0, 2.0], [0.0, 1.0, 0.0]), ([30.0, -30.0, 0.0], [0.2, 0.5, 0.3]), ([0.0, 0.0, 0.0], [1.0, 0, 0]),
           ([80.0, 79.0, -80.0], [0.0, 1.0, 0.0])]  # fmt: skip


@rows_of(SOFTMAX)
@PRECISIONS
def test_cross_entropy_by_the_scores_is_minus_log_softmax(row, dtype, u):
    whole = row.textbook.substitute(y=ACTIVATIONS["softmax"].textbook)
    for s, t in CE_ROWS:
        t = [float(dtype(v)) for v in t]
        got = row.forward(s=np.array(s, dtype), t=np.array(t, dtype), **row.knobs)
        spread = 1 + max(s) - min(s)
        np.testing.assert_allclose(
            got, exact(whole, s=s, t=t, **row.knobs), rtol=0, atol=(4 + 4 * len(row.knobs)) * u * spread
        )


@PRECISIONS
def test_cross_entropy_keeps_its_digits_beside_a_large_common_score(dtype, u):
    """Scores 2^20 apart from zero and equal: the loss is ln 3 whatever the common size; only ln and its sum round."""
    s = np.full(3, 2.0**20, dtype)
    got = LOSSES["cross_entropy"].forward(s=s, t=np.array([1, 0, 0], dtype))
    np.testing.assert_allclose(got, [np.log(3), 0, 0], rtol=0, atol=4 * u * np.log(3))
    far = LOSSES["cross_entropy"].forward(s=np.array([1e30, -1e30, 0], dtype), t=np.array([1, 0, 0], dtype))
    np.testing.assert_array_equal(far, [0, 0, 0])


@rows_of(SOFTMAX)
def test_cross_entropy_slope_along_a_random_direction(row):
    rng = np.random.default_rng(6)
    s, direction = rng.normal(size=(2, 7, 4)) * 2
    t = rng.dirichlet(np.ones(4), 7)
    slope, bound = projected_difference(lambda v: np.sum(row.forward(s=v, t=t, **row.knobs)), s, direction)
    got = np.sum(row.gradient(s=s, y=ACTIVATIONS["softmax"].forward(s=s), t=t, **row.knobs) * direction)
    assert bound < 1e-8 * abs(slope)
    assert abs(got - slope) <= bound + 100 * U64 * np.sum(np.abs(direction))


@rows_of(SOFTMAX)
def test_cross_entropy_curvature_is_the_gauss_newton_matrix_of_softmax(row):
    """H = diag(y) − y·yᵀ: its row sums vanish; `curve` is the diag(y) of it."""
    softmax = ACTIVATIONS["softmax"]
    s, t = np.array([0.3, -1.0, 0.8]), np.array([0.0, 1.0, 0.0])
    y = softmax.forward(s=s)
    hessian = np.diag(np.broadcast_to(row.curvature(s=s, y=y, t=t, **row.knobs), (3,))) - np.outer(y, y)
    for o in range(3):
        direction = np.eye(3)[o]
        for p in range(3):
            value, bound = projected_difference(
                lambda v, p=p: float(row.gradient(s=v, y=softmax.forward(s=v), t=t, **row.knobs)[p]),
                s,
                direction,
            )
            assert abs(value - hessian[p, o]) <= bound + 8 * U64


def test_a_users_loss_with_a_link_has_its_curvature_by_the_score():
    row = Loss("mine", value="(y - t)**2", link="sigmoid", safe="(1/(1 + exp(-s)) - t)**2",
               slope="2*(y - t)*y*(1 - y)")  # fmt: skip
    for s in (-2.0, 0.3, 1.7):
        y = 1 / (1 + np.exp(-s))
        wanted = exact_slope(row.forward.derivative("s"), "s", s=s, t=0.2)
        assert abs(float(row.curvature(s=s, y=y, t=0.2)) - wanted) <= 32 * U64


def test_textbook_half_squared_has_the_half_in_front():
    assert (LOSSES["half_squared"].c, LOSSES["squared"].c) == (0.5, 1.0)


def test_names_of_rows_are_their_keys():
    assert all(name == row.name for name, row in LOSSES.items())


# ---- what the later losses are for -----------------------------------------------------------------------------------


@pytest.mark.parametrize("q", [0.1, 0.5, 0.9])
def test_the_best_constant_under_the_quantile_loss_is_the_quantile(q):
    row = LOSSES["quantile"]
    t = np.sort(np.random.default_rng(2).normal(size=101))
    mean = [float(np.mean(row.forward(y=y, t=t, q=q))) for y in t]
    assert t[int(np.argmin(mean))] == t[int(q * 101)]
    left, right = (exact_slope(row.textbook, "y", side=side, y=2.0, t=2.0, q=q) for side in (-1, 1))
    assert left <= float(row.gradient(y=2.0, t=2.0, q=q)) <= right


def test_log_cosh_is_half_a_square_near_zero_and_a_distance_far_away():
    row = LOSSES["log_cosh"]
    assert float(row.forward(y=1e-4, t=0.0)) == pytest.approx(0.5e-8, rel=1e-7)
    assert float(row.forward(y=-1e30, t=0.0)) == 1e30
    assert float(row.forward(y=500.0, t=0.0)) == pytest.approx(500 - np.log(2), rel=4 * U64)


@pytest.mark.parametrize(("name", "knobs"), [("gamma", {}), ("tweedie", {"p": 1.2}), ("tweedie", {"p": 1.8})])
def test_the_best_constant_under_the_deviance_losses_is_the_mean(name, knobs):
    row, t = LOSSES[name], np.array([0.5, 1.0, 4.0, 2.5])
    s = np.log(t.mean())
    assert abs(float(np.sum(row.gradient(s=s, y=t.mean(), t=t, **knobs)))) < 16 * U64 * 4


def test_label_smoothing_moves_targets_towards_the_even_share():
    """Cross-entropy with targets (1 − e)·t + e/K, Szegedy et al. 2016."""
    s, t = np.array([[0.3, -1.0, 0.8]]), np.array([[0.0, 1.0, 0.0]])
    soft = 0.8 * t + 0.2 / 3
    got = LOSSES["smoothed_cross_entropy"].forward(s=s, t=t, e=0.2)
    np.testing.assert_allclose(got, LOSSES["cross_entropy"].forward(s=s, t=soft), rtol=8 * U64)
    one = LOSSES["smoothed_binary_cross_entropy"].forward(s=0.7, t=1.0, e=0.2)
    assert float(one) == pytest.approx(
        float(LOSSES["binary_cross_entropy"].forward(s=0.7, t=0.9)), rel=8 * U64
    )


@pytest.mark.parametrize(
    ("loss", "code"),
    [("tweedie:p=2", "CR-1390"), ("tweedie:p=1", "CR-1390"), ("quantile:q=0", "CR-1390"), ("quantile:q=1.5", "CR-1390"),
     ("huber:d=-1", "CR-1390"), ("label_smoothing:e=1", "CR-1390"), ("quantile:q", "CR-1391"), ("quantile:q=a", "CR-1391"),
     ("quantile:=0.5", "CR-1391"), ("quantile:p=0.5", "CR-1412"), ("tweedie:p=nan", "CR-1401")],
)  # fmt: skip
def test_settings_a_loss_has_no_meaning_for_are_refused(loss, code):
    with pytest.raises(ChainruleError) as caught:
        make_plan(2, 3, loss=loss)
    assert caught.value.code == code


def test_settings_written_behind_a_name_reach_the_plan_and_its_file():
    plan = make_plan(2, 1, (3,), loss="pinball:q=0.9", activation="elu:a=0.5", optimizer="rprop+:up=1.1:down=0.6",
                     schedule="exponential:end=0.1", start="orthogonal:gain=2")  # fmt: skip
    assert plan.loss_knobs == {"q": 0.9} and plan.layers[0].knobs == {"a": 0.5}
    assert (plan.optimizer.name, plan.optimizer_knobs["up"], plan.optimizer_knobs["down"]) == (
        "rprop_plus",
        1.1,
        0.6,
    )
    assert plan.schedule_knobs == {"end": 0.1} and plan.views[0].start_knobs == {"gain": 2.0}
    state = plan.to_json()
    assert Plan.from_json(state) == plan
    with pytest.raises(ChainruleError) as caught:
        Plan.from_json(state | {"loss_knobs": {"q": 1.5}})
    assert caught.value.code == "CR-1390"
