"""The checkers checked: a slope, a sign, a digit or an operator made wrong on purpose is seen by what guards it."""

import dataclasses

import nets
import numpy as np
import pytest

from chainrule.batches.source import Source
from chainrule.batches.start import start
from chainrule.errors import RuleError
from chainrule.explain import derivation
from chainrule.explain.equation import equation
from chainrule.explain.equation.checking import letters_of, predicted
from chainrule.explain.equation.listing import formulas
from chainrule.explain.trace import trace_row
from chainrule.plan import make_plan
from chainrule.rules.activations import ACTIVATIONS
from chainrule.rules.expression import Expression, Node

from .test_derivation import hold
from .test_trace import every_number


def worst_difference(activation: object) -> float:
    """The largest relative gap between a gradient and its central difference in a 2-3-2-1 network."""
    plan = make_plan(
        2, 1, (3, 2), activation=[activation, "sigmoid"], loss="squared", precision="float64", seed=4
    )
    source = Source(np.array([[0.7, -0.4]]), np.array([[0.3]]))
    traced = trace_row(plan, start(plan), source.batch(slice(None)), 0)
    pairs = [(n.difference, n.value) for n in every_number(traced) if n.difference is not None]
    return max(abs(d - v) / max(abs(v), 0.05) for d, v in pairs)


def test_a_slope_half_a_thousandth_off_is_seen_by_the_difference_quotient(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    tanh = ACTIVATIONS["tanh"]
    with pytest.raises(RuleError, match="CR-1318"):
        make_plan(2, 1, (3,), activation=dataclasses.replace(tanh, name="planted", slope="1.0005*(1 - y*y)"))
    monkeypatch.setattr("chainrule.plan.probe_activation", lambda *_: None)  # as if it got past that
    assert worst_difference(tanh) < 1e-6
    assert worst_difference(dataclasses.replace(tanh, name="planted", slope="1.0005*(1 - y*y)")) > 1e-4
    assert worst_difference(dataclasses.replace(tanh, name="planted", slope="1 + y*y")) > 1e-2


def turned(tree: Node) -> Node:
    """The first sum in a formula made a difference, the first product a quotient."""
    done = False

    def walk(node: Node) -> Node:
        nonlocal done
        if not done and node.op in ("+", "-", "*"):
            done = True
            return Node({"+": "-", "-": "+", "*": "/"}[node.op], node.args)
        return Node(node.op, tuple(walk(a) for a in node.args), node.value, node.name)

    return walk(tree)


@pytest.mark.parametrize("claim", ["ds2_j", "ds1_h", "dw1_ih", "dw2_hj", "s2_j"])
def test_a_derivation_with_one_operator_swapped_is_seen(claim: str, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = make_plan(
        3, 2, (4,), activation="sigmoid", loss="half_squared", output="sigmoid", precision="float64", seed=5
    )
    assert hold(plan, "house") > 10
    made = derivation.derivation_page

    def planted(*args: object, **settings: object) -> object:
        lesson = made(*args, **settings)
        label = next(k for k in lesson.claims if k == claim or k.startswith(claim.rsplit("_", 1)[0] + "_"))
        changed = turned(lesson.claims[label])
        assert changed != lesson.claims[label]
        return dataclasses.replace(lesson, claims={**lesson.claims, label: changed})

    monkeypatch.setitem(hold.__globals__, "derivation_page", planted)
    with pytest.raises(AssertionError):
        hold(plan, "house")


def worst(lines: list[tuple[str, str]], made: object, table: object) -> float:
    env = letters_of(made.folded, table)
    for letter, formula in lines:
        env[letter] = Expression(formula)(**env)
    theirs = predicted(made.model, table, double=True)
    ours = np.column_stack([np.broadcast_to(env[a.name], table.rows) for a in made.folded.answers])
    return float(np.max(np.abs(ours - theirs))) / float(np.max(np.abs(theirs)))


@pytest.mark.parametrize("planted", ["digit", "operator", "letter", "line"])
def test_an_equation_with_one_thing_changed_no_longer_is_predict(planted: str) -> None:
    model, table = nets.model("regression", "tanh"), nets.table()
    made = equation(model, table)
    lines = formulas(str(made))
    assert worst(lines, made, table) < 1e-11
    at = next(k for k, (letter, _) in enumerate(lines) if letter == "s1_1")
    letter, formula = lines[at]
    if planted == "digit":  # the fourth significant digit of the first weight
        first = next(t for t in formula.split() if t[0].isdigit() and float(t) > 0 and len(t) > 8)
        place = next(k for k, c in enumerate(first) if c.isdigit() and c != "0") + 4
        digit = first[place] if first[place].isdigit() else first[place + 1]
        formula = formula.replace(first, first[:place] + str((int(digit) + 1) % 10) + first[place + 1 :], 1)
    elif planted == "operator":
        formula = formula.replace(" + ", " - ", 1) if " + " in formula else formula.replace(" - ", " + ", 1)
    elif planted == "letter":
        formula = (
            formula.replace("exp_2", "width_cm", 1)
            if "exp_2" in formula
            else formula.replace("width_cm", "exp_2", 1)
        )
    changed = (
        [*lines[:at], (letter, formula), *lines[at + 1 :]]
        if planted != "line"
        else lines[:at] + lines[at + 1 :]
    )
    assert changed != lines
    try:
        off = worst(changed, made, table)
    except Exception as error:  # a line that is missing leaves its letter without a value
        assert planted == "line" and type(error).__name__ == "RuleError"
        return
    assert off > 1e-9
