"""classes, probabilities -> ROC, precision over recall, calibration, confusion and the table per class.

positive  (n,) whether a row has the class in question; p (n,) the probability the network gives it; c (n,) class codes.
Rows with the same probability are decided together, so a tie is one straight piece of a curve, not an order by chance.
"""

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
BINS = 10


def roc(positive: Array, p: Array) -> tuple[Array, Array]:
    """(false positive rate FP/(FP + TN), true positive rate TP/(TP + FN)) at every threshold, from (0, 0) to (1, 1).

    Empty where the rows are all of one kind: a rate has no denominator there.
    """
    hits, wrong = _counts(positive, p)
    if not len(hits) or not hits[-1] or not wrong[-1]:
        return np.empty(0), np.empty(0)
    return np.append(0.0, wrong / wrong[-1]), np.append(0.0, hits / hits[-1])


def precision_recall(positive: Array, p: Array) -> tuple[Array, Array]:
    """(recall TP/(TP + FN), precision TP/(TP + FP)) at every threshold, the highest first.

    Empty where no row is positive.
    """
    hits, wrong = _counts(positive, p)
    if not len(hits) or not hits[-1]:
        return np.empty(0), np.empty(0)
    return hits / hits[-1], hits / (hits + wrong)


def average_precision(positive: Array, p: Array) -> float:
    """Σ (recall_k − recall_k−1)·precision_k; NaN where no row is positive"""
    recall, precision = precision_recall(positive, p)
    return float(np.sum(np.diff(recall, prepend=0.0) * precision)) if len(recall) else np.nan


def _counts(positive: Array, p: Array) -> tuple[Array, Array]:
    """Hits and false alarms when every row with a probability of at least this one is called positive."""
    order = np.argsort(-np.asarray(p, float), kind="stable")
    sorted_p, found = np.asarray(p, float)[order], np.asarray(positive, bool)[order]
    last = np.append(np.flatnonzero(np.diff(sorted_p)), len(p) - 1) if len(p) else np.empty(0, np.int64)
    hits = np.cumsum(found)[last] if len(p) else np.empty(0)
    return hits, last + 1 - hits


def calibration(positive: Array, p: Array, bins: int = BINS) -> tuple[Array, Array, Array]:
    """(mean probability, share of positives, rows) of each of `bins` equal pieces of 0 … 1 that has rows."""
    positive, p = np.asarray(positive, float), np.asarray(p, float)
    place = np.searchsorted(np.linspace(0, 1, bins + 1)[1:-1], p)
    rows = np.bincount(place, minlength=bins)
    used = rows > 0
    mean = np.bincount(place, p, bins)[used] / rows[used]
    return mean, np.bincount(place, positive, bins)[used] / rows[used], rows[used]


def calibration_error(positive: Array, p: Array, bins: int = BINS) -> float:
    """Σ rows/n·|share − mean probability| over the bins, the expected calibration error (Guo et al. 2017); NaN for no row"""
    mean, share, rows = calibration(positive, p, bins)
    return float(np.sum(rows * np.abs(share - mean)) / np.sum(rows)) if len(rows) else np.nan


def confusion(c: Array, chosen: Array, classes: int) -> Array:
    """(classes, classes) counts: a row per true class, a column per predicted one."""
    return np.bincount(np.asarray(c) * classes + np.asarray(chosen), minlength=classes * classes).reshape(
        classes, classes
    )


def per_class(counts: Array) -> dict[str, Array]:
    """precision TP/(TP + FP), recall TP/(TP + FN), f1 2·TP/(2·TP + FP + FN), support TP + FN: each (classes,).

    NaN where a denominator is 0: a class never predicted has no precision, a class without rows no recall.
    """
    hits, called, true = np.diag(counts).astype(float), counts.sum(axis=0), counts.sum(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return {
            "precision": hits / called,
            "recall": hits / true,
            "f1": 2 * hits / (called + true),
            "support": true.astype(float),
        }
