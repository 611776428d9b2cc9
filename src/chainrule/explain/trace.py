"""plan, weights, rows -> every number of one step: formula, formula with the numbers in it, value, finite difference.

Values come from the reference engine's tape; formulas are the rules' own text with the network's names put in. Dropout
is not drawn here: the trace shows the network as it predicts.
"""

import dataclasses
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..batches.source import Batch
from ..engine.reference import Reference
from ..plan import Dense, Layer, Plan, View
from ..rules.expression import Node, name, number
from ..rules.initializers import INITIALIZERS

Array = np.ndarray[Any, Any]
FOLD = 12  # a sum with more terms shows its largest ones and the rest as one number


@dataclass(frozen=True)
class Number:
    """One number: its name, the formula it comes from, its value, and the loss's finite difference by it, if any.

    `rest` is the part of a folded sum that is not shown term by term: (number of terms, their sum).
    """

    name: str
    formula: Node
    value: float
    difference: float | None = None
    rest: tuple[int, float] | None = None


@dataclass
class Trace:
    """One row through the network and back. `stages` maps the flow's words to their numbers, in order."""

    plan: Plan
    row: int
    values: dict[str, float] = field(default_factory=dict)
    stages: dict[str, list[Number]] = field(default_factory=dict)
    shown: dict[int, list[int]] = field(default_factory=dict)  # layer (0: the inputs) -> units written out

    @property
    def hidden(self) -> dict[int, int]:
        """layer -> how many of its units were folded away"""
        counts = {a.index: a.units - len(self.shown[a.index]) for a in self.plan.layers}
        return {layer: count for layer, count in counts.items() if count}

    @property
    def loss(self) -> float:
        return self.values["L"]

    def number(self, wanted: str) -> Number:
        """The number of this name; KeyError where the trace holds none."""
        for numbers in self.stages.values():
            for n in numbers:
                if n.name == wanted:
                    return n
        raise KeyError(wanted)


def times(*factors: Node) -> Node:
    product = factors[0]
    for factor in factors[1:]:
        product = Node("*", (product, factor))
    return product


def plus(terms: Sequence[Node]) -> Node:
    """The sum; what begins with a minus is subtracted: a − t·log y, not a + −t·log y."""
    total = terms[0] if terms else number(0)
    for term in terms[1:]:
        without = _without_minus(term)
        total = Node("+", (total, term)) if without is None else Node("-", (total, without))
    return total


def _without_minus(term: Node) -> Node | None:
    if term.op == "neg":
        return term.args[0]
    if term.op in ("*", "/") and (first := _without_minus(term.args[0])) is not None:
        return Node(term.op, (first, *term.args[1:]))
    return None


def put(tree: Node, parts: Mapping[str, Node]) -> Node:
    """The tree with nodes put in for names, nothing simplified: the rule keeps the shape of its text."""
    if tree.op == "name":
        return parts.get(tree.name, tree)
    if tree.op == "number":
        return tree
    return Node(tree.op, tuple(put(a, parts) for a in tree.args))


def spread(tree: Node, parts: Mapping[str, Sequence[Node]], at: int) -> Node:
    """The tree for output `at` of a row: names become that output's, rowsum and rowmax are written out."""
    if tree.op in ("rowsum", "rowmax"):
        count = max(len(nodes) for nodes in parts.values())
        terms = [spread(tree.args[0], parts, k) for k in range(count)]
        if tree.op == "rowsum":
            return plus(terms)
        largest = terms[0]
        for term in terms[1:]:
            largest = Node("max", (largest, term))
        return largest
    if tree.op == "name":
        return parts[tree.name][at] if tree.name in parts else tree
    if tree.op == "number":
        return tree
    return Node(tree.op, tuple(spread(a, parts, at) for a in tree.args))


def _numbers(knobs: Mapping[str, float]) -> dict[str, Node]:
    return {knob: number(value) for knob, value in knobs.items()}


def with_biases(plan: Plan, flat: Array) -> tuple[Plan, Array]:
    """The same network with a bias in every layer (0 where there was none), so that ∂L/∂s can be tried as ∂L/∂b."""
    blocks = tuple(dataclasses.replace(b, bias=True) if isinstance(b, Dense) else b for b in plan.blocks)
    views: list[View] = []
    parts, old = [], plan.unflatten(flat)
    for layer in plan.layers:
        for kind, shape in (("w", layer.w.shape), ("b", (layer.units,))):
            offset = views[-1].offset + views[-1].size if views else 0
            views.append(View(f"{kind}{layer.index}", shape, offset, INITIALIZERS["given"], {}))
            there = old.get(f"{kind}{layer.index}")
            parts.append(np.zeros((flat.shape[0], *shape)) if there is None else there)
    made = dataclasses.replace(plan, blocks=blocks, views=tuple(views))
    return made, np.concatenate([p.reshape(flat.shape[0], -1) for p in parts], axis=1).astype(float)


class Differences:
    """Central differences of the loss of some rows (their sum, or mean), by weights, scores (as biases) and outputs
    (through the next scores)."""

    def __init__(self, plan: Plan, flat: Array, batch: Batch, *, mean: bool = False) -> None:
        self.plan, self.flat = with_biases(plan, flat)
        self.batch, self.mean = batch, mean

    def along(self, direction: Array) -> float:
        """dL along a direction of the biased network's flat weights; h minimizes rounding + truncation, ∛ε·scale."""
        size = float(np.abs(direction).max()) or 1.0
        h = 6e-6 / size
        up, down = (self._loss(self.flat + side * h * direction) for side in (1, -1))
        return (up - down) / (2 * h)

    def _loss(self, flat: Array) -> float:
        sums = Reference().gradient(self.plan, flat, self.batch)
        return float(sums.loss_sum[0] / (sums.weight_sum[0] if self.mean else 1.0))

    def _unit(self, view: str, *at: int) -> Array:
        direction = np.zeros_like(self.flat)
        self.plan.unflatten(direction)[view][(0, *at)] = 1.0
        return direction

    def weight(self, layer: int, i: int, j: int) -> float:
        return self.along(self._unit(f"w{layer}", i, j))

    def score(self, layer: int, j: int) -> float:
        return self.along(self._unit(f"b{layer}", j))

    def output(self, layer: int, h: int) -> float | None:
        if layer == len(self.plan.layers):
            return None  # the output enters the loss directly; its slope is the loss's own row
        direction = np.zeros_like(self.flat)
        self.plan.unflatten(direction)[f"b{layer + 1}"][0] = self.plan.unflatten(self.flat)[f"w{layer + 1}"][
            0
        ][h]
        return self.along(direction)


def trace_row(
    plan: Plan,
    flat: Array,
    batch: Batch,
    row: int,
    *,
    units: Mapping[int, Iterable[int]] | None = None,
    fold: int = FOLD,
    differences: bool = True,
) -> Trace:
    """The trace of one row of a batch; `flat` (1, P) float64. Of a layer wider than `fold` the units are written out
    that `leading` names.

    units: {layer (0: the inputs): numbers from 1} to drill down to.
    """
    one = only_rows(batch, [row])
    flat = np.asarray(flat, dtype=float)
    tape = tape_of(plan, flat, one)
    made = Trace(plan, row)
    made.values = _values(plan, flat, one, tape)
    made.shown = leading(plan, flat, one, units=units, fold=fold)
    tries = Differences(plan, flat, one) if differences else None
    writer = _Writer(plan, made.values, made.shown, tries, fold, one)
    made.stages = {
        "forward": writer.forward(),
        "loss": writer.loss(),
        "backward": writer.backward(),
        "gradient": writer.gradients(),
    }
    return made


def only_rows(batch: Batch, rows: Sequence[int]) -> Batch:
    """Some rows of a batch, in float64."""
    return Batch(
        batch.x[rows].astype(float),
        batch.t[rows].astype(float),
        None if batch.codes is None else batch.codes[rows],
    )


def tape_of(plan: Plan, flat: Array, batch: Batch) -> dict[str, Array]:
    """Everything the reference engine says on the way there and back."""
    tape: dict[str, Array] = {}
    Reference().gradient(plan, flat, batch, seen=lambda n, v: tape.__setitem__(n, np.array(v)))
    return tape


def leading(
    plan: Plan,
    flat: Array,
    batch: Batch,
    *,
    units: Mapping[int, Iterable[int]] | None = None,
    fold: int = FOLD,
) -> dict[int, list[int]]:
    """Layer -> the units a page of these rows writes out, at most `fold` where `units` names no others: those with the
    largest deltas, and of the inputs (layer 0) those that move the scores of these units most. Σ|…| over the rows.
    """
    tape, wanted = tape_of(plan, flat, batch), units or {}
    shown = {a.index: _largest(np.abs(tape[f"ds{a.index}"][0]).sum(axis=0), fold) for a in plan.layers}
    shown |= {i: sorted({int(u) for u in chosen}) for i, chosen in wanted.items() if i}
    if 0 in wanted:
        return {0: sorted({int(u) for u in wanted[0]}), **shown}
    if plan.inputs <= fold:
        return {0: list(range(1, plan.inputs + 1)), **shown}
    weights = np.abs(plan.unflatten(flat)["w1"][0])[:, [u - 1 for u in shown[1]]].sum(axis=1)
    entering = np.zeros(plan.inputs)
    entering[: batch.x.shape[1]] = np.abs(batch.x).sum(axis=0)
    for offset, codes in zip(plan.level_offsets, () if batch.codes is None else batch.codes.T, strict=False):
        np.add.at(entering, offset + codes[codes >= 0], 1.0)
    moved = weights * entering
    return {0: _largest(moved, min(fold, int((moved > 0).sum()))) or [1], **shown}


def _largest(sizes: Array, count: int) -> list[int]:
    return sorted(int(u) + 1 for u in np.argsort(-sizes, kind="stable")[:count])


def _values(plan: Plan, flat: Array, one: Batch, tape: Mapping[str, Array]) -> dict[str, float]:
    """Every quantity of the tape under its name."""
    values: dict[str, float] = {}
    for i, v in enumerate(one.x[0], 1):
        values[f"x_{i}"] = float(v)
    for j, level in enumerate(one.codes[0] if one.codes is not None else ()):
        for at in range(plan.levels[j]):
            values[f"x_{plan.level_offsets[j] + at + 1}"] = float(at == level)
    for o, v in enumerate(one.t[0], 1):
        values[f"t_{o}"] = float(v)
    for label, part in plan.unflatten(flat).items():
        values |= _named(label, part[0])
    for label, value in tape.items():
        if label[:1] in "sy" and label[1:].isdigit() or label[:2] in ("ds", "dy"):
            for j, v in enumerate(value[0, 0], 1):
                values[f"{label}_{j}"] = float(v)
        elif label[:2] in ("dw", "db"):
            values |= _named(label, value[0])
    values["L"] = float(tape["loss"].sum())
    return values


def _named(label: str, array: Array) -> dict[str, float]:
    """ "w1" (2, 3) -> {"w1_1_1": …, "w1_2_3": …}."""
    return {"_".join([label, *(str(a + 1) for a in at)]): float(v) for at, v in np.ndenumerate(array)}


class _Writer:
    """Writes the formulas of one row, stage by stage."""

    def __init__(
        self, plan: Plan, values: dict[str, float], shown: dict[int, list[int]], tries: Differences | None, fold: int,
        one: Batch,
    ) -> None:  # fmt: skip
        self.plan, self.values, self.shown, self.tries, self.fold, self.one = (
            plan,
            values,
            shown,
            tries,
            fold,
            one,
        )

    def _number(self, label: str, formula: Node, difference: float | None = None, rest: Any = None) -> Number:
        return Number(label, formula, self.values[label], difference, rest)

    def inputs(self, layer: Layer) -> list[tuple[int, str]]:
        """(row of w, name) of what enters a layer; of a category only the level that is there."""
        if layer.index > 1:
            return [(i, f"y{layer.index - 1}_{i}") for i in range(1, layer.inputs + 1)]
        names = [(i, f"x_{i}") for i in range(1, self.plan.numeric + 1)]
        for j, code in enumerate(self.one.codes[0] if self.one.codes is not None else ()):
            if code >= 0:
                at = self.plan.level_offsets[j] + int(code) + 1
                names.append((at, f"x_{at}"))
        return names

    def _sum(self, terms: list[tuple[float, Node]], extra: list[Node]) -> tuple[Node, Any]:
        """Σ terms + extra, the largest terms first folded to `fold`; the rest is one number."""
        if len(terms) <= self.fold:
            return plus([t for _, t in terms] + extra), None
        order = sorted(range(len(terms)), key=lambda i: -abs(terms[i][0]))
        top, rest = sorted(order[: self.fold]), order[self.fold :]
        left = float(sum(terms[i][0] for i in rest))
        return plus([terms[i][1] for i in top] + extra + [name("rest")]), (len(rest), left)

    def forward(self) -> list[Number]:
        made = []
        for layer in self.plan.layers:
            n, everyone = layer.index, range(1, layer.units + 1)
            scores = [name(f"s{n}_{j}") for j in everyone]
            for j in self.shown[n]:
                terms = [
                    (self.values[f"w{n}_{i}_{j}"] * self.values[x], times(name(f"w{n}_{i}_{j}"), name(x)))
                    for i, x in self.inputs(layer)
                ]
                formula, rest = self._sum(terms, [name(f"b{n}_{j}")] if layer.b else [])
                made.append(self._number(f"s{n}_{j}", formula, rest=rest))
            for j in self.shown[n]:
                tree = put(layer.activation.textbook.tree, _numbers(layer.knobs))
                made.append(self._number(f"y{n}_{j}", spread(tree, {"s": scores}, j - 1)))
        return made

    def _scale(self) -> list[Node]:
        scale = self.plan.c / (self.plan.targets if self.plan.outputs == "mean" else 1)
        if scale == 1:
            return []
        return (
            [Node("/", (number(1), number(round(1 / scale))))]
            if (1 / scale).is_integer()
            else [number(scale)]
        )

    def _counted(self) -> list[int]:
        return [o for o in range(1, self.plan.targets + 1) if not np.isnan(self.values[f"t_{o}"])]

    def loss(self) -> list[Number]:
        n = len(self.plan.layers)
        rows = {"y": [name(f"y{n}_{o}") for o in range(1, self.plan.targets + 1)],
                "t": [name(f"t_{o}") for o in range(1, self.plan.targets + 1)]}  # fmt: skip
        tree = put(self.plan.loss.textbook.tree, _numbers(self.plan.loss_knobs))
        terms = [spread(tree, rows, o - 1) for o in self._counted()]
        total = plus(terms)
        return [self._number("L", times(*self._scale(), total) if self._scale() else total)]

    def backward(self) -> list[Number]:
        plan, made = self.plan, []
        n = len(plan.layers)
        owned = bool(plan.loss.link)
        outputs = {
            "y": [name(f"y{n}_{o}") for o in range(1, plan.targets + 1)],
            "s": [name(f"s{n}_{o}") for o in range(1, plan.targets + 1)],
            "t": [name(f"t_{o}") for o in range(1, plan.targets + 1)],
        }
        slope = put(plan.loss.gradient.tree, _numbers(plan.loss_knobs))
        counted = self._counted()
        for o in self.shown[n]:
            tree = times(*self._scale(), spread(slope, outputs, o - 1)) if o in counted else number(0)
            label = f"ds{n}_{o}" if owned else f"dy{n}_{o}"
            tried = self.tries.score(n, o - 1) if owned and self.tries else None
            made.append(self._number(label, _unscaled(tree), tried))
        for layer in reversed(plan.layers):
            i = layer.index
            if i < n:
                above = plan.layers[i]
                for h in self.shown[i]:
                    terms = [
                        (self.values[f"w{i + 1}_{h}_{o}"] * self.values[f"ds{i + 1}_{o}"],
                         times(name(f"w{i + 1}_{h}_{o}"), name(f"ds{i + 1}_{o}")))
                        for o in range(1, above.units + 1)
                    ]  # fmt: skip
                    formula, rest = self._sum(terms, [])
                    tried = self.tries.output(i, h - 1) if self.tries else None
                    made.append(self._number(f"dy{i}_{h}", formula, tried, rest))
            if i < n or not owned:
                rows = {k: [name(f"{k}{i}_{j}") for j in range(1, layer.units + 1)] for k in ("s", "y", "dy")}
                tree = put(layer.activation.backward.tree, _numbers(layer.knobs))
                for j in self.shown[i]:
                    tried = self.tries.score(i, j - 1) if self.tries else None
                    made.append(self._number(f"ds{i}_{j}", spread(tree, rows, j - 1), tried))
        return made

    def gradients(self) -> list[Number]:
        made = []
        for layer in reversed(self.plan.layers):
            n = layer.index
            entering = [(i, x) for i, x in self.inputs(layer) if i in self.shown[n - 1]]
            for j in self.shown[n]:
                for i, x in entering:
                    tried = self.tries.weight(n, i - 1, j - 1) if self.tries else None
                    made.append(self._number(f"dw{n}_{i}_{j}", times(name(f"ds{n}_{j}"), name(x)), tried))
                if layer.b:
                    tried = self.tries.score(n, j - 1) if self.tries else None
                    made.append(self._number(f"db{n}_{j}", name(f"ds{n}_{j}"), tried))
        return made


def _unscaled(tree: Node) -> Node:
    """½·2·(y − t) is y − t: the constant in front of the loss meets the 2 of its slope."""
    if (
        tree.op == "*"
        and tree.args[0].op == "/"
        and tree.args[1].op == "*"
        and tree.args[1].args[0].op == "number"
    ):
        one, below = tree.args[0].args
        if below.value == tree.args[1].args[0].value and one.value == 1:
            return tree.args[1].args[1]
    return tree
