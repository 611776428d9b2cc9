"""folded layers -> lines `letter = formula` that compute the answers one after the other; values, rounding, one formula."""

import dataclasses
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from ...rules.expression import MAX_CHARACTERS, MAX_DEPTH, MAX_NODES, Node, make, name, number
from ...rules.words import TEXT, NumPy, read
from .folding import Folded, Layer
from .letters import Line

Array = np.ndarray[Any, Any]

TERMS = 40  # of one line: a formula is at most 50 levels deep


def lines(folded: Folded) -> Iterator[Line]:
    """Every line, in the order of computing."""
    yield from folded.prepared
    for layer in folded.layers:
        yield from score_lines(layer)
        yield from output_lines(layer)
    yield from folded.outer


def terms(layer: Layer, unit: int) -> list[tuple[float, str]]:
    """(weight, letter) of one unit's score, without the bias; letters whose weight is 0 contribute nothing."""
    column = layer.w[:, unit].tolist()
    return [(w, letter) for w, letter in zip(column, layer.inputs, strict=True) if w]


def weighted(start: Node, parts: Sequence[tuple[float, str]]) -> Node:
    """start + Σ w·letter, minus signs where they belong."""
    tree = start
    for w, letter in parts:
        tree = make("-" if w < 0 else "+", tree, make("*", number(abs(w)), name(letter)))
    return tree


def score_lines(layer: Layer) -> Iterator[Line]:
    """s = b + Σ w·x per unit; a long sum goes on in a line of its own."""
    for k, letter in enumerate(layer.scores):
        parts = terms(layer, k)
        start = number(float(layer.b[k]))
        for at in range(0, max(len(parts), 1), TERMS):
            yield Line(letter, weighted(start, parts[at : at + TERMS]))
            start = name(letter)


def output_lines(layer: Layer) -> Iterator[Line]:
    """y = f(s) per unit; what f takes from the whole row (softmax's largest score and sum) is computed first."""
    if layer.identity:
        return
    made: dict[Node, str] = {}
    for k, letter in enumerate(layer.units):
        yield from _reduced(layer.forward, layer, made)
        yield Line(letter, _of_unit(layer.forward, layer.scores[k], made))


def _reduced(tree: Node, layer: Layer, made: dict[Node, str]) -> Iterator[Line]:
    """A line for every reduction of the rule, inner ones first."""
    for node in tree:  # arguments come before the node that uses them
        if node.op not in ("rowsum", "rowmax") or node in made:
            continue
        word = f"{'total' if node.op == 'rowsum' else 'top'}{layer.index}"
        if word in made.values():
            word += f"_{len(made)}"
        parts = [_of_unit(node.args[0], s, made) for s in layer.scores]
        if node.op == "rowmax":
            for at in range(0, len(parts), TERMS):
                more = parts[at : at + TERMS]
                yield Line(word, _largest([name(word), *more] if at else more))
        else:
            for at in range(0, len(parts), TERMS):
                total = name(word) if at else parts[0]
                for part in parts[at + (not at) : at + TERMS]:
                    total = make("+", total, part)
                yield Line(word, total)
        made[node] = word


def _of_unit(tree: Node, score: str, made: Mapping[Node, str]) -> Node:
    """The rule's text for one unit: s is its score, a reduction is the letter it was given."""
    if tree in made:
        return name(made[tree])
    if tree.op == "name":
        return name(score) if tree.name == "s" else tree
    if tree.op == "number":
        return tree
    return Node(tree.op, tuple(_of_unit(a, score, made) for a in tree.args), tree.value, tree.name)


def _largest(parts: Sequence[Node]) -> Node:
    """max of many, as a balanced tree."""
    if len(parts) == 1:
        return parts[0]
    half = len(parts) // 2
    return Node("max", (_largest(parts[:half]), _largest(parts[half:])))


def values(folded: Folded, letters: Mapping[str, Any]) -> dict[str, Any]:
    """Every letter's value, (n,) arrays: the lines run in order by the rules' own NumPy reading, in float64."""
    found = dict(letters)
    with np.errstate(all="ignore"):  # a branch of `where` not taken may overflow
        for line in lines(folded):
            found[line.name] = read(line.tree, NumPy(found))
    return found


def rounded(folded: Folded, digits: int) -> Folded:
    """Every weight and constant at so many significant digits; fills and lines before the first layer stay exact."""

    def cut(array: Array) -> Array:
        return np.array([float(f"{v:.{digits}g}") for v in array.ravel().tolist()]).reshape(array.shape)

    layers = tuple(dataclasses.replace(a, w=cut(a.w), b=cut(a.b)) for a in folded.layers)
    outer = tuple(Line(a.name, _cut(a.tree, digits)) for a in folded.outer)
    return dataclasses.replace(folded, layers=layers, outer=outer)


def _cut(tree: Node, digits: int) -> Node:
    if tree.op == "number":
        return number(float(f"{tree.value:.{digits}g}"))
    return Node(tree.op, tuple(_cut(a, digits) for a in tree.args), tree.value, tree.name)


def composed(folded: Folded, most: int = MAX_NODES) -> dict[str, Node]:
    """Each answer as one formula of the user's letters alone; {} where one would have more than `most` nodes."""
    sizes: dict[str, int] = {}
    depths: dict[str, int] = {}
    found: dict[str, Node] = {}
    for line in lines(folded):
        sizes[line.name] = sum(sizes.get(n.name, 1) if n.op == "name" else 1 for n in line.tree)
        depths[line.name] = _depth(line.tree, depths)
        if sizes[line.name] > most or depths[line.name] > 200:
            return {}
        found[line.name] = _put(line.tree, found)
    return {a.name: found[a.name] for a in folded.answers}


def one_line(folded: Folded) -> dict[str, Node]:
    """`composed`, missing numbers filled, where each formula stays within what `Expression` reads back."""
    found = composed(folded.filled)
    fits = all(_depth(t, {}) <= MAX_DEPTH and len(read(t, TEXT)[0]) <= MAX_CHARACTERS for t in found.values())
    return found if fits else {}


def _put(tree: Node, parts: Mapping[str, Node]) -> Node:
    if tree.op == "name":
        return parts.get(tree.name, tree)
    return tree if tree.op == "number" else Node(tree.op, tuple(_put(a, parts) for a in tree.args))


def _depth(tree: Node, known: Mapping[str, int]) -> int:
    if tree.op == "name":
        return known.get(tree.name, 1)
    return 1 + max((_depth(a, known) for a in tree.args), default=0)
