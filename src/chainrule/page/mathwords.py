"""The readings of formulas on pages: the rules' words, and what derivations need besides: Σ, ∂, products of matrices.

Ops beyond a rule's own, as Node(op, args): sum(index, last, body), partial(a, b), call(f, s), prime(f), T(a), @ and ∘;
rows(a, b, …), a sum broken into lines, each after the first beginning with its sign; plus(a), a leading +.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from ..rules.expression import Node
from ..rules.words import (
    _ATOM,
    _POWER,
    _PRODUCT,
    _SUM,
    Latex,
    MathML,
    Piece,
    Shown,
    WordEquation,
    _inside,
    word_brackets,
    word_frac,
    word_power,
    word_rows,
    word_run,
    word_total,
)


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
        if op == "rows":
            return " ".join(a[0] for a in args), _SUM
        if op == "plus":
            return f"+ {_inside(args[0], _PRODUCT)}", _SUM
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
        if op == "rows":
            lines = r" \\ & ".join(a[0] for a in args)
            return rf"\begin{{aligned}}[t] & {lines} \end{{aligned}}", _SUM
        if op == "plus":
            return f"{{}}+ {_inside(args[0], _PRODUCT, brackets)}", _SUM
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
        if op == "rows":
            lines = "".join(f"<mtr><mtd>{a[0]}</mtd></mtr>" for a in args)
            return f"<mtable columnalign='left' rowspacing='.2em'>{lines}</mtable>", _SUM
        if op == "plus":
            return f"<mrow><mo form='prefix'>+</mo>{_inside(args[0], _PRODUCT, brackets)}</mrow>", _SUM
        return super().apply(op, args)

    def term(self, sign: str, piece: Piece) -> str:
        """A later term of a broken sum: its sign and itself."""
        inside = _inside(piece, _PRODUCT, ("<mrow><mo>(</mo>", "<mo>)</mo></mrow>"))
        return f"<mo form='infix'>{sign}</mo>{inside}"

    def bracket(self, sign: str) -> str:
        """One bracket alone, where what it holds is broken."""
        return f"<mo stretchy='false'>{sign}</mo>"


@dataclass
class PageWord(WordEquation):
    def term(self, sign: str, piece: Piece) -> str:
        return word_run(sign) + (piece[0] if piece[1] >= _PRODUCT else word_brackets(piece[0]))

    def bracket(self, sign: str) -> str:
        return word_run(sign)

    def apply(self, op: str, args: Sequence[Piece]) -> Piece:
        def held(piece: Piece, least: int) -> str:
            return piece[0] if piece[1] >= least else word_brackets(piece[0])

        if op == "d":
            slope = word_frac(word_run("d"), word_run("ds"))
            return slope + word_brackets(args[0][0], "[", "]"), _POWER
        if op == "from0":
            return args[0][0] + word_run("=0"), _ATOM
        if op == "sum":
            under = args[0][0] if "=" in args[0][0] else args[0][0] + word_run("=1")
            return word_total("∑", under, args[1][0], held(args[2], _PRODUCT)), _SUM
        if op == "partial":
            return word_frac(word_run("∂") + args[0][0], word_run("∂") + args[1][0]), _POWER
        if op == "call":
            return args[0][0] + word_brackets(args[1][0]), _ATOM
        if op == "prime":
            return word_power(args[0][0], word_run("′")), _ATOM
        if op == "T":
            return word_power(held(args[0], _ATOM), word_run("T")), _POWER
        if op in ("@", "∘"):
            sign = "" if op == "@" else word_run("∘")
            return held(args[0], _PRODUCT) + sign + held(args[1], _POWER), _PRODUCT
        if op == "rows":
            return word_rows([a[0] for a in args]), _SUM
        if op == "plus":
            return word_run("+") + held(args[0], _PRODUCT), _SUM
        return super().apply(op, args)
