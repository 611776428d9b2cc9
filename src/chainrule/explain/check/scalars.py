"""the graph of a listing that computes number by number -> its network, found by how its numbers are made.

A parameter is a number that is replaced by itself plus or minus something made of it: its gradient. A unit is an
activation of a sum of parameters times inputs; the units that feed each other make a pass, and what an output is
subtracted from is its target.
"""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np

from ...errors import CheckError
from ...rules.activations import ACTIVATIONS
from .infer import STEPS
from .net import Array, Point
from .record import run

HIDDEN = ("sigmoid", "tanh", "relu", "leaky_relu", "elu", "softplus", "silu")
SIGNED = {"+", "-"}
ARITHMETIC = {"+", "-", "*", "/", "**", "neg", "leaf"}
MOST_PASSES = 400


@dataclass(frozen=True)
class Node:
    op: str
    line: int
    value: float
    operands: tuple[int, ...]


@dataclass(frozen=True)
class Unit:
    """One neuron of one pass: its score, what leaves it, and its parameters by the node that feeds each."""

    score: int
    outputs: tuple[int, ...]
    kinds: tuple[str, ...]
    terms: tuple[tuple[float, int, int], ...]  # sign, weight, input
    bias: tuple[tuple[float, int], ...]
    value: float


@dataclass(frozen=True)
class Pass:
    """One forward pass: the units of each layer and the target."""

    layers: tuple[tuple[Unit, ...], ...]
    t: Array
    x: Array
    nodes: dict[str, tuple[int, ...]] = field(hash=False, default_factory=dict)  # "w1" (i·o), "b1" (o)
    signs: dict[str, Array] = field(hash=False, default_factory=dict)


@dataclass(frozen=True)
class Scalars:
    """What was found: points for `judge`, in the form `infer` gives them, and the names the listing has for its numbers."""

    points: tuple[Point, ...]
    activations: tuple[tuple[str, ...], ...]
    names: dict[tuple[str, tuple[int, ...]], str]
    numbers: tuple[tuple[str, float], ...]  # every name and value: the learning rate is among them
    stacked: bool = False


class Graph:
    """The child's answer, believed only as far as it has the right form."""

    def __init__(self, answer: str, memory: int) -> None:
        try:
            data = json.loads(answer)
            self.nodes = [
                Node(str(op), int(line), float(value), tuple(int(o) for o in operands))
                for op, line, value, operands in data["nodes"]
            ]
            if any(not 0 <= o < k for k, n in enumerate(self.nodes) for o in n.operands):
                raise ValueError
            self.names = [(str(text), int(node)) for text, node in data["names"]]
            if any(not 0 <= n < len(self.nodes) for _, n in self.names):
                raise ValueError
            self.end = str(data["end"])
        except (ValueError, TypeError, KeyError, IndexError, RecursionError):
            raise CheckError("CR-2922", reason="record", memory=memory) from None
        self.users: list[list[int]] = [[] for _ in self.nodes]
        for k, n in enumerate(self.nodes):
            for o in n.operands:
                self.users[o].append(k)
        self.next: dict[int, int] = {}
        self.origin: dict[int, int] = {}
        self.parameters: set[int] = set()
        self.activated()
        self.updates()

    # which numbers are activations --------------------------------------------------------------------------------

    def source(self, k: int) -> int:
        """Behind the calls and copies that change nothing."""
        while True:
            n = self.nodes[k]
            if k in self.made_by or n.op in ARITHMETIC or not n.operands:
                return k
            below = n.operands[-1]
            if self.nodes[below].value != n.value:
                return k
            k = below

    def activated(self) -> None:
        """`made_by`: output -> (score, rules that give this value)."""
        self.made_by: dict[int, tuple[int, tuple[str, ...]]] = {}
        with np.errstate(all="ignore"):
            for k, n in enumerate(self.nodes):
                scores: list[int] = []
                if n.op not in ARITHMETIC and n.operands and n.op not in ("exp", "alias", "float"):
                    given = (
                        n.operands[:-1] if len(n.operands) > 1 else n.operands
                    )  # the last one is the result
                    scores = [o for o in given if self.nodes[o].op != "leaf"]
                elif n.op == "/":
                    scores = self._exponents(k)
                for s in scores:
                    s = self.plain(s)
                    kinds = tuple(f for f in HIDDEN if _gives(f, self.nodes[s].value, n.value))
                    if kinds and s not in self.made_by:
                        self.made_by[k] = (s, kinds)
                        break
                else:
                    if n.op == "/" and self.nodes[n.operands[0]].op == "exp":
                        self.made_by[k] = (self.plain(self.nodes[n.operands[0]].operands[0]), ("softmax",))

    def plain(self, k: int) -> int:
        while k not in self.made_by and self.nodes[k].op not in ARITHMETIC and self.nodes[k].operands:
            below = self.nodes[k].operands[-1]
            if self.nodes[below].value != self.nodes[k].value:
                break
            k = below
        return k

    def _exponents(self, k: int) -> list[int]:
        """The score of an activation written in place: exp(−s) or exp(s) up to four operations below."""
        found: list[int] = []
        level = {k}
        for _ in range(4):
            level = {o for j in level for o in self.nodes[j].operands}
            for j in level:
                if self.nodes[j].op == "exp":
                    s = self.plain(self.nodes[j].operands[0])
                    n = self.nodes[s]
                    found.append(s)
                    if n.op == "neg":
                        found.append(self.plain(n.operands[0]))
                    elif n.op in ("*", "-") and len(n.operands) == 2:
                        found += [self.plain(o) for o in n.operands if self.nodes[o].op != "leaf"]
        return found

    # which numbers are learned ------------------------------------------------------------------------------------

    def updates(self) -> None:
        """`next`: the number that replaces a parameter; new = old ± something that depends on old."""
        for k, n in enumerate(self.nodes):
            if n.op not in SIGNED or len(n.operands) != 2:
                continue
            for old, other in (n.operands, n.operands[::-1]):
                if n.op == "-" and old != n.operands[0]:
                    continue
                old = self.plain(old)
                if old in self.made_by or old == other:
                    continue
                again = old in self.parameters and old in self.origin and self.nodes[old].line == n.line
                if again or self.depends(other, old):
                    self.next[old] = k
                    self.origin[k] = self.origin.get(old, old)
                    self.parameters |= {old, k}
                    break

    def depends(self, k: int, old: int) -> bool:
        """Whether a node is made of another one; nodes only have older operands."""
        if not self.users[old] or self.users[old][0] >= k:
            return False
        stack, seen = [k], {k}
        while stack:
            for o in self.nodes[stack.pop()].operands:
                if o == old:
                    return True
                if o > old and o not in seen:
                    seen.add(o)
                    stack.append(o)
            if len(seen) > 4000:
                return False
        return False

    def root(self, k: int) -> int:
        return self.origin.get(k, k)

    # units --------------------------------------------------------------------------------------------------------

    def terms(self, score: int) -> tuple[list[tuple[float, int, int]], list[tuple[float, int]]] | None:
        """A score as signed products of a parameter and an input, and the rest."""
        terms: list[tuple[float, int, int]] = []
        bias: list[tuple[float, int]] = []
        stack: list[tuple[int, float, bool]] = [(score, 1.0, True)]
        while stack:
            k, sign, top = stack.pop()
            k = self.source(k)
            n = self.nodes[k]
            if not top and (k in self.parameters or k in self.made_by):
                bias.append((sign, k))
            elif n.op in SIGNED and len(n.operands) == 2:
                a, b = n.operands
                stack += [(b, sign if n.op == "+" else -sign, False), (a, sign, False)]
            elif n.op == "neg":
                stack.append((n.operands[0], -sign, False))
            elif n.op == "*":
                factors = self.factors(k)
                learned = [f for f in factors if f in self.parameters]
                if len(factors) != 2 or len(learned) > 1:
                    return None
                fed = [f for f in factors if f in self.made_by]
                if not learned and not fed and all(self.nodes[f].op == "leaf" for f in factors):
                    bias.append((sign, k))  # a threshold times 1 that is never moved
                    continue
                if not learned and len(fed) != 1:
                    return None
                weight = learned[0] if learned else next(f for f in factors if f != fed[0])
                if not learned and self.nodes[weight].op not in ("leaf", "neg"):
                    return None
                terms.append((sign, weight, factors[1] if factors[0] == weight else factors[0]))
            elif n.value != 0.0 or n.op != "leaf":
                bias.append((sign, k))
            if len(terms) + len(bias) + len(stack) > 2000:
                return None
        if not terms or len(bias) > 1 or any(k in self.made_by for _, k in bias):
            return None
        return terms, bias

    def factors(self, k: int) -> list[int]:
        made: list[int] = []
        stack = [k]
        while stack:
            j = self.source(stack.pop())
            n = self.nodes[j]
            if n.op == "*" and j not in self.parameters and j not in self.made_by:
                stack += n.operands[::-1]
            else:
                made.append(j)
        return (
            made
            if len(made) < 3
            else [j for j in made if self.nodes[j].op != "leaf" or self.nodes[j].value != 1]
        )

    def units(self) -> Iterator[Unit]:
        """Every unit in the order of its score."""
        outputs: dict[int, list[int]] = {}
        for y, (s, _) in self.made_by.items():
            outputs.setdefault(s, []).append(y)
        for k, n in enumerate(self.nodes):  # a score that is compared with its target as it is
            if n.op == "-" and len(n.operands) == 2 and k not in outputs:
                for s in n.operands:
                    s = self.source(s)
                    if s not in outputs and s not in self.made_by and self.nodes[s].op in SIGNED:
                        if s in self.parameters:
                            continue
                        found = self.terms(s)
                        if found and all(self.source(x) in self.made_by for _, _, x in found[0]):
                            outputs[s] = []
        for s in sorted(outputs):
            if found := self.terms(s):
                kinds = self.made_by[outputs[s][0]][1] if outputs[s] else ("identity",)
                yield Unit(
                    s, tuple(outputs[s]) or (s,), kinds, tuple(found[0]), tuple(found[1]), self.nodes[s].value
                )

    def passes(self) -> list[Pass]:
        found: list[Pass] = []
        layers: list[list[Unit]] = []
        depth: dict[int, int] = {}
        keys: set[tuple[int, ...]] = set()

        def close() -> None:
            if layers and (made := self.closed([tuple(u) for u in layers])):
                found.append(made)

        for unit in self.units():
            key = tuple(self.root(w) for _, w, _ in unit.terms)
            if key in keys:
                close()
                layers, depth, keys = [], {}, set()
                if len(found) >= MOST_PASSES:
                    break
            level = max((depth.get(self.source(x), 0) for _, _, x in unit.terms), default=0)
            if level > len(layers):
                continue
            if level == len(layers):
                layers.append([])
            keys.add(key)
            layers[level].append(unit)
            for y in unit.outputs:
                depth[y] = level + 1
        close()
        if not found:
            return []
        shape = max(found, key=lambda p: len(p.layers)).layers
        return [
            p
            for p in found
            if [len(u) for u in p.layers] == [len(u) for u in shape] and p.x.size == found[0].x.size
        ]

    def with_bias(self, units: Sequence[Unit], below: dict[int, int]) -> tuple[Unit, ...] | None:
        """A threshold written as a parameter times 1, or shared by a layer, taken out of the products."""
        roots = [{self.root(w) for _, w, _ in u.terms} for u in units]
        shared = set.intersection(*roots) if len(units) > 1 else set()
        made = []
        for u in units:
            out = [
                t for t in u.terms
                if self.nodes[t[2]].op == "leaf" and self.nodes[t[2]].value == 1.0
                and (self.root(t[1]) in shared or below and self.source(t[2]) not in below)
            ]  # fmt: skip
            if out and (u.bias or len(out) > 1):
                return None
            rest = tuple(t for t in u.terms if t not in out)
            made.append(replace(u, terms=rest, bias=((out[0][0], out[0][1]),)) if out else u)
        return tuple(made)

    def closed(self, layers: list[tuple[Unit, ...]]) -> Pass | None:
        """A pass with its target, None where it has none or where its layers are not full."""
        nodes: dict[str, tuple[int, ...]] = {}
        signs: dict[str, Array] = {}
        below: dict[int, int] = {}
        x = np.zeros(0)
        for i, given in enumerate(layers, 1):
            units = self.with_bias(given, below)
            if units is None:
                return None
            first = units[0]
            if i == 1:
                order = [self.source(xk) for _, _, xk in first.terms]
                x = np.array([self.nodes[xk].value for xk in order])
                below = {xk: j for j, xk in enumerate(order)} if len(set(order)) == len(order) else {}
            width = len(order) if i == 1 else len(layers[i - 2])
            w = np.full((width, len(units)), -1)
            sign = np.ones((width, len(units)))
            for o, unit in enumerate(units):
                if len(unit.terms) != width or not width:
                    return None
                known = all(self.source(xk) in below for _, _, xk in unit.terms)
                if i > 1 and not known:
                    return None
                for j, (s, wk, xk) in enumerate(unit.terms):
                    place = below[self.source(xk)] if known else j
                    if i == 1 and self.nodes[xk].value != x[place]:
                        return None
                    w[place, o], sign[place, o] = wk, s
            if (w < 0).any():
                return None
            nodes[f"w{i}"], signs[f"w{i}"] = tuple(w.reshape(-1).tolist()), sign
            if all(u.bias for u in units):
                nodes[f"b{i}"] = tuple(u.bias[0][1] for u in units)
                signs[f"b{i}"] = np.array([u.bias[0][0] for u in units])
            elif any(u.bias for u in units):
                return None
            below = {y: o for o, u in enumerate(units) for y in u.outputs}
        t = [self.target(u) for u in layers[-1]]
        if any(v is None for v in t):
            return None
        return Pass(tuple(layers), np.array(t, dtype=float)[None], x[None], nodes, signs)

    def target(self, unit: Unit) -> float | None:
        """What an output is compared with: y − t, t − y, y + (−1)·t, t/y."""
        for k in sorted({u for y in unit.outputs for u in self.readers(y)}):
            n = self.nodes[k]
            if len(n.operands) != 2:
                continue
            mine = [self.source(o) in unit.outputs for o in n.operands]
            if sum(mine) != 1:
                continue
            other = n.operands[mine.index(False)]
            o = self.nodes[other]
            if n.op == "-" and not (mine[1] and o.op == "leaf" and o.value == 1.0 and self._one(k)):
                return o.value
            if n.op == "/" and mine[1]:
                return o.value
            if n.op == "+" and (
                o.op == "neg" or o.op == "*" and any(self.nodes[p].value == -1 for p in o.operands)
            ):
                return -o.value
        return None

    def _one(self, k: int) -> bool:
        """Whether 1 − y is only multiplied with y: then it is a slope and no error."""
        return any(
            self.nodes[u].op == "*" and any(self.source(o) in self.made_by for o in self.nodes[u].operands)
            for u in self.users[k]
        )

    def readers(self, k: int) -> list[int]:
        """What uses a number, also behind copies of it."""
        made = []
        for u in self.users[k]:
            made += [u] if self.source(u) == u else [u, *self.readers(u)]
        return made


def _gives(rule: str, s: float, y: float) -> bool:
    if not np.isfinite(s) or not np.isfinite(y):
        return False
    row = ACTIVATIONS[rule]
    made = float(np.asarray(row.forward(s=np.float64(s), **row.knobs)))
    return abs(made - y) <= 1e-13 + 1e-9 * abs(y)


def observed(text: str, folder: Path | None, seconds: float, memory: int) -> list[Scalars]:
    """The readings of a listing that computes number by number; [] where none was found. CheckError of the child."""
    graph = Graph(run(text, folder, seconds, memory, mode="scalars"), memory)
    passes = graph.passes()
    groups: list[list[Pass]] = []
    for one in passes:
        if groups and groups[-1][-1].nodes == one.nodes:
            groups[-1].append(one)
        else:
            groups.append([one])
    if not groups:
        return []
    made = []
    for stacked in (False, True):
        if stacked and all(len(g) == 1 for g in groups):
            continue
        if found := _steps(graph, groups, stacked):
            made.append(found)
    return made


def _steps(graph: Graph, groups: Sequence[Sequence[Pass]], stacked: bool) -> Scalars | None:
    shapes = {n: s.shape for n, s in groups[0][0].signs.items()}

    def values(nodes: dict[str, tuple[int, ...]], signs: dict[str, Array]) -> dict[str, Array]:
        return {
            n: np.array([graph.nodes[k].value for k in v]).reshape(shapes[n]) * signs[n]
            for n, v in nodes.items()
        }

    points: list[Point] = []
    moving: set[str] = set()
    steps: list[tuple[Sequence[Pass], dict[str, Array], dict[str, Array]]] = []
    for here, there in zip(groups, [*groups[1:], None], strict=True):
        last = here[-1]
        if there is not None:
            after = there[0].nodes
        else:
            after = {n: tuple(_end(graph, k) for k in v) for n, v in last.nodes.items()}
            if after == last.nodes:
                break
        if any(n not in after or graph.root(a) != graph.root(b)
               for n, v in last.nodes.items() for a, b in zip(v, after.get(n, v), strict=True)):  # fmt: skip
            continue
        one, other = values(last.nodes, last.signs), values(after, last.signs)
        moving |= {n for n in one if last.nodes[n] != after[n]}
        steps.append((here, one, other))
        if len(steps) == STEPS:
            break
    if not steps:
        return None
    layers = range(1, len(groups[0][0].layers) + 1)
    shared = frozenset(n for n, v in groups[0][0].nodes.items() if n[0] == "b" and len(set(v)) == 1 < len(v))
    for here, one, other in steps:
        learned = [n for n in one if n in moving or n[0] == "w"]
        given = {n: one[n] - other[n] for n in learned}
        noise = {n: 16 * float(np.finfo(float).eps) * float(np.abs(one[n]).max(initial=0.0)) for n in learned}
        use = here if stacked else here[-1:]
        points.append(Point(
            tuple(one[f"w{i}"] for i in layers), tuple(one.get(f"b{i}") for i in layers),
            np.concatenate([p.x for p in use]), np.concatenate([p.t for p in use]), given,
            {n: other[n] for n in learned}, noise, earlier=points[-1] if points else None, shared=shared,
        ))  # fmt: skip
    kinds = []
    for i in range(len(groups[0][0].layers)):
        every = [set(u.kinds) for g in groups for p in g for u in p.layers[i]]
        common = set.intersection(*every)
        kinds.append(
            tuple(f for f in (*HIDDEN, "softmax", "identity") if f in common)
            or groups[0][0].layers[i][0].kinds
        )
    names = {graph.root(node): text for text, node in reversed(graph.names) if node in graph.parameters}
    places: dict[tuple[str, tuple[int, ...]], str] = {}
    for n, nodes in groups[0][0].nodes.items():
        for index, k in zip(np.ndindex(shapes[n]), nodes, strict=True):
            if graph.root(k) in names:
                places[n, index] = names[graph.root(k)]
    if len(set(places.values())) < len(places):  # the name of a loop's variable says nothing
        places = {}
    numbers = tuple((text, graph.nodes[node].value) for text, node in graph.names)
    return replace(Scalars(tuple(points), tuple(kinds), places, numbers), stacked=stacked)


def _end(graph: Graph, k: int) -> int:
    while k in graph.next:
        k = graph.next[k]
    return k
