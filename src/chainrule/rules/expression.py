"""Turns one line of text into a tree, refuses what is no formula, and differentiates it.

A formula may come from a stranger's model file, so it is parsed and never executed: at most 2 000 characters,
500 nodes, 50 levels, numbers that are finite, names and functions from closed lists.
"""

import ast
import math
import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ..errors import RuleError

if TYPE_CHECKING:
    from .graph import Graph

MAX_CHARACTERS, MAX_NODES, MAX_DEPTH = 2000, 500, 50


@dataclass(frozen=True)
class Function:
    """One function a formula may call: its partial derivatives are text in its arguments u, v."""

    arity: int
    slopes: tuple[
        str, ...
    ]  # d/du, d/dv; empty for the functions whose derivative is a selection or a reduction
    numpy: str
    latex: str  # with {0} {1} for the arguments


FUNCTIONS: Mapping[str, Function] = {
    "exp": Function(1, ("exp(u)",), "exp", r"e^{{{0}}}"),
    "log": Function(1, ("1/u",), "log", r"\ln\left({0}\right)"),
    "sqrt": Function(1, ("1/(2*sqrt(u))",), "sqrt", r"\sqrt{{{0}}}"),
    "abs": Function(1, ("sign(u)",), "abs", r"\left|{0}\right|"),
    "sign": Function(1, ("0",), "sign", r"\operatorname{{sign}}\left({0}\right)"),
    "floor": Function(1, ("0",), "floor", r"\left\lfloor {0}\right\rfloor"),
    "tanh": Function(1, ("1 - tanh(u)**2",), "tanh", r"\tanh\left({0}\right)"),
    "sin": Function(1, ("cos(u)",), "sin", r"\sin\left({0}\right)"),
    "cos": Function(1, ("-sin(u)",), "cos", r"\cos\left({0}\right)"),
    "erf": Function(1, ("2/sqrt(pi)*exp(-u*u)",), "erf", r"\operatorname{{erf}}\left({0}\right)"),
    "expm1": Function(1, ("exp(u)",), "expm1", r"\left(e^{{{0}}}-1\right)"),
    "log1p": Function(1, ("1/(1 + u)",), "log1p", r"\ln\left(1+{0}\right)"),
    "min": Function(2, (), "minimum", r"\min\left({0},\,{1}\right)"),
    "max": Function(2, (), "maximum", r"\max\left({0},\,{1}\right)"),
    "where": Function(3, (), "where", r"\begin{{cases}}{1} & {0}\\ {2} & \text{{otherwise}}\end{{cases}}"),
    # reductions, the closed list: over the outputs of one row, or over everything (norm)
    "rowsum": Function(1, (), "rowsum", r"\sum_{{o}} {0}"),
    "rowmax": Function(1, (), "rowmax", r"\max_{{o}} {0}"),
    "norm": Function(1, (), "norm", r"\left\lVert {0}\right\rVert"),
}
REDUCTIONS = frozenset({"rowsum", "rowmax", "norm"})
CONSTANTS = {"pi": math.pi}
ARITHMETIC = frozenset({"+", "-", "*", "/", "**", "neg"})
COMPARISONS = frozenset({"<", "<=", ">", ">=", "==", "!="})
LOGIC = frozenset({"and", "or", "not"})
CONDITIONS = COMPARISONS | LOGIC

_BINARY = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Pow: "**"}
_COMPARE = {ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!="}
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,31}\Z")
# What may reach Python's parser. Outside stay: quotes and backslashes (escape warnings), comments, line breaks, letters
# Python would silently fold to ASCII, and numbers that run into a letter (1_0, 0x10, 1j, 1if).
_TOKENS = re.compile(
    r"(?:[A-Za-z_][A-Za-z0-9_]*|(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?(?![A-Za-z0-9_.])"
    r"|[-+*/(),<>=!.%@&|^~:;\[\]{} \t])*"
)


@dataclass(frozen=True)
class Node:
    """One place in the tree: `op` is "number", "name", an operator, or a function."""

    op: str
    args: tuple["Node", ...] = ()
    value: float = 0.0
    name: str = ""

    def __iter__(self) -> Iterator["Node"]:
        """Every node below and including this one, arguments before the node that uses them."""
        for argument in self.args:
            yield from argument
        yield self


def number(value: float) -> Node:
    return Node("number", value=float(value))


def name(text: str) -> Node:
    return Node("name", name=text)


def make(op: str, *args: Node) -> Node:
    """A node, with the simplifications every reader expects: x*1, x+0, 0*x, numbers folded."""
    first = args[0]
    second = args[1] if len(args) > 1 else first
    zero, one = number(0), number(1)
    if op == "neg":
        if first.op == "number":
            return number(-first.value)
        if first.op == "neg":
            return first.args[0]
    elif op == "+":
        if first == zero:
            return second
        if second == zero:
            return first
        if second.op == "neg":
            return make("-", first, second.args[0])
    elif op == "-":
        if second == zero:
            return first
        if first == zero:
            return make("neg", second)
        if second.op == "neg":
            return make("+", first, second.args[0])
    elif op == "*":
        if zero in (first, second):
            return zero
        if first == one:
            return second
        if second == one:
            return first
        for here, there in ((first, second), (second, first)):
            if here == number(-1):
                return make("neg", there)
            if here.op == "neg":
                return make("neg", make("*", here.args[0], there))
    elif op == "/":
        if first == zero:
            return zero
        if second == one:
            return first
        if first.op == "neg":
            return make("neg", make("/", first.args[0], second))
    elif op == "**":
        if second == one:
            return first
        if second == zero:
            return one
    elif op == "where" and args[1] == args[2]:
        return args[1]
    if op in ARITHMETIC and all(a.op == "number" for a in args):
        folded = _fold(op, [a.value for a in args])
        if folded is not None:
            return number(folded)
    return Node(op, args)


def _fold(op: str, values: list[float]) -> float | None:
    """The value of an operation on numbers where it is exact on small integers; others stay as written (1/3, pi/2)."""
    if not all(v.is_integer() and abs(v) < 2**20 for v in values):
        return None
    a, b = values[0], values[-1]
    if op == "/":
        return a / b if b and (a / b).is_integer() else None
    if op == "**":
        return None
    return {"+": a + b, "-": a - b, "*": a * b}.get(op)


def _refuse(code: str, text: str, **values: object) -> RuleError:
    shown = text if len(text) <= 60 else text[:57] + "..."
    return RuleError(code, text=shown, **values)


class _Parser:
    """Python's own parser reads the line; this walk admits what is a formula and refuses the rest."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.line = ""
        self.nodes = 0

    def part(self, tree: ast.expr) -> str:
        """The piece of the line a tree came from. Not `ast.unparse`: it recurses, and a stranger chose the depth."""
        piece = self.line[tree.col_offset : tree.end_col_offset]
        return piece if len(piece) <= 60 else piece[:57] + "..."

    def parse(self) -> Node:
        if not isinstance(self.text, str):
            raise _refuse("CR-1301", repr(self.text))
        if len(self.text) > MAX_CHARACTERS:
            raise _refuse("CR-1302", self.text, count=len(self.text), limit=MAX_CHARACTERS)
        self.line = self.text.strip()
        read = _TOKENS.match(self.line)
        if read is None or read.end() < len(self.line):
            raise _refuse("CR-1303", self.text, where=1 + (read.end() if read else 0))
        try:
            tree = ast.parse(self.line, mode="eval")
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            where = getattr(error, "offset", None) or 1
            raise _refuse("CR-1303", self.text, where=where) from None
        node = self.visit(tree.body, 1)
        if node.op in CONDITIONS:
            raise _refuse("CR-1304", self.text, part=self.part(tree.body))
        return node

    def value(self, tree: ast.expr, depth: int) -> Node:
        node = self.visit(tree, depth)
        if node.op in CONDITIONS:
            raise _refuse("CR-1304", self.text, part=self.part(tree))
        return node

    def condition(self, tree: ast.expr, depth: int) -> Node:
        node = self.visit(tree, depth)
        if node.op not in CONDITIONS:
            raise _refuse("CR-1305", self.text, part=self.part(tree))
        return node

    def visit(self, tree: ast.expr, depth: int) -> Node:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise _refuse("CR-1306", self.text, limit=MAX_NODES)
        if depth > MAX_DEPTH:
            raise _refuse("CR-1307", self.text, limit=MAX_DEPTH)
        below = depth + 1
        if (
            isinstance(tree, ast.Constant)
            and isinstance(tree.value, int | float)
            and not isinstance(tree.value, bool)
        ):
            try:
                value = float(tree.value)
            except OverflowError:
                value = math.inf
            if not math.isfinite(value):
                raise _refuse("CR-1308", self.text)
            return number(value)
        if isinstance(tree, ast.Name):
            if not _NAME.match(tree.id):
                raise _refuse("CR-1309", self.text, part=tree.id)
            return name(tree.id)
        if isinstance(tree, ast.UnaryOp) and isinstance(tree.op, ast.USub):
            inside = self.value(tree.operand, below)
            return number(-inside.value) if inside.op == "number" else Node("neg", (inside,))
        if isinstance(tree, ast.UnaryOp) and isinstance(tree.op, ast.UAdd):
            return self.value(tree.operand, below)
        if isinstance(tree, ast.UnaryOp) and isinstance(tree.op, ast.Not):
            return Node("not", (self.condition(tree.operand, below),))
        if isinstance(tree, ast.BinOp) and type(tree.op) in _BINARY:
            return Node(_BINARY[type(tree.op)], (self.value(tree.left, below), self.value(tree.right, below)))
        if isinstance(tree, ast.Compare) and len(tree.ops) == 1 and type(tree.ops[0]) in _COMPARE:
            sides = (self.value(tree.left, below), self.value(tree.comparators[0], below))
            return Node(_COMPARE[type(tree.ops[0])], sides)
        if isinstance(tree, ast.BoolOp):
            parts = [self.condition(part, below) for part in tree.values]
            word = "and" if isinstance(tree.op, ast.And) else "or"
            node = parts[0]
            for part in parts[1:]:
                node = Node(word, (node, part))
            return node
        if isinstance(tree, ast.Call) and isinstance(tree.func, ast.Name) and not tree.keywords:
            function = FUNCTIONS.get(tree.func.id)
            if function is None:
                raise _refuse("CR-1310", self.text, part=tree.func.id, known=", ".join(FUNCTIONS))
            if len(tree.args) != function.arity:
                raise _refuse(
                    "CR-1311", self.text, part=tree.func.id, wanted=function.arity, given=len(tree.args)
                )
            if tree.func.id == "where":
                condition, yes, no = tree.args
                args = (self.condition(condition, below), self.value(yes, below), self.value(no, below))
                return Node("where", args)
            return Node(tree.func.id, tuple(self.value(a, below) for a in tree.args))
        raise _refuse("CR-1312", self.text, part=self.part(tree))


@dataclass(frozen=True)
class Expression:
    """A formula as text, and every reading of it.

    `names`, when given, is the closed list of letters the text may use; anything else is refused with a sentence.
    Raises RuleError (CR-1301 … CR-1313) for text that is no formula.
    """

    text: str
    names: Collection[str] | None = None
    tree: Node = field(init=False, compare=False, repr=False)

    def __post_init__(self) -> None:
        tree = _Parser(self.text).parse()
        object.__setattr__(self, "tree", tree)
        if self.names is not None:
            for letter in self.letters:
                if letter not in self.names:
                    raise _refuse("CR-1313", self.text, part=letter, known=", ".join(sorted(self.names)))

    @classmethod
    def of(cls, tree: Node) -> "Expression":
        """The expression whose tree this is; its text is written from the tree."""
        from .words import TEXT, read

        made = object.__new__(cls)
        object.__setattr__(made, "text", read(tree, TEXT)[0])
        object.__setattr__(made, "names", None)
        object.__setattr__(made, "tree", tree)
        return made

    @cached_property
    def letters(self) -> frozenset[str]:
        """The names the text uses, without constants such as pi."""
        return frozenset(n.name for n in self.tree if n.op == "name" and n.name not in CONSTANTS)

    @property
    def elementwise(self) -> bool:
        """Whether each element of the result depends on the same element of the inputs alone."""
        return not any(n.op in REDUCTIONS for n in self.tree)

    def __call__(self, **values: Any) -> Any:
        """The NumPy reading: the value of the formula, in float64 or the dtype of the arrays given.

        Raises RuleError CR-1323 where a letter has no value.
        """
        import numpy as np

        from .words import NumPy, read

        self._complete(values)
        with np.errstate(all="ignore"):  # an unselected branch of `where` may overflow
            return read(self.tree, NumPy(values))

    def _complete(self, values: Mapping[str, Any]) -> None:
        if not self.letters <= values.keys():
            raise _refuse("CR-1323", self.text, part=", ".join(sorted(self.letters - values.keys())))

    def latex(
        self, values: Mapping[str, float] | None = None, symbols: Mapping[str, str] | None = None
    ) -> str:
        """LaTeX, with names, or with the numbers of `values` put in."""
        from .words import Latex, read

        return str(read(self.tree, Latex(values or {}, symbols or {}))[0])

    def mathml(
        self, values: Mapping[str, float] | None = None, symbols: Mapping[str, str] | None = None
    ) -> str:
        """Presentation MathML (no outer <math>), with names, or with the numbers of `values` put in."""
        from .words import MathML, read

        return str(read(self.tree, MathML(values or {}, symbols or {}))[0])

    def graph(self, **values: Any) -> "Graph":
        """The computation graph with the value and the gradient of every node; RuleError CR-1323 as for a call."""
        from .graph import Graph

        self._complete(values)
        return Graph.of(self.tree, values)

    def substitute(self, **parts: "Expression") -> "Expression":
        """The formula with whole formulas put in for names."""
        return Expression.of(_substitute(self.tree, {k: v.tree for k, v in parts.items()}))

    def derivative(self, letter: str) -> "Expression":
        """The symbolic derivative with respect to one letter; refused for reductions (CR-1314)."""
        if not self.elementwise:
            raise _refuse("CR-1314", self.text)
        return Expression.of(_derivative(self.tree, letter))


def _substitute(node: Node, parts: Mapping[str, Node]) -> Node:
    if node.op == "name":
        return parts.get(node.name, node)
    if node.op == "number":
        return node
    args = tuple(_substitute(a, parts) for a in node.args)
    return make(node.op, *args) if node.op in ARITHMETIC else Node(node.op, args)


def _derivative(node: Node, letter: str) -> Node:
    """Chain rule, one node at a time. Selections select the derivative: nothing is multiplied by 0 (0·inf is NaN)."""
    if node.op == "number":
        return number(0)
    if node.op == "name":
        return number(1 if node.name == letter else 0)
    u = node.args[0]
    if node.op in ("where", "min", "max"):
        v = node.args[1]
        condition = u if node.op == "where" else Node("<" if node.op == "min" else ">", (u, v))
        yes, no = (v, node.args[2]) if node.op == "where" else (u, v)
        return make("where", condition, _derivative(yes, letter), _derivative(no, letter))
    du = _derivative(u, letter)
    if node.op == "neg":
        return make("neg", du)
    if node.op in FUNCTIONS:
        if du == number(0):
            return du
        slope = _substitute(_Parser(FUNCTIONS[node.op].slopes[0]).parse(), {"u": u})
        return make("*", slope, du)
    v = node.args[1]
    dv = _derivative(v, letter)
    if node.op in ("+", "-"):
        return make(node.op, du, dv)
    if node.op == "*":
        return make("+", make("*", du, v), make("*", u, dv))
    if node.op == "/":
        if dv == number(0):
            return make("/", du, v)
        return make("-", make("/", du, v), make("/", make("*", u, dv), make("*", v, v)))
    # u**v
    base = number(0)
    if du != number(0):
        base = make("*", make("*", v, make("**", u, make("-", v, number(1)))), du)
    if dv == number(0):
        return base
    return make("+", base, make("*", make("*", node, Node("log", (u,))), dv))
