"""Every activation row: the engines' spelling is the textbook's, the slope is its derivative, and both are stable.

Truth is mpmath with 150 digits on the textbook text. A row is right when its error is a few roundings (8 u) of the
size of what it computes with: |y| and 1, and |s·y'|, because s itself is only known to u·|s|.
"""

import numpy as np
import pytest
from checkers import FAR, POINTS, U32, U64, exact, exact_slope, projected_difference

from chainrule.rules.activations import ACTIVATIONS, Activation

ELEMENTWISE = [row for row in ACTIVATIONS.values() if row.elementwise]
ROWS = pytest.mark.parametrize("row", ELEMENTWISE, ids=lambda row: row.name)
PRECISIONS = pytest.mark.parametrize(
    ("dtype", "u"), [(np.float64, U64), (np.float32, U32)], ids=["float64", "float32"]
)
KINKS = {
    "relu": [0.0], "leaky_relu": [0.0], "selu": [0.0], "satlin": [0.0, 1.0], "satlins": [-1.0, 1.0], "hardlim": [0.0],
    "tribas": [-1.0, 0.0, 1.0],
}  # fmt: skip
WAVES = ("sine",)  # no asymptote
SLOW = ("softsign", "elliot")  # reach theirs like 1/s, and are exact for mpmath at any s


def overflows(row, s, dtype):
    """exp is the one activation whose own value leaves the numbers; beyond is inf, and rightly so."""
    return row.name == "exp" and s > np.log(np.finfo(dtype).max)


def kinked(row, s):
    return s in KINKS.get(row.name, [])


@ROWS
@PRECISIONS
def test_value_is_the_textbook_value(row, dtype, u):
    for s in POINTS:
        if overflows(row, s, dtype):
            continue
        s = float(dtype(s))
        got = row.forward(s=dtype(s), **row.knobs)
        wanted = exact(row.textbook, s=s, **row.knobs)
        slope = 0.0 if kinked(row, s) else exact_slope(row.textbook, "s", s=s, **row.knobs)
        assert abs(float(got) - wanted) <= 8 * u * (abs(wanted) + 1 + abs(s * slope)), (s, got, wanted)


@ROWS
@PRECISIONS
def test_declared_slope_is_the_derivative_of_the_textbook_form(row, dtype, u):
    for s in POINTS:
        if overflows(row, s, dtype) or kinked(row, s):
            continue
        s = float(dtype(s))
        y = row.forward(s=dtype(s), **row.knobs)
        got = row.gradient(s=dtype(s), y=y, **row.knobs)
        wanted = exact_slope(row.textbook, "s", s=s, **row.knobs)
        assert abs(float(got) - wanted) <= 8 * u * (1 + abs(wanted) * (1 + abs(s) * (row.name == "exp"))), (
            s,
            got,
        )


@ROWS
def test_symbolic_derivative_of_the_safe_form_is_the_declared_slope(row):
    derived = row.forward.derivative("s")
    for s in POINTS:
        if (
            kinked(row, s) or abs(s) > 300
        ):  # beyond, quotients of exponentials overflow: that is why rows declare slopes
            continue
        wanted = exact_slope(row.textbook, "s", s=s, **row.knobs)
        assert abs(derived(s=s, **row.knobs) - wanted) <= 16 * U64 * (1 + abs(wanted) * (1 + abs(s))), s


@ROWS
def test_graph_gradient_is_the_declared_slope(row):
    for s in POINTS:
        if kinked(row, s) or overflows(row, s, np.float64):
            continue
        graph = row.forward.graph(s=s, **row.knobs)
        wanted = exact_slope(row.textbook, "s", s=s, **row.knobs)
        assert abs(graph.gradient("s") - wanted) <= 16 * U64 * (1 + abs(wanted) * (1 + abs(s))), s


@pytest.mark.parametrize("name", [n for n, at in KINKS.items() if at])
def test_at_a_kink_the_declared_slope_lies_between_the_one_sided_slopes(name):
    row = ACTIVATIONS[name]
    for s in KINKS[name]:
        left, right = (exact_slope(row.textbook, "s", side=side, s=s, **row.knobs) for side in (-1, 1))
        declared = row.gradient(s=s, y=row.forward(s=s, **row.knobs), **row.knobs)
        assert left != right
        assert min(left, right) <= float(declared) <= max(left, right)


@ROWS
@PRECISIONS
def test_value_and_slope_stay_finite_and_right_far_out(row, dtype, u):
    """At ±1e3 … ±1e30 every row has reached its asymptote: y and y' are those of the exact function, never NaN."""
    if row.name in WAVES:
        s = np.array(FAR, dtype)
        y = row.forward(s=s, **row.knobs)
        assert (np.abs(y) <= 1).all() and (np.abs(row.backward(s=s, y=y, dy=np.ones_like(s))) <= 1).all()
        return
    s = np.array(FAR, dtype)
    y = row.forward(s=s, **row.knobs)
    back = row.backward(s=s, y=y, dy=np.ones_like(s), **row.knobs)
    assert y.dtype == dtype
    for i, at in enumerate(FAR):
        at = float(dtype(at))
        if overflows(row, at, dtype):
            assert y[i] == np.inf
            continue
        if (
            abs(at) > 1e8 and row.name not in SLOW
        ):  # mpmath cannot write e^1e30; the asymptote is the value at 1e8, scaled where y grows like s
            near = np.sign(at) * 1e8
            wanted_slope = exact_slope(row.forward, "s", s=near, **row.knobs)
            wanted = exact(row.forward, s=near, **row.knobs)
            wanted = wanted * (at / near) if abs(wanted) > 2 else wanted
        else:
            wanted_slope = exact_slope(row.forward, "s", s=at, **row.knobs)
            wanted = exact(row.forward, s=at, **row.knobs)
        assert abs(float(y[i]) - wanted) <= 8 * u * (abs(wanted) + 1), at
        assert abs(float(np.broadcast_to(back, s.shape)[i]) - wanted_slope) <= 8 * u * (
            1 + abs(wanted_slope)
        ), at


@ROWS
def test_backward_is_dy_times_slope_along_a_random_direction(row):
    rng = np.random.default_rng(3)
    s, direction, weights = rng.normal(size=40) * 2, rng.normal(size=40), rng.normal(size=40)
    for kink in KINKS.get(row.name, [0.0]):
        s = np.where(np.abs(s - kink) < 0.05, kink + 0.5, s)  # differences may not step over a kink
    slope, bound = projected_difference(
        lambda v: np.sum(weights * row.forward(s=v, **row.knobs)), s, direction
    )
    got = row.backward(s=s, y=row.forward(s=s, **row.knobs), dy=weights, **row.knobs)
    if not row.learns:
        assert slope == 0 and not np.any(got)
        return
    assert bound < 1e-8 * abs(slope)
    assert abs(np.sum(got * direction) - slope) <= bound + 100 * U64 * np.sum(np.abs(weights * direction))


@PRECISIONS
def test_softmax_is_the_textbook_softmax(dtype, u):
    row = ACTIVATIONS["softmax"]
    for scores in ([0.1, -2.0, 3.0], [30.0, -30.0, 0.0], [1e3, 999.0, -1e3], [-1e3, -1e3, -1e3]):
        got = row.forward(s=np.array(scores, dtype))
        np.testing.assert_allclose(got, exact(row.textbook, s=scores), rtol=0, atol=8 * u)
        assert got.dtype == dtype


@PRECISIONS
def test_softmax_stays_finite_far_out(dtype, u):
    row = ACTIVATIONS["softmax"]
    s = np.array([[1e30, -1e30, 0.0], [1e30, 1e30, 1e3], [-1e30, -1e30, -1e30]], dtype)
    y = row.forward(s=s)
    np.testing.assert_allclose(y, [[1, 0, 0], [0.5, 0.5, 0], [1 / 3, 1 / 3, 1 / 3]], rtol=0, atol=2 * u)
    back = row.backward(s=s, y=y, dy=np.array([[1.0, 2.0, 3.0]], dtype))
    assert np.isfinite(back).all()


def test_softmax_backward_along_a_random_direction():
    row = ACTIVATIONS["softmax"]
    rng = np.random.default_rng(4)
    s, direction, weights = (rng.normal(size=(5, 4)) for _ in range(3))
    slope, bound = projected_difference(lambda v: np.sum(weights * row.forward(s=v)), s, direction)
    got = np.sum(row.backward(s=s, y=row.forward(s=s), dy=weights) * direction)
    assert bound < 1e-8 * abs(slope)
    assert abs(got - slope) <= bound + 100 * U64 * np.sum(np.abs(weights * direction))


KEPT = {
    "identity": set(), "sigmoid": {"y"}, "tanh": {"y"}, "relu": {"y"}, "leaky_relu": {"s"}, "elu": {"y"},
    "silu": {"s"}, "gelu": {"s"}, "softplus": {"s"}, "softmax": {"y"}, "exp": {"y"},
    "selu": {"y"}, "mish": {"s"}, "softsign": {"y"}, "elliot": {"y"}, "satlin": {"y"}, "satlins": {"y"}, "hardlim": set(),
    "radbas": {"s", "y"}, "tribas": {"s"}, "sine": {"s"},
}  # fmt: skip


def test_what_the_backward_pass_keeps_is_what_a_person_would_say():
    assert {name: set(row.kept) for name, row in ACTIVATIONS.items()} == KEPT


@pytest.mark.parametrize("a", [0.25, 1.0, 3.0])
@pytest.mark.parametrize("name", ["elu", "leaky_relu"])
def test_knobs_reach_value_and_slope(name, a):
    row = ACTIVATIONS[name]
    y = row.forward(s=-1.5, a=a)
    assert abs(y - exact(row.textbook, s=-1.5, a=a)) <= 8 * U64 * a
    assert abs(row.gradient(s=-1.5, y=y, a=a) - exact_slope(row.textbook, "s", s=-1.5, a=a)) <= 8 * U64 * (
        1 + a
    )


def test_a_row_without_a_slope_derives_it_from_safe():
    row = Activation("squash", y="s/(1 + abs(s))")
    for s in (-3.0, 0.4, 20.0):
        assert abs(row.gradient(s=s) - exact_slope(row.textbook, "s", s=s)) <= 16 * U64
    assert row.kept == {"s"}


def test_a_row_without_any_slope_is_known_for_it():
    assert [name for name, row in ACTIVATIONS.items() if not row.learns] == ["hardlim"]


def test_names_of_rows_are_their_keys():
    assert all(name == row.name for name, row in ACTIVATIONS.items())
