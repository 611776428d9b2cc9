"""Metrics against scikit-learn's and against their definitions; what is not defined is NaN, never a wrong number."""

import math

import numpy as np
import pytest
import sklearn.metrics as sk
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from chainrule.errors import PlanError
from chainrule.report import metrics as m

U = 2.0**-53
REGRESSION = {
    "rmse": lambda t, y: math.sqrt(sk.mean_squared_error(t, y)),
    "mse": sk.mean_squared_error,
    "mae": sk.mean_absolute_error,
    "median_absolute": sk.median_absolute_error,
    "max_error": sk.max_error,
    "mape": sk.mean_absolute_percentage_error,
    "r2": sk.r2_score,
    "r": lambda t, y: np.corrcoef(t, y)[0, 1],
    "nrmse": lambda t, y: math.sqrt(sk.mean_squared_error(t, y)) / np.ptp(t),
}
CLASSES = {
    "accuracy": lambda c, p: sk.accuracy_score(c, p.argmax(1)),
    "balanced_accuracy": lambda c, p: sk.balanced_accuracy_score(c, p.argmax(1)),
    "log_loss": lambda c, p: sk.log_loss(c, p, labels=np.arange(p.shape[1])),
    "f1_macro": lambda c, p: sk.f1_score(c, p.argmax(1), average="macro", zero_division=0),
    "f1": lambda c, p: sk.f1_score(c, p.argmax(1)),
    "precision": lambda c, p: sk.precision_score(c, p.argmax(1)),
    "recall": lambda c, p: sk.recall_score(c, p.argmax(1)),
    "auc": lambda c, p: sk.roc_auc_score(c, p[:, 1]),
    "brier": lambda c, p: (
        sk.brier_score_loss(c, p[:, 1])
        if p.shape[1] == 2
        else np.mean(((np.arange(p.shape[1]) == c[:, None]) - p) ** 2) * p.shape[1]
    ),
}


def test_every_metric_of_every_task_is_held_against_another_implementation():
    names = {task: {metric.name for metric in rows} for task, rows in m.METRICS.items()}
    assert names["regression"] == set(REGRESSION)
    assert names["binary"] | names["multiclass"] == set(CLASSES)


@pytest.mark.parametrize("name", REGRESSION)
@pytest.mark.parametrize("seed", range(3))
def test_a_regression_metric_is_scikit_learns(name, seed):
    generator = np.random.default_rng(seed)
    t = generator.lognormal(3, 1, 200)
    y = t * generator.lognormal(0, 0.3, 200)
    ours = m.evaluate("regression", t, y)[name]
    # sums of 200 terms of one sign; r and r2 subtract numbers below 10 once
    assert ours == pytest.approx(REGRESSION[name](t, y), rel=400 * U, abs=400 * U)


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("task", ["binary", "multiclass"])
def test_a_class_metric_is_scikit_learns(task, seed):
    generator = np.random.default_rng(seed)
    kinds = 2 if task == "binary" else 4
    p = generator.dirichlet(np.ones(kinds), 150)
    if task == "binary":
        p[:, 1] = np.round(p[:, 1], 1)  # ties, which AUC must count as half
        p[:, 0] = 1 - p[:, 1]
        p = np.clip(p, 1e-3, 1)
        p /= p.sum(1, keepdims=True)
    c = np.array([generator.choice(kinds, p=row) for row in p])
    for name, ours in m.evaluate(task, c, p).items():
        assert ours == pytest.approx(CLASSES[name](c, p), rel=600 * U), name


def test_auc_counts_the_pairs():
    generator = np.random.default_rng(0)
    score, c = generator.integers(0, 6, 40) / 5, generator.integers(0, 2, 40)
    pairs = [(a > b) + 0.5 * (a == b) for a in score[c == 1] for b in score[c == 0]]
    assert m.auc(c, np.column_stack([1 - score, score])) == pytest.approx(np.mean(pairs), rel=100 * U)


@given(hnp.arrays(float, st.integers(2, 30), elements=st.floats(-1e100, 1e100)), st.floats(-1e3, 1e3))
@settings(max_examples=100, deadline=None)
def test_r_lies_between_minus_one_and_one_and_a_constant_has_none(t, value):
    y = np.roll(t, 1)
    result = m.r(t, y)
    assert math.isnan(result) or -1 <= result <= 1
    assert math.isnan(m.r(t, np.full(len(t), value)))
    assert math.isnan(m.r2(np.full(len(t), value), t))
    assert math.isnan(m.nrmse(np.full(len(t), value), t))


def test_a_metric_without_a_value_is_nan():
    one, p = np.array([1, 1]), np.array([[0.4, 0.6], [0.7, 0.3]])
    assert math.isnan(m.auc(one, p)) and math.isnan(m.recall(1 - one, p))
    assert math.isnan(m.precision(one, p[[1, 1]]))
    assert math.isnan(m.mape(np.array([0.0, 1.0]), np.array([1.0, 1.0])))


def test_a_probability_of_zero_costs_36_and_not_infinity():
    p = np.array([[1.0, 0.0]])
    assert m.log_loss(np.array([1]), p) == pytest.approx(52 * math.log(2), rel=4 * U)


@pytest.mark.parametrize(
    ("task", "name", "found"),
    [
        ("binary", "ROC-AUC", "auc"),
        ("binary", "f1", "f1"),
        ("multiclass", "f1", "f1_macro"),
        ("multiclass", "auc", None),
        ("regression", "R squared", "r2"),
        ("regression", "accuracy", None),
        ("binary", "acc", "accuracy"),
    ],
)
def test_a_metric_is_found_by_the_names_people_use(task, name, found):
    metric = m.metric(task, name)
    assert (metric and metric.name) == found


def test_rows_that_do_not_fit_are_refused():
    with pytest.raises(PlanError, match="CR-1401"):
        m.evaluate("regression", np.zeros(3), np.zeros(4))
    with pytest.raises(PlanError, match="CR-1401"):
        m.evaluate("regression", np.zeros(0), np.zeros(0))
