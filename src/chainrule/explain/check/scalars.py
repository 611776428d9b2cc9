"""a listing that computes number by number -> points where its steps can be compared with the truth."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from .net import Array, Point
from .record import run
from .scalar_graph import HIDDEN, Graph, Pass
from .steps import STEPS


@dataclass(frozen=True)
class Scalars:
    """What was found: points for `judge`, in the form `infer` gives them, and the names the listing has for its numbers."""

    points: tuple[Point, ...]
    activations: tuple[tuple[str, ...], ...]
    names: dict[tuple[str, tuple[int, ...]], str]
    numbers: tuple[tuple[str, float], ...]  # every name and value: the learning rate is among them
    stacked: bool = False
    dropout: tuple[float, ...] = ()


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
