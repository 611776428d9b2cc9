"""Steps for dates and text: parts of a date, cyclic ones as sine and cosine; hashed words of a text."""

import math
import re
import zlib
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from ..table.columns import Column
from . import state as js

DAY = 86400.0
PARTS = ("time", "year", "week", "day")  # days since 1970; where in its year, week, day a moment lies
FORMS = ("value", "sin", "cos")
HASHED = 64  # inputs a column of text becomes
MOST_HASHED = 4096


@dataclass(frozen=True)
class DatePart:
    """y = days since 1970-01-01, or the sine or cosine of the angle in the year, week or day"""

    part: str
    form: str
    op: ClassVar[str] = "datepart"
    takes: ClassVar[str] = "date"
    gives: ClassVar[str] = "number"

    def apply(self, seconds: np.ndarray) -> np.ndarray:
        if self.part == "time":
            return np.asarray(seconds / DAY)
        angle = 2 * np.pi * turn(seconds, self.part)
        return np.asarray(np.sin(angle) if self.form == "sin" else np.cos(angle))

    def to_json(self) -> dict[str, Any]:
        return {"op": self.op, "part": self.part, "form": self.form}

    @classmethod
    def from_json(cls, state: dict[str, Any]) -> "DatePart":
        js.only(state, {"op", "part", "form"}, cls.op)
        part, form = js.get(state, "part", str), js.get(state, "form", str)
        if part not in PARTS or form not in FORMS or (part == "time") != (form == "value"):
            raise js.damaged("datepart", "CR-1122")
        return cls(part, form)


def turn(seconds: np.ndarray, part: str) -> np.ndarray:
    """Where in its day, week (Monday is 0) or year a moment lies, 0 … 1; NaN where missing."""
    if part == "day":
        return np.asarray((seconds % DAY) / DAY)
    days = np.floor(seconds / DAY)
    if part == "week":
        return np.asarray(((days + 3) % 7) / 7)
    missing = np.isnan(days)
    dates = np.where(missing, 0, days).astype("datetime64[D]")
    years = dates.astype("datetime64[Y]")
    first = years.astype("datetime64[D]").astype(np.float64)
    last = (years + 1).astype("datetime64[D]").astype(np.float64)
    return np.where(missing, np.nan, (days - first) / (last - first))


@dataclass(frozen=True)
class Hash:
    """y = signed counts of the text's words in `size` places chosen by their CRC-32, at length √size"""

    size: int
    op: ClassVar[str] = "hash"
    takes: ClassVar[str] = "text"
    gives: ClassVar[str] = "numbers"

    def apply(self, column: Column) -> np.ndarray:
        levels, codes = column.factor()
        rows = np.zeros((len(levels) + 1, self.size))
        for i, label in enumerate(levels):
            rows[i] = hashed(str(label), self.size)
        return np.asarray(rows[codes])  # -1 finds the last row: nothing

    def to_json(self) -> dict[str, Any]:
        return {"op": self.op, "size": self.size}

    @classmethod
    def from_json(cls, state: dict[str, Any]) -> "Hash":
        js.only(state, {"op", "size"}, cls.op)
        size = js.get(state, "size", int)
        if not 0 < size <= MOST_HASHED:
            raise js.damaged("hash.size", "CR-1122")
        return cls(size)


def hashed(text: str, size: int) -> list[float]:
    """One text's numbers; written so that a program of the equation can carry it as it stands."""
    row = [0.0] * size
    for token in tokens(text):
        h = zlib.crc32(token.encode("utf-8", "replace"))
        row[h % size] += 1.0 if h >> 31 else -1.0
    length = math.sqrt(sum(v * v for v in row)) or 1.0
    return [v * (math.sqrt(size) / length) for v in row]


_WORD = re.compile(r"[^\W_]+")
_HAN = re.compile("[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


def tokens(text: str) -> list[str]:
    """Words without case; of scripts without spaces, single characters and pairs; of long words, their beginnings too."""
    found = []
    for word in _WORD.findall(text.casefold()):
        if _HAN.search(word):
            found += list(word) + [word[i : i + 2] for i in range(len(word) - 1)]
        else:
            found.append(word)
            if len(word) > 5:
                found.append(word[:4] + "…")
    return found
