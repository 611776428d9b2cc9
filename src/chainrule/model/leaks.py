"""table -> warnings with their evidence: a column that gives the target away, rows that are trained on and tested on."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..batches import split as parts
from ..messages import say
from ..table import Table
from ..table.columns import Column, show

Array = np.ndarray[Any, Any]
ROWS, MOST_ROWS = 20, 200_000  # fewer prove nothing; more take longer than the warning is worth
STRAIGHT = 0.9999  # a correlation no measurement has with another quantity
REPEATED = 0.01  # share of the test rows


def suspicions(table: Table, goals: Sequence[str], task: str, cut: parts.Split) -> list[str]:
    """A sentence for each column that alone tells the target in the training rows, and one for repeated rows."""
    found = []
    if ROWS <= len(cut.train) <= MOST_ROWS:
        for goal in goals:
            target = table[goal].take(cut.train)
            for column in table.columns:
                if column.name not in goals:
                    found += gives_away(column.take(cut.train), target, task)
    if len(cut.test) and len(cut.train) and table.rows <= MOST_ROWS:
        count = repeated(table, cut)
        if count >= max(1, REPEATED * len(cut.test)):
            found.append(say("CR-3369", count=count, rows=len(cut.test)))
    return found


def gives_away(column: Column, target: Column, task: str) -> list[str]:
    """Whether these rows of a column tell those of the target."""
    facts = {"column": show(column.name), "target": show(target.name)}
    if task == "regression":
        if column.kind != "number" or target.kind != "number":
            return []
        known = ~(np.isnan(column.values) | np.isnan(target.values))
        x, t = column.values[known], target.values[known]
        if len(x) < ROWS or x.min() == x.max() or t.min() == t.max():
            return []
        with np.errstate(all="ignore"):
            r = float(np.corrcoef(x, t)[0, 1])
        return [say("CR-3366", **facts, r=f"{r:.6g}", rows=len(x))] if abs(r) >= STRAIGHT else []
    levels, codes = column.factor()
    classes = target.factor()[1]
    known = (codes >= 0) & (classes >= 0)
    pairs = np.unique(np.stack([codes[known], classes[known]]), axis=1)
    used = len(np.unique(pairs[0]))
    one = used == pairs.shape[1] and 2 <= used <= known.sum() / 5 and len(np.unique(pairs[1])) > 1
    return [say("CR-3368", **facts, rows=int(known.sum()), count=used)] if one and known.sum() >= ROWS else []


def repeated(table: Table, cut: parts.Split) -> int:
    """How many test rows stand in the training part too, every cell the same."""
    codes = np.ascontiguousarray(np.column_stack([column.factor()[1] for column in table.columns]))
    rows = codes.view(np.dtype((np.void, codes.dtype.itemsize * codes.shape[1]))).reshape(-1)
    return int(np.isin(rows[cut.test], rows[cut.train]).sum())
