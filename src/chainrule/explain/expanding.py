"""index formula, sizes -> the formula of one place in a concrete network, so that a test can hold a lesson to the tape."""

from collections.abc import Mapping, Sequence
from typing import Any

from ..rules.expression import Node, name
from ..rules.words import TEXT
from .trace import plus


class _Plain:
    """TEXT with the lesson's own operations, for the JSON form."""

    def number(self, value: float) -> Any:
        return TEXT.number(value)

    def name(self, text: str) -> Any:
        return TEXT.name(text)

    def apply(self, op: str, args: Sequence[Any]) -> Any:
        if op in ("sum", "partial", "call", "prime", "T", "@", "∘"):
            return f"{op}({', '.join(a[0] for a in args)})", 8
        return TEXT.apply(op, args)


PLAIN = _Plain()


def expand(tree: Node, sizes: Mapping[str, int], at: Mapping[str, int]) -> Node:
    """The index formula for concrete indices: letters become numbers, Σ is written out.

    sizes: {index letter: how many}, at: {index letter: number}.
    """
    if tree.op == "sum":
        letter = tree.args[0].name
        return plus([expand(tree.args[2], sizes, {**at, letter: k}) for k in range(1, sizes[letter] + 1)])
    if tree.op == "name":
        head, *rest = tree.name.split("_")
        return name("_".join([head, *(str(at.get(r, r)) for r in rest)]))
    if tree.op == "number":
        return tree
    return Node(tree.op, tuple(expand(a, sizes, at) for a in tree.args))
