"""model, table -> the rows outside the training rows: beyond a column's smallest or largest value, or a label never seen."""

from collections.abc import Sequence

import numpy as np

from ..encoding import Lookup
from ..encoding.path import numbers_of
from ..messages import say
from ..model import Model
from ..rules.words import show_number
from ..table import Table

FAR = (
    3.0  # spreads from the center, where a model (one of another tool) does not hold the training's extremes
)


def outside(model: Model, table: Table) -> list[tuple[int, str]]:
    """(row from 0, its first column) of every row outside the training rows; a missing number is inside."""
    encoded = model.encoding.apply(table, target=False)
    ranges = model.facts.get("ranges", {})
    found: dict[int, str] = {}
    numbers = [p for p in model.encoding.paths for _ in range(p.width)]
    for i, path in enumerate(numbers):
        if path.is_flag:
            continue
        if path.column in ranges:
            low, high = ranges[path.column]
            values = numbers_of(table, table[path.column])
            beyond = (values < low) | (values > high)
        else:
            beyond = np.abs(encoded.x[:, i]) > FAR
        for row in np.flatnonzero(beyond):
            found.setdefault(int(row), path.column)
    for path in model.encoding.paths:
        lookup, column = path.steps[0], table[path.column]
        if isinstance(lookup, Lookup):
            never = (Lookup(lookup.levels).codes(column)[0] < 0) & ~column.missing()
            for row in np.flatnonzero(never):
                found.setdefault(int(row), path.column)
    return sorted(found.items())


def remarks(model: Model, table: Table, rows: Sequence[int]) -> dict[int, str]:
    """Row from 0 -> the sentence that says where it lies outside; rows inside have none."""
    made = {}
    ranges = model.facts.get("ranges", {})
    part = table.take(np.asarray(rows))
    for at, column in outside(model, part):
        row, there = rows[at], part[column]
        if column in ranges:
            value = float(numbers_of(part, there)[at])
            low, high = ranges[column]
            made[row] = say("CR-1988", row=row + 1, column=column, value=show_number(value),
                            low=show_number(low), high=show_number(high))  # fmt: skip
        elif there.kind == "number":
            made[row] = say("CR-1990", row=row + 1, column=column, limit=FAR)
        else:
            made[row] = say("CR-1989", row=row + 1, column=column)
    return made
