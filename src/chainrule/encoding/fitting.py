"""Chooses each column's steps from the training rows: which inputs it becomes, what is left out and why."""

import itertools
from typing import Any

import numpy as np

from ..errors import EncodingError
from ..table.columns import Column, Table, nearest, show, sort_labels
from .path import Path, Target, numbers_of
from .primitives import Affine, Flag, Formula, Impute, Lookup, OneHot, Step
from .scaling import zero_iqr

Notes = list[tuple[str, dict[str, Any]]]
MOST_LEVELS = 500  # the most frequent ones keep a level of their own
SINGLES = 50  # rows from which on a label seen once is rare rather than simply one of few rows


PIECE = "min(max(x, 0), 1)"


def fit_paths(part: Table, scale: str, formulas: dict[str, str], pieces: int = 0) -> tuple[list[Path], Notes]:
    """The paths of all columns of the training part, without the target, and what is worth saying of them."""
    for name in formulas:
        if name not in part:
            raise EncodingError(
                "CR-1101", file=part.source, names=f"{show(name)} ({nearest(name, part.names)})"
            )
    paths: list[Path] = []
    notes: Notes = []
    for column in part.columns:
        levels, codes = ((), None) if column.kind == "number" else column.factor()
        if column.kind == "number" or column.name in formulas:
            paths += number_paths(part, column, scale, formulas.get(column.name), notes)
            if pieces and column.name not in formulas:
                paths += piece_paths(part, column, pieces)
        elif codes is not None and column.kind == "yesno":
            paths += yes_no_paths(column, levels, codes, notes)
        elif codes is not None:
            paths += category_paths(column, levels, codes, notes)
    return paths, notes


def number_paths(part: Table, column: Column, scale: str, formula: str | None, notes: Notes) -> list[Path]:
    """impute (if ever needed), formula, affine; and a flag beside it where training rows lack values."""
    name, x = column.name, numbers_of(part, column)
    present = x[~np.isnan(x)]
    shown = show(name)
    if not len(present):
        notes.append(("CR-1151", {"column": shown}))
        return []
    impute, flag = Impute.fit(x), Flag.fit(x)
    steps: list[Step] = [impute]
    if formula is not None:
        steps.append(Formula.fit(formula))
        Path(name, tuple(steps)).numbers(part, column, [], True)  # refuses a formula that is not finite here
        present = Formula.fit(formula).apply(present)
    affine = Affine.fit(present, scale)
    found = []
    if affine is None:
        notes.append(("CR-1150", {"column": shown, "text": show(float(present[0]))}))
    else:
        if scale == "robust" and zero_iqr(present):
            notes.append(("CR-1155", {"column": shown}))
        if scale != "none":
            steps.append(affine)
        found.append(Path(name, tuple(steps)))
    if flag is not None:
        missing = int(np.isnan(x).sum())
        facts = {"column": shown, "count": missing, "rows": len(x), "value": show(impute.value)}
        notes.append(("CR-1152", facts))
        found.append(Path(name, (flag,)))
    return found


def piece_paths(part: Table, column: Column, pieces: int) -> list[Path]:
    """One input per piece of the column's range: -1 below it, 1 above it, straight in between; missing as the median.

    The pieces hold equally many training rows (Gorishniy et al. 2022, "On Embeddings for Numerical Features"). Beside
    the number itself they let a first layer bend where the rows are. A column of two values has no pieces.
    """
    x = numbers_of(part, column)
    present = x[~np.isnan(x)]
    if not len(present):
        return []
    edges = np.unique(np.quantile(present, np.linspace(0, 1, pieces + 1), method="nearest"))
    edges = edges[np.concatenate([[True], np.diff(edges) > 1e-9 * np.abs(edges).max()])]
    if len(edges) < 3:
        return []
    impute, half = Impute.fit(x), Affine(0.5, 0.5)
    return [
        Path(column.name, (impute, Affine(float(low), float(high - low)), Formula(PIECE), half))
        for low, high in itertools.pairwise(edges)
    ]


def yes_no_paths(column: Column, levels: Any, codes: np.ndarray, notes: Notes) -> list[Path]:
    """no -> -1, yes -> +1, missing -> 0 (between them) with a flag: this pair needs no scale of its own."""
    counts = np.bincount(codes[codes >= 0], minlength=len(levels))
    ordered = sort_labels(level for level, count in zip(levels, counts, strict=True) if count)
    shown = show(column.name)
    flag = Flag.fit(codes)
    found = []
    if int((counts > 0).sum()) < 2:
        _constant(levels, counts, shown, notes)
    else:
        notes.append(("CR-1156", {"column": shown, "no": show(ordered[0]), "yes": show(ordered[1])}))
        lookup = Lookup.fit(ordered)
        found.append(Path(column.name, (lookup, Impute(0.5), Affine(0.5, 0.5))))
    if flag is not None:
        facts = {"column": shown, "count": int((codes < 0).sum()), "rows": len(codes), "value": "0"}
        notes.append(("CR-1152", facts))
        found.append(Path(column.name, (Lookup.fit(ordered), flag)))
    return found


def category_paths(column: Column, levels: Any, codes: np.ndarray, notes: Notes) -> list[Path]:
    """A level per label, one for missing where training rows lack a label, one that rare labels share.

    Labels never seen take the level of the rare ones, which is what they are; without it they contribute
    nothing.
    """
    shown = show(column.name)
    counts = np.bincount(codes[codes >= 0], minlength=len(levels))
    used = np.flatnonzero(counts)
    missing = bool((codes < 0).any())
    if not len(used):
        notes.append(("CR-1151", {"column": shown}))
        return []
    if len(used) + missing < 2:
        _constant(levels, counts, shown, notes)
        return []
    often = used
    rows = int(counts.sum())
    if rows >= SINGLES:
        often = used[counts[used] > 1]
    if len(often) > MOST_LEVELS:
        often = often[np.argsort(-counts[often], kind="stable")[:MOST_LEVELS]]
    rare = len(used) - len(often)
    if not len(often) or rows >= SINGLES and 2 * int(counts[often].sum()) < rows and 2 * len(used) > rows:
        notes.append(("CR-1154", {"column": shown}))
        return []
    if rare:
        notes.append(("CR-1153", {"column": shown, "count": rare}))
    lookup = Lookup.fit(sort_labels(levels[i] for i in often), missing=missing, other=rare > 0)
    return [Path(column.name, (lookup, OneHot.fit(lookup)))]


def _constant(levels: Any, counts: np.ndarray, shown: str, notes: Notes) -> None:
    used = np.flatnonzero(counts)
    if len(used):
        notes.append(("CR-1150", {"column": shown, "text": show(levels[used[0]])}))
    else:
        notes.append(("CR-1151", {"column": shown}))


def fit_target(part: Table, column: Column, task: str, scale: str) -> Target:
    """Scale or classes of the training rows that have a target."""
    shown = show(column.name)
    levels, codes = ((), None) if task == "regression" else column.factor()
    if codes is None:
        if column.kind not in ("number", "constant"):
            text = next((show(v) for v in column.values if v is not None), "")
            raise EncodingError("CR-1110", file=part.source, column=shown, text=text)
        x = numbers_of(part, column)
        x = x[~np.isnan(x)]
        if not len(x):
            raise EncodingError("CR-1108", file=part.source)
        affine = Affine.fit(x, scale)
        if affine is None:
            raise EncodingError("CR-1106", file=part.source, column=shown, count=1)
        return Target(column.name, task, (affine,))
    used = np.unique(codes[codes >= 0])
    if not len(used):
        raise EncodingError("CR-1108", file=part.source)
    if len(used) < 2 or task == "binary" and len(used) > 2:
        raise EncodingError("CR-1106", file=part.source, column=shown, count=len(used))
    return Target(column.name, task, (Lookup.fit(sort_labels(levels[i] for i in used)),))
