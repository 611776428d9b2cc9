"""Rows a network or its loss has no meaning for are refused by row before the first step, on every engine."""

from dataclasses import replace

import numpy as np
import pytest

from chainrule.batches.checks import check_source
from chainrule.batches.source import Source
from chainrule.batches.start import start
from chainrule.engine.contract import evaluate_loss
from chainrule.errors import BatchError
from chainrule.plan import make_plan
from chainrule.training.loop import fit
from chainrule.training.stopping import Stopping

N = 5000  # more than one block, so that a row is counted over all of them
NAN = float("nan")


def source(t, at, value, codes=None):
    """N rows whose targets are all `t` but in row `at`."""
    targets = np.tile(np.array(t, dtype=float), (N, 1))
    targets[at] = value
    return Source(np.ones((N, 1)), targets, codes)


@pytest.mark.parametrize(
    ("loss", "usual", "bad", "code", "says"),
    [
        ("binary_cross_entropy", [1], [1.5], "CR-1217", "Row 4501, target 1 is 1.5"),
        ("binary_cross_entropy", [0], [-1], "CR-1217", "Row 4501, target 1 is -1"),
        ("cross_entropy", [0, 1], [1, 1], "CR-1219", "Row 4501: the targets add up to 2"),
        ("cross_entropy", [0.25, 0.75], [0.25, 0.7], "CR-1219", "Row 4501: the targets add up to 0.95"),
        ("cross_entropy", [0, 1], [-0.5, 1.5], "CR-1217", "Row 4501, target 1 is -0.5"),
        ("poisson", [3], [-1], "CR-1218", "Row 4501, target 1 is -1"),
        ("poisson", [3], [np.inf], "CR-1218", "Row 4501, target 1 is inf"),
    ],
)
@pytest.mark.parametrize("where", ["training", "validation"])
def test_targets_a_loss_has_no_meaning_for_are_refused_by_row(engine, loss, usual, bad, code, says, where):
    plan = make_plan(1, len(usual), loss=loss, precision=engine.precision)
    good, wrong = source(usual, 0, usual), source(usual, 4500, bad)
    parts = (wrong, good) if where == "training" else (good, wrong)
    with pytest.raises(BatchError) as error:
        fit(plan, start(plan), *parts, engine=engine.engine, stopping=Stopping(1))
    assert error.value.code == code
    assert says in str(error.value)


@pytest.mark.parametrize(
    ("loss", "t"),
    [
        ("binary_cross_entropy", [0.3]),
        ("binary_cross_entropy", [NAN]),
        ("cross_entropy", [0.2, 0.8]),
        ("cross_entropy", [NAN, NAN]),
        ("cross_entropy", list(np.float32([1 / 3] * 3))),
        ("poisson", [0]),
        ("squared", [-1e9]),
    ],
)
def test_targets_a_loss_has_a_meaning_for_pass(loss, t):
    assert check_source(make_plan(1, len(t), loss=loss), source(t, 0, t)) is None


@pytest.mark.parametrize("code", [3, -2, 2**31 - 1, -(2**31)])
def test_codes_that_are_no_category_are_refused_by_row(engine, code):
    plan = make_plan(1, 1, (2,), levels=(4, 3), precision=engine.precision)
    codes = np.zeros((N, 2), np.int32)
    codes[:, 0] = 3  # the last one of the first column
    codes[0] = -1
    check_source(plan, source([0], 0, 0, codes))
    codes[4500, 1] = code
    with pytest.raises(BatchError, match=f"Row 4501, category column 2: the code is {code}; there are 3 "):
        fit(plan, start(plan), source([0], 0, 0, codes), engine=engine.engine, stopping=Stopping(1))


@pytest.mark.parametrize(
    ("plan", "says"),
    [
        (make_plan(2, 1), "x has 1 column(s) and the network 2-1 takes 2"),
        (make_plan(1, 2), "t has 1 column(s) and the network 1-2 takes 2"),
        (make_plan(1, 1, levels=(3,)), "codes has 0 column(s) and the network 4-1 takes 1"),
    ],
)
def test_columns_that_do_not_fit_the_network_are_refused(plan, says):
    with pytest.raises(BatchError) as error:
        check_source(plan, source([1], 0, 1))
    assert error.value.code == "CR-1215"
    assert says in str(error.value)


def test_a_row_of_weights_belongs_to_its_member_wherever_the_plan_begins(engine):
    plan = make_plan(1, 1, members=3, precision=engine.precision)
    rows = Source(np.array([[1.0], [2.0]]), np.zeros((2, 1)), weight=np.array([[1.0, 0], [0, 1], [1, 1]]))
    flat = np.tile([1.0, 0], (3, 1)).astype(engine.precision)  # y = x, so ½x² where a row has weight
    whole = evaluate_loss(engine.engine, plan, engine.engine.load(plan, flat), rows)
    np.testing.assert_array_equal(whole, np.array([1, 4, 2.5]) * plan.c)
    upper = replace(plan, members=2, first=1)
    share = evaluate_loss(engine.engine, upper, engine.engine.load(upper, flat[1:]), rows)
    np.testing.assert_array_equal(share, whole[1:])


def test_weights_that_lack_a_member_are_refused():
    plan = replace(make_plan(1, 1, members=2), first=1)
    rows = Source(np.ones((2, 1)), np.zeros((2, 1)), weight=np.ones((2, 2)))
    for ask in (lambda: check_source(plan, rows), lambda: rows.batch(slice(0, 2), plan=plan)):
        with pytest.raises(
            BatchError, match=r"given for 2 member\(s\), and the plan computes the members 1 … 2"
        ):
            ask()
