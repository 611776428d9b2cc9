"""The measuring tools are measured: a slope wrong by 0.05 %, a swapped sign, a forgotten correction must be caught.

A gradient test that lets dfdx's GELU (√2 too large in one term) pass proves nothing, so every check used here is
handed a rule with a planted fault and must refuse it; the same check must pass the row as it is.
"""

import dataclasses

import mpmath
import numpy as np
import pytest
from checkers import U64, assert_slope, exact, exact_slope, projected_difference

from chainrule.batches.source import Source
from chainrule.engine.contract import Sums
from chainrule.engine.reference import Reference
from chainrule.errors import RuleError
from chainrule.plan import make_plan
from chainrule.rules.activations import ACTIVATIONS
from chainrule.rules.expression import Expression
from chainrule.rules.losses import LOSSES
from chainrule.rules.optimizers import OPTIMIZERS

REFERENCE = Reference()
FAULTS = pytest.mark.parametrize("factor", [1.0005, 0.9995, -1.0], ids=["+0.05%", "-0.05%", "sign"])


def slope_check(activation="tanh", loss="squared", output=None, planted=None):
    """The check of test_gradients on one small net, in float64; `planted` stands where the row of its name stood.

    It is put in behind the plan's own checks, which refuse such rows (that is what they are for).
    """
    rng = np.random.default_rng(21)
    plan = make_plan(3, 2, (4,), activation=activation, loss=loss, output=output, precision="float64")
    if planted is not None:
        blocks = tuple(
            dataclasses.replace(b, activation=planted)
            if getattr(getattr(b, "activation", 0), "name", "") == planted.name
            else b for b in plan.blocks
        )  # fmt: skip
        loss_row = planted if plan.loss.name == planted.name else plan.loss
        plan = dataclasses.replace(plan, blocks=blocks, loss=loss_row)
    kind = plan.loss.targets
    t = {"classes": rng.multinomial(8, [0.5, 0.5], 9) / 8, "binary": np.round(rng.random((9, 2))),
         "counts": rng.poisson(1.5, (9, 2)) * 1.0}.get(kind, rng.normal(size=(9, 2)))  # fmt: skip
    batch = Source(rng.normal(size=(9, 3)), t).batch(slice(None))
    flat, direction = rng.normal(size=(2, 1, plan.size))
    grad = REFERENCE.gradient(plan, flat, batch).grad_sum
    assert_slope(float(np.sum(grad * direction)), lambda w: float(REFERENCE.gradient(plan, w, batch).loss_sum[0]),
                 flat, direction, 1e-12 * np.linalg.norm(grad), 1e-5)  # fmt: skip


@pytest.mark.parametrize("name", [n for n, row in ACTIVATIONS.items() if not row.output and row.learns])
@FAULTS
def test_a_wrong_slope_of_an_activation_is_caught(name, factor):
    row = ACTIVATIONS[name]
    slope_check(name)
    wrong = dataclasses.replace(row, slope=f"{factor!r}*({row.gradient.text})")
    with pytest.raises(AssertionError, match="differences say"):
        slope_check(name, planted=wrong)


@FAULTS
def test_a_wrong_backward_of_softmax_is_caught(factor):
    row = ACTIVATIONS["softmax"]
    slope_check(output="softmax")
    with pytest.raises(AssertionError, match="differences say"):
        slope_check(output="softmax", planted=dataclasses.replace(row, back=f"{factor!r}*({row.back})"))


def test_softmax_without_its_coupling_is_caught():
    """y(1 − y)·dy, the diagonal alone: the classical mistake."""
    wrong = dataclasses.replace(ACTIVATIONS["softmax"], back="y*(1 - y)*dy")
    with pytest.raises(AssertionError, match="differences say"):
        slope_check(output="softmax", planted=wrong)


@pytest.mark.parametrize("name", LOSSES)
@FAULTS
def test_a_wrong_slope_of_a_loss_is_caught(name, factor):
    row = LOSSES[name]
    slope_check(loss=name)
    with pytest.raises(AssertionError, match="differences say"):
        slope_check(loss=name, planted=dataclasses.replace(row, slope=f"{factor!r}*({row.gradient.text})"))


def test_a_gelu_with_root_two_in_one_term_is_caught():
    row = ACTIVATIONS["gelu"]
    wrong = dataclasses.replace(row, slope="(1 + erf(s/sqrt(2)))/2 + s*exp(-s*s/2)/sqrt(pi)")
    with pytest.raises(AssertionError, match="differences say"):
        slope_check("gelu", planted=wrong)


def test_a_kink_on_the_way_is_not_mistaken_for_a_fault_nor_does_it_hide_one():
    """Differences across a kink are refused as uncertain: the check says that it cannot tell."""
    with pytest.raises(AssertionError, match="uncertain"):
        assert_slope(0.5, lambda v: float(np.abs(v[0])), np.array([1e-4]), np.array([1.0]))


def test_the_bound_of_a_projected_difference_holds_and_is_tight():
    for seed in range(50):
        rng = np.random.default_rng(seed)
        x, d = rng.normal(size=(2, 5))
        slope, bound = projected_difference(lambda v: float(np.sum(np.sin(2 * v) * np.exp(v))), x, d)
        true = float(np.sum((2 * np.cos(2 * x) + np.sin(2 * x)) * np.exp(x) * d))
        assert abs(slope - true) <= bound < 1e-8 * (1 + abs(true))


def test_exact_values_need_no_digits_of_floats():
    assert exact(Expression("log(1 + exp(s)) - s"), s=100.0) == float(mpmath.exp(-100))
    assert exact_slope(Expression("1/(1 + exp(-s))"), "s", s=-300.0) == pytest.approx(
        float(mpmath.exp(-300)), rel=1e-15
    )
    assert exact_slope(Expression("abs(s)"), "s", side=-1, s=0.0) == -1.0


@pytest.mark.parametrize("name", [n for n, row in ACTIVATIONS.items() if not row.output and row.learns])
@FAULTS
def test_the_plan_refuses_a_users_activation_with_a_wrong_slope(name, factor):
    row = ACTIVATIONS[name]
    wrong = dataclasses.replace(row, name="mine", slope=f"{factor!r}*({row.gradient.text})")
    with pytest.raises(RuleError) as caught:
        make_plan(3, 2, (4,), activation=wrong)
    assert caught.value.code == "CR-1318"


# ---- update rules: faults of a kind seen in the wild, against the comparison of test_optimizers

WILD = {
    "adam without bias correction": ("adam", "w = w - lr*m/(sqrt(v) + eps)"),
    "adam forgets b1**k": ("adam", "w = w - lr*m/(sqrt(v/(1 - b2**k)) + eps)"),
    "adam forgets b2**k": ("adam", "w = w - lr*(m/(1 - b1**k))/(sqrt(v) + eps)"),
    "adam counts steps from zero": (
        "adam",
        "w = w - lr*(m/(1 - b1**(k + 1)))/(sqrt(v/(1 - b2**(k + 1))) + eps)",
    ),
    "adam_hat's place of eps": ("adam", "w = w - lr*(m/(1 - b1**k))/sqrt(v/(1 - b2**k) + eps)"),
    "nesterov is momentum": ("nesterov", "w = w - lr*m"),
    "momentum climbs": ("momentum", "w = w + lr*m"),
    "rmsprop's place of eps": ("rmsprop", "w = w - lr*g/sqrt(v + eps)"),
    "descent 0.05 % too long": ("gd", "w = w - lr*g*1.0005"),
}


def path(row, gradients):
    plan = make_plan(4, 1, bias=False, optimizer=row, reduce_rows="sum", precision="float64", decay=0.0)
    w = np.array([[0.5, -1.0, 2.0, 1e-3]])
    slots = [np.full((1, 4), row.start(s, row.knobs)) for s in row.state]
    walked = []
    for k, g in enumerate(gradients, 1):
        w, slots = REFERENCE.update(plan, w, slots, Sums(np.zeros(1), np.ones(1), g[None]), k, 0.01)
        walked.append(w[0])
    return np.array(walked)


@pytest.mark.parametrize("fault", WILD)
def test_a_wrong_update_rule_leaves_the_papers_path(fault):
    name, line = WILD[fault]
    row = OPTIMIZERS[name]
    wrong = dataclasses.replace(row, name="wrong", lines=(*row.lines[:-1], line))
    gradients = np.random.default_rng(2).normal(size=(6, 4)) * np.array([1, 1e-3, 10, 1e-6])
    right = path(row, gradients)
    # the tolerance test_optimizers allows after six steps
    assert np.abs(path(wrong, gradients) - right).max() > 16 * 6 * U64 * 10


def test_irprop_that_steps_after_a_change_of_sign_is_caught():
    row = OPTIMIZERS["irprop_minus"]
    wrong = dataclasses.replace(
        row, lines=tuple("p = g" if line.startswith("p =") else line for line in row.lines)
    )
    gradients = np.array([[1.0] * 4, [-1.0] * 4, [-1.0] * 4])
    assert np.abs(path(wrong, gradients) - path(row, gradients)).max() > 1e-4
