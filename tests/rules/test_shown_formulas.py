"""LaTeX and MathML of every rule parse back to the tree they were written from; a wrong bracket or sign would be seen."""

import re
from xml.etree import ElementTree

import pytest

from chainrule.rules.activations import ACTIVATIONS
from chainrule.rules.expression import Expression, Node, number
from chainrule.rules.losses import LOSSES
from chainrule.rules.optimizers import CLIPS, OPTIMIZERS, PENALTIES
from chainrule.rules.words import Latex, MathML, read

TEXTS = sorted(
    {e.text for row in ACTIVATIONS.values() for e in (row.textbook, row.forward, row.backward)}
    | {e.text for row in LOSSES.values() for e in (row.textbook, row.forward, row.gradient, row.curvature)}
    | {e.text for row in OPTIMIZERS.values() for _, e in row.assignments}
    | {p.gradient.text for p in PENALTIES.values()} | {c.rule.text for c in CLIPS.values()}
)  # fmt: skip
SPACE = re.compile(r"\\,|\s+|\\left|\\right|\\text\{ *\}")
TOKEN = re.compile(r"\\begin\{cases\}|\\end\{cases\}|\\operatorname\{\w+\}|\\text\{otherwise\}|\\\\|\\[A-Za-z]+|<[A-Za-z_0-9]+>"
                   r"|\d+\.?\d*(?:e[-+]?\d+)?|.", re.S)  # fmt: skip
COMPARE = {"<": "<", ">": ">", r"\le": "<=", r"\ge": ">=", "=": "==", r"\ne": "!="}
CALLS = {r"\ln": "log", r"\tanh": "tanh", r"\sin": "sin", r"\cos": "cos", r"\min": "min", r"\max": "max",
         r"\operatorname{sign}": "sign", r"\operatorname{erf}": "erf"}  # fmt: skip


class Reader:
    """LaTeX as the readings write it -> tree. Names stand in angle brackets, so that each is one token."""

    def __init__(self, latex: str) -> None:
        self.tokens = [t for t in TOKEN.findall(SPACE.sub(lambda m: " ", latex)) if t.strip()]
        self.at = 0

    @property
    def next(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self, *wanted: str) -> str:
        token = self.next
        assert not wanted or token in wanted, (wanted, token, self.tokens)
        self.at += 1
        return token

    def left(self, inner, signs: dict[str, str]) -> Node:
        node = inner()
        while self.next in signs:
            node = Node(signs[self.take()], (node, inner()))
        return node

    def whole(self) -> Node:
        return self.left(lambda: self.left(self.negated, {r"\land": "and"}), {r"\lor": "or"})

    def negated(self) -> Node:
        if self.next == r"\lnot":
            self.take()
            return Node("not", (self.negated(),))
        return self.left(self.sum, COMPARE)

    def sum(self) -> Node:
        return self.left(self.series, {"+": "+", "-": "-"})

    def series(self) -> Node:
        if self.next in (r"\sum", r"\max") and self.tokens[self.at + 1] == "_":
            op = {r"\sum": "rowsum", r"\max": "rowmax"}[self.take()]
            self.take("_"), self.braced(name_only=True)
            return Node(op, (self.product(),))
        return self.product()

    def product(self) -> Node:
        if self.next == "-":
            self.take()
            return Node("neg", (self.product(),))
        return self.left(self.power, {r"\cdot": "*"})

    def power(self) -> Node:
        if self.next == "e":
            self.take(), self.take("^")
            return Node("exp", (self.braced(),))
        node = self.atom()
        while self.next == "^":
            self.take()
            node = Node("**", (node, self.braced()))
        return node

    def braced(self, name_only: bool = False) -> Node:
        self.take("{")
        node = number(0) if name_only and self.take() else self.whole()
        self.take("}")
        return node

    def between(self, one: str, other: str) -> Node:
        self.take(one)
        node = self.whole()
        self.take(other)
        return node

    def atom(self) -> Node:
        token = self.next
        if token == r"\frac":
            self.take()
            return Node("/", (self.braced(), self.braced()))
        if token == r"\sqrt":
            self.take()
            return Node("sqrt", (self.braced(),))
        if token == r"\begin{cases}":
            self.take()
            then = self.whole()
            self.take("&")
            condition = self.whole()
            self.take("\\\\")
            other = self.whole()
            self.take("&"), self.take(r"\text{otherwise}"), self.take(r"\end{cases}")
            return Node("where", (condition, then, other))
        if token in CALLS:
            op = CALLS[self.take()]
            self.take("(")
            args = [self.whole()]
            while self.next == ",":
                self.take()
                args.append(self.whole())
            self.take(")")
            return Node(op, tuple(args))
        if token == "|":
            return Node("abs", (self.between("|", "|"),))
        if token == r"\lfloor":
            return Node("floor", (self.between(r"\lfloor", r"\rfloor"),))
        if token == r"\lVert":
            return Node("norm", (self.between(r"\lVert", r"\rVert"),))
        if token == "(":
            return self.between("(", ")")
        self.take()
        if token.startswith("<"):
            return Expression(token[1:-1]).tree
        return number(float(token))


def from_latex(latex: str) -> Node:
    reader = Reader(latex)
    node = reader.whole()
    assert reader.at == len(reader.tokens), reader.tokens[reader.at :]
    return node


WORDS = {"ln": r"\ln", "tanh": r"\tanh", "sin": r"\sin", "cos": r"\cos", "min": r"\min", "max": r"\max",
         "sign": r"\operatorname{sign}", "erf": r"\operatorname{erf}"}  # fmt: skip
SIGNS = {"⋅": r"\cdot", "−": "-", "≤": r"\le", "≥": r"\ge", "≠": r"\ne", "∧": r"\land", "∨": r"\lor", "¬": r"\lnot",
         "⁡": "", "∑": r"\sum", "⌊": r"\lfloor", "⌋": r"\rfloor", "max": r"\max"}  # fmt: skip


def from_mathml(mathml: str) -> Node:
    """MathML by its structure, put as LaTeX, so that one grammar reads both."""

    def put(e: ElementTree.Element) -> str:
        inner = [put(child) for child in e]
        if e.tag == "mfrac":
            return rf"\frac{{{inner[0]}}}{{{inner[1]}}}"
        if e.tag == "msup":
            return f"{inner[0]}^{{{inner[1]}}}"
        if e.tag == "msqrt":
            return rf"\sqrt{{{''.join(inner)}}}"
        if e.tag == "munder":
            return f"{inner[0]}_{{{inner[1]}}}"
        if e.tag == "mtable":
            (then, condition), (other, _) = [[put(cell) for cell in row] for row in e]
            return rf"\begin{{cases}}{then} & {condition}\\ {other} & \text{{otherwise}}\end{{cases}}"
        if e.tag == "mrow" and len(e) == 2 and e[0].text == "{":
            return inner[1]
        if e.tag == "mrow" and len(e) == 3 and e[0].text == e[2].text == "‖":
            return rf"\lVert {inner[1]}\rVert "
        if len(e):
            return " ".join(inner)
        text = e.text or ""
        return (SIGNS if e.tag == "mo" else WORDS).get(text, text) + " "

    return from_latex(put(ElementTree.fromstring(f"<math>{mathml}</math>")))


def as_shown(tree: Node) -> Node:
    """The tree of what a page shows: expm1 and log1p are written out, a negative number has a minus in front, and minus
    binds like a sum, so that (−a)·b is written with brackets and reads as it was."""
    args = tuple(as_shown(a) for a in tree.args)
    if tree.op == "expm1":
        return Node("-", (Node("exp", args), number(1)))
    if tree.op == "log1p":
        return Node("log", (Node("+", (number(1), *args)),))
    if tree.op == "number" and "e" in repr(tree.value):  # shown as 1·10⁻³⁰⁰
        mantissa, _, exponent = repr(tree.value).partition("e")
        return Node("*", (number(float(mantissa)), Node("**", (number(10), as_shown(number(int(exponent)))))))
    if tree.op == "number" and tree.value < 0:
        return Node("neg", (number(-tree.value),))
    return tree if tree.op in ("number", "name") else Node(tree.op, args)


def sums_apart(tree: Node) -> Node:
    """1 + (a + b) is shown without the brackets of a function's own 1 +; the sum is the same from left to right."""
    args = tuple(sums_apart(a) for a in tree.args)
    if tree.op in ("+", "-") and args[1].op in ("+", "-") and args[0] == number(1):
        inner = args[1]
        return Node(inner.op, (sums_apart(Node(tree.op, (args[0], inner.args[0]))), inner.args[1]))
    return tree if tree.op in ("number", "name") else Node(tree.op, args)


def names_in(tree: Node) -> set[str]:
    return {n.name for n in tree if n.op == "name"}


@pytest.mark.parametrize("text", TEXTS)
def test_every_rules_latex_and_mathml_parse_back_to_its_tree(text: str) -> None:
    tree = Expression(text).tree
    wanted = sums_apart(as_shown(tree))
    latex = read(tree, Latex({}, {n: f"<{n}>" for n in names_in(tree)}, 0))[0]
    assert sums_apart(from_latex(latex)) == wanted, latex
    # a letter of MathML may be anything: the same angle brackets, escaped by the reading
    mathml = read(
        tree, MathML({}, {n: f"<{n}>" if not n.startswith("m") else f"<_{n}>" for n in names_in(tree)}, 0)
    )[0]
    assert sums_apart(from_mathml(mathml.replace("&lt;_m", "&lt;m"))) == wanted, mathml


@pytest.mark.parametrize(("planted", "text"), [
    (lambda s: s.replace(r"\left(1 - <y>\right)", "1 - <y>"), "y*(1 - y)"),
    (lambda s: s.replace("+", "-", 1), "1/(1 + exp(-s))"),
    (lambda s: s.replace("^{2}", "^{3}"), "(y - t)**2"),
    (lambda s: s.replace("<m>", "<v>", 1), "w - lr*m/(sqrt(v) + eps)"),
    (lambda s: s.replace("> 0", r"\ge 0"), "where(s > 0, s, 0)"),
])  # fmt: skip
def test_a_formula_shown_wrongly_is_seen(planted, text: str) -> None:
    tree = Expression(text).tree
    latex = read(tree, Latex({}, {n: f"<{n}>" for n in names_in(tree)}, 0))[0]
    assert from_latex(latex) == as_shown(tree)
    assert planted(latex) != latex and from_latex(planted(latex)) != as_shown(tree)
