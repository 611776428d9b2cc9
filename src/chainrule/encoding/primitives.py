"""The steps from columns to numbers: fitted on training rows, applied anywhere, kept as JSON.

A step takes one thing and gives one thing, so that steps can be chained and every export can read them:
label -> code (lookup), code -> gather (onehot), number -> number (impute, flag, expression, affine, power, quantile),
date -> number (datepart), text -> numbers (hash). A code of -1 is "no level": as a number it reads as missing, in a
gather it contributes nothing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, ClassVar, TypeAlias

import numpy as np

from ..errors import EncodingError, RuleError
from ..table.columns import Column, counted, label_key
from . import state as js
from .scaling import SCALES, spread_of
from .shapes import Power, Quantile
from .words import DatePart, Hash

MOST = 1 << 20  # levels of one column


def as_number(values: np.ndarray) -> np.ndarray:
    """Codes read as numbers: -1 is missing."""
    if values.dtype.kind == "i":
        return np.asarray(np.where(values < 0, np.nan, values.astype(np.float64)))
    return values


def without_missing(x: np.ndarray) -> np.ndarray:
    """The values that are there; the array itself where all are."""
    missing = np.isnan(x)
    return x[~missing] if missing.any() else x


@dataclass(frozen=True)
class Impute:
    """y = value where x is missing, else x"""

    value: float
    op: ClassVar[str] = "impute"
    takes: ClassVar[str] = "number"
    gives: ClassVar[str] = "number"

    @classmethod
    def fit(cls, x: np.ndarray) -> "Impute":
        """The median of the training rows that have a value."""
        present = without_missing(x)
        return cls(median(present) if len(present) else 0.0)

    def apply(self, x: np.ndarray) -> np.ndarray:
        x = as_number(x)
        missing = np.isnan(x)
        return np.where(missing, self.value, x) if missing.any() else x

    def to_json(self) -> dict[str, Any]:
        return {"op": self.op, "value": js.put_number(self.value)}

    @classmethod
    def from_json(cls, state: dict[str, Any]) -> "Impute":
        js.only(state, {"op", "value"}, cls.op)
        return cls(js.get_number(state.get("value"), "impute.value"))


@dataclass(frozen=True)
class Flag:
    """y = 1 where x is missing, else 0"""

    op: ClassVar[str] = "flag"
    takes: ClassVar[str] = "number"
    gives: ClassVar[str] = "number"

    @classmethod
    def fit(cls, x: np.ndarray) -> "Flag | None":
        """A flag where the training rows lack values; None where it would be constant."""
        missing = np.isnan(as_number(x))
        return cls() if missing.any() and not missing.all() else None

    def apply(self, x: np.ndarray) -> np.ndarray:
        return np.asarray(np.isnan(as_number(x)), np.float64)

    def to_json(self) -> dict[str, Any]:
        return {"op": self.op}

    @classmethod
    def from_json(cls, state: dict[str, Any]) -> "Flag":
        js.only(state, {"op"}, cls.op)
        return cls()


@dataclass(frozen=True)
class Affine:
    """y = (x - center) / spread"""

    center: float
    spread: float
    op: ClassVar[str] = "affine"
    takes: ClassVar[str] = "number"
    gives: ClassVar[str] = "number"

    @classmethod
    def fit(cls, x: np.ndarray, scale: str) -> "Affine | None":
        """Center and spread of the training rows; None where they are constant and have no spread."""
        if scale not in SCALES:
            raise EncodingError("CR-1107", what="scale", value=repr(scale), names=", ".join(SCALES))
        found = spread_of(without_missing(x), "standard" if scale in ("power", "quantile") else scale)
        return None if found is None else cls(*found)

    def apply(self, x: np.ndarray) -> np.ndarray:
        with np.errstate(over="ignore", invalid="ignore"):  # who calls looks for values that are not finite
            y: np.ndarray = as_number(x) - self.center
            y /= self.spread
        return y

    def undo(self, y: np.ndarray) -> np.ndarray:
        with np.errstate(over="ignore", invalid="ignore"):
            x: np.ndarray = np.asarray(y, np.float64) * self.spread + self.center
        return x

    def to_json(self) -> dict[str, Any]:
        return {"op": self.op, "center": js.put_number(self.center), "spread": js.put_number(self.spread)}

    @classmethod
    def from_json(cls, state: dict[str, Any]) -> "Affine":
        js.only(state, {"op", "center", "spread"}, cls.op)
        return cls(
            js.get_number(state.get("center"), "affine.center"),
            js.get_number(state.get("spread"), "affine.spread", positive=True),
        )


@dataclass(frozen=True)
class Formula:
    """y = f(x), the formula as text in x, such as log1p(x)"""

    text: str
    op: ClassVar[str] = "expression"
    takes: ClassVar[str] = "number"
    gives: ClassVar[str] = "number"

    def __post_init__(self) -> None:
        # a text that is no formula is refused here, with the sentence of the rules
        if not self.expression.elementwise:
            raise js.damaged("expression.text", "CR-1124")

    @cached_property
    def expression(self) -> Any:
        from ..rules.expression import Expression

        return Expression(self.text, names=("x",))

    @classmethod
    def fit(cls, text: str) -> "Formula":
        return cls(text)

    def apply(self, x: np.ndarray) -> np.ndarray:
        x = as_number(x)
        return np.broadcast_to(np.asarray(self.expression(x=x), np.float64), x.shape)

    def to_json(self) -> dict[str, Any]:
        return {"op": self.op, "text": self.text}

    @classmethod
    def from_json(cls, state: dict[str, Any]) -> "Formula":
        js.only(state, {"op", "text"}, cls.op)
        try:
            return cls(js.get(state, "text", str))
        except RuleError as error:
            raise EncodingError("CR-1112", part="expression", reason=error) from None


@dataclass(frozen=True)
class Lookup:
    """y = the place of the label among the levels; `missing` and `unseen` are the codes of all else"""

    levels: tuple[Any, ...]
    missing: int = -1
    unseen: int = -1
    op: ClassVar[str] = "lookup"
    takes: ClassVar[str] = "label"
    gives: ClassVar[str] = "code"
    places: dict[Any, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "places", {label_key(label): i for i, label in enumerate(self.levels)})

    @classmethod
    def fit(cls, levels: Sequence[Any], *, missing: bool = False, other: bool = False) -> "Lookup":
        """The levels in their order; then one for missing, then one for all others, where asked."""
        size = len(levels)
        return cls(tuple(levels), size if missing else -1, size + missing if other else -1)

    @property
    def size(self) -> int:
        return len(self.levels) + (self.missing >= 0) + (self.unseen >= 0)

    def find(self, label: Any) -> int | None:
        """The place of one label, or None.

        Where the types differ altogether, as of labels from a file and levels from a frame, the text decides:
        3 is "3".
        """
        place = self.places.get(label_key(label))
        if place is None and not any(isinstance(label, kind) for kind in self._types):
            for text in spellings(label):
                place = self._texts.get(text)
                if place is not None:
                    break
        return place

    @cached_property
    def _types(self) -> tuple[type, ...]:
        return tuple({int if type(v) in (int, float) else type(v) for v in self.levels})

    @cached_property
    def _texts(self) -> dict[str, int | None]:
        found: dict[str, int | None] = {}
        for i, label in enumerate(self.levels):
            for text in spellings(label):
                found[text] = None if text in found else i  # two labels with one text: neither is meant
        return found

    def apply(self, column: Column) -> np.ndarray:
        return self.codes(column)[0]

    def codes(self, column: Column) -> tuple[np.ndarray, int, int, Any]:
        """(codes, rows missing, rows with unseen labels, one of those labels)"""
        levels, codes = column.factor()
        place = np.empty(len(levels) + 1, np.int32)
        place[-1] = self.missing
        counts = counted(codes, len(levels))
        unseen, example = 0, None
        for i, label in enumerate(levels):
            found = self.find(label) if counts[i] else None
            place[i] = self.unseen if found is None else found
            if found is None and counts[i]:
                unseen += int(counts[i])
                example = label if example is None else example
        return place[codes], len(codes) - int(counts.sum()), unseen, example

    def to_json(self) -> dict[str, Any]:
        levels = [js.put_label(label) for label in self.levels]
        return {"op": self.op, "levels": levels, "missing": self.missing, "unseen": self.unseen}

    @classmethod
    def from_json(cls, state: dict[str, Any]) -> "Lookup":
        js.only(state, {"op", "levels", "missing", "unseen"}, cls.op)
        raw: list[Any] = js.get(state, "levels", list)
        levels = tuple(js.get_label(value, "lookup.levels") for value in raw)
        lookup = cls(levels, js.get(state, "missing", int), js.get(state, "unseen", int))
        free = len(levels)  # the codes that may follow: missing, then unseen, without a gap
        for code in (lookup.missing, lookup.unseen):
            if code not in (-1, free):
                raise js.damaged("lookup.missing", "CR-1122")
            free += code >= 0
        if len(lookup.places) < len(levels) or free > MOST:
            raise js.damaged("lookup.levels", "CR-1122")
        return lookup


def spellings(label: Any) -> tuple[str, ...]:
    """The texts a label may have in a file."""
    if isinstance(label, bool):
        return (str(label), str(label).lower(), str(label).upper())
    if isinstance(label, float) and label.is_integer() and abs(label) < 2**63:
        return (str(int(label)), str(label))
    if isinstance(label, int) and abs(label) < 2**63:
        return (str(label), str(float(label)))
    return (str(label),) if not isinstance(label, bytes) else (label.decode("utf-8", "replace"),)


@dataclass(frozen=True)
class OneHot:
    """y = one input per level, 1 at the code: kept as the code, the network gathers the row of its weights"""

    levels: int
    op: ClassVar[str] = "onehot"
    takes: ClassVar[str] = "code"
    gives: ClassVar[str] = "gather"

    @classmethod
    def fit(cls, lookup: Lookup) -> "OneHot":
        return cls(lookup.size)

    def apply(self, codes: np.ndarray) -> np.ndarray:
        return codes

    def to_json(self) -> dict[str, Any]:
        return {"op": self.op, "levels": self.levels}

    @classmethod
    def from_json(cls, state: dict[str, Any]) -> "OneHot":
        js.only(state, {"op", "levels"}, cls.op)
        levels = js.get(state, "levels", int)
        if not 0 < levels <= MOST:
            raise js.damaged("onehot.levels", "CR-1122")
        return cls(levels)


Step: TypeAlias = Impute | Flag | Affine | Formula | Lookup | OneHot | Power | Quantile | DatePart | Hash
STEPS: dict[str, type[Step]] = {
    s.op: s for s in (Impute, Flag, Affine, Formula, Lookup, OneHot, Power, Quantile, DatePart, Hash)
}


def run(step: Step, values: Any) -> np.ndarray:
    """One step; that it takes what these values are was seen to when the steps were put together."""
    apply: Callable[[Any], np.ndarray] = step.apply
    return apply(values)


def step_from_json(state: Any) -> Step:
    op = js.get(state, "op", str)
    if op not in STEPS:
        raise EncodingError("CR-1114", op=repr(op[:40]), names=", ".join(STEPS))
    return STEPS[op].from_json(state)


def median(x: np.ndarray) -> float:
    """The median, safe from overflow where two middle values are near the largest float."""
    ordered = np.sort(x)
    low, high = float(ordered[(len(x) - 1) // 2]), float(ordered[len(x) // 2])
    return low if low == high else low / 2 + high / 2
