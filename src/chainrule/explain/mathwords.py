"""The readings of formulas on pages: the rules' words, and what derivations need besides: Σ, ∂, products of matrices.

Ops beyond a rule's own, as Node(op, args): sum(index, last, body), partial(a, b), call(f, s), prime(f), T(a), @ and ∘.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from ..rules.expression import Node
from ..rules.words import _ATOM, _POWER, _PRODUCT, _SUM, Latex, MathML, Piece, Shown, _inside


def total(index: Node, last: Node, body: Node) -> Node:
    return Node("sum", (index, last, body))


def partial(above: Node, below: Node) -> Node:
    return Node("partial", (above, below))


def call(function: Node, argument: Node) -> Node:
    return Node("call", (function, argument))


def prime(function: Node) -> Node:
    return Node("prime", (function,))


def transpose(matrix: Node) -> Node:
    return Node("T", (matrix,))


def matmul(a: Node, b: Node) -> Node:
    return Node("@", (a, b))


def hadamard(a: Node, b: Node) -> Node:
    return Node("∘", (a, b))


@dataclass
class PageText(Shown):
    def apply(self, op: str, args: Sequence[Piece]) -> Piece:
        if op == "d":
            return f"d/ds[{args[0][0]}]", _ATOM
        if op == "from0":
            return f"{args[0][0]}=0", _ATOM
        if op == "sum":
            return f"Σ_{args[0][0]} {_inside(args[2], _PRODUCT)}", _SUM
        if op == "partial":
            return f"∂{args[0][0]}/∂{args[1][0]}", _ATOM
        if op == "call":
            return f"{args[0][0]}({args[1][0]})", _ATOM
        if op == "prime":
            return f"{args[0][0]}'", _ATOM
        if op == "T":
            return f"{_inside(args[0], _ATOM)}ᵀ", _ATOM
        if op in ("@", "∘"):
            sign = "·" if op == "@" else " ∘ "
            return f"{_inside(args[0], _PRODUCT)}{sign}{_inside(args[1], _POWER)}", _PRODUCT
        if op == "*":  # the sign of the page, not of the keyboard
            return f"{_inside(args[0], _PRODUCT)}·{_inside(args[1], _POWER)}", _PRODUCT
        return super().apply(op, args)


@dataclass
class PageLatex(Latex):
    def apply(self, op: str, args: Sequence[Piece]) -> Piece:
        brackets = (r"\left(", r"\right)")
        if op == "d":
            return rf"\frac{{d}}{{ds}}\left[{args[0][0]}\right]", _POWER
        if op == "from0":
            return f"{args[0][0]}=0", _ATOM
        if op == "sum":
            first = args[0][0] if "=" in args[0][0] else f"{args[0][0]}=1"
            return rf"\sum_{{{first}}}^{{{args[1][0]}}} {_inside(args[2], _PRODUCT, brackets)}", _SUM
        if op == "partial":
            return rf"\frac{{\partial {args[0][0]}}}{{\partial {args[1][0]}}}", _POWER
        if op == "call":
            return rf"{args[0][0]}\left({args[1][0]}\right)", _ATOM
        if op == "prime":
            return rf"{args[0][0]}'", _ATOM
        if op == "T":
            return rf"{_inside(args[0], _ATOM, brackets)}^{{\mathsf T}}", _POWER
        if op in ("@", "∘"):
            sign = r"\," if op == "@" else r" \circ "
            return (
                f"{_inside(args[0], _PRODUCT, brackets)}{sign}{_inside(args[1], _POWER, brackets)}",
                _PRODUCT,
            )
        return super().apply(op, args)


@dataclass
class PageMathML(MathML):
    def apply(self, op: str, args: Sequence[Piece]) -> Piece:
        brackets = ("<mrow><mo>(</mo>", "<mo>)</mo></mrow>")
        if op == "d":
            slope = "<mfrac><mi>d</mi><mrow><mi>d</mi><mi>s</mi></mrow></mfrac>"
            return f"<mrow>{slope}<mo>[</mo>{args[0][0]}<mo>]</mo></mrow>", _POWER
        if op == "from0":
            return f"<mrow>{args[0][0]}<mo>=</mo><mn>0</mn></mrow>", _ATOM
        if op == "sum":
            under = args[0][0] if "=" in args[0][0] else f"<mrow>{args[0][0]}<mo>=</mo><mn>1</mn></mrow>"
            body = _inside(args[2], _PRODUCT, brackets)
            return f"<mrow><munderover><mo>∑</mo>{under}{args[1][0]}</munderover>{body}</mrow>", _SUM
        if op == "partial":
            return (
                f"<mfrac><mrow><mo>∂</mo>{args[0][0]}</mrow><mrow><mo>∂</mo>{args[1][0]}</mrow></mfrac>",
                _POWER,
            )
        if op == "call":
            return f"<mrow>{args[0][0]}<mo>⁡</mo><mo>(</mo>{args[1][0]}<mo>)</mo></mrow>", _ATOM
        if op == "prime":
            return f"<msup>{args[0][0]}<mo>′</mo></msup>", _ATOM
        if op == "T":
            return f"<msup>{_inside(args[0], _ATOM, brackets)}<mi>T</mi></msup>", _POWER
        if op in ("@", "∘"):
            sign = "<mo>⁢</mo>" if op == "@" else "<mo>∘</mo>"
            left, right = _inside(args[0], _PRODUCT, brackets), _inside(args[1], _POWER, brackets)
            return f"<mrow>{left}{sign}{right}</mrow>", _PRODUCT
        return super().apply(op, args)
