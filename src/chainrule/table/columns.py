"""Holds what the flow starts from: columns of numbers or labels, and the table they form."""

import math
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np

from ..errors import TableError
from ..messages import Said

KINDS = ("number", "category", "yesno", "date", "text", "constant")
FLOATS = ("number", "date")  # kinds whose values are float64
# Pairs (no, yes), compared without case. Male/female is no yes/no: neither is "yes".
YES_NO = (
    ("no", "yes"),
    ("n", "y"),
    ("false", "true"),
    ("f", "t"),
    ("off", "on"),
    ("否", "是"),
    ("无", "有"),
    ("没有", "有"),
    ("不是", "是"),
    ("假", "真"),
    ("错", "对"),
    ("nein", "ja"),
    ("non", "oui"),
    ("no", "si"),
    ("no", "sí"),
    ("não", "sim"),
    ("нет", "да"),
    ("いいえ", "はい"),
    ("아니오", "예"),
)


@dataclass(frozen=True, eq=False)
class Column:
    """One column: `values` are float64 with NaN for missing (number; date: seconds since 1970-01-01, by the wall
    clock), else labels with None for missing.

    `type` is what the source held: "float", "int", "str", "bool" or "object"; "datetime", "date" or "time". `levels` and `codes` are the
    labels once and the row's place among them (-1 = missing); they are there so that nobody hashes a
    million cells twice.
    """

    name: str
    kind: str  # one of KINDS
    values: np.ndarray  # (n,)
    notes: tuple[str, ...] = ()
    type: str = "float"
    levels: tuple[Any, ...] = field(default=(), repr=False)
    codes: np.ndarray | None = field(default=None, repr=False)  # (n,) int32

    def take(self, indices: Any) -> "Column":
        codes = None if self.codes is None else self.codes[indices]
        held: Any = None if codes is not None and self.__dict__["values"] is None else self.values[indices]
        return replace(self, values=held, codes=codes)

    def __len__(self) -> int:
        return len(self.values if self.codes is None else self.codes)

    def factor(self) -> tuple[tuple[Any, ...], np.ndarray]:
        """The distinct labels and each row's place among them, -1 where missing; integers are int labels.

        After `take` a level may have no row left: count the codes before believing in a level.
        """
        if self.codes is not None:
            return self.levels, self.codes
        if self.kind in FLOATS:
            missing = np.isnan(self.values)
            found, inverse = np.unique(self.values[~missing], return_inverse=True)
            codes = np.full(len(self.values), -1, np.int32)
            codes[~missing] = inverse
            whole = self.type == "int" and bool(np.all(np.abs(found) < 2**63))
            return tuple(int(v) if whole else float(v) for v in found), codes
        return factorize(self.values)

    def missing(self) -> np.ndarray:
        """True where the row has no value.  (n,)"""
        if self.kind in FLOATS:
            return np.asarray(np.isnan(self.values))
        return np.asarray(self.factor()[1] < 0)


class _Values:
    """The values of a column: of labels they are made of levels and codes when somebody asks, for most ask for codes."""

    def __get__(self, column: Column | None, owner: type | None = None) -> Any:
        if column is None:
            return self
        held: np.ndarray | None = column.__dict__["values"]
        if held is None:
            lookup = np.empty(len(column.levels) + 1, object)  # the last place is None: code -1 finds it
            for i, level in enumerate(column.levels):
                lookup[i] = level
            held = column.__dict__["values"] = lookup[column.codes]
        return held

    def __set__(self, column: Column, values: np.ndarray | None) -> None:
        column.__dict__["values"] = values


Column.values = _Values()  # type: ignore[assignment]  # a dataclass would take it for a default


def label_column(
    name: str, kind: str, levels: Sequence[Any], codes: np.ndarray, type: str, notes: Sequence[str] = ()
) -> Column:
    """A column of labels from its levels and codes."""
    held: Any = None  # made when somebody asks
    return Column(name, kind, held, tuple(notes), type, tuple(levels), codes.astype(np.int32, copy=False))


def counted(codes: np.ndarray, levels: int) -> np.ndarray:
    """(levels,) how many rows each label has; codes below 0 are missing. In blocks, which stay in the cache."""
    found, step = np.zeros(levels + 1, np.int64), max(1 << 16, 4 * levels)
    for first in range(0, len(codes), step):
        found += np.bincount(codes[first : first + step] + 1, minlength=levels + 1)
    return found[1:]


def label_key(label: Any) -> Hashable:
    """What makes two labels the same: 1 and 1.0 are, True and 1 are not, 1 and "1" are not."""
    if isinstance(label, str):
        return label
    if isinstance(label, bool):
        return ("bool", label)
    if isinstance(label, (int, float)):
        return ("number", label)
    return (type(label).__name__, label)


def is_missing(value: Any) -> bool:
    return value is None or (isinstance(value, float) and math.isnan(value))


def factorize(values: Iterable[Any]) -> tuple[tuple[Any, ...], np.ndarray]:
    """Labels of any type -> (levels in order of appearance, codes)."""
    places: dict[Hashable, int] = {}
    levels: list[Any] = []
    codes: list[int] = []
    for value in values:
        if is_missing(value):
            codes.append(-1)
            continue
        place = places.setdefault(label_key(value), len(levels))
        if place == len(levels):
            levels.append(value)
        codes.append(place)
    return tuple(levels), np.array(codes, np.int32)


def sort_labels(labels: Iterable[Any]) -> list[Any]:
    """Labels in an order a person expects: numbers, text, then the rest by type; yes/no as (no, yes)."""
    found = list(labels)
    pair = yes_no(found)
    if pair is not None:
        return list(pair)

    def order(label: Any) -> tuple[int, str, Any]:
        if isinstance(label, bool):
            return (0, "bool", label)
        if isinstance(label, (int, float)):
            return (1, "", label)
        if isinstance(label, str):
            return (2, "", label)
        return (3, type(label).__name__, label)

    try:
        return sorted(found, key=order)
    except TypeError:  # e.g. datetimes with and without a time zone
        return sorted(found, key=lambda label: (*order(label)[:2], repr(label)))


def yes_no(labels: Sequence[Any]) -> tuple[Any, Any] | None:
    """(no, yes) where two labels are such a pair, else None."""
    if len(labels) != 2:
        return None
    a, b = labels
    if isinstance(a, bool) and isinstance(b, bool):
        return False, True
    if isinstance(a, str) and isinstance(b, str):
        low = (a.strip().casefold(), b.strip().casefold())
        if low in YES_NO:
            return a, b
        if low[::-1] in YES_NO:
            return b, a
    return None


def show(value: Any, limit: int = 40) -> str:
    """A value as it may stand in a sentence: text in quotes, long text cut, control characters visible."""
    if isinstance(value, str):
        text = value if len(value) <= limit else value[: limit - 1] + "…"
        body = "".join(c if c.isprintable() else c.encode("unicode_escape", "replace").decode() for c in text)
        return f'"{body}"'
    text = repr(value)
    return text if len(text) <= limit else text[: limit - 1] + "…"


def name_list(names: Sequence[Any], limit: int = 10) -> str:
    shown = ", ".join(show(name) for name in names[:limit])
    return shown + (" …" if len(names) > limit else "")


def nearest(name: str, names: Sequence[str]) -> Said:
    """The sentence that helps when a column is not there: near names, else all names."""
    import difflib

    folded = {n.casefold(): n for n in reversed(names)}
    close = [folded[n] for n in difflib.get_close_matches(str(name).casefold(), list(folded), 3, 0.6)]
    return Said("CR-1033", name_list(close)) if close else Said("CR-1034", name_list(names))


@dataclass(frozen=True, eq=False, repr=False)
class Table:
    """Equally long columns with distinct names, and what was recognized while reading.

    `row_numbers` are the user's: lines of the file as an editor counts them (the header is row 1, a row
    with line breaks inside quotes counts from its first line), or 1, 2, 3 ... in a frame. They survive
    `take`, so that every later sentence names the row the user can find.
    """

    columns: tuple[Column, ...]
    rows: int
    source: str = "frame"
    facts: dict[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    row_numbers: np.ndarray | None = field(default=None, repr=False)  # (n,) int64
    original: bytes | None = field(default=None, repr=False)  # the file, where it was asked for

    def __repr__(self) -> str:
        shown = ", ".join(f"{c.name!r}: {c.kind}" for c in self.columns[:8])
        return f"Table({self.rows} rows, {{{shown}{', …' if len(self.columns) > 8 else ''}}})"

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)

    @cached_property
    def _places(self) -> dict[object, Column]:
        return {column.name: column for column in self.columns}

    def __getitem__(self, name: str) -> Column:
        if name not in self._places:
            raise TableError(
                "CR-1016", file=self.source, column=show(name), nearest=nearest(name, self.names)
            )
        return self._places[name]

    def __contains__(self, name: object) -> bool:
        return name in self._places

    def __len__(self) -> int:
        return self.rows

    def take(self, indices: Any) -> "Table":
        """The rows at `indices` (or where a mask is True), in that order."""
        index = np.asarray(indices)
        index = np.flatnonzero(index) if index.dtype == bool else index.astype(np.int64)
        numbers = self._numbers()[index]
        return replace(
            self, columns=tuple(c.take(index) for c in self.columns), rows=len(index), row_numbers=numbers
        )

    def part(self, column: Column, first: int, end: int) -> "Table":
        """Rows `first` … `end` of one column, without a copy."""
        codes = None if column.codes is None else column.codes[first:end]
        held: Any = None if codes is not None else column.values[first:end]
        end = min(end, self.rows)
        return Table(
            (replace(column, values=held, codes=codes),), end - first, self.source, self.facts, (),
            np.arange(first + 1, end + 1) if self.row_numbers is None else self.row_numbers[first:end],
        )  # fmt: skip

    def drop(self, names: str | Iterable[str]) -> "Table":
        gone = {names} if isinstance(names, str) else set(names)
        for name in gone:
            self[name]  # refuses names that are not there
        return replace(self, columns=tuple(c for c in self.columns if c.name not in gone))

    def of_kind(self, *kinds: str) -> tuple[str, ...]:
        """The names of the columns of these kinds."""
        return tuple(c.name for c in self.columns if c.kind in kinds)

    @property
    def kinds(self) -> dict[str, str]:
        return {c.name: c.kind for c in self.columns}

    def row(self, index: int) -> int:
        """The user's number of row `index`."""
        return int(self._numbers()[index])

    def first_row(self, where: np.ndarray | Callable[[], np.ndarray]) -> int:
        """The user's number of the first row where a mask is True."""
        mask = where() if callable(where) else where
        return self.row(int(np.argmax(mask)))

    def _numbers(self) -> np.ndarray:
        return np.arange(1, self.rows + 1) if self.row_numbers is None else self.row_numbers


def require_rows(table: Table, least: int) -> None:
    """Refuse a table with fewer than `least` rows; how many are needed is the caller's knowledge."""
    if table.rows < least:
        raise TableError("CR-1022", file=table.source, rows=table.rows, least=least)
