"""plan, weights, encoding -> layers whose first weights take the user's own columns: every scale is folded in.

The first layer computes s = Σ w·(x − c)/d + b, which is Σ (w/d)·x + (b − Σ w·c/d); the target's scale goes into the last
layer the same way where its output is the score itself. A category is one constant per label. Nothing the encoding does
is left out: what cannot be folded becomes a line of its own.
"""

from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import numpy as np

from ...encoding import Affine, Encoding, Flag, Formula, Impute, Lookup
from ...encoding.path import Path
from ...encoding.primitives import run
from ...encoding.shapes import Quantile
from ...encoding.words import DatePart
from ...errors import ModelError
from ...plan import Plan
from ...rules.activations import Activation
from ...rules.expression import Expression, Node, make, name, number
from .curves import hashed_words, part_of_date, straight_lines, undone
from .letters import DAYS, LABEL, LONGER, MADE, MISSING, NUMBER, OTHER, Input, Letter, Line, Namer, label_text

Array = np.ndarray[Any, Any]

# Folding the shift c/d into b costs |c/d| roundings; beyond this the line z = (x − c)/d is kept (years in units of hours)
STEEPEST, SMALLEST, LARGEST = 1e4, 1e-100, 1e100


@dataclass(frozen=True, eq=False)
class Layer:
    """s = x·w + b, y = f(s) over letters: `inputs` and `units` are names."""

    index: int
    inputs: tuple[str, ...]
    scores: tuple[str, ...]
    units: tuple[str, ...]  # the outputs; the scores themselves where f is the identity
    w: Array  # (inputs, units) float64
    b: Array  # (units,) float64
    activation: Activation
    knobs: dict[str, float]

    @property
    def identity(self) -> bool:
        return self.scores == self.units

    @property
    def forward(self) -> Node:
        """The rule's own text, as engines run it, with its knobs' numbers."""
        return _with_knobs(self.activation.forward, self.knobs)

    @property
    def textbook(self) -> Node:
        return _with_knobs(self.activation.textbook, self.knobs)


def _with_knobs(rule: Expression, knobs: dict[str, float]) -> Node:
    values = {k: Expression.of(number(v)) for k, v in knobs.items()}
    return rule.substitute(**values).tree if values else rule.tree


@dataclass(frozen=True)
class Answer:
    """One number `predict` gives: the target itself, or the probability of a label."""

    name: str
    column: str
    label: Any = None

    @property
    def shown(self) -> str:
        return self.column if self.label is None else f"P({self.column} = {label_text(self.label)})"


@dataclass(frozen=True, eq=False)
class Folded:
    """The network over the user's columns."""

    inputs: tuple[Input, ...]
    letters: tuple[Letter, ...]
    prepared: tuple[Line, ...]  # fills, and what is computed before the first layer
    layers: tuple[Layer, ...]
    outer: tuple[Line, ...]  # the target's scale where it could not be folded
    answers: tuple[Answer, ...]
    labels: tuple[Any, ...] = ()  # the classes; the label predicted has the largest probability

    @property
    def filled(self) -> "Folded":
        """The same for columns without missing numbers: the lines that fill them are left out."""
        fills = {i.name for i in self.inputs if i.fill is not None}
        return replace(self, prepared=tuple(line for line in self.prepared if line.name not in fills))

    def letter(self, name: str) -> Letter | None:
        return next((a for a in self.letters if a.name == name), None)


class Columns:
    """What the paths ask of each column, gathered in one pass."""

    def __init__(self) -> None:
        self.namer = Namer()
        self.inputs: dict[tuple[str, str], Input] = {}
        self.letters: list[Letter] = []
        self.lines: list[Line] = []
        self.rows: dict[str, Array] = {}  # letter -> its weights (units,)
        self.levels: dict[str, Lookup] = {}

    def input(self, path: Path) -> Input:
        takes = path.takes
        found = self.inputs.get((path.column, takes))
        if found is None:
            word = self.namer.give(path.column, f"x{len(self.inputs) + 1}")
            found = Input(path.column, word, takes)
            if takes in ("number", "date"):
                self.letters.append(Letter(word, path.column, NUMBER if takes == "number" else DAYS))
            self.inputs[path.column, takes] = found
        return found

    def change(self, given: Input, **what: Any) -> Input:
        self.inputs[given.column, given.takes] = changed = replace(given, **what)
        return changed

    def missing(self, given: Input) -> str:
        """The letter that is 1 where the column has no value."""
        found = self.inputs[given.column, given.takes]
        if not found.missing:
            word = self.namer.give(f"{given.name}_missing", f"missing_{len(self.letters)}", LONGER)
            self.letters.append(Letter(word, given.column, MISSING))
            self.change(found, missing=word)
            return word
        return found.missing

    def made(self, given: Input, tree: Node) -> str:
        """A letter for what a line computes before the first layer."""
        word = self.namer.give("z_" + given.name, "z", LONGER)
        self.letters.append(Letter(word, given.column, MADE))
        self.lines.append(Line(word, tree))
        return word

    def add(self, letter: str, weights: Array) -> None:
        self.rows[letter] = self.rows[letter] + weights if letter in self.rows else weights


def fold(plan: Plan, flat: Array, encoding: Encoding) -> Folded:
    """The folded network of one member. flat (P,) in natural order; all arithmetic in float64.

    Raises ModelError CR-2301 where folding would leave the range of float64, CR-2302 for an activation that looks at
    more than one row.
    """
    parts = {k: np.asarray(v, float) for k, v in plan.unflatten(np.asarray(flat, float).reshape(-1)).items()}
    first = parts["w1"]
    if encoding.exposure is not None:
        raise ModelError("CR-3373", column=encoding.exposure)
    columns, extra = Columns(), np.zeros(first.shape[1])
    numeric = first
    if encoding.mix is not None:  # the components are sums of the inputs, and so are the scores
        numeric = encoding.mix.axes.T @ first[: encoding.mix.size]
        extra = extra - encoding.mix.mean @ numeric
    place, gathers = 0, iter(plan.level_offsets)
    for path in encoding.paths:
        if path.gathers:
            start = next(gathers)
            _labels(columns, path, first[start : start + path.levels])
        elif path.takes == "label":
            _labels(columns, path, numeric[place : place + 1])
        elif path.takes == "text":
            hashed_words(columns, path, numeric[place : place + path.width])
        else:
            extra = extra + _numbers(columns, path, numeric[place])
        place += path.width
    return _layers(plan, parts, encoding, columns, extra)


def _numbers(columns: Columns, path: Path, w: Array) -> Array:
    """A number column: letter·(a·w), and what goes into the bias. Keeps value = a·letter + shift on the way."""
    given = columns.input(path)
    letter, a, shift, open_ = given.name, 1.0, 0.0, True  # open: the value may still be missing
    whole: Node | None = None  # a part of a date that no line has computed yet
    for step in path.steps:
        if whole is not None and not isinstance(step, Impute | Flag):
            letter, whole = columns.made(given, whole), None
        if isinstance(step, DatePart):
            whole = part_of_date(columns, given, step)
        elif isinstance(step, Quantile):
            put = partial(columns.made, given)
            letter = straight_lines(_affine(letter, a, shift), step.x, step.y, put)
            a, shift = 1.0, 0.0
        elif isinstance(step, Impute) and open_:
            if (
                given.takes == "date"
                or letter != given.name
                or (a, shift) != (1.0, 0.0)
                or given.fill not in (None, step.value)
            ):
                inside, whole = whole or _affine(letter, a, shift), None
                tree = Node(
                    "where",
                    (Node("==", (name(columns.missing(given)), number(1))), number(step.value), inside),
                )
                letter, a, shift = columns.made(given, tree), 1.0, 0.0
            elif given.fill is None:
                given = columns.change(columns.inputs[path.column, path.takes], fill=step.value)
            open_ = False
        elif isinstance(step, Flag):
            letter, a, shift = (columns.missing(given), 1.0, 0.0) if open_ else (letter, 0.0, 0.0)
            open_, whole = False, None
        elif isinstance(step, Formula):
            if open_:  # a formula of nothing is refused row by row
                columns.change(columns.inputs[path.column, path.takes], must=True)
                open_ = False
            tree = step.expression.substitute(x=Expression.of(_affine(letter, a, shift))).tree
            letter, a, shift = columns.made(given, tree), 1.0, 0.0
        elif isinstance(step, Affine):
            center, spread = step.center, step.spread
            before = _affine(letter, a, shift)
            a, shift = a / spread, (shift - center) / spread
            if a and not (abs(shift) <= STEEPEST and SMALLEST <= abs(a) <= LARGEST):
                tree = make("/", make("-", before, number(center)), number(spread))
                letter, a, shift = columns.made(given, tree), 1.0, 0.0
    if whole is not None and whole != name(letter) and a:
        letter = columns.made(given, whole)
    if open_:
        given = columns.change(columns.inputs[path.column, path.takes], must=True)
    if a:
        columns.add(letter, w * a)
    return w * shift


def _affine(letter: str, a: float, shift: float) -> Node:
    return make("+", make("*", number(a), name(letter)), number(shift))


def _labels(columns: Columns, path: Path, w: Array) -> None:
    """A column of labels: one constant per label, for missing, and for all others. w (levels, units) or (1, units)."""
    lookup = path.steps[0]
    if not isinstance(lookup, Lookup):
        raise ModelError("CR-2303", column=path.column)
    given = columns.input(path)
    if given.levels not in ((), lookup.levels):
        raise ModelError("CR-2303", column=path.column)
    if not given.levels:
        given = columns.change(given, levels=lookup.levels, labels=("",) * len(lookup.levels))
    codes = np.array([*range(len(lookup.levels)), lookup.missing, lookup.unseen], np.int32)
    if path.gathers:
        constants = np.where((codes >= 0)[:, None], w[np.maximum(codes, 0)], 0.0)
    else:
        values: Any = codes
        for step in path.steps[1:]:
            values = run(step, values)
        constants = np.asarray(values, float)[:, None] * w
    labels = list(given.labels)
    for k, label in enumerate(lookup.levels):
        if np.any(constants[k]):
            if not labels[k]:
                labels[k] = columns.namer.give(
                    f"{given.name}_{label_text(label)}", f"{given.name}_{k + 1}", LONGER
                )
                columns.letters.append(Letter(labels[k], path.column, LABEL, label))
            columns.add(labels[k], constants[k])
    columns.change(columns.inputs[path.column, "label"], labels=tuple(labels))
    for k, kind in ((-2, MISSING), (-1, OTHER)):
        now = columns.inputs[path.column, "label"]
        if not np.isfinite(constants[k]).all():
            columns.change(now, **{"must" if kind == MISSING else "known": True})
        elif np.any(constants[k]):
            letter = columns.missing(now) if kind == MISSING else now.other
            if not letter:
                letter = columns.namer.give(f"{given.name}_other", f"other_{len(columns.letters)}", LONGER)
                columns.letters.append(Letter(letter, path.column, OTHER))
                columns.change(now, other=letter)
            columns.add(letter, constants[k])


def _layers(
    plan: Plan, parts: dict[str, Array], encoding: Encoding, columns: Columns, extra: Array
) -> Folded:
    target, last = encoding.target, len(plan.layers)
    word = target.column if target else "y"
    labels = target.labels if target else ()
    if not labels:
        words = [word] if plan.targets == 1 else list(target.columns) if target and len(target.columns) == plan.targets else [
            f"{word}_{k + 1}" for k in range(plan.targets)]  # fmt: skip
        answers = [Answer(columns.namer.give(w, f"y_{k + 1}"), w) for k, w in enumerate(words)]
    else:
        shown = labels if plan.targets > 1 else labels[1:]
        answers = [
            Answer(columns.namer.give(f"p_{label_text(v)}", f"p_{k + 1}"), word, v)
            for k, v in enumerate(shown)
        ]
    scales = [_scale(part) for part in (getattr(target, "parts", None) or (target,) * len(answers))]
    scaled = any(s != Affine(0.0, 1.0) for s in scales)
    curved = target is not None and any(s.op in ("power", "quantile") for s in target.steps)
    spread, center = (np.array([getattr(s, k) for s in scales]) for k in ("spread", "center"))
    inputs, made, outer = tuple(columns.rows), [], list[Line]()
    for layer in plan.layers:
        i = layer.index
        w = (
            np.array(list(columns.rows.values())).reshape(len(inputs), layer.units)
            if i == 1
            else parts[f"w{i}"]
        )
        b = parts[f"b{i}"] if layer.b else np.zeros(layer.units)
        b = b + extra if i == 1 else b
        if any(n.op == "norm" for n in layer.activation.forward.tree):
            raise ModelError("CR-2302", activation=layer.activation.name)
        scores = units = tuple(f"s{i}_{k + 1}" for k in range(layer.units))
        identity = layer.activation.forward.tree == name("s")
        if not identity:
            units = tuple(f"y{i}_{k + 1}" for k in range(layer.units))
        if i == last:
            names = tuple(a.name for a in answers)
            if identity and not curved and (not scaled or _fits(w, b, spread, center)):
                scores = units = names
                if scaled:
                    w, b = w * spread, b * spread + center
            elif not scaled and not curved:
                units = names
            else:
                outer = undone(columns, target, names, units, scales)
        if not (np.isfinite(w).all() and np.isfinite(b).all()):
            raise ModelError("CR-2301", layer=i)
        made.append(Layer(i, inputs, scores, units, w, b, layer.activation, dict(layer.knobs)))
        inputs = units
    return Folded(tuple(columns.inputs.values()), tuple(columns.letters), (*_fills(columns), *columns.lines),
                  tuple(made), tuple(outer), tuple(answers), labels)  # fmt: skip


def _scale(target: Any) -> Affine:
    """What the target's numbers were divided by; 1 for classes."""
    steps = target.steps if target is not None else ()
    return next((s for s in steps if isinstance(s, Affine)), Affine(0.0, 1.0))


def _fits(w: Array, b: Array, spread: Array, center: Array) -> bool:
    """Whether the target's scale can be folded without leaving float64."""
    with np.errstate(over="ignore", invalid="ignore"):
        wide = np.isfinite(w * spread).all() and np.isfinite(b * spread + center).all()
    return bool(wide and np.all((spread >= SMALLEST) & (spread <= LARGEST)) and np.isfinite(center).all())


def _fills(columns: Columns) -> list[Line]:
    """age = where(age == age, age, 48): a missing number is NaN, which equals nothing, itself included"""
    return [
        Line(i.name, Node("where", (Node("==", (name(i.name), name(i.name))), name(i.name), number(i.fill))))
        for i in columns.inputs.values()
        if i.fill is not None
    ]
