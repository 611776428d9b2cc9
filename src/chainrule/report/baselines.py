"""training rows -> two baselines: a constant and a linear model, on the same inputs the network gets."""

import warnings
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
Predict = Callable[[Array, Array | None], Array]


def constant(task: str, t: Array, classes: int = 0) -> Predict:
    """The training mean (n,), or the frequencies of the training classes (n, K)."""
    if task == "regression":
        mean = float(np.mean(t))
        return lambda x, codes: np.full(len(x), mean)
    shares = np.bincount(t, minlength=classes) / len(t)
    return lambda x, codes: np.tile(shares, (len(x), 1))


def linear(
    task: str, x: Array, codes: Array | None, levels: Sequence[int], t: Array, classes: int = 0
) -> Predict:
    """Ridge or logistic regression (scikit-learn's, L2 with its usual strength 1) on the same encoding, one-hot.

    t: numbers in the network's own scale (n,), or class codes (n,). Categories go in as a sparse matrix.
    """
    from sklearn.linear_model import LogisticRegression, Ridge

    inputs = one_hot(x, codes, levels)
    with warnings.catch_warnings():  # a baseline that has not quite converged is still one
        warnings.simplefilter("ignore")
        if task == "regression":
            ridge = Ridge(alpha=1.0).fit(inputs, t)
            return lambda x, codes: np.asarray(ridge.predict(one_hot(x, codes, levels)))
        logistic = LogisticRegression(max_iter=300).fit(inputs, t)
    places = logistic.classes_.astype(int)

    def predict(x: Array, codes: Array | None) -> Array:
        p = np.zeros((len(x), classes))  # a class without training rows gets probability 0
        p[:, places] = logistic.predict_proba(one_hot(x, codes, levels))
        return p

    return predict


def one_hot(x: Array, codes: Array | None, levels: Sequence[int]) -> Any:
    """(n, numeric + Σ levels): dense without categories, sparse with them. float64, so that the solvers settle."""
    numbers = np.asarray(x, dtype=float)
    if codes is None or not len(levels):
        return numbers
    import scipy.sparse as sp

    offsets = np.concatenate([[0], np.cumsum(levels)[:-1]])
    row, column = np.nonzero(codes >= 0)
    place = (codes + offsets)[row, column]
    shape = (len(numbers), int(sum(levels)))
    hot = sp.csr_matrix((np.ones(len(row)), (row, place)), shape=shape)
    return sp.hstack([sp.csr_matrix(numbers), hot], format="csr")
