"""A formula may come from a stranger: any text is an Expression or a RuleError, at once, and nothing else ever.

Warnings are errors in this suite, so a SyntaxWarning out of Python's parser fails here too.
"""

import ast
import math
import string

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from chainrule.errors import RuleError
from chainrule.rules.activations import Activation
from chainrule.rules.expression import FUNCTIONS, MAX_CHARACTERS, MAX_DEPTH, MAX_NODES, Expression
from chainrule.rules.losses import Loss
from chainrule.rules.optimizers import Optimizer
from chainrule.rules.schedules import Schedule


def refused(text: object) -> str:
    """The code the text is refused with; its sentence can be said."""
    with pytest.raises(RuleError) as caught:
        Expression(text)  # type: ignore[arg-type]  # strangers do not keep to types
    assert len(str(caught.value)) > 20
    return caught.value.code


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "CR-1303"),
        ("   ", "CR-1303"),
        (None, "CR-1301"),
        (1.5, "CR-1301"),
        (b"s", "CR-1301"),
        (["s"], "CR-1301"),
        ("s" * (MAX_CHARACTERS + 1), "CR-1302"),
        ("s +", "CR-1303"),
        ("(s", "CR-1303"),
        ("s; s", "CR-1303"),
        ("s\n+ 1", "CR-1303"),
        ("(s\n+ 1)", "CR-1303"),
        ("s # comment", "CR-1303"),
        ("s = 1", "CR-1303"),
        ("1_0", "CR-1303"),
        ("0x10", "CR-1303"),
        ("0b1", "CR-1303"),
        ("0o7", "CR-1303"),
        ("1j", "CR-1303"),
        ("1if s else 2", "CR-1303"),
        ("1or 2", "CR-1303"),
        ("0777", "CR-1303"),
        ("'\\d'", "CR-1303"),
        ("f'{s}'", "CR-1303"),
        ("'s'", "CR-1303"),
        ("b'' ", "CR-1303"),
        ("ｓ", "CR-1303"),  # a full-width s, which Python would read as s
        ("ﬁ", "CR-1303"),
        ("σ(s)", "CR-1303"),
        ("s\x00", "CR-1303"),
        ("\ud800", "CR-1303"),
        ("s\u2028+1", "CR-1303"),
        ("s − 1", "CR-1303"),
        ("lambda s: s", "CR-1312"),
        ("s if s else 2", "CR-1312"),
        ("(t := s)", "CR-1312"),
        ("s.__class__", "CR-1312"),
        ("s.real", "CR-1312"),
        ("s[0]", "CR-1312"),
        ("[s]", "CR-1312"),
        ("{s}", "CR-1312"),
        ("(s, s)", "CR-1312"),
        ("{s: s}", "CR-1312"),
        ("[s for s in s]", "CR-1312"),
        ("*s", "CR-1303"),
        ("await s", "CR-1312"),
        ("yield", "CR-1303"),
        ("...", "CR-1312"),
        ("None", "CR-1312"),
        ("True", "CR-1312"),
        ("s // 2", "CR-1312"),
        ("s % 2", "CR-1312"),
        ("s @ s", "CR-1312"),
        ("s & s", "CR-1312"),
        ("~s", "CR-1312"),
        ("s << 1", "CR-1312"),
        ("s is s", "CR-1312"),
        ("s in s", "CR-1312"),
        ("0 < s < 1", "CR-1312"),
        ("exp(s)(s)", "CR-1312"),
        ("exp(u=s)", "CR-1312"),
        ("exp(*s)", "CR-1312"),
        ("exp(**s)", "CR-1312"),
        ("s.exp(1)", "CR-1312"),
        ("__import__(s)", "CR-1310"),
        ("eval(s)", "CR-1310"),
        ("pi(s)", "CR-1310"),
        ("exp()", "CR-1311"),
        ("exp(s, s)", "CR-1311"),
        ("where(s > 0, s)", "CR-1311"),
        ("s > 0", "CR-1304"),
        ("(s > 0) + 1", "CR-1304"),
        ("-(s > 0)", "CR-1304"),
        ("where(s, 1, 0)", "CR-1305"),
        ("where(s and 1 > 0, 1, 0)", "CR-1305"),
        ("where(not s, 1, 0)", "CR-1305"),
        ("where(s > 0, s > 1, 0)", "CR-1304"),
        ("1e400", "CR-1308"),
        ("9" * 400, "CR-1308"),
        ("9" * MAX_CHARACTERS, "CR-1308"),
        ("_s", "CR-1309"),
        ("__name__", "CR-1309"),
        ("s" * 33, "CR-1309"),
        ("+".join("s" * (MAX_NODES // 2 + 1)), "CR-1307"),
        ("-" * 1000 + "s", "CR-1307"),
        ("-" * (MAX_CHARACTERS - 1) + "s", "CR-1307"),
        ("not " * 400 + "s > 0", "CR-1307"),
        ("s" + ".a" * 990, "CR-1312"),
        ("s" + "[0]" * 600, "CR-1312"),
        ("s" + "()" * 900, "CR-1312"),
        ("(" * 199 + "s" + ")" * 199, None),
        ("(" * 900 + "s" + ")" * 900, "CR-1303"),
        ("[" * 900, "CR-1303"),
        ("s**" * 600 + "s", "CR-1307"),
        ("where(" + " or ".join(["s > 0"] * 220) + ", 1, 0)", "CR-1306"),
    ],
    ids=lambda value: repr(value)[:32],
)  # fmt: skip
def test_hostile_text_is_refused_with_its_reason(text: object, code: str | None) -> None:
    if code is None:  # brackets are no depth: only what is computed counts
        assert Expression(str(text)).letters == {"s"}
    else:
        assert refused(text) == code


def test_the_limits_themselves_are_allowed() -> None:
    assert Expression("-(" * (MAX_DEPTH - 1) + "s" + ")" * (MAX_DEPTH - 1))(s=1.0) == (-1.0) ** (
        MAX_DEPTH - 1
    )
    assert refused("-(" * MAX_DEPTH + "s" + ")" * MAX_DEPTH) == "CR-1307"
    spaces = "s" + " " * (MAX_CHARACTERS - 2) + "+"
    assert refused(spaces) == "CR-1303"  # long enough, and no formula
    assert Expression("1.7976931348623157e308")() == 1.7976931348623157e308
    assert Expression("a" * 32).letters == {"a" * 32}


def test_a_letter_outside_the_list_is_refused_by_name() -> None:
    with pytest.raises(RuleError, match="'q'") as caught:
        Expression("s + q", {"s"})
    assert caught.value.code == "CR-1313"


def test_a_letter_without_a_value_is_refused_by_name() -> None:
    with pytest.raises(RuleError, match="value for t") as caught:
        Expression("s + t")(s=1.0)
    assert caught.value.code == "CR-1323"


def attempt(text: str) -> None:
    """An Expression, which then reads, or a RuleError."""
    try:
        made = Expression(text)
    except RuleError as refusal:
        assert refusal.code.startswith("CR-13")
        assert refusal.code in str(refusal)
        return
    assert made.latex()
    assert made.mathml()
    made(**dict.fromkeys(made.letters, 0.5))
    assert Expression.of(made.tree).text  # typed again, it is the same formula
    assert Expression(Expression.of(made.tree).text).tree == made.tree


@settings(max_examples=400, deadline=None)
@given(st.text(max_size=60))
@example("1if s else 2")
@example("s\\")
def test_any_text_is_a_formula_or_refused(text: str) -> None:
    attempt(text)


PIECES = [
    *FUNCTIONS, *"()+-*/,<>=!.:_[]{} 0123456789esty", "**", "==", "<=", "where(s > 0, ", "and ", "or ", "not ", "if ",
    "else ", "lambda ",
    "1e", "pi", " is ", " in ", "s", "exp(s)", "-s", "0x", "__", "1_0", ".real", "'", "\\", "\n", "é",

]  # fmt: skip


@settings(max_examples=1500, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=25).map("".join))
def test_any_heap_of_pieces_is_a_formula_or_refused(text: str) -> None:
    attempt(text)


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from("-+(*.,["),
    st.integers(1, MAX_CHARACTERS),
    st.sampled_from(["s", "1", "", "s)", "exp(s)"]),
)
def test_any_depth_is_a_formula_or_refused(piece: str, count: int, end: str) -> None:
    attempt(piece * count + end)


numbers = st.floats(allow_nan=False, allow_infinity=False, min_value=0) | st.integers(0, 10**9).map(float)


@settings(max_examples=300, deadline=None)
@given(numbers)
def test_a_number_means_what_python_says(value: float) -> None:
    assert Expression(repr(value))() == ast.literal_eval(repr(value))


def formulas() -> st.SearchStrategy[str]:
    leaves = st.sampled_from(["s", "y", "pi", "0", "1", "2.5", "1e-3"])
    one = [name for name, f in FUNCTIONS.items() if f.arity == 1 and name not in ("rowsum", "rowmax", "norm")]

    def grow(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
        pair = st.tuples(inner, st.sampled_from(["+", "-", "*", "/", "**"]), inner)
        test = st.tuples(inner, st.sampled_from(["<", "<=", ">", ">=", "==", "!="]), inner)
        return (
            pair.map(lambda p: f"({p[0]}) {p[1]} ({p[2]})")
            | st.tuples(st.sampled_from(one), inner).map(lambda p: f"{p[0]}({p[1]})")
            | st.tuples(st.sampled_from(["min", "max"]), inner, inner).map(
                lambda p: f"{p[0]}({p[1]}, {p[2]})"
            )
            | st.tuples(test, inner, inner).map(lambda p: f"where({' '.join(p[0])}, {p[1]}, {p[2]})")
            | inner.map(lambda p: f"-({p})")
        )

    return st.recursive(leaves, grow, max_leaves=12)


@settings(max_examples=300, deadline=None)
@given(formulas())
def test_every_formula_is_accepted_and_typed_back_to_the_same_tree(text: str) -> None:
    made = Expression(text)
    assert Expression(Expression.of(made.tree).text).tree == made.tree


@settings(max_examples=300, deadline=None)
@given(formulas(), st.sampled_from(["s", "y"]))
def test_every_formula_has_a_derivative_that_is_a_formula(text: str, letter: str) -> None:
    slope = Expression(text).derivative(letter)
    assert slope.letters <= {"s", "y"}
    float(slope(s=0.7, y=1.3))


# ---- rules made of hostile parts ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "knobs",
    [
        {"s": 1.0},
        {"y": 1.0},
        {"dy": 1.0},
        {"pi": 3.0},
        {"exp": 1.0},
        {"lambda": 1.0},
        {"": 1.0},
        {"1a": 1.0},
        {"a b": 1.0},
        {"_a": 1.0},
        {"a" * 33: 1.0},
        {"é": 1.0},
        {1: 1.0},
        {"a": math.nan},
        {"a": math.inf},
        {"a": "1"},
        {"a": None},
        {"a": True},
        ["a"],
        "a",
        None,
        3,
    ],
    ids=repr,
)
def test_a_knob_that_means_something_else_is_refused(knobs: object) -> None:
    with pytest.raises(RuleError) as caught:
        Activation("mine", y="s", knobs=knobs)  # type: ignore[arg-type]  # strangers do not keep to types
    assert caught.value.code in ("CR-1324", "CR-1325")


@pytest.mark.parametrize("name", ["", "a" * 65, "a\nb", None, 3, b"x"], ids=repr)
def test_a_rule_needs_a_name_that_can_be_shown(name: object) -> None:
    with pytest.raises(RuleError):
        Activation(name, y="s")  # type: ignore[arg-type]  # strangers do not keep to types


@pytest.mark.parametrize(
    "fields",
    [
        {"lines": ()},
        {"lines": ("m = g",)},
        {"lines": "w = w - lr*g"},
        {"lines": (1,)},
        {"lines": ("w = w - g", None)},
        {"state": {"w": "0"}},
        {"state": {"lr": "0"}},
        {"state": {"m": "zero"}},
        {"state": {"m": "nan"}},
        {"state": {"m": None}},
        {"state": ["m"]},
        {"lr": math.nan},
        {"lr": "1"},
    ],
    ids=repr,
)
def test_an_update_rule_that_cannot_run_is_refused(fields: dict[str, object]) -> None:
    good: dict[str, object] = {"name": "mine", "lines": ("m = g", "w = w - lr*m"), "state": {"m": "0"}}
    assert Optimizer(**good).assignments  # type: ignore[arg-type]  # a dict of fields
    with pytest.raises(RuleError):
        Optimizer(**{**good, **fields})  # type: ignore[arg-type]  # strangers do not keep to types


@pytest.mark.parametrize(
    "line", ["lr = 1", "k = k + 1", "decay = 0", "w == 1", "w", "w = ", "w = q", "1 = w", "w += g"]
)
def test_a_line_that_assigns_what_it_may_not_is_refused(line: str) -> None:
    with pytest.raises(RuleError):
        _ = Optimizer("mine", ("w = w - g", line)).assignments


def test_losses_and_schedules_refuse_the_same_way() -> None:
    for fields in (
        {"targets": "words"},
        {"targets": ["number"]},
        {"c": math.inf},
        {"link": None},
        {"knobs": {"t": 1.0}},
    ):
        with pytest.raises(RuleError):
            Loss("mine", value="(y - t)**2", **fields)  # type: ignore[arg-type]  # strangers do not keep to types
    for fields in (
        {"at_epoch": "x = 1"},
        {"state": {"lr": 1.0}},
        {"state": {"x": math.nan}},
        {"knobs": {"k": 1.0}},
    ):
        with pytest.raises(RuleError):
            Schedule("mine", "lr", **fields)  # type: ignore[arg-type]  # strangers do not keep to types


def test_the_alphabet_of_the_fuzz_reaches_every_operator() -> None:
    assert set(string.digits) <= set("".join(PIECES))
    assert all(name in PIECES for name in FUNCTIONS)


def test_a_derived_slope_that_is_too_long_is_said_to_be_derived():
    text = "*".join(
        f"sin(s + {i})" for i in range(40)
    )  # 40 factors: the product rule writes the line 40 times
    with pytest.raises(RuleError) as error:
        _ = Activation("waves", y=text).backward
    assert error.value.code == "CR-1326" and "'waves' was derived" in str(error.value)
    assert Activation("waves", y=text, slope="1").backward(dy=2.0) == 2.0
    with pytest.raises(RuleError, match="CR-1302"):  # a slope the user wrote is the user's
        _ = Activation("waves", y="s", slope=text * 9).backward
