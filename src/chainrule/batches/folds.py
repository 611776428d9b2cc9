"""rows -> folds: every row is in one of k parts of equal size, the same on every machine."""

from typing import Any

import numpy as np

from ..errors import BatchError
from . import draws

Array = np.ndarray[Any, Any]


def folds(
    rows: int, k: int, *, seed: int = 0, order: Array | None = None, groups: Array | None = None
) -> Array:
    """The fold 0 … k−1 of each row (rows,).

    order   (rows,) class codes or numbers: the rows are dealt out in this order, so every fold sees all of it
    groups  (rows,) group codes: a group stays together; the largest are dealt first, each to the fold with fewest rows

    Raises BatchError CR-3100 where there are fewer rows, or groups, than folds.
    """
    if groups is not None:
        return _dealt(np.asarray(groups), k, seed)
    if rows < k:
        raise BatchError("CR-3100", rows=rows, folds=k)
    drawn = draws.order(rows, seed, 0, 0, draws.SPLIT)
    if order is not None:
        drawn = drawn[np.argsort(np.asarray(order)[drawn], kind="stable")]
    found = np.empty(rows, np.int64)
    found[drawn] = np.arange(rows) % k
    return found


def _dealt(groups: Array, k: int, seed: int) -> Array:
    _, codes, counts = np.unique(groups, return_inverse=True, return_counts=True)
    if len(counts) < k:
        raise BatchError("CR-3100", rows=len(counts), folds=k)
    drawn = draws.order(len(counts), seed, 0, 0, draws.SPLIT)
    full, place = np.zeros(k, np.int64), np.empty(len(counts), np.int64)
    for group in drawn[np.argsort(-counts[drawn], kind="stable")]:
        place[group] = int(np.argmin(full))
        full[place[group]] += counts[group]
    return np.asarray(place[codes])
