"""table -> how its rows are divided without drawing, and how much each class of them counts."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..batches import split as parts
from ..errors import ModelError
from ..table import Table
from ..table.columns import FLOATS, label_key, name_list, show

Array = np.ndarray[Any, Any]
MANNERS = ("random", "block", "interleaved")


def divided(
    table: Table,
    divide: str,
    time: str | None,
    fractions: Sequence[float],
    groups: Any,
    part: str | None,
    own: bool,
) -> parts.Split | None:
    """The parts where they are not drawn: by order, by time or by row numbers; None: they are drawn.

    Raises ModelError CR-3374 (two ways at once), CR-3375 (no such way), CR-3376 (a time without order).
    """
    if isinstance(divide, parts.Split):
        return divide
    if time is None and divide == "random":
        return None
    ways = [f"divide={divide}"] * (divide != "random") + ["time"] * (time is not None)
    ways += ["part"] * (part is not None) + ["groups"] * (groups is not None) + ["validation, test"] * own
    if len(ways) > 1:
        raise ModelError("CR-3374", ways=", ".join(ways))
    if time is not None:
        column = table[time]
        if column.kind not in FLOATS or column.missing().any():
            raise ModelError("CR-3376", column=show(time))
        return parts.split_in_order(table.rows, fractions=fractions, key=column.values)
    if divide in MANNERS:
        return parts.split_in_order(table.rows, fractions=fractions, manner=divide)
    if not isinstance(divide, str) or not divide[:1].isdecimal():
        raise ModelError("CR-3375", divide=divide, known=", ".join(MANNERS))
    return parts.split_by_index(divide, np.array([table.row(i) for i in range(table.rows)]))


def class_weights(table: Table, target: str, task: str, train: Array, given: Any) -> Array:
    """(n,) how much each row counts by its class. "balanced": every class as much as any other among the training rows.

    given  "balanced", or {class: weight}; a class that is not named counts 1

    Raises ModelError CR-3377 (a regression), CR-3378 (no such class, or no weight).
    """
    if task == "regression":
        raise ModelError("CR-3377", target=show(target))
    levels, codes = table[target].factor()
    if given == "balanced":
        counts = np.bincount(codes[train], minlength=len(levels)).astype(float)
        used = counts > 0
        weights = np.where(used, counts.sum() / (used.sum() * np.where(used, counts, 1.0)), 1.0)
        return np.asarray(weights[codes])
    if isinstance(given, str):
        given = dict(item.rpartition("=")[::2] for item in given.split(","))
    if not isinstance(given, Mapping):
        raise ModelError("CR-3378", text=show(given), names=name_list(list(levels)))
    weights = np.ones(len(levels))
    places = {label_key(label): i for i, label in enumerate(levels)} | {
        str(v): i for i, v in enumerate(levels)
    }
    for label, value in given.items():
        place = places.get(label_key(label), places.get(str(label).strip()))
        try:
            number = float(value)
        except (TypeError, ValueError):
            number = -1.0
        if place is None or not 0 <= number < float("inf"):
            raise ModelError("CR-3378", text=show(f"{label}={value}"), names=name_list(list(levels)))
        weights[place] = number
    return np.asarray(weights[codes])
