"""A small spreadsheet: computes the formulas of a workbook as Excel does, errors included.

EXP stops at 709.78, text in arithmetic is an error, = compares text without capitals, IF computes only what it takes.
"""

import io
import math
import re
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

import openpyxl

TOKEN = re.compile(
    r"""(?P<string>"(?:[^"]|"")*")|(?P<ref>(?:'(?:[^']|'')+'!)?\$?[A-Z]{1,3}\$?\d+(?::\$?[A-Z]{1,3}\$?\d+)?)(?![A-Za-z(])"""
    r"""|(?P<number>\d+\.?\d*(?:[eE][+-]?\d+)?)|(?P<name>[A-Z][A-Z0-9.]*)(?=\()|(?P<sign><>|<=|>=|[-+*/=<>(),])"""
)

FIRST = datetime(1899, 12, 30)  # day 0 of a spreadsheet


class Wrong(Exception):
    """A cell's error: #NUM!, #VALUE!, #N/A."""


class Book:
    def __init__(self, content: bytes) -> None:
        self.book = openpyxl.load_workbook(io.BytesIO(content))
        self.known: dict[tuple[str, int, int], Any] = {}

    @cached_property
    def rows(self) -> Any:
        return self.book.worksheets[0]

    def headers(self) -> list[str]:
        return [str(c.value) for c in self.rows[1]]

    def value(self, sheet: str, row: int, column: int) -> Any:
        key = sheet, row, column
        if key not in self.known:
            cell = self.book[sheet].cell(row, column)
            formula = cell.data_type == "f"
            self.known[key] = Formula(self, sheet, str(cell.value)[1:]).result() if formula else cell.value
        return self.known[key]

    def compute(self, formula: str) -> Any:
        return Formula(self, self.rows.title, formula[1:]).result()


def number(value: Any) -> float:
    if value is None:
        return 0.0
    if isinstance(value, str):
        raise Wrong("#VALUE!")
    if isinstance(value, datetime):
        return (value - FIRST) / timedelta(days=1)
    return float(value)


def finite(value: float) -> float:
    if not math.isfinite(value):
        raise Wrong("#NUM!")
    return value


def equal(a: Any, b: Any) -> bool:
    a, b = ("" if v is None and isinstance(w, str) else v for v, w in ((a, b), (b, a)))
    if isinstance(a, str) and isinstance(b, str):
        return a.casefold() == b.casefold()
    return (
        type(a) is type(b) is bool
        and a == b
        or not isinstance(a, str)
        and not isinstance(b, str)
        and (isinstance(a, bool) == isinstance(b, bool) and (a or 0) == (b or 0))
    )


class Formula:
    """Recursive descent; every piece becomes a function of nothing, so that IF can leave one uncomputed."""

    def __init__(self, book: Book, sheet: str, text: str) -> None:
        self.book, self.sheet, self.tokens, at = book, sheet, [], 0
        while at < len(text):
            found = TOKEN.match(text, at)
            assert found, f"not understood: {text[at : at + 40]!r} in {text!r}"
            self.tokens.append((found.lastgroup, found[0]))
            at = found.end()
        self.at = 0

    def result(self) -> Any:
        made = self.compare()
        assert self.at == len(self.tokens), self.tokens[self.at :]
        return made()

    def peek(self) -> str:
        return self.tokens[self.at][1] if self.at < len(self.tokens) else ""

    def take(self) -> tuple[Any, str]:
        self.at += 1
        return self.tokens[self.at - 1]

    def compare(self) -> Any:
        left = self.sum()
        while self.peek() in ("=", "<>", "<", ">", "<=", ">="):
            sign, a, b = self.take()[1], left, self.sum()
            left = {
                "=": lambda a=a, b=b: equal(a(), b()), "<>": lambda a=a, b=b: not equal(a(), b()),
                "<": lambda a=a, b=b: number(a()) < number(b()), ">": lambda a=a, b=b: number(a()) > number(b()),
                "<=": lambda a=a, b=b: number(a()) <= number(b()), ">=": lambda a=a, b=b: number(a()) >= number(b()),
            }[sign]  # fmt: skip
        return left

    def sum(self) -> Any:
        left = self.product()
        while self.peek() in ("+", "-"):
            sign, a, b = self.take()[1], left, self.product()
            left = (
                (lambda a=a, b=b: finite(number(a()) + number(b())))
                if sign == "+"
                else (lambda a=a, b=b: finite(number(a()) - number(b())))
            )
        return left

    def product(self) -> Any:
        left = self.sign()
        while self.peek() in ("*", "/"):
            sign, a, b = self.take()[1], left, self.sign()
            left = (
                (lambda a=a, b=b: finite(number(a()) * number(b())))
                if sign == "*"
                else (lambda a=a, b=b: divide(number(a()), number(b())))
            )
        return left

    def sign(self) -> Any:
        if self.peek() == "-":
            self.take()
            inside = self.sign()
            return lambda: negative(inside())
        return self.atom()

    def atom(self) -> Any:
        kind, text = self.take()
        if kind == "number":
            return lambda: float(text)
        if kind == "string":
            return lambda: text[1:-1].replace('""', '"')
        if text == "(":
            inside = self.compare()
            assert self.take()[1] == ")"
            return inside
        if kind == "ref":
            return lambda: self.reference(text)
        assert kind == "name", text
        assert self.take()[1] == "("
        arguments = []
        while self.peek() != ")":
            arguments.append(self.compare())
            if self.peek() == ",":
                self.take()
        self.take()
        return lambda: call(text, arguments)

    def reference(self, text: str) -> Any:
        sheet, _, place = text.rpartition("!")
        sheet = sheet[1:-1].replace("''", "'") if sheet else self.sheet
        if ":" not in place:
            return self.book.value(sheet, *where(place))
        (r1, c1), (r2, c2) = (where(p) for p in place.split(":"))
        return [self.book.value(sheet, r, c) for r in range(r1, r2 + 1) for c in range(c1, c2 + 1)]


def where(place: str) -> tuple[int, int]:
    letters, digits = re.fullmatch(r"([A-Z]+)(\d+)", place.replace("$", "")).groups()  # type: ignore[union-attr]  # matched
    column = 0
    for letter in letters:
        column = column * 26 + ord(letter) - 64
    return int(digits), column


def negative(value: Any) -> Any:
    return [-number(v) for v in value] if isinstance(value, list) else -number(value)


def divide(a: float, b: float) -> float:
    if b == 0:
        raise Wrong("#DIV/0!")
    return finite(a / b)


def exact(a: Any, b: Any) -> bool:
    return ("" if a is None else str(a)) == ("" if b is None else str(b))


def call(name: str, arguments: list[Any]) -> Any:
    if name == "IF":
        return arguments[1]() if arguments[0]() else arguments[2]()
    if name == "NA":
        raise Wrong("#N/A")
    values = [a() for a in arguments]
    if name == "EXACT":
        return [exact(values[0], v) for v in values[1]] if isinstance(values[1], list) else exact(*values)
    if name in ("AND", "OR", "NOT"):
        return {"AND": all, "OR": any, "NOT": lambda v: not v[0]}[name](values)
    if name == "SUMPRODUCT":  # text in it counts as 0, without a word
        parts = [[0.0 if v is None or isinstance(v, str) else float(v) for v in part] for part in values]
        assert len({len(part) for part in parts}) == 1
        return math.fsum(math.prod(pair) for pair in zip(*parts, strict=True))
    numbers = [number(v) for v in values]
    if name == "EXP" and numbers[0] > 709.782712893384:
        raise Wrong("#NUM!")
    functions = {
        "EXP": math.exp, "TANH": math.tanh, "MAX": max, "MIN": min, "ABS": abs, "LN": math.log, "SQRT": math.sqrt,
        "ERF": math.erf, "ATANH": math.atanh, "INT": math.floor, "SIGN": lambda v: (v > 0) - (v < 0), "SIN": math.sin,
        "COS": math.cos, "YEAR": lambda v: (FIRST + timedelta(days=v)).year,
        "DATE": lambda y, m, d: (datetime(int(y), int(m), int(d)) - FIRST).days, "POWER": math.pow, "PI": lambda: math.pi,
    }  # fmt: skip
    return finite(float(functions[name](*numbers)))
