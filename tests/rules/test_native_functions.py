"""The native exp, log, tanh … are the functions of mathematics within 2.5 ulp, over the whole range, ends included."""

import mpmath
import native_cases as nc
import numpy as np
import pytest

from chainrule.engine.isa import native
from chainrule.rules.bytecode import OPCODES

STATED = 2.5  # ulp
EXACT = {
    "exp": mpmath.exp, "log": mpmath.log, "tanh": mpmath.tanh, "erf": mpmath.erf, "expm1": mpmath.expm1,
    "log1p": mpmath.log1p, "sin": mpmath.sin, "cos": mpmath.cos,
}  # fmt: skip
INF, NAN = np.inf, np.nan


def error_in_ulps(result, exact):
    """|result − exact| in units of the distance between numbers where the exact value lies; 0 beyond the range."""
    dtype = result.dtype.type
    with np.errstate(over="ignore"):
        near = dtype(float(exact))
    if not np.isfinite(near):
        return 0.0 if result == near else INF
    if not np.isfinite(result):
        return INF
    return float(abs(mpmath.mpf(float(result)) - exact) / mpmath.mpf(float(np.spacing(np.abs(near)))))


def worst(name, x, results):
    with mpmath.workdps(50):
        return max(
            error_in_ulps(r, EXACT[name](mpmath.mpf(float(v)))) for v, r in zip(x, results, strict=True)
        )


def inside(name, x):
    """The points at which the function is a number; mpmath's own range ends before 10^±(10^15), ours nowhere."""
    x = x[np.isfinite(x)]
    return x[x > 0] if name == "log" else x[x > -1] if name == "log1p" else x


def sample(name, dtype, count):
    return np.concatenate([inside(name, nc.points(dtype, count))])


@pytest.mark.parametrize("dtype", nc.DTYPES)
@pytest.mark.parametrize("name", EXACT)
def test_functions_are_right_within_the_stated_ulps(name, dtype):
    x = sample(name, dtype, 500)
    assert worst(name, x, nc.function(name, x)) <= STATED


@pytest.mark.parametrize("dtype", nc.DTYPES)
def test_powers_are_right_within_the_stated_ulps(dtype):
    rng = np.random.default_rng(3)
    x = np.abs(sample("log", dtype, 400))
    most = 750 if dtype == "float64" else 105
    with np.errstate(over="ignore", divide="ignore"):
        y = (rng.uniform(-most, most, x.size) / np.maximum(np.abs(np.log(x.astype(float))), 1e-3)).astype(
            dtype
        )
    results = nc.function("**", x, y)
    with mpmath.workdps(50):
        errors = [
            error_in_ulps(r, mpmath.power(float(a), mpmath.mpf(float(b))))
            for a, b, r in zip(x, y, results, strict=True)
        ]
    assert max(errors) <= STATED


@pytest.mark.parametrize("dtype", nc.DTYPES)
@pytest.mark.parametrize(
    "name, pairs",
    [
        ("exp", [(INF, INF), (-INF, 0.0), (0.0, 1.0), (-0.0, 1.0), (1e30, INF), (-1e30, 0.0)]),
        ("log", [(INF, INF), (0.0, -INF), (-0.0, -INF), (1.0, 0.0), (-1.0, NAN), (-INF, NAN)]),
        ("tanh", [(INF, 1.0), (-INF, -1.0), (0.0, 0.0), (-0.0, -0.0), (1e30, 1.0)]),
        ("erf", [(INF, 1.0), (-INF, -1.0), (0.0, 0.0), (-0.0, -0.0), (-1e30, -1.0)]),
        ("expm1", [(INF, INF), (-INF, -1.0), (0.0, 0.0), (-0.0, -0.0), (-1e30, -1.0)]),
        ("log1p", [(INF, INF), (-1.0, -INF), (0.0, 0.0), (-0.0, -0.0), (-2.0, NAN), (-INF, NAN)]),
        ("sin", [(INF, NAN), (-INF, NAN), (0.0, 0.0), (-0.0, -0.0)]),
        ("cos", [(INF, NAN), (-INF, NAN), (0.0, 1.0), (-0.0, 1.0)]),
        ("sqrt", [(INF, INF), (-1.0, NAN), (0.0, 0.0), (-0.0, -0.0), (2.25, 1.5)]),
        ("abs", [(INF, INF), (-INF, INF), (-0.0, 0.0), (-2.5, 2.5)]),
        ("sign", [(INF, 1.0), (-INF, -1.0), (0.0, 0.0), (-2.5, -1.0)]),
        (
            "floor",
            [(INF, INF), (-INF, -INF), (-0.0, -0.0), (0.3, 0.0), (-0.3, -1.0), (-2.0, -2.0), (1e30, 1e30)],
        ),
    ],
)
def test_zeros_and_infinities_go_where_they_should(name, pairs, dtype):
    x, wanted = (np.array(column, dtype) for column in zip(*pairs, strict=True))
    got = nc.function(name, x)
    assert nc.same_bits(got, wanted), (got, wanted)
    assert np.isnan(nc.function(name, np.array([NAN], dtype)))[0]


@pytest.mark.parametrize("dtype", nc.DTYPES)
def test_floor_sqrt_and_fused_functions_are_exactly_rounded(dtype):
    x = nc.points(dtype, 3000)
    with np.errstate(invalid="ignore"):
        assert nc.same_bits(nc.function("floor", x), np.floor(x))
        assert nc.same_bits(nc.function("sqrt", x), np.sqrt(x))


@pytest.mark.parametrize("dtype", nc.DTYPES)
def test_powers_at_the_edges_are_those_of_ieee_754(dtype):
    edge = np.array([0.0, -0.0, 0.5, 1, -1, 2, -2, 3, -3, 2.5, -2.5, INF, -INF, NAN, 1e6, -1e6], dtype)
    x, y = (m.ravel().copy() for m in np.meshgrid(edge, edge))
    got = nc.function("**", x, y)
    with np.errstate(all="ignore"):
        wanted = np.power(x, y)
    special = ~np.isfinite(wanted) | (wanted == 0) | (np.abs(wanted) == 1)
    assert special.sum() > 150
    assert nc.same_bits(got[special], wanted[special])
    np.testing.assert_allclose(got[~special], wanted[~special], rtol=4 * np.finfo(dtype).eps)


def test_min_and_max_keep_a_nan_of_their_first_argument():
    u, v = np.array([NAN, 1.0, 0.0, -0.0, 2.0]), np.array([1.0, NAN, -0.0, 0.0, 3.0])
    assert nc.same_bits(nc.function("max", u, v), np.array([NAN, 1.0, 0.0, -0.0, 3.0]))
    assert nc.same_bits(nc.function("min", u, v), np.array([NAN, 1.0, 0.0, -0.0, 2.0]))


@pytest.mark.parametrize("name", nc.FUNCTIONS)
def test_one_number_has_the_bits_of_a_lane(name):
    x = nc.points("float64", 200)
    one = np.array([native().scalar(OPCODES.index(name), float(v), 0.0, 0.0) for v in x])
    lane = nc.function(name, x)
    assert np.array_equal(one, lane, equal_nan=True)


@pytest.mark.parametrize(
    "u, n", [(0.9, 0), (0.9, 1), (0.999, 1000), (0.999, 10**6), (2.0, -3), (-1.5, 7), (0.5, 1074)]
)
def test_whole_powers_are_right_within_their_multiplications(u, n):
    got = native().scalar(OPCODES.index("**"), u, float(n), 0.0)
    with mpmath.workdps(60):
        exact = mpmath.mpf(u) ** n
        assert abs(got - exact) <= (abs(n) + 1) * 2.0**-53 * abs(exact) + mpmath.mpf(2) ** -1075


def test_the_measure_of_error_sees_half_a_unit():
    one = np.float32(1.0)
    assert error_in_ulps(one, mpmath.mpf(1)) == 0.0
    assert error_in_ulps(np.nextafter(one, np.float32(2)), mpmath.mpf(1)) == 1.0
    assert error_in_ulps(np.float32(np.inf), mpmath.mpf(1)) == INF
