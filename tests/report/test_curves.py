"""ROC, precision over recall, calibration and the table per class against scikit-learn's, ties and absent classes included."""

import numpy as np
import pytest
import sklearn.metrics as sk
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.calibration import calibration_curve

from chainrule.report import metrics
from chainrule.report.curves import (
    average_precision,
    calibration,
    calibration_error,
    confusion,
    per_class,
    precision_recall,
    roc,
)

U = 2.0**-53


@st.composite
def judged(draw):
    """(positive, p): few different probabilities, so that most rows are tied; both kinds of row."""
    n = draw(st.integers(2, 60))
    positive = np.array(draw(st.lists(st.booleans(), min_size=n, max_size=n)))
    positive[:2] = True, False
    levels = draw(st.integers(1, 12))
    p = np.array(draw(st.lists(st.integers(0, levels), min_size=n, max_size=n))) / levels
    return positive, p


@settings(max_examples=60, deadline=None)
@given(judged())
def test_roc_is_scikit_learns_with_ties(rows) -> None:
    positive, p = rows
    x, y = roc(positive, p)
    fpr, tpr, _ = sk.roc_curve(positive, p, drop_intermediate=False)
    np.testing.assert_allclose([x, y], [fpr, tpr], atol=4 * U)
    area = float(np.sum(np.diff(x) * (y[1:] + y[:-1]) / 2))  # the curve's own area is the metric beside it
    assert area == pytest.approx(metrics.auc(positive.astype(int), np.column_stack([1 - p, p])), abs=200 * U)


@settings(max_examples=60, deadline=None)
@given(judged())
def test_precision_over_recall_is_scikit_learns_with_ties(rows) -> None:
    positive, p = rows
    recall, precision = precision_recall(positive, p)
    theirs, found, _ = sk.precision_recall_curve(positive, p)
    # theirs runs the other way and adds the point (0, 1)
    np.testing.assert_allclose([recall, precision], [found[-2::-1], theirs[-2::-1]], atol=4 * U)
    assert average_precision(positive, p) == pytest.approx(
        sk.average_precision_score(positive, p), abs=200 * U
    )


@settings(max_examples=40, deadline=None)
@given(judged(), st.integers(2, 10))
def test_calibration_is_scikit_learns(rows, bins) -> None:
    positive, p = rows
    mean, share, counts = calibration(positive, p, bins)
    their_share, their_mean = calibration_curve(positive, p, n_bins=bins)
    np.testing.assert_allclose([share, mean], [their_share, their_mean], atol=200 * U)
    assert counts.sum() == len(p)


def test_a_calibrated_forecast_has_no_calibration_error_and_a_sure_wrong_one_has_all() -> None:
    p = np.repeat([0.25, 0.75], 40)
    positive = np.concatenate([np.arange(40) < 10, np.arange(40) < 30])
    assert calibration_error(positive, p) == 0.0
    assert calibration_error(np.zeros(5, bool), np.ones(5)) == 1.0


@pytest.mark.parametrize("positive", [np.zeros(4, bool), np.ones(4, bool), np.zeros(0, bool)])
def test_curves_of_one_kind_of_row_are_empty_not_wrong(positive) -> None:
    p = np.linspace(0.1, 0.9, len(positive))
    assert len(roc(positive, p)[0]) == 0
    assert len(precision_recall(positive, p)[0]) == (len(positive) if positive.any() else 0)
    assert np.isnan(average_precision(positive, p)) == (not positive.any())


def test_the_table_per_class_is_scikit_learns_and_says_what_is_not_defined() -> None:
    rng = np.random.default_rng(0)
    c, chosen = rng.integers(0, 4, 200), rng.integers(0, 4, 200)
    counts = confusion(c, chosen, 4)
    np.testing.assert_array_equal(counts, sk.confusion_matrix(c, chosen))
    found = per_class(counts)
    theirs = sk.precision_recall_fscore_support(c, chosen)
    for ours, other in zip(("precision", "recall", "f1", "support"), theirs, strict=True):
        np.testing.assert_allclose(found[ours], other, atol=4 * U)
    gone = per_class(
        confusion(np.array([0, 0, 1]), np.array([0, 2, 2]), 4)
    )  # 1 never predicted, 2 without rows, 3 neither
    np.testing.assert_array_equal(gone["precision"], [1, np.nan, 0, np.nan])
    np.testing.assert_array_equal(gone["recall"], [0.5, 0, np.nan, np.nan])
    np.testing.assert_array_equal(gone["f1"], [2 / 3, 0, 0, np.nan])
