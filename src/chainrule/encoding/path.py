"""One way from a column to inputs of the network (a path), and from a column to its targets and back."""

import itertools
import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from ..errors import EncodingError
from ..messages import Sentence, say
from ..table.columns import FLOATS, Column, Table, counted, name_list, show
from ..table.dates import show_date
from ..table.target import TASKS
from . import state as js
from .primitives import (
    Affine,
    Flag,
    Formula,
    Impute,
    Lookup,
    OneHot,
    Step,
    as_number,
    run,
    spellings,
    step_from_json,
)
from .shapes import Power, Quantile
from .words import DatePart, Hash

STEPS_AT_MOST = 16


BLOCK = 1 << 16  # rows


@dataclass(frozen=True)
class Path:
    """The steps of one column, ending in one numeric input or in a gather over levels."""

    column: str
    steps: tuple[Step, ...]

    @property
    def takes(self) -> str:
        return self.steps[0].takes

    @property
    def gathers(self) -> bool:
        return self.steps[-1].gives == "gather"

    @property
    def is_flag(self) -> bool:
        return isinstance(self.steps[-1], Flag)

    @property
    def piece(self) -> tuple[float, float] | None:
        """The ends of the piece of a number's range this input stands for: a formula of the scaled number."""
        for scale, formula in itertools.pairwise(self.steps):
            if isinstance(scale, Affine) and isinstance(formula, Formula):
                return scale.center, scale.center + scale.spread
        return None

    @property
    def levels(self) -> int:
        last = self.steps[-1]
        return last.levels if isinstance(last, OneHot) else 0

    @property
    def width(self) -> int:
        """How many numeric inputs it makes."""
        last = self.steps[-1]
        return 0 if self.gathers else last.size if isinstance(last, Hash) else 1

    @cached_property
    def names(self) -> tuple[str, ...]:
        """The names of the inputs, the same in every language."""
        return self._named("{} is missing", "{}=other", "{} {}")

    @property
    def shown_names(self) -> tuple[str, ...]:
        """The names as a page in the chosen language shows them."""
        return self._named(say("CR-1180"), say("CR-1181"), "{} {}")

    def _named(self, missing: str, other: str, part: str) -> tuple[str, ...]:
        first = self.steps[0]
        if isinstance(first, Hash):
            return tuple(f"{self.column}#{k + 1}" for k in range(first.size))
        if self.is_flag:
            return (missing.format(self.column),)
        if isinstance(first, DatePart):
            form = f" {first.form}" if first.form != "value" else ""
            return (part.format(self.column, first.part) + form,)
        if not self.gathers or not isinstance(first, Lookup):
            piece = self.piece
            return (self.column if piece is None else f"{self.column} {piece[0]:.6g} … {piece[1]:.6g}",)
        found = [f"{self.column}={spellings(label)[0]}" for label in first.levels]
        found += [missing.format(self.column)] if first.missing >= 0 else []
        found += [other.format(self.column)] if first.unseen >= 0 else []
        return tuple(found)

    def gather(self, column: Column, notes: list[str]) -> np.ndarray:
        """Labels -> codes, with a note for every label the training part had not shown."""
        values = self._look_up(column, notes, False)
        for step in self.steps[1:]:
            values = run(step, values)
        return values

    def _look_up(self, column: Column, notes: list[str], flagged: bool) -> np.ndarray:
        lookup = self.steps[0]
        if not isinstance(lookup, Lookup):  # what takes labels is a lookup; from_json and fit see to it
            raise js.damaged("steps", "CR-1124")
        codes, missing, unseen, example = lookup.codes(column)
        if missing and lookup.missing < 0 and not flagged:
            notes.append(say("CR-1161", column=show(self.column), count=missing))
        if unseen and not self.is_flag:
            policy = say("CR-1159" if lookup.unseen >= 0 else "CR-1160")
            notes.append(
                say("CR-1158", column=show(self.column), count=unseen, text=show(example), policy=policy)
            )
        return codes

    def numbers(self, table: Table, column: Column, notes: list[str], flagged: bool) -> np.ndarray:
        """Cells -> one numeric input in float64."""
        if self.takes == "label":
            values = as_number(self._look_up(column, notes, flagged))
        elif self.takes == "date":
            if column.kind != "date" and not column.missing().all():
                raise EncodingError("CR-1171", file=table.source, column=show(self.column))
            values = column.values if column.kind == "date" else np.full(len(column.values), np.nan)
        elif isinstance(self.steps[0], Hash):
            return self.steps[0].apply(column)
        else:
            values = numbers_of(table, column)
        for step in self.steps[1:] if self.takes == "label" else self.steps:
            before = values
            if isinstance(step, Impute) and not flagged and self.takes == "number":
                missing = int(np.isnan(values).sum())
                if missing:
                    notes.append(
                        say("CR-1157", column=show(self.column), count=missing, value=show(step.value))
                    )
            values = run(step, values)
            if isinstance(step, Formula):
                bad = ~np.isfinite(values)
                if bad.any():
                    at = int(np.argmax(bad))
                    raise EncodingError(
                        "CR-1109",
                        file=table.source,
                        column=show(self.column),
                        row=table.row(at),
                        text=step.text,
                        value=show(float(before[at])),
                    )
        return values

    def store(self, table: Table, column: Column, notes: list[str], flagged: bool, place: np.ndarray) -> None:
        """The inputs of a column in their place (n, width); numbers of a long table block by block, which stays small."""
        if self.takes != "number" or table.rows <= BLOCK:
            return self.put(self.numbers(table, column, notes, flagged), place, table, column)
        found: list[str] = []
        for first in range(0, table.rows, BLOCK):
            part = table.part(column, first, first + BLOCK)
            values = self.numbers(part, part.columns[0], found, flagged)
            self.put(values, place[first : first + BLOCK], part, part.columns[0])
        said = [note for note in found if isinstance(note, Sentence)]
        if said:  # one kind of note there is: how many cells were missing
            values_of = said[0].values
            notes.append(
                say(said[0].code, **{**values_of, "count": sum(note.values["count"] for note in said)})
            )

    def put(self, values: np.ndarray, place: np.ndarray, table: Table, column: Column) -> None:
        """Store the inputs (n,) or (n, width) in the network's own precision; what that cannot hold is refused."""
        with np.errstate(over="ignore", invalid="ignore"):
            place[:] = values.reshape(place.shape)
        bad = ~np.isfinite(place).all(axis=1)
        if bad.any():
            at = int(np.argmax(bad))
            if column.missing()[at]:  # a network of another tool, which puts nothing in
                raise EncodingError("CR-1126", file=table.source, column=show(self.column), row=table.row(at))
            raise EncodingError(
                "CR-1103",
                file=table.source,
                column=show(self.column),
                row=table.row(at),
                text=show(column.values[at].item() if column.kind in FLOATS else column.values[at]),
                dtype=place.dtype.name,
            )

    def to_json(self) -> dict[str, Any]:
        return {"column": self.column, "steps": [step.to_json() for step in self.steps]}

    @classmethod
    def from_json(cls, state: Any) -> "Path":
        column = js.get(state, "column", str)
        js.only(state, {"column", "steps"}, "path")
        steps = steps_from_json(state)
        last = steps[-1]
        if steps[0].takes == "text" and len(steps) > 1:
            raise js.damaged("steps", "CR-1124")
        if last.gives == "code":  # a code is no input: it has neither size nor order
            raise js.damaged("steps", "CR-1124")
        if isinstance(last, OneHot):
            lookup = steps[-2] if len(steps) > 1 else None
            if not isinstance(lookup, Lookup) or lookup.size != last.levels:
                raise js.damaged("onehot.levels", "CR-1122")
        return cls(column, steps)


def steps_from_json(state: Any) -> tuple[Step, ...]:
    """Steps that fit together: each takes what the one before gives."""
    raw: list[Any] = js.get(state, "steps", list)
    if not 0 < len(raw) <= STEPS_AT_MOST:
        raise js.damaged("steps", "CR-1122")
    steps = tuple(step_from_json(part) for part in raw)
    if steps[0].takes == "code":
        raise js.damaged("steps", "CR-1124")
    for before, after in itertools.pairwise(steps):
        if after.takes != before.gives and (before.gives, after.takes) != ("code", "number"):
            raise js.damaged("steps", "CR-1124")
    return steps


def numbers_of(table: Table, column: Column) -> np.ndarray:
    """A column as float64, whatever it was recognized as; text that is no number is refused with its row."""
    if column.kind == "number":
        return column.values
    if column.kind == "date":
        row = table.first_row(~column.missing()) if not column.missing().all() else table.row(0)
        raise EncodingError("CR-1102", file=table.source, column=show(column.name), row=row,
                            text=show(show_date(float(np.nanmin(column.values)), column.type)))  # fmt: skip
    levels, codes = column.factor()
    numbers = np.full(len(levels) + 1, np.nan)
    counts = counted(codes, len(levels))
    bad = []
    for i, label in enumerate(levels):
        try:
            numbers[i] = float(label) if isinstance(label, (bool, int, float, str)) else math.nan
        except (ValueError, OverflowError):
            pass
        if counts[i] and not abs(numbers[i]) < 1e300:
            bad.append(i)
    if bad:
        at = int(np.argmax(np.isin(codes, bad)))
        raise EncodingError(
            "CR-1102",
            file=table.source,
            column=show(column.name),
            row=table.row(at),
            text=show(levels[codes[at]]),
        )
    return np.asarray(numbers[codes])


@dataclass(frozen=True)
class Target:
    """The column to be predicted: a scale for a regression, classes in order for a classification."""

    column: str
    task: str
    steps: tuple[Step, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        return (self.column,)

    @property
    def labels(self) -> tuple[Any, ...]:
        first = self.steps[0]
        return first.levels if isinstance(first, Lookup) else ()

    @property
    def outputs(self) -> int:
        return len(self.labels) if self.task == "multiclass" else 1

    @property
    def names(self) -> tuple[str, ...]:
        if self.task == "regression":
            return (self.column,)
        shown = self.labels if self.task == "multiclass" else self.labels[1:]
        return tuple(f"{self.column}={spellings(label)[0]}" for label in shown)

    def apply(self, table: Table, dtype: Any) -> np.ndarray:
        """The targets (n, o): scaled numbers; 1 for the second of two classes; one-hot. NaN where missing."""
        column = table[self.column]
        first = self.steps[0]
        t = np.empty((table.rows, self.outputs), dtype)
        if isinstance(first, Lookup):
            codes, _, unseen, example = first.codes(column)
            missing = column.missing()
            if unseen:
                at = int(np.argmax((codes < 0) & ~missing))
                raise EncodingError(
                    "CR-1104",
                    file=table.source,
                    column=show(self.column),
                    row=table.row(at),
                    text=show(example),
                    names=name_list(self.labels),
                )
            if self.task == "multiclass":
                t[:] = codes[:, None] == np.arange(len(self.labels))
            else:
                t[:, 0] = codes
            t[missing] = np.nan
            return t
        raw = numbers_of(table, column)
        values = raw
        for step in self.steps:
            values = run(step, values)
        with np.errstate(over="ignore", invalid="ignore"):
            t[:, 0] = values
        bad = ~np.isfinite(t[:, 0]) & ~np.isnan(raw)
        if bad.any():
            at = int(np.argmax(bad))
            raise EncodingError(
                "CR-1103",
                file=table.source,
                column=show(self.column),
                row=table.row(at),
                text=show(float(raw[at])),
                dtype=t.dtype.name,
            )
        return t

    def decode(self, y: np.ndarray) -> Any:
        """Outputs -> numbers in the user's units (n,), or (labels (n,), probabilities (n, classes))."""
        if y.ndim == 1 and self.outputs == 1:
            y = y[:, None]
        if y.ndim != 2 or y.shape[1] != self.outputs or y.dtype.kind not in "fiu":
            raise EncodingError("CR-1111", shape=y.shape, outputs=self.outputs)
        if self.task == "regression":
            values = y[:, 0].astype(np.float64)
            for step in reversed(self.steps):
                if isinstance(step, Affine | Power | Quantile):
                    values = step.undo(values)
            return values
        p = np.column_stack((1 - y, y)) if self.task == "binary" else np.array(y)
        return label_array(self.labels)[np.argmax(p, axis=1)], p

    def to_json(self) -> dict[str, Any]:
        return {"column": self.column, "task": self.task, "steps": [step.to_json() for step in self.steps]}

    @classmethod
    def from_json(cls, state: Any) -> "Target":
        column, task = js.get(state, "column", str), js.get(state, "task", str)
        js.only(state, {"column", "task", "steps"}, "target")
        steps = steps_from_json(state)
        if task not in TASKS:
            raise js.damaged("target.task", "CR-1122")
        if task == "regression":
            shapes = [type(step) for step in steps]
            fits = shapes in ([Affine], [Power, Affine], [Quantile])
        else:
            first = steps[0]
            fits = (
                len(steps) == 1
                and isinstance(first, Lookup)
                and first.size == len(first.levels)
                and (len(first.levels) == 2 if task == "binary" else len(first.levels) >= 2)
            )
        if not fits:
            raise js.damaged("target.steps", "CR-1124")
        return cls(column, task, steps)


def label_array(labels: tuple[Any, ...]) -> np.ndarray:
    """Labels as an array of their own type where they share one that NumPy keeps, else of objects."""
    types = {type(label) for label in labels}
    if types in ({bool}, {float}) or types == {int} and all(abs(v) < 2**63 for v in labels):
        return np.array(labels)
    if types == {str} and not any(label.endswith("\0") for label in labels):
        return np.array(labels)
    found = np.empty(len(labels), object)
    for i, label in enumerate(labels):
        found[i] = label
    return found
