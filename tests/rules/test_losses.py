"""Every loss row: the engines' spelling is the textbook's, slope and curvature are its derivatives.

Errors are counted in roundings u of what the text adds up: |s·t|, |s| and 1 for losses of scores; the parts of a square
are exact to 2 u each.
"""

import numpy as np
import pytest
from checkers import FAR, U32, U64, exact, exact_slope, projected_difference

from chainrule.rules.activations import ACTIVATIONS
from chainrule.rules.losses import LOSSES, Loss

PLAIN = [row for row in LOSSES.values() if not row.link]
LINKED = [row for row in LOSSES.values() if row.link and row.forward.elementwise]
PRECISIONS = pytest.mark.parametrize(
    ("dtype", "u"), [(np.float64, U64), (np.float32, U32)], ids=["float64", "float32"]
)
SCORES = [0.0, 1e-30, -1e-30, 1e-3, 0.4, -0.9, 3.0, -4.0, 20.0, -20.0, 30.0, -30.0, 80.0, -80.0]
TARGETS = {"binary": [0.0, 1.0, 0.3], "counts": [0.0, 1.0, 7.0], "number": [0.0, 1.0, -2.5]}
rows_of = lambda rows: pytest.mark.parametrize("row", rows, ids=lambda row: row.name)  # noqa: E731  # a decorator with its argument put in


def kinked(row, y, t):
    return row.name == "absolute" and y == t


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
            given = {"s": dtype(s), "t": dtype(t)}
            size = 1 + abs(s) * (1 + abs(t)) + (float(y) * (1 + abs(s)) if row.link == "exp" else 0)
            value = exact(whole, s=s, t=t)
            assert abs(float(row.forward(**given)) - value) <= 4 * u * size, (s, t)
            slope = exact_slope(whole, "s", s=s, t=t)
            assert abs(float(row.gradient(y=y, **given)) - slope) <= 4 * u * size, (s, t)
            curve = exact_slope(ACTIVATIONS[row.link].textbook, "s", s=s)  # ∂(y − t)/∂s
            assert abs(float(row.curvature(y=y, **given)) - curve) <= 4 * u * size, (s, t)
            graph = row.forward.graph(s=s, t=t)
            assert abs(graph.gradient("s") - slope) <= 4 * U64 * size, (s, t)


@rows_of(LINKED)
@PRECISIONS
def test_losses_of_scores_stay_finite_far_out(row, dtype, u):
    for at in FAR:
        for t in TARGETS[row.targets]:
            s = dtype(at)
            y = ACTIVATIONS[row.link].forward(s=s)
            loss, slope = float(row.forward(s=s, t=dtype(t))), float(row.gradient(s=s, y=y, t=dtype(t)))
            if row.link == "exp" and at > 0:
                assert (loss, slope) == (np.inf, np.inf)  # e^1000 counts really are infinite
                continue
            limit = {"sigmoid": max(at, 0) - at * t, "exp": -t * at}[row.link]
            assert abs(loss - limit) <= 4 * u * abs(at) * (1 + abs(t))
            assert abs(slope - ((at > 0) - t)) <= 4 * u * (1 + abs(t))


CE_ROWS = [([0.5, -1.0, 2.0], [0.0, 1.0, 0.0]), ([30.0, -30.0, 0.0], [0.2, 0.5, 0.3]), ([0.0, 0.0, 0.0], [1.0, 0, 0]),
           ([80.0, 79.0, -80.0], [0.0, 1.0, 0.0])]  # fmt: skip


@PRECISIONS
def test_cross_entropy_by_the_scores_is_minus_log_softmax(dtype, u):
    row = LOSSES["cross_entropy"]
    whole = row.textbook.substitute(y=ACTIVATIONS["softmax"].textbook)
    for s, t in CE_ROWS:
        t = [float(dtype(v)) for v in t]
        got = row.forward(s=np.array(s, dtype), t=np.array(t, dtype))
        spread = 1 + max(s) - min(s)
        np.testing.assert_allclose(got, exact(whole, s=s, t=t), rtol=0, atol=4 * u * spread)


@PRECISIONS
def test_cross_entropy_keeps_its_digits_beside_a_large_common_score(dtype, u):
    """Scores 2^20 apart from zero and equal: the loss is ln 3 whatever the common size; only ln and its sum round."""
    s = np.full(3, 2.0**20, dtype)
    got = LOSSES["cross_entropy"].forward(s=s, t=np.array([1, 0, 0], dtype))
    np.testing.assert_allclose(got, [np.log(3), 0, 0], rtol=0, atol=4 * u * np.log(3))
    far = LOSSES["cross_entropy"].forward(s=np.array([1e30, -1e30, 0], dtype), t=np.array([1, 0, 0], dtype))
    np.testing.assert_array_equal(far, [0, 0, 0])


def test_cross_entropy_slope_along_a_random_direction():
    row = LOSSES["cross_entropy"]
    rng = np.random.default_rng(6)
    s, direction = rng.normal(size=(2, 7, 4)) * 2
    t = rng.dirichlet(np.ones(4), 7)
    slope, bound = projected_difference(lambda v: np.sum(row.forward(s=v, t=t)), s, direction)
    got = np.sum(row.gradient(s=s, y=ACTIVATIONS["softmax"].forward(s=s), t=t) * direction)
    assert bound < 1e-8 * abs(slope)
    assert abs(got - slope) <= bound + 100 * U64 * np.sum(np.abs(direction))


def test_cross_entropy_curvature_is_the_gauss_newton_matrix_of_softmax():
    """H = diag(y) − y·yᵀ: its row sums vanish; `curve` is the diag(y) of it."""
    row, softmax = LOSSES["cross_entropy"], ACTIVATIONS["softmax"]
    s, t = np.array([0.3, -1.0, 0.8]), np.array([0.0, 1.0, 0.0])
    y = softmax.forward(s=s)
    hessian = np.diag(np.broadcast_to(row.curvature(s=s, y=y, t=t), (3,))) - np.outer(y, y)
    for o in range(3):
        direction = np.eye(3)[o]
        for p in range(3):
            value, bound = projected_difference(
                lambda v, p=p: float(row.gradient(s=v, y=softmax.forward(s=v), t=t)[p]), s, direction
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
