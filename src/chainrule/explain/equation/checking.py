"""folded network, table -> how far the equation is from `predict`: row by row, the largest difference."""

import dataclasses
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...batches.source import Source
from ...encoding import Encoding, Lookup
from ...encoding.path import numbers_of
from ...encoding.primitives import Affine
from ...encoding.words import DAY, DatePart, Hash, turn
from ...engine.reference import Reference
from ...errors import ChainruleError
from ...model import Model
from ...model.model import outputs
from ...table import Table
from ...table.columns import Column, label_column
from .folding import Folded
from .letters import LABEL, MISSING, OTHER, Input
from .lines import values

Array = np.ndarray[Any, Any]

ROWS, REACH = 256, 3.0  # random rows, and how many spreads of the training they reach from its center


@dataclass(frozen=True)
class Check:
    """Largest absolute differences over the rows. `largest` is the largest |answer|, to compare with.

    predict  from the model's own `predict`, which rounds its inputs to the model's precision
    double   from the same network computed in float64 throughout
    rounding from the exact equation, where the printed one has fewer digits
    """

    rows: int
    source: str  # a file; "" where the rows are random
    predict: float
    double: float
    largest: float
    rounding: float | None = None


def letters_of(folded: Folded, table: Table) -> dict[str, Array]:
    """The value of every letter of the user's columns, (n,) float64; NaN for a number that is missing."""
    found: dict[str, Array] = {}
    none: Array = np.zeros(0)
    missing: Array
    for given in folded.inputs:
        column = table[given.column]
        if given.takes == "number":
            raw = numbers_of(table, column)
            found[given.name] = raw
            missing, codes, other = np.isnan(raw), none, none
        elif given.takes == "date":
            seconds = column.values if column.kind == "date" else np.full(len(column.values), np.nan)
            found[given.name] = DatePart("time", "value").apply(seconds)
            if given.year:
                found[given.year] = turn(seconds, "year")
            missing, codes, other = np.isnan(seconds), none, none
        elif given.takes == "text":
            counts = Hash(len(given.places)).apply(column)
            found.update(zip(given.places, counts.T, strict=True))
            continue
        else:
            missing = column.missing()
            codes = Lookup(given.levels).codes(column)[0]
            other = ~missing & (codes < 0)
        for letter in folded.letters:
            if letter.column != given.column:
                continue
            if letter.kind == MISSING and letter.name == given.missing:
                found[letter.name] = missing.astype(float)
            elif letter.kind == OTHER and letter.name == given.other:
                found[letter.name] = other.astype(float)
            elif letter.kind == LABEL and letter.name in given.labels:
                found[letter.name] = (codes == given.labels.index(letter.name)).astype(float)
    return found


def answers_of(folded: Folded, table: Table, block: int = 4096) -> Array:
    """The equation's answers (n, answers)."""
    made = []
    for first in range(0, table.rows, block):
        part = table.take(np.arange(first, min(first + block, table.rows)))
        found = values(folded, letters_of(folded, part))
        made.append(np.column_stack([np.broadcast_to(found[a.name], part.rows) for a in folded.answers]))
    return np.concatenate(made) if made else np.empty((0, len(folded.answers)))


def predicted(model: Model, table: Table, double: bool = False) -> Array:
    """`predict` as numbers (n, answers); with `double`, the same network in float64 from the first input on."""
    plan, encoding = model.plan, model.encoding
    if double:
        plan = dataclasses.replace(plan, precision="float64")
        encoding = dataclasses.replace(encoding, dtype="float64")
        engine = Reference()
        encoded = encoding.apply(table, target=False)
        w = engine.load(plan, np.asarray(model.weights, float)[None, :])
        y = outputs(engine, plan, w, Source(encoded.x, codes=encoded.codes))[0]
    else:
        encoded = encoding.apply(table, target=False)
        y = model.outputs(Source(encoded.x, codes=encoded.codes))
    return in_units(encoding, y)


def in_units(encoding: Encoding, y: Array) -> Array:
    """Outputs (n, o) as the answers are: target units, or the probabilities the formula gives."""
    if encoding.target is not None and encoding.task == "regression":
        return np.asarray(encoding.decode(y), float).reshape(len(y), -1)
    return np.asarray(y, float)


def check(model: Model, exact: Folded, printed: Folded, table: Table, source: str) -> Check:
    """The largest differences of the equation over the rows of a table."""
    ours, theirs = answers_of(exact, table), predicted(model, table)
    double = predicted(model, table, double=True)
    rounding = None if printed is exact else _worst(answers_of(printed, table), ours)
    largest = float(np.max(np.abs(theirs), initial=0.0))
    return Check(table.rows, source, _worst(ours, theirs), _worst(ours, double), largest, rounding)


def _worst(a: Array, b: Array) -> float:
    with np.errstate(invalid="ignore"):
        apart = np.where(a == b, 0.0, np.abs(a - b))  # infinite on both sides is no difference
    return float(np.max(apart, initial=0.0))


def training_table(model: Model) -> tuple[Table, str] | None:
    """The training table, where the model was trained from a file that is still there and still fits."""
    path = model.facts["program"].get("data") if isinstance(model.facts.get("program"), Mapping) else None
    if not isinstance(path, str) or not os.path.isfile(path):
        return None
    options = {k: model.facts["program"].get(k) for k in ("delimiter", "decimal", "encoding", "header")}
    try:
        table = model.read(path, **{k: v for k, v in options.items() if v is not None})
        model.encoding.apply(table.take(np.arange(min(table.rows, 1))), target=False)
    except ChainruleError:
        return None
    return (table, path) if table.rows else None


def random_table(encoding: Encoding, folded: Folded) -> Table:
    """Rows as the training's may have been: numbers within three spreads of its center, every label, cells missing."""
    draw = np.random.Generator(np.random.Philox(7))
    columns: dict[str, Column] = {}
    for given in folded.inputs:
        if given.column not in columns:
            columns[given.column] = _random_column(encoding, given, draw)
    return Table(tuple(columns.values()), ROWS, "")


def _random_column(encoding: Encoding, given: Input, draw: np.random.Generator) -> Column:
    empty = draw.random(ROWS) < (0.0 if given.must else 0.1)
    if given.takes == "label":
        levels = [*given.levels] if given.known else [*given.levels, "\N{REPLACEMENT CHARACTER}"]
        codes = np.where(empty, -1, draw.integers(0, len(levels), ROWS))
        return label_column(given.column, "category", levels, codes, "object")
    if given.takes == "text":
        words = ["", "good", "bad weather", "no rain", "late in spring", "snow", "wind from the north"]
        return label_column(
            given.column, "text", words, np.where(empty, -1, draw.integers(0, len(words), ROWS)), "str"
        )
    scales = [s for p in encoding.paths if p.column == given.column for s in p.steps if isinstance(s, Affine)]
    shaped = any(s.op == "expression" for p in encoding.paths if p.column == given.column for s in p.steps)
    if given.takes == "date":
        days = [
            p.steps
            for p in encoding.paths
            if p.column == given.column and p.steps[0] == DatePart("time", "value")
        ]
        spans = [s for steps in days for s in steps if isinstance(s, Affine)]
        center, spread = (spans[0].center, spans[0].spread) if spans else (0.5, 0.2)
        seconds = np.round(DAY * (center + spread * draw.uniform(-REACH, REACH, ROWS)))
        return Column(given.column, "date", np.where(empty, np.nan, seconds), type="datetime")
    if shaped or not scales:
        # the center is that of the formula's values; the fill is a value the formula takes
        numbers = (given.fill or 1.0) * draw.uniform(0.5, 1.5, ROWS)
    else:
        numbers = scales[0].center + scales[0].spread * draw.uniform(-REACH, REACH, ROWS)
    return Column(given.column, "number", np.where(empty, np.nan, numbers))
