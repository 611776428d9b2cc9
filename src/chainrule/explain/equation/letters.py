"""the user's columns and labels -> letters a formula can use: short, ASCII, and never one that means something else."""

import keyword
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ...encoding.primitives import spellings
from ...messages import get_language, say
from ...rules.expression import CONSTANTS, FUNCTIONS, Node

NUMBER, LABEL, MISSING, OTHER, MADE = "number", "label", "missing", "other", "made"
DAYS, YEAR, HASHED = "days", "year", "hashed"

# words of Python, MATLAB/Octave, and what the generated programs define themselves
_TAKEN = {
    *FUNCTIONS, *CONSTANTS, *keyword.kwlist, *keyword.softkwlist, "math", "float", "row", "inf",
    "nan", "NaN", "NA", "Inf", "e", "i", "j", "I", "J", "eps", "ans", "end", "function", "endfunction", "endif", "endwhile",
    "endfor", "switch", "case", "otherwise", "until", "do", "parfor", "spmd", "global", "persistent", "varargin",
    "varargout", "nargin", "nargout", "catch", "unwind_protect", "isnan", "isempty", "strcmp", "pick", "zeros",
    "ones", "size", "numel", "reshape", "label", "value", "u", "n", "r", "condition", "yes", "no",
    "predict", "predict_row", "error", "any", "all", "iscell", "ischar", "isnumeric", "double", "cellfun",
    "true", "false", "datetime", "re", "zlib", "tokens", "hashed",
}  # fmt: skip
_OWN = re.compile(r"(?:s|y|top|total)\d+(?:_\d+)?\Z")  # what units, and sums over a row, are called
_LONGEST, LONGER = 24, 32  # a column's letter leaves room for a label's word within the 32 characters of any


@dataclass(frozen=True)
class Line:
    """letter = formula; a letter may be given a new value from its old one."""

    name: str
    tree: Node


class Namer:
    """Gives each thing a letter of its own."""

    def __init__(self) -> None:
        self.used: set[str] = set()

    def give(self, text: str, instead: str, most: int = _LONGEST) -> str:
        """The text as a letter, or `instead` where it cannot be one or is longer than `most`."""
        word = re.sub(r"[^A-Za-z0-9]+", "_", text).strip("_")
        if not text.isascii() or not re.match(r"[A-Za-z]", word) or len(word) > most or _OWN.match(word):
            word = instead
        found, count = word, 1
        while found in self.used or found in _TAKEN:
            count += 1
            found = f"{word[:27]}_{count}"
        self.used.add(found)
        return found


@dataclass(frozen=True)
class Letter:
    """What one letter of the formula stands for.

    number   the value of a column              missing  1 where the column has no value, else 0
    label    1 where the column has this label  other    1 where the column has a label the training had not shown
    made     what a line of the formula computes from other letters
    days     days since 1970 of a date               year   the share of its year that has gone on that day
    hashed   one place of the hashed words of a text
    """

    name: str
    column: str
    kind: str
    label: Any = None

    @property
    def shown(self) -> str:
        """How a page writes it."""
        if self.kind == LABEL:
            return f"[{self.column} = {label_text(self.label)}]"
        if self.kind in (MISSING, OTHER):
            return f"[{say('CR-2330' if self.kind == MISSING else 'CR-2331', column=self.column)}]"
        if self.kind in (DAYS, YEAR):
            return say("CR-2338" if self.kind == DAYS else "CR-2339", column=self.column)
        if self.kind == HASHED:
            return f"{self.column}#{self.label}"
        return self.column if self.kind == NUMBER else self.name

    @property
    def meaning(self) -> str:
        if self.kind == NUMBER:
            return say("CR-2332", column=self.column)
        if self.kind == MADE:
            return say("CR-2336", column=self.column)
        code = {LABEL: "CR-2333", MISSING: "CR-2334", OTHER: "CR-2335", DAYS: "CR-2348", YEAR: "CR-2349",
                HASHED: "CR-2356"}[self.kind]  # fmt: skip
        return say(code, column=self.column, label=label_text(self.label))


def label_text(label: Any) -> str:
    """A label as a file spells it."""
    return str(spellings(label)[0])


def together(sentences: Sequence[str]) -> str:
    """Sentences one after the other; Chinese ones without a space."""
    return ("" if get_language() == "zh" else " ").join(sentences)


@dataclass(frozen=True)
class Input:
    """One column of the user as the formula takes it."""

    column: str
    name: str  # the letter of its value; the argument of a program
    takes: str  # "number" | "label" | "date" | "text"
    levels: tuple[Any, ...] = ()
    fill: float | None = None  # a missing number's value
    missing: str = ""  # the letters, "" where the formula needs none
    other: str = ""
    labels: tuple[str, ...] = ()  # one letter per level, "" for a level that contributes nothing
    must: bool = False  # a missing cell is refused
    known: bool = False  # a label never seen is refused
    year: str = ""  # the letter of the share of a date's year
    places: tuple[str, ...] = ()  # the letters of a text's hashed words

    @property
    def meaning(self) -> str:
        """What the letter is, and what may stand in the column."""
        what = self.kind
        said = [say("CR-2337", letter=self.name, column=self.column, what=what), *self.rules]
        return together(said)

    @property
    def kind(self) -> str:
        """What stands in the column: a number, a date, a text, or the labels."""
        code = {"number": "CR-2385", "date": "CR-2357", "text": "CR-2358"}.get(self.takes)
        return say(code) if code else ", ".join(map(label_text, self.levels))

    @property
    def rules(self) -> list[str]:
        """What happens to missing cells and to labels never seen, in sentences."""
        return self.handled(self.missing, self.other)

    @property
    def shown_rules(self) -> list[str]:
        """The same with the letters as pages write them."""
        return self.handled(Letter("", self.column, MISSING).shown, Letter("", self.column, OTHER).shown)

    def handled(self, missing: str, other: str) -> list[str]:
        said = []
        if self.takes == "number" and self.fill is not None:
            said.append(say("CR-2340", value=repr(self.fill)))
        if self.must:
            said.append(say("CR-2341"))
        elif self.missing:
            said.append(say("CR-2342", letter=missing))
        elif self.takes == "label":
            said.append(say("CR-2343"))
        if self.takes == "label":
            said.append(
                say("CR-2344")
                if self.known
                else say("CR-2345", letter=other)
                if self.other
                else say("CR-2346")
            )
        silent = [label_text(v) for v, letter in zip(self.levels, self.labels, strict=True) if not letter]
        if silent:
            said.append(say("CR-2347", labels=", ".join(silent)))
        return said
