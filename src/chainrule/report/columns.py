"""table, encoding -> what became of each column: its kind, use, missing cells and values, and why it was left out."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..encoding import Encoding
from ..messages import say
from ..page.page import Table as Grid
from ..table import Column, Table, show
from .pictures import number
from .text import listed

MOST = 80  # columns that are listed
_KINDS = {"number": "CR-3286", "category": "CR-3287", "yesno": "CR-3288", "constant": "CR-3289"}


def columns_table(
    encoding: Encoding, targets: Sequence[str], program: Mapping[str, Any], table: Table | None
) -> Grid:
    """One line per column of the table, or per column the model knows where there is no table."""
    uses = _uses(encoding)
    header = [say(c) for c in ("CR-3256", "CR-3281", "CR-3282", "CR-3283", "CR-3284", "CR-3285")]
    header[0] = say("CR-3280")
    kinds = encoding.kinds(target=True)
    names = list(table.names) if table is not None else list(kinds)
    lines: list[tuple[str, ...]] = []
    for name in names[:MOST]:
        use = _use(name, encoding, targets, program, uses)
        if table is None:
            lines.append((name, _kind(kinds[name]), use))
            continue
        column = table[name]
        missing = int(column.missing().sum())
        levels, codes = column.factor()
        distinct = len(np.unique(codes[codes >= 0])) if len(codes) else 0
        share = f"{missing} ({100 * missing / table.rows:.1f} %)" if missing else "0"
        lines.append((name, _kind(column.kind), use, share, str(distinct), _values(column, levels, codes)))
    more = say("CR-3279", count=len(names) - MOST) if len(names) > MOST else ""
    return Grid(tuple(header[: 3 if table is None else 6]), tuple(lines), more)


def _kind(kind: str) -> str:
    return say(_KINDS[kind]) if kind in _KINDS else kind


def _uses(encoding: Encoding) -> dict[str, int]:
    """Column -> how many inputs it became."""
    made: dict[str, int] = {}
    for path in encoding.paths:
        made[path.column] = made.get(path.column, 0) + len(path.names)
    return made


def _use(
    name: str, encoding: Encoding, targets: Sequence[str], program: Mapping[str, Any], uses: Mapping[str, int]
) -> str:
    """target, its inputs, or why it was left out."""
    if name in targets:
        return say("CR-3273")
    if name in uses:
        return say("CR-3274", count=uses[name]) if uses[name] > 1 else say("CR-3275")
    if name in program.get("drop", ()):
        return say("CR-3276", option="--drop")
    if name in [program.get(use) for use in ("part", "weight", "groups", "time")]:
        return say("CR-3277")
    why = [say(code, **facts) for code, facts in encoding.said if facts.get("column") == show(name)]
    return say("CR-3278") + (f" {why[0]}" if why else "")


def _cell(value: float) -> str:
    """A number of the table as the table has it, as far as it fits."""
    return str(int(value)) if value.is_integer() and abs(value) < 1e9 else number(value)


def _mean(value: float) -> str:
    return f"{value:.1f}" if 1e4 <= abs(value) < 1e9 else number(value)


def _values(column: Column, levels: tuple[Any, ...], codes: np.ndarray) -> str:
    """Smallest, mean and largest number; or the most frequent labels with their shares."""
    if column.kind == "number":
        known = column.values[np.isfinite(column.values)]
        if not len(known):
            return "–"
        return say("CR-3290", low=_cell(float(known.min())), mean=_mean(float(known.mean())),
                   high=_cell(float(known.max())))  # fmt: skip
    counts = np.bincount(codes[codes >= 0], minlength=len(levels))
    if not counts.sum():
        return "–"
    often = np.argsort(-counts, kind="stable")[:3]
    shown = [f"{str(levels[k])[:24]} ({100 * counts[k] / counts.sum():.0f} %)" for k in often if counts[k]]
    return listed(shown) + (" …" if int((counts > 0).sum()) > 3 else "")
