"""rows, targets, answers -> where a network is weak: its worst rows, and groups worse than chance explains."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

import numpy as np

from ..table import Table, show
from .evidence import Rows

Array = np.ndarray[Any, Any]
WORST, GROUPS, LEAST, SHARE = 10, 8, 10, 0.02
SURE = 0.05  # how probable it may be that any group at all is named by chance


def loss_of_rows(task: str, rows: Rows) -> Array:
    """(y − t)² of a regression, −log p(true class) of classes  (n,)"""
    if task == "regression":
        return np.asarray((rows.y - rows.t) ** 2)
    true = np.asarray(rows.y, float)[np.arange(rows.count), rows.t]
    return np.asarray(-np.log(np.clip(true, np.finfo(float).eps, 1.0)))


def worst(task: str, parts: Sequence[Rows], count: int = WORST) -> list[tuple[Rows, int]]:
    """(part, row in it) of the rows with the largest loss, the largest first."""
    found = [
        (float(loss[i]), p, int(i))
        for p in parts
        for loss in (loss_of_rows(task, p),)
        for i in np.argsort(-loss, kind="stable")[:count]
    ]
    found.sort(key=lambda one: -one[0])
    return [(p, i) for _, p, i in found[:count]]


@dataclass(frozen=True)
class Group:
    """Rows that share something: their mean error beside that of all others. A regression's is the RMSE, else the share
    of wrong answers."""

    name: str
    rows: int
    error: float
    rest: float
    z: float  # the difference in standard errors


def weak_groups(
    task: str, parts: Sequence[Rows], columns: Sequence[str], target: str
) -> tuple[list[Group], int]:
    """(groups worse than the rest by more than chance, the worst first; how many were compared).

    A group has at least 10 rows and a fiftieth of all. Welch's statistic of the squared errors, or the score statistic
    of two shares of wrong answers; the limit is Bonferroni's: with nothing to find, any group is named in one report of twenty.
    """
    errors = np.concatenate(
        [p.error**2 if task == "regression" else (p.chosen != p.t).astype(float) for p in parts]
    )
    n = len(errors)
    found, compared = [], 0
    for name, mask in _groups(task, parts, columns, target):
        rows = int(mask.sum())
        if rows < max(LEAST, SHARE * n) or n - rows < LEAST:
            continue
        compared += 1
        inside, outside = errors[mask], errors[~mask]
        if task == "regression":
            spread = float(inside.var(ddof=1) / rows + outside.var(ddof=1) / (n - rows))
        else:  # a share may be 0 or 1, where its own variance says nothing: that of all rows
            spread = float(errors.mean() * (1 - errors.mean()) * (1 / rows + 1 / (n - rows)))
        gap = float(inside.mean() - outside.mean())
        z = gap / np.sqrt(spread) if spread > 0 else 0.0
        size = np.sqrt if task == "regression" else float
        found.append(Group(name, rows, float(size(inside.mean())), float(size(outside.mean())), z))
    limit = NormalDist().inv_cdf(1 - SURE / max(1, compared))
    worse = sorted((g for g in found if g.z > limit), key=lambda g: -g.z)
    return worse[:GROUPS], compared


def _groups(
    task: str, parts: Sequence[Rows], columns: Sequence[str], target: str
) -> Iterator[tuple[str, Array]]:
    for column in columns:
        yield from _of_column([p.table for p in parts], column)
    if task == "regression":
        yield from _quarters(target, np.concatenate([p.t for p in parts]))


def _of_column(tables: Sequence[Table], name: str) -> Iterator[tuple[str, Array]]:
    given = [table[name] for table in tables if name in table]
    if len(given) < len(tables):
        return
    if all(column.kind == "number" for column in given):
        yield from _quarters(name, np.concatenate([column.values for column in given]))
        return
    if any(column.kind not in ("category", "yesno") for column in given):
        return  # dates and free text have no groups that a name could say
    labels = [column.factor() for column in given]
    for level in dict.fromkeys(level for levels, _ in labels for level in levels):
        masks = [codes == levels.index(level) if level in levels else np.zeros(len(codes), bool)
                 for levels, codes in labels]  # fmt: skip
        yield f"{name} = {show(level)}", np.concatenate(masks)


def _quarters(name: str, values: Array) -> Iterator[tuple[str, Array]]:
    known = values[np.isfinite(values)]
    if not len(known):
        return
    edges = np.unique(np.quantile(known, [0.25, 0.5, 0.75]))
    if known.min() == known.max():
        return
    place = np.searchsorted(edges, values)
    for k in range(len(edges) + 1):
        low = f"{edges[k - 1]:.4g} < " if k else ""
        high = f" ≤ {edges[k]:.4g}" if k < len(edges) else ""
        yield f"{low}{name}{high}", np.isfinite(values) & (place == k)
    if len(known) < len(values):
        yield f"{name} = –", ~np.isfinite(values)
