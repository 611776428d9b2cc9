"""One text, several readings, one value: NumPy, graph, text read again, bytecode, plain Python; and their slopes.

Random trees come from hypothesis. Readings that run the same operations in the same order must agree to the bit; plain
Python's libm may round exp, log, tanh differently from NumPy's, one unit in the last place per operation.
"""

import math
import random
import re
from xml.etree import ElementTree

import mpmath
import numpy as np
import pytest
from checkers import U64, Exact, exact, exact_slope, python_value
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from chainrule.rules.activations import ACTIVATIONS
from chainrule.rules.bytecode import OPCODES, Program
from chainrule.rules.expression import (
    COMPARISONS,
    CONSTANTS,
    FUNCTIONS,
    REDUCTIONS,
    Expression,
    Node,
    name,
    number,
)
from chainrule.rules.losses import LOSSES
from chainrule.rules.optimizers import OPTIMIZERS
from chainrule.rules.words import read

LETTERS = ("x", "y", "b1", "lr")
UNARY = [f for f, row in FUNCTIONS.items() if row.arity == 1 and f not in REDUCTIONS]
FAST = settings(max_examples=150, deadline=None, derandomize=True)

NUMBERS = (0.0, 1.0, 2.0, 3.0, -1.0, -2.5, 0.5, 1e-3, 1e20, 0.1)


def build(rng, size):
    """A random tree of about `size` leaves, of every operation there is but the reductions."""
    if size <= 1:
        return rng.choice([*(name(v) for v in LETTERS), name("pi"), *(number(v) for v in NUMBERS)])
    kind, left = rng.random(), rng.randint(1, size - 1)
    if kind < 0.5:
        op = rng.choice(["+", "-", "*", "/", "**", "min", "max"])
        return Node(op, (build(rng, left), build(rng, size - left)))
    if kind < 0.6:
        inside = build(rng, size - 1)
        return number(-inside.value) if inside.op == "number" else Node("neg", (inside,))
    if kind < 0.85:
        return Node(rng.choice(UNARY), (build(rng, size - 1),))
    return Node("where", (condition(rng, 2), build(rng, left), build(rng, size - left)))


def condition(rng, size):
    if size <= 1 or rng.random() < 0.5:
        return Node(rng.choice(sorted(COMPARISONS)), (build(rng, size), build(rng, size)))
    op = rng.choice(["and", "or", "not"])
    return Node(op, tuple(condition(rng, size - 1) for _ in range(1 if op == "not" else 2)))


trees = st.builds(
    lambda seed, size: build(random.Random(seed), size), st.integers(0, 2**32), st.integers(1, 12)
)
numbers = st.floats(-3, 3).map(lambda v: round(v, 3) + 0.0) | st.sampled_from([0.0, 1.0, -1.0])
points = st.fixed_dictionaries(dict.fromkeys(LETTERS, numbers))


def same(a, b):
    return np.array_equal(np.asarray(a, float), np.asarray(b, float), equal_nan=True)


def run(program, values):
    """A tiny interpreter of the bytecode, as the native one works: registers, constants, steps."""
    registers = [np.asarray(v, float) for v in (*(values[i] for i in program.inputs), *program.constants)]
    from scipy.special import erf

    special = {
        "neg": lambda a: -a, "+": lambda a, b: a + b, "-": lambda a, b: a - b, "*": lambda a, b: a * b,
        "/": np.divide, "**": np.power, "<": np.less, "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal,
        "==": np.equal, "!=": np.not_equal, "and": np.logical_and, "or": np.logical_or, "not": np.logical_not,
        "min": np.minimum, "max": np.maximum, "erf": erf, "rowsum": lambda a: np.sum(a, -1, keepdims=True),
        "rowmax": lambda a: np.max(a, -1, keepdims=True), "norm": lambda a: np.sqrt(np.sum(a * a)),
    }  # fmt: skip
    with np.errstate(all="ignore"):
        for opcode, target, *given_registers in program.steps:
            assert target == len(registers)
            used = [registers[r] for r in given_registers if r >= 0]
            op = OPCODES[opcode]
            registers.append((special[op] if op in special else getattr(np, op))(*used))
    return [registers[r] for r in program.results]


# ---- values ---------------------------------------------------------------------------------------------------------


@FAST
@given(trees, points)
@example(Node("**", (number(0.1), name("x"))), dict.fromkeys(LETTERS, 2.0))
def test_text_read_again_is_the_same_tree_and_value(tree, values):
    expression = Expression.of(tree)
    again = Expression(expression.text)
    assert again.tree == tree
    assert same(again(**values), expression(**values))


@FAST
@given(trees, points)
def test_graph_holds_the_value(tree, values):
    expression = Expression.of(tree)
    assert same(expression.graph(**values).result.value, expression(**values))


@FAST
@given(trees, points)
def test_bytecode_computes_the_value(tree, values):
    program = Program.of(LETTERS, [("", tree)])
    assert program.registers == len(program.inputs) + len(program.constants) + len(program.steps)
    assert same(run(program, values)[0], Expression.of(tree)(**{k: np.float64(v) for k, v in values.items()}))


@FAST
@given(trees, points)
def test_arrays_are_elementwise_scalars(tree, values):
    expression = Expression.of(tree)
    arrays = {k: np.array([v, 1.0, -0.5]) for k, v in values.items()}
    whole = np.broadcast_to(expression(**arrays), (3,))
    for i in range(3):
        one = expression(**{k: v[i : i + 1] for k, v in arrays.items()})
        # vector and remainder loops of libm-like functions may differ by a rounding, which an operation can magnify
        assert same(whole[i], np.ravel(one)[0]) or math.isclose(whole[i], np.ravel(one)[0], rel_tol=1e-9)


@FAST
@given(trees, points)
def test_plain_python_computes_the_value(tree, values):
    try:
        wanted = python_value(tree, values)
    except (
        ZeroDivisionError,
        OverflowError,
        ValueError,
        TypeError,
    ):  # where IEEE has inf or NaN, or a root is complex
        assume(False)
    assume(math.isfinite(wanted))
    got = float(Expression.of(tree)(**values))
    with mpmath.workdps(60):
        try:
            true = float(read(tree, Exact(values)).real)
        except (ZeroDivisionError, OverflowError, ValueError, TypeError, AttributeError):
            true = wanted
    # where cancellation makes the two differ, neither may be further from the truth than a few times the other is
    assert (
        got == wanted
        or abs(got - wanted) <= 4 * abs(wanted - true) + 64 * U64 * abs(wanted)
        or math.isclose(got, wanted, rel_tol=1e-9, abs_tol=1e-9)
    )


@FAST
@given(trees, points)
def test_numbers_given_are_the_dtype_that_comes_back(tree, values):
    arrays = {k: np.array([v], np.float32) for k, v in values.items()}
    got = Expression.of(tree)(**arrays)
    uses = Expression.of(tree).letters
    assert np.asarray(got).dtype == (np.float32 if uses else np.float64)


@pytest.mark.parametrize("row", [*ACTIVATIONS.values()], ids=lambda row: row.name)
def test_rows_read_by_bytecode_are_the_rows_read_by_numpy(row):
    s = np.linspace(-4, 4, 12).reshape(3, 4)
    y = row.forward(s=s, **row.knobs)
    knobs = {k: np.float64(v) for k, v in row.knobs.items()}
    for expression in (row.forward, row.backward):
        letters = sorted(expression.letters)
        values = {"s": s, "y": y, "dy": np.cos(s), **knobs}
        got = run(Program.of(letters, [("", expression.tree)]), values)[0]
        np.testing.assert_array_equal(
            np.broadcast_to(got, s.shape), np.broadcast_to(expression(**values), s.shape)
        )


@pytest.mark.parametrize("row", [*OPTIMIZERS.values()], ids=lambda row: row.name)
def test_update_rules_read_by_bytecode_use_what_earlier_lines_assigned(row):
    letters = ("w", "g", "lr", "k", "decay", "E", *row.state, *row.knobs)
    values = {
        "w": 0.5,
        "g": -0.3,
        "lr": 0.1,
        "k": 3.0,
        "decay": 0.01,
        "E": 0.7,
        **row.knobs,
        **dict.fromkeys(row.state, 0.2),
    }
    program = Program.of(letters, [(letter, e.tree) for letter, e in row.assignments])
    got = dict(zip([letter for letter, _ in row.assignments], run(program, values), strict=True))
    plain = {k: np.float64(v) for k, v in values.items()}
    for letter, expression in row.assignments:
        plain[letter] = expression(**plain)
    assert {k: float(v) for k, v in got.items()} == {k: float(plain[k]) for k in got}


# ---- slopes ---------------------------------------------------------------------------------------------------------


SMOOTH = ["exp", "tanh", "sin", "cos", "erf", "expm1"]


def smooth(rng, size):
    """A random tree that has a slope everywhere but at the seams of where, min and max, and stays of ordinary size."""
    if size <= 1:
        return rng.choice([name("x"), name("x"), name("y"), number(2.0), number(0.5), number(-3.0)])
    left = rng.randint(1, size - 1)
    u, v = smooth(rng, left), smooth(rng, size - left)
    square = Node("*", (v, v))
    return rng.choice([
        Node("+", (u, v)), Node("-", (u, v)), Node("*", (u, v)), Node("/", (u, Node("+", (number(2.0), square)))),
        Node("**", (Node("+", (number(1.0), square)), number(-0.5))), Node(rng.choice(SMOOTH), (u,)),
        Node("log1p", (square,)), Node("where", (Node("<", (name("x"), number(0.25))), u, v)),
        Node("min", (u, v)), Node("max", (u, v)),
    ])  # fmt: skip


smooth_trees = st.builds(
    lambda seed, size: smooth(random.Random(seed), size), st.integers(0, 2**32), st.integers(2, 9)
)


@FAST
@given(smooth_trees, st.floats(-1.5, 1.5), st.floats(-1.5, 1.5))
def test_derivative_and_graph_gradient_are_the_slope(tree, x, y):
    expression = Expression.of(tree)
    values = {"x": x, "y": y}
    try:
        left, right = (exact_slope(expression, "x", side=s, **values) for s in (-1, 1))
        value = exact(expression, **values)
    except OverflowError:
        assume(False)
    assume(left == right and abs(left) < 1e6 and abs(value) < 1e6)  # no kink, no explosion
    graph = expression.graph(**values)
    assume(all(abs(float(n.value)) < 1e6 for n in graph.nodes if n.gradient is not None))
    # at most 60 operations on numbers below 1e6: products of two of them carry u·1e12 at the very most; typical 1e-12
    size = max(1.0, *(abs(float(n.value) * float(n.gradient)) for n in graph.nodes if n.gradient is not None))
    size *= max(1.0, *(abs(float(n.gradient)) for n in graph.nodes if n.gradient is not None)) ** 0.5
    tolerance = 2e3 * U64 * size
    assert abs(float(graph.gradient("x")) - left) <= tolerance
    assert abs(float(expression.derivative("x")(**values)) - left) <= tolerance * 10


@pytest.mark.parametrize(
    "function", [f for f in FUNCTIONS if FUNCTIONS[f].arity == 1 and f not in REDUCTIONS]
)
@pytest.mark.parametrize("u", [0.3, 1.7, 2.5])
def test_slope_of_every_function(function, u):
    expression = Expression(f"{function}(x)")
    wanted = exact_slope(expression, "x", x=u)
    assert abs(float(expression.derivative("x")(x=u)) - wanted) <= 8 * U64 * (1 + abs(wanted))
    assert abs(expression.graph(x=u).gradient("x") - wanted) <= 8 * U64 * (1 + abs(wanted))


def test_a_power_has_both_its_slopes():
    graph = Expression("x**y").graph(x=2.0, y=3.0)
    assert graph.gradient("x") == pytest.approx(12, rel=4 * U64)
    assert graph.gradient("y") == pytest.approx(8 * math.log(2), rel=4 * U64)
    assert float(Expression("x**y").derivative("y")(x=2.0, y=3.0)) == pytest.approx(
        8 * math.log(2), rel=4 * U64
    )


def test_backwards_through_where_nothing_is_multiplied_by_zero():
    text = "where(x > 0, log(x), x/(x*0))"
    assert Expression(text).graph(x=2.0).gradient("x") == 0.5
    assert float(Expression(text).derivative("x")(x=2.0)) == 0.5
    wild = Expression("where(x > 0, x, exp(exp(x*x)))")
    assert wild.graph(x=30.0).gradient("x") == 1.0
    assert float(wild.derivative("x")(x=30.0)) == 1.0


def test_reductions_over_the_outputs_of_a_row_have_graph_gradients():
    x = np.array([[1.0, -2.0, 0.5], [0.1, 0.2, 0.3]])
    graph = Expression("rowsum(x*x)").graph(x=x)
    np.testing.assert_array_equal(graph.gradient("x"), 2 * x)
    np.testing.assert_array_equal(Expression("rowmax(x)").graph(x=x).gradient("x"), [[1, 0, 0], [0, 0, 1]])
    np.testing.assert_allclose(
        Expression("norm(x)").graph(x=x).gradient("x"), x / np.linalg.norm(x), rtol=4 * U64
    )
    y = np.exp(x) / np.exp(x).sum(-1, keepdims=True)
    softmax = Expression("rowsum(c*exp(x)/rowsum(exp(x)))")
    c = np.array([1.0, 2.0, -1.0])
    np.testing.assert_allclose(
        softmax.graph(x=x, c=c).gradient("x"), y * (c - (c * y).sum(-1, keepdims=True)), atol=1e-15
    )


def test_a_broadcast_letter_collects_the_gradients_of_all_its_copies():
    graph = Expression("x*a + b").graph(x=np.ones((3, 2)), a=np.array([2.0, 3.0]), b=1.0)
    assert graph.gradient("b") == 6.0
    np.testing.assert_array_equal(graph.gradient("a"), [3, 3])


# ---- pages ----------------------------------------------------------------------------------------------------------


def balanced(latex):
    plain = latex.replace(r"\{", "").replace(r"\}", "")
    depth = 0
    for character in plain:
        depth += {"{": 1, "}": -1}.get(character, 0)
        assert depth >= 0, latex
    assert depth == 0, latex
    assert plain.count(r"\left") - plain.count(r"\leftarrow") == plain.count(r"\right"), latex
    assert plain.count(r"\begin{cases}") == plain.count(r"\end{cases}"), latex


def parsed(mathml):
    return ElementTree.fromstring(f"<math>{mathml}</math>")


@FAST
@given(trees, points)
def test_latex_is_balanced_and_mathml_is_xml(tree, values):
    expression = Expression.of(tree)
    for given_values in ({}, values):
        balanced(expression.latex(given_values))
        root = parsed(expression.mathml(given_values))
        assert len(root) == 1
        for element in root.iter():  # arities of presentation MathML
            wanted = {"mfrac": 2, "msup": 2, "msub": 2, "munder": 2, "msqrt": 1, "mtd": 1}.get(
                element.tag.split("}")[-1]
            )
            assert wanted is None or len(element) == wanted, ElementTree.tostring(element)


TEXTS = (
    {e.text for row in ACTIVATIONS.values() for e in (row.textbook, row.forward, row.backward)}
    | {e.text for row in LOSSES.values() for e in (row.textbook, row.forward, row.gradient, row.curvature)}
    | {e.text for row in OPTIMIZERS.values() for _, e in row.assignments}
)


@pytest.mark.parametrize("text", sorted(TEXTS))
def test_every_rows_formula_can_be_shown(text):
    expression = Expression(text)
    balanced(expression.latex())
    assert len(parsed(expression.mathml())) == 1


@pytest.mark.parametrize(("text", "latex"), [
    ("1/(1 + exp(-s))", r"\frac{1}{1 + e^{-s}}"),
    ("(a + b)*c", r"\left(a + b\right) \cdot c"),
    ("a - (b - c)", r"a - \left(b - c\right)"),
    ("(a + b)**2", r"\left(a + b\right)^{2}"),
    ("b1**k", r"\beta_1^{k}"),
    ("lr*w1", r"\eta \cdot w_{1}"),
    ("sigma*x_in", r"\sigma \cdot x_{in}"),
    ("y*(dy - rowsum(dy*y))", r"y \cdot \left(\mathit{dy} - \sum_{o} \mathit{dy} \cdot y\right)"),
    ("rowsum(a + b)", r"\sum_{o} \left(a + b\right)"),
    ("rowsum(a)*b", r"\left(\sum_{o} a\right) \cdot b"),
    ("rowmax(a + b)", r"\max_{o} \left(a + b\right)"),
    ("rowmax(a)*b", r"\left(\max_{o} a\right) \cdot b"),
    ("where(s > 0, s, 0)*a", r"\left(\begin{cases}s & s > 0\\ 0 & \text{otherwise}\end{cases}\right) \cdot a"),
    ("log1p(-x)", r"\ln\left(1+\left(-x\right)\right)"),
])  # fmt: skip
def test_latex_as_a_person_writes_it(text, latex):
    assert Expression(text).latex() == latex


def test_numbers_are_put_in_with_their_signs_in_brackets():
    values = {"x": -2.0, "w": 0.5, "b": -1e-7}
    assert Expression("x*w + b").latex(values) == r"\left(-2\right) \cdot 0.5 + \left(-1\cdot 10^{-7}\right)"
    assert Expression("x**2").latex(values) == r"\left(-2\right)^{2}"
    mathml = Expression("x*w + b").mathml(values)
    assert "".join(parsed(mathml).itertext()) == "(−2)⋅0.5+(−1⋅10−7)"
    assert not re.search("<mi>", mathml)


def test_symbols_are_text_in_mathml_and_may_hold_anything():
    mathml = Expression("x + 1").mathml(symbols={"x": "price < 5 & tax"})
    assert "".join(parsed(mathml).itertext()) == "price < 5 & tax+1"


# ---- words ----------------------------------------------------------------------------------------------------------


def test_letters_are_what_the_text_uses_without_constants():
    assert Expression("x + pi*b1 - where(x > y, 1, 2)").letters == {"x", "b1", "y"}
    assert set(CONSTANTS) == {"pi"}


def test_substitution_puts_whole_formulas_in():
    inner = Expression("a + b")
    assert Expression("x*x").substitute(x=inner).text == "(a + b) * (a + b)"


def test_minus_zero_survives_text_and_bytecode():
    for text in ("1/-0.0", "1/(x*-0.0)"):
        tree = Expression(text).tree
        assert float(Expression(text)(x=1.0)) == -math.inf
        assert float(Expression(Expression.of(tree).text)(x=1.0)) == -math.inf
        assert float(run(Program.of(("x",), [("", tree)]), {"x": 1.0})[0]) == -math.inf


def test_a_missing_value_is_refused_by_name():
    from chainrule.errors import RuleError

    for reading in (Expression("a + b"), Expression("a + b").graph):
        with pytest.raises(RuleError, match="value for b"):
            reading(a=1.0)
