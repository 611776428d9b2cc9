"""The measuring tools of these tests: an exact reading of a formula, differences, projections; tested themselves."""

import math

import mpmath
import numpy as np

from chainrule.rules.expression import Node
from chainrule.rules.words import read

U64, U32 = 2.0**-53, 2.0**-24
# where a rule must hold: zero, next to zero, ordinary, near and deep in saturation
POINTS = [0.0, 1e-30, -1e-30, 1e-3, -1e-3, 0.3, -0.7, 1.0, -1.0, 2.5, -3.7, 9.0, -9.0, 16.0, -17.0, 30.0, -30.0,
          87.0, -87.0, 1e3, -1e3]  # fmt: skip
FAR = [1e3, -1e3, 1e5, -1e5, 1e8, -1e8, 1e30, -1e30]


class Exact:
    """A formula read by mpmath with 150 digits at hand: independent of NumPy, never overflows, textbook forms allowed.

    A name is a number, or a list of numbers (the outputs of a row) where the formula sums over the row.
    """

    def __init__(self, values):
        self.values = values

    def number(self, value):
        return mpmath.mpf(value)

    def name(self, name):
        value = self.values[name] if name in self.values else mpmath.pi
        return [mpmath.mpf(v) for v in value] if isinstance(value, list) else mpmath.mpf(value)

    def apply(self, op, args):
        if op == "rowsum":
            return mpmath.fsum(args[0])
        if op == "rowmax":
            return max(args[0])
        if op == "norm":
            return mpmath.sqrt(mpmath.fsum(a * a for a in args[0]))
        rows = [len(a) for a in args if isinstance(a, list)]
        if rows:
            spread = [a if isinstance(a, list) else [a] * rows[0] for a in args]
            return [self.apply(op, list(one)) for one in zip(*spread, strict=True)]
        a, b = args[0], args[-1]
        return {
            "neg": lambda: -a, "+": lambda: a + b, "-": lambda: a - b, "*": lambda: a * b, "/": lambda: a / b,
            "**": lambda: a**b, "<": lambda: a < b, "<=": lambda: a <= b, ">": lambda: a > b, ">=": lambda: a >= b,
            "==": lambda: a == b, "!=": lambda: a != b, "and": lambda: a and b, "or": lambda: a or b,
            "not": lambda: not a, "where": lambda: args[1] if a else args[2], "min": lambda: min(a, b),
            "max": lambda: max(a, b), "exp": lambda: mpmath.exp(a), "log": lambda: mpmath.log(a),
            "sqrt": lambda: mpmath.sqrt(a), "abs": lambda: abs(a), "sign": lambda: mpmath.sign(a),
            "floor": lambda: mpmath.floor(a), "tanh": lambda: mpmath.tanh(a), "sin": lambda: mpmath.sin(a),
            "cos": lambda: mpmath.cos(a), "erf": lambda: mpmath.erf(a), "expm1": lambda: mpmath.expm1(a),
            "log1p": lambda: mpmath.log1p(a),
        }[op]()  # fmt: skip


def exact(expression, **values):
    """The value of an expression to 150 digits, rounded to a float (or a list of them)."""
    with mpmath.workdps(150):
        return _round(read(expression.tree, Exact(values)))


def exact_slope(expression, letter, side=0, **values):
    """d/d(letter) from differences with 150 digits: two-sided, or one-sided for side = ±1."""
    with mpmath.workdps(150):
        x, h = mpmath.mpf(values[letter]), mpmath.mpf(10) ** -50

        def at(step):
            return read(expression.tree, Exact({**values, letter: x + step * h}))

        up, down = (1 if side >= 0 else 0), (-1 if side <= 0 else 0)
        return _round((at(up) - at(down)) / ((up - down) * h))


def _round(value):
    return [float(v) for v in value] if isinstance(value, list) else float(value)


def projected_difference(function, x, direction, h=1e-3):
    """(slope, bound): d/dε function(x + ε·direction) at 0 by the five-point rule, and how far off it can be.

    Its truncation error shrinks 16-fold when h halves, so the change from 2h to h is 15 times the error left; each
    of the four values carries a few roundings of its own size.
    """

    def five(step):
        f = [function(x + a * step * direction) for a in (-2, -1, 1, 2)]
        return (f[0] - 8 * f[1] + 8 * f[2] - f[3]) / (12 * step), max(abs(v) for v in f)

    fine, size = five(h)
    rough, _ = five(2 * h)
    return fine, abs(fine - rough) + 64 * U64 * size / h


def assert_slope(claimed, function, x, direction, rounding=0.0, h=1e-3):
    """The claimed projection gradient·direction is the slope of `function`; refuses a check too blunt to see 0.02 %."""
    slope, bound = projected_difference(function, x, direction, h)
    assert math.isfinite(claimed)
    assert bound <= 2e-4 * abs(slope), f"the difference itself is uncertain: {slope} ± {bound}"
    assert abs(claimed - slope) <= bound + rounding, (
        f"gradient says {claimed}, differences say {slope} ± {bound}"
    )


def python_value(node: Node, values):
    """A formula's value by plain Python floats and the math module: the reading a person would write.

    ValueError where a root is complex, as `math` says: IEEE has NaN there, and abs or a product could hide it.
    """
    if node.op == "number":
        return node.value
    if node.op == "name":
        return values.get(node.name, math.pi)
    if node.op == "where":
        return python_value(node.args[1] if python_value(node.args[0], values) else node.args[2], values)
    args = [python_value(a, values) for a in node.args]
    a, b = args[0], args[-1]
    two = {
        "+": lambda: a + b, "-": lambda: a - b, "*": lambda: a * b, "/": lambda: a / b, "**": lambda: a**b,
        "neg": lambda: -a, "<": lambda: a < b, "<=": lambda: a <= b, ">": lambda: a > b, ">=": lambda: a >= b,
        "==": lambda: a == b, "!=": lambda: a != b, "and": lambda: a and b, "or": lambda: a or b,
        "not": lambda: not a, "min": lambda: b if b < a else a, "max": lambda: b if b > a else a,
        "abs": lambda: abs(a), "sign": lambda: (a > 0) - (a < 0), "floor": lambda: math.floor(a),
    }  # fmt: skip
    value = two[node.op]() if node.op in two else getattr(math, node.op)(a)
    if isinstance(value, complex):
        raise ValueError(f"{a}**{b}")
    return value


def flat_of(plan, **parts):
    """Flat weights (members, P) from arrays by view name."""
    flat = np.zeros((plan.members, plan.size))
    views = plan.unflatten(flat)
    for name, value in parts.items():
        views[name][...] = value
    return flat
