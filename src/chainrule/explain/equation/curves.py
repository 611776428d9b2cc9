"""encoding steps that are no straight line -> lines of the formula: parts of dates, quantiles, powers, hashed words."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from ...encoding.path import Path
from ...encoding.primitives import Affine
from ...encoding.shapes import Power, Quantile, unpower_text
from ...encoding.words import DatePart
from ...rules.expression import Expression, Node, make, name, number
from .letters import HASHED, LONGER, MADE, YEAR, Input, Letter, Line

if TYPE_CHECKING:
    from .folding import Columns

KNOTS = 16
"""Straight pieces of one line: each is three levels deep in one sum, and formulas are at most 50 levels deep."""


def part_of_date(columns: "Columns", given: Input, step: DatePart) -> Node:
    """The days themselves, or sine or cosine of the angle in the day, the week or the year."""
    if step.part == "time":
        return name(given.name)
    if step.part == "year":
        if not columns.inputs[given.column, given.takes].year:
            word = columns.namer.give(f"{given.name}_year", f"year_{len(columns.letters)}", LONGER)
            columns.letters.append(Letter(word, given.column, YEAR))
            columns.change(columns.inputs[given.column, given.takes], year=word)
        turn = name(columns.inputs[given.column, given.takes].year)
    else:  # 1970 began on a Thursday; Monday is 0
        text = "d - floor(d)" if step.part == "day" else "(floor(d) + 3)/7 - floor((floor(d) + 3)/7)"
        turn = Expression(text, names=("d",)).substitute(d=Expression.of(name(given.name))).tree
    angle = make("*", make("*", number(2), name("pi")), turn)
    return Node("sin" if step.form == "sin" else "cos", (angle,))


def straight_lines(x: Node, at: Sequence[float], values: Sequence[float], put: Callable[[Node], str]) -> str:
    """np.interp as sums of pieces, each 0 before its knot and full behind the next one; long sums go on from the last.

    `put` stores one sum and gives its letter; the last letter is the answer.
    """
    pieces = list(zip(at, at[1:], np.diff(values).tolist(), strict=False))
    letter = ""
    for first in range(0, len(pieces), KNOTS):
        total = name(letter) if letter else number(values[0])
        for low, high, rise in pieces[first : first + KNOTS]:
            share = make("/", make("-", x, number(low)), number(high - low))
            inside = Node("max", (number(0), Node("min", (number(1), share))))
            total = make("+", total, make("*", number(rise), inside))
        letter = put(total)
    return letter


def hashed_words(columns: "Columns", path: Path, w: Any) -> None:
    """A text: one letter per place its words are counted in. w (places, units)"""
    given = columns.input(path)
    letters = []
    for k in range(len(w)):
        word = columns.namer.give(f"{given.name}_h{k + 1}", f"h_{len(columns.letters)}", LONGER)
        columns.letters.append(Letter(word, path.column, HASHED, k + 1))
        columns.add(word, w[k])
        letters.append(word)
    columns.inputs[given.column, given.takes] = replace(given, places=tuple(letters))


def undone(
    columns: "Columns", target: Any, names: Sequence[str], units: Sequence[str], scales: Sequence[Affine]
) -> list[Line]:
    """The lines from the last layer's outputs to the user's units: the target's steps backwards."""
    made: list[Line] = []
    parts = getattr(target, "parts", None) or (target,) * len(names)
    for word, unit, part, scale in zip(names, units, parts, scales, strict=True):
        tree = name(unit)
        if scale != Affine(0.0, 1.0):
            tree = make("+", make("*", number(scale.spread), tree), number(scale.center))
        first = part.steps[0] if part is not None else None
        put = partial(_letter, columns, target, made)
        if isinstance(first, Power):
            held = put(Node("max", (number(first.low), Node("min", (number(first.high), tree)))))
            back = Expression(unpower_text(first.power), names=("x",))
            tree = back.substitute(x=Expression.of(name(held))).tree
        elif isinstance(first, Quantile):
            straight_lines(tree, first.y, first.x, put)
            columns.letters.pop()  # the last sum is the answer itself
            tree = made.pop().tree
        made.append(Line(word, tree))
    return made


def _letter(columns: "Columns", target: Any, made: list[Line], tree: Node) -> str:
    word = columns.namer.give(f"t_{len(made) + 1}", f"t_{len(made) + 1}")
    columns.letters.append(Letter(word, target.column, MADE))
    made.append(Line(word, tree))
    return word
