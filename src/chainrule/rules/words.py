"""One walk over a formula's tree; the words given to it decide what comes out: values, text, pages, bytecode, C++."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any, Protocol

from .expression import ARITHMETIC, COMPARISONS, CONDITIONS, CONSTANTS, FUNCTIONS, LOGIC, Node

GREEK = frozenset(
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu "
    "xi pi rho sigma tau phi chi psi omega".split()
)
_KNOBS = {"lr": r"\eta", "eps": r"\varepsilon", "b1": r"\beta_1", "b2": r"\beta_2", "decay": r"\lambda"}


class Words(Protocol):
    """What a reading says for a number, a name, and an operation on what it already said."""

    def number(self, value: float) -> Any: ...
    def name(self, name: str) -> Any: ...
    def apply(self, op: str, args: Sequence[Any]) -> Any: ...


def read(node: Node, words: Words) -> Any:
    if node.op == "number":
        return words.number(node.value)
    if node.op == "name":
        return words.name(node.name)
    return words.apply(node.op, [read(a, words) for a in node.args])


class NumPy:
    """Values. Reductions run over the last axis (the outputs of a row); `norm` runs over everything.

    Numbers stay Python floats until they meet an array: then a knob never changes the arrays' dtype, and what depends
    on no array (Adam's 1 − b1**k) is computed in float64 whatever the arrays are.
    """

    def __init__(self, values: Mapping[str, Any]) -> None:
        self.values = values

    def number(self, value: float) -> Any:
        return value

    def name(self, name: str) -> Any:
        return self.values[name] if name in self.values else CONSTANTS[name]

    def apply(self, op: str, args: Sequence[Any]) -> Any:
        result = self._apply(op, args)
        if all(isinstance(a, int | float) for a in args):
            return bool(result) if op in CONDITIONS else float(result)
        return result

    def _apply(self, op: str, args: Sequence[Any]) -> Any:
        import numpy as np

        a, b = args[0], args[-1]
        if op == "rowsum":
            return np.sum(a, axis=-1, keepdims=True)
        if op == "rowmax":
            return np.max(a, axis=-1, keepdims=True)
        if op == "norm":
            return np.sqrt(np.sum(np.square(a)))
        if op == "erf":
            from scipy.special import erf

            return erf(a)
        if op == "where":
            chosen = np.where(*args)  # between two numbers there is no array to take the dtype from
            both = isinstance(args[1], int | float) and isinstance(b, int | float)
            return chosen.astype(self._dtype()) if both else chosen
        if op in FUNCTIONS:
            return getattr(np, FUNCTIONS[op].numpy)(*args)
        if op == "**":  # integers to negative powers would be refused, so the base is a float
            return np.power(float(a) if isinstance(a, int | float) else _floating(a), b)
        if op == "/":
            return np.divide(a, b)
        return {
            "neg": lambda: -a, "+": lambda: a + b, "-": lambda: a - b, "*": lambda: a * b,
            "<": lambda: a < b, "<=": lambda: a <= b, ">": lambda: a > b, ">=": lambda: a >= b,
            "==": lambda: a == b, "!=": lambda: a != b,
            "and": lambda: np.logical_and(a, b), "or": lambda: np.logical_or(a, b), "not": lambda: np.logical_not(a),
        }[op]()  # fmt: skip

    def _dtype(self) -> Any:
        import numpy as np

        arrays = [np.asarray(v).dtype for v in self.values.values() if not isinstance(v, int | float)]
        return (
            np.result_type(*(d for d in arrays if d.kind == "f"))
            if any(d.kind == "f" for d in arrays)
            else float
        )


def _floating(array: Any) -> Any:
    import numpy as np

    array = np.asarray(array)
    return array if array.dtype.kind == "f" else array.astype(float)


# how tightly a piece of text binds; a piece that binds less is put in brackets
_LOOSE, _AND, _NOT, _COMPARE, _SUM, _SERIES, _PRODUCT, _SIGN, _POWER, _ATOM = range(
    10
)  # series: Σ, max over outputs
_BINDING = {"or": _LOOSE, "and": _AND, "not": _NOT, **dict.fromkeys(COMPARISONS, _COMPARE), "+": _SUM, "-": _SUM,
            "*": _PRODUCT, "/": _PRODUCT, "neg": _SIGN, "**": _POWER}  # fmt: skip
Piece = tuple[str, int]


def _inside(piece: Piece, least: int, brackets: tuple[str, str] = ("(", ")")) -> str:
    return piece[0] if piece[1] >= least else brackets[0] + piece[0] + brackets[1]


class Text:
    """The formula as it is typed; parses back to the same tree."""

    def number(self, value: float) -> Piece:
        whole = value.is_integer() and abs(value) < 1e15 and str(value) != "-0.0"  # 1/−0 is not 1/0
        shown = str(int(value)) if whole else repr(value)
        return shown, _SIGN if shown[0] == "-" else _ATOM

    def name(self, name: str) -> Piece:
        return name, _ATOM

    def apply(self, op: str, args: Sequence[Piece]) -> Piece:
        if op in FUNCTIONS:
            return f"{op}({', '.join(a[0] for a in args)})", _ATOM
        binding = _BINDING[op]
        if op == "neg":
            return "-" + _inside(args[0], _SIGN), binding
        if op == "not":
            return "not " + _inside(args[0], _NOT), binding
        if op == "**":
            return f"{_inside(args[0], _ATOM)}**{_inside(args[1], _SIGN)}", binding
        space = "" if op in ("/",) else " "
        return f"{_inside(args[0], binding)}{space}{op}{space}{_inside(args[1], binding + 1)}", binding


TEXT = Text()


@dataclass
class Shown(Text):
    """The formula for a terminal: `symbols` says how names are written, `values` puts numbers in for names."""

    values: Mapping[str, float]
    symbols: Mapping[str, str]
    digits: int = 6

    def number(self, value: float) -> Piece:
        return show_number(value, self.digits), _ATOM if value >= 0 else _SUM  # brackets in products: 2*(-3)

    def name(self, name: str) -> Piece:
        if name in self.values:
            return self.number(float(self.values[name]))
        return self.symbols.get(name, name), _ATOM


def show_number(value: float, digits: int = 6) -> str:
    """A number for a page: `digits` significant digits, no exponent where a person would write none.

    digits 0: as many as it takes to read back the same number.
    """
    return f"{value:.{digits}g}" if digits else TEXT.number(value)[0]


def _split_letter(name: str) -> tuple[str, str]:
    """ "b1" -> ("b", "1"): trailing digits, or what follows an underscore, are an index."""
    if "_" in name:
        head, _, index = name.partition("_")
        return head, index
    match = re.match(r"([A-Za-z]+)(\d+)\Z", name)
    return (match[1], match[2]) if match else (name, "")


# on a page: how tightly a function's picture binds, and how tightly what stands in it must
_OUTSIDE = {"exp": _POWER, "where": _SUM, "rowsum": _SERIES, "rowmax": _SERIES}
_INSIDE = {"rowsum": _PRODUCT, "rowmax": _PRODUCT, "log1p": _PRODUCT}


@dataclass
class Latex:
    """LaTeX. `values` puts numbers in for names; `symbols` says how a name is written."""

    values: Mapping[str, float]
    symbols: Mapping[str, str]
    digits: int = 6

    def number(self, value: float) -> Piece:
        text = show_number(value, self.digits)
        if "e" in text:
            mantissa, _, exponent = text.partition("e")
            text = rf"{mantissa}\cdot 10^{{{int(exponent)}}}"
            return text, _PRODUCT if value >= 0 else _SUM
        return (
            text,
            _ATOM if value >= 0 else _SUM,
        )  # a negative number is bracketed inside any product or power

    def name(self, name: str) -> Piece:
        if name in self.values:
            return self.number(float(self.values[name]))
        if name in self.symbols:
            return self.symbols[name], _ATOM
        if name in _KNOBS:
            return _KNOBS[name], _ATOM
        head, index = _split_letter(name)
        shown = "\\" + head if head in GREEK else head if len(head) == 1 else rf"\mathit{{{head}}}"
        index = index.replace("_", r"\_")
        return (rf"{shown}_{{{index}}}" if index else shown), _ATOM

    def apply(self, op: str, args: Sequence[Piece]) -> Piece:
        brackets = (r"\left(", r"\right)")
        if op in FUNCTIONS:
            least = _INSIDE.get(op, _LOOSE)
            text = FUNCTIONS[op].latex.format(*(_inside(a, least, brackets) for a in args))
            return text, _OUTSIDE.get(op, _ATOM)
        if op == "/":
            return rf"\frac{{{args[0][0]}}}{{{args[1][0]}}}", _POWER
        if op == "**":
            return rf"{_inside(args[0], _ATOM, brackets)}^{{{args[1][0]}}}", _POWER
        if op == "neg":
            return "-" + _inside(args[0], _PRODUCT, brackets), _SUM
        binding = _BINDING[op]
        if op == "not":
            return r"\lnot " + _inside(args[0], _ATOM, brackets), binding
        sign = {"*": r"\cdot", "<=": r"\le", ">=": r"\ge", "==": "=", "!=": r"\ne", "and": r"\land",
                "or": r"\lor"}.get(op, op)  # fmt: skip
        return (
            f"{_inside(args[0], binding, brackets)} {sign} {_inside(args[1], binding + 1, brackets)}",
            binding,
        )


@dataclass
class MathML:
    """Presentation MathML, one element per piece; the same choices as the LaTeX reading."""

    values: Mapping[str, float]
    symbols: Mapping[str, str]
    digits: int = 6

    def number(self, value: float) -> Piece:
        text = show_number(abs(value), self.digits)
        if "e" in text:
            mantissa, _, exponent = text.partition("e")
            shown = f"<mrow><mn>{mantissa}</mn><mo>⋅</mo><msup><mn>10</mn>{_mml_integer(int(exponent))}</msup></mrow>"
            binding = _PRODUCT
        else:
            shown, binding = f"<mn>{text}</mn>", _ATOM
        return (f"<mrow><mo>−</mo>{shown}</mrow>", _SUM) if value < 0 else (shown, binding)

    def name(self, name: str) -> Piece:
        if name in self.values:
            return self.number(float(self.values[name]))
        if name in self.symbols:  # a symbol is a letter, or MathML of its own
            symbol = self.symbols[name]
            return symbol if symbol.startswith("<m") else f"<mi>{escape(symbol, quote=False)}</mi>", _ATOM
        head, index = _split_letter(name)
        if name in _KNOBS:
            head, _, index = _KNOBS[name].lstrip("\\").partition("_")
        head = _GREEK_LETTERS.get(head, head)
        base = f"<mi>{head}</mi>"
        return (f"<msub>{base}<mi>{index}</mi></msub>" if index else base), _ATOM

    def apply(self, op: str, args: Sequence[Piece]) -> Piece:
        brackets = ("<mrow><mo>(</mo>", "<mo>)</mo></mrow>")

        def call(word: str) -> Piece:
            inside = "<mo>,</mo>".join(a[0] for a in args)
            return f"<mrow><mi>{word}</mi><mo>⁡</mo><mo>(</mo>{inside}<mo>)</mo></mrow>", _ATOM

        if op == "exp":
            return f"<msup><mi>e</mi>{args[0][0]}</msup>", _POWER
        if op == "expm1":
            return (
                f"<mrow><mo>(</mo><msup><mi>e</mi>{args[0][0]}</msup><mo>−</mo><mn>1</mn><mo>)</mo></mrow>",
                _ATOM,
            )
        if op == "log1p":
            inside = _inside(args[0], _INSIDE[op], brackets)
            return f"<mrow><mi>ln</mi><mo>⁡</mo><mo>(</mo><mn>1</mn><mo>+</mo>{inside}<mo>)</mo></mrow>", _ATOM
        if op == "sqrt":
            return f"<msqrt>{args[0][0]}</msqrt>", _ATOM
        if op in ("abs", "floor", "norm"):
            left, right = {"abs": ("|", "|"), "floor": ("⌊", "⌋"), "norm": ("‖", "‖")}[op]
            return f"<mrow><mo>{left}</mo>{args[0][0]}<mo>{right}</mo></mrow>", _ATOM
        if op in ("rowsum", "rowmax"):
            sign = {"rowsum": "<mo>∑</mo>", "rowmax": "<mo>max</mo>"}[op]
            return (
                f"<mrow><munder>{sign}<mi>o</mi></munder>{_inside(args[0], _INSIDE[op], brackets)}</mrow>",
                _SERIES,
            )
        if op == "where":
            rows = (
                f"<mtr><mtd>{args[1][0]}</mtd><mtd>{args[0][0]}</mtd></mtr>"
                f"<mtr><mtd>{args[2][0]}</mtd><mtd><mtext>otherwise</mtext></mtd></mtr>"
            )
            return f"<mrow><mo>{{</mo><mtable columnalign='left'>{rows}</mtable></mrow>", _SUM
        if op in FUNCTIONS:
            return call("ln" if op == "log" else op)
        if op == "/":
            return f"<mfrac>{args[0][0]}{args[1][0]}</mfrac>", _POWER
        if op == "**":
            return f"<msup>{_inside(args[0], _ATOM, brackets)}{args[1][0]}</msup>", _POWER
        if op == "neg":
            return f"<mrow><mo>−</mo>{_inside(args[0], _PRODUCT, brackets)}</mrow>", _SUM
        binding = _BINDING[op]
        if op == "not":
            return f"<mrow><mo>¬</mo>{_inside(args[0], _ATOM, brackets)}</mrow>", binding
        sign = {"*": "⋅", "-": "−", "<": "&lt;", ">": "&gt;", "<=": "≤", ">=": "≥", "==": "=", "!=": "≠",
                "and": "∧", "or": "∨"}.get(op, op)  # fmt: skip
        left, right = _inside(args[0], binding, brackets), _inside(args[1], binding + 1, brackets)
        return f"<mrow>{left}<mo>{sign}</mo>{right}</mrow>", binding


def _mml_integer(value: int) -> str:
    return f"<mrow><mo>−</mo><mn>{-value}</mn></mrow>" if value < 0 else f"<mn>{value}</mn>"


def word_run(text: str, style: str = "") -> str:
    """A piece of a Word equation; `style` "p" is upright, "nor" is text."""
    kind = (
        "<m:rPr><m:nor/></m:rPr>"
        if style == "nor"
        else f'<m:rPr><m:sty m:val="{style}"/></m:rPr>'
        if style
        else ""
    )
    safe = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return f'<m:r>{kind}<m:t xml:space="preserve">{safe}</m:t></m:r>'


def word_brackets(inside: str, left: str = "(", right: str = ")") -> str:
    return (
        f'<m:d><m:dPr><m:begChr m:val="{left}"/><m:endChr m:val="{right}"/></m:dPr><m:e>{inside}</m:e></m:d>'
    )


def word_frac(above: str, below: str) -> str:
    return f"<m:f><m:num>{above}</m:num><m:den>{below}</m:den></m:f>"


def word_power(base: str, above: str) -> str:
    return f"<m:sSup><m:e>{base}</m:e><m:sup>{above}</m:sup></m:sSup>"


def word_below(base: str, below: str) -> str:
    return f"<m:sSub><m:e>{base}</m:e><m:sub>{below}</m:sub></m:sSub>"


@dataclass
class WordEquation:
    """Office Math (OMML), what Word's own equation editor writes; the same choices as the LaTeX reading."""

    values: Mapping[str, float]
    symbols: Mapping[str, str]
    digits: int = 6

    def number(self, value: float) -> Piece:
        text = show_number(abs(value), self.digits)
        shown, binding = word_run(text), _ATOM
        if "e" in text:
            mantissa, _, exponent = text.partition("e")
            power = str(int(exponent)).replace("-", "−")
            shown = word_run(f"{mantissa}⋅") + word_power(word_run("10"), word_run(power))
            binding = _PRODUCT
        return (word_run("−") + shown, _SUM) if value < 0 else (shown, binding)

    def name(self, name: str) -> Piece:
        if name in self.values:
            return self.number(float(self.values[name]))
        if name in self.symbols:
            symbol = self.symbols[name]
            return symbol if symbol.startswith("<") else word_run(symbol), _ATOM
        head, index = _split_letter(name)
        if name in _KNOBS:
            head, _, index = _KNOBS[name].lstrip("\\").partition("_")
        base = word_run(_GREEK_LETTERS.get(head, head))
        return (word_below(base, word_run(index)) if index else base), _ATOM

    def apply(self, op: str, args: Sequence[Piece]) -> Piece:
        inside = args[0][0]

        def held(piece: Piece, least: int) -> str:
            return piece[0] if piece[1] >= least else word_brackets(piece[0])

        def call(word: str) -> Piece:
            return word_call(word, word_run(",").join(a[0] for a in args)), _ATOM

        if op == "exp":
            return word_power(word_run("e"), inside), _POWER
        if op == "expm1":
            return word_brackets(word_power(word_run("e"), inside) + word_run("−1")), _ATOM
        if op == "log1p":
            return word_call("ln", word_run("1+") + inside), _ATOM
        if op == "sqrt":
            return (
                f'<m:rad><m:radPr><m:degHide m:val="1"/></m:radPr><m:deg/><m:e>{inside}</m:e></m:rad>',
                _ATOM,
            )
        if op in ("abs", "floor", "norm"):
            return word_brackets(inside, *{"abs": "||", "floor": "⌊⌋", "norm": "‖‖"}[op]), _ATOM
        if op == "rowsum":
            body = held(args[0], _PRODUCT)
            return word_total("∑", word_run("o"), "", body), _PRODUCT
        if op == "rowmax":
            low = f"<m:limLow><m:e>{word_run('max', 'p')}</m:e><m:lim>{word_run('o')}</m:lim></m:limLow>"
            return f"<m:func><m:fName>{low}</m:fName><m:e>{held(args[0], _PRODUCT)}</m:e></m:func>", _PRODUCT
        if op == "where":
            rows = (args[1][0] + word_run(",  ") + args[0][0], args[2][0] + word_run(",  otherwise", "nor"))
            return word_brackets(word_rows(rows), "{", ""), _SUM
        if op in FUNCTIONS:
            return call("ln" if op == "log" else op)
        if op == "/":
            return word_frac(args[0][0], args[1][0]), _POWER
        if op == "**":
            return word_power(held(args[0], _ATOM), args[1][0]), _POWER
        if op == "neg":
            return word_run("−") + held(args[0], _PRODUCT), _SUM
        binding = _BINDING[op]
        if op == "not":
            return word_run("¬") + held(args[0], _ATOM), binding
        sign = {"*": "⋅", "-": "−", "<=": "≤", ">=": "≥", "==": "=", "!=": "≠", "and": "∧", "or": "∨"}.get(
            op, op
        )
        return held(args[0], binding) + word_run(sign) + held(args[1], binding + 1), binding


def word_rows(rows: Sequence[str]) -> str:
    """Lines of one equation, one below the other, all beginning at the left."""
    left = '<m:mcs><m:mc><m:mcPr><m:count m:val="1"/><m:mcJc m:val="left"/></m:mcPr></m:mc></m:mcs>'
    return (
        f"<m:m><m:mPr>{left}</m:mPr>" + "".join(f"<m:mr><m:e>{row}</m:e></m:mr>" for row in rows) + "</m:m>"
    )


def word_call(word: str, inside: str) -> str:
    return f"<m:func><m:fName>{word_run(word, 'p')}</m:fName><m:e>{word_brackets(inside)}</m:e></m:func>"


def word_total(sign: str, below: str, above: str, body: str) -> str:
    hidden = "" if above else '<m:supHide m:val="1"/>'
    kind = f'<m:naryPr><m:chr m:val="{sign}"/><m:limLoc m:val="undOvr"/>{hidden}</m:naryPr>'
    return f"<m:nary>{kind}<m:sub>{below}</m:sub><m:sup>{above}</m:sup><m:e>{body}</m:e></m:nary>"


_GREEK_LETTERS = {
    "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ϵ", "varepsilon": "ε", "zeta": "ζ", "eta": "η",
    "theta": "θ", "iota": "ι", "kappa": "κ", "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ", "pi": "π", "rho": "ρ",
    "sigma": "σ", "tau": "τ", "phi": "ϕ", "chi": "χ", "psi": "ψ", "omega": "ω",
}  # fmt: skip


OPCODES = (*sorted(ARITHMETIC), *sorted(COMPARISONS), *sorted(LOGIC), *FUNCTIONS)


@dataclass
class Program:
    """Bytecode for the native interpreter: registers hold first the inputs, then the numbers, then one value per step.

    A step is (opcode, target, a, b, c) with register numbers, -1 where an operation has fewer arguments. Equal parts
    are computed once. `results` are the registers of the formulas compiled, in order.
    """

    inputs: tuple[str, ...]
    constants: list[float] = field(default_factory=list)
    steps: list[tuple[int, int, int, int, int]] = field(default_factory=list)
    results: list[int] = field(default_factory=list)

    @classmethod
    def of(cls, inputs: Sequence[str], lines: Sequence[tuple[str, Node]]) -> "Program":
        """The program that runs assignments in order; a line may use what an earlier line assigned.

        `results` lists the register each line's value is in.
        """
        made = cls(tuple(inputs))
        for _, tree in lines:
            for node in tree:
                value = (
                    node.value
                    if node.op == "number"
                    else CONSTANTS.get(node.name)
                    if node.op == "name"
                    else None
                )
                if value is not None and node.name not in made.inputs and not _holds(made.constants, value):
                    made.constants.append(value)
        environment = {letter: register for register, letter in enumerate(made.inputs)}
        known: dict[tuple[int, ...], int] = {}
        for letter, tree in lines:
            register = made._emit(tree, environment, known)
            made.results.append(register)
            if letter:
                environment[letter] = register
        return made

    @property
    def registers(self) -> int:
        return len(self.inputs) + len(self.constants) + len(self.steps)

    def _emit(self, node: Node, environment: Mapping[str, int], known: dict[tuple[int, ...], int]) -> int:
        if node.op == "name" and node.name in environment:
            return environment[node.name]
        if node.op in ("name", "number"):
            value = node.value if node.op == "number" else CONSTANTS[node.name]
            return len(self.inputs) + next(i for i, c in enumerate(self.constants) if _same(c, value))
        args = [self._emit(a, environment, known) for a in node.args]
        key = (OPCODES.index(node.op), *args)
        if key not in known:
            known[key] = self.registers
            a, b, c = [*args, -1, -1, -1][:3]
            self.steps.append((key[0], self.registers, a, b, c))
        return known[key]


def _same(a: float, b: float) -> bool:
    return a == b and str(a) == str(b)  # -0.0 is not 0.0


def _holds(values: Sequence[float], value: float) -> bool:
    return any(_same(v, value) for v in values)


assert set(_BINDING) == ARITHMETIC | CONDITIONS
