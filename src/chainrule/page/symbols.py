"""quantity of a network -> how it is written: four notations, one table.

A quantity has a plain name that formulas use (w2_3_1, s2_1, x_2, L) and one symbol per notation: for the terminal, for
LaTeX and for MathML. Weights are named from, to: w2_3_1 goes from unit 3 of layer 1 to unit 1 of layer 2.
"""

from collections.abc import Callable
from dataclasses import dataclass

from ..rules.words import word_below, word_frac, word_power, word_run

NOTATIONS = ("house", "zhou", "ng", "matlab")


@dataclass(frozen=True)
class Symbol:
    """`base` with what stands above and below: w, (2), 31."""

    base: str
    above: str = ""
    below: str = ""

    @property
    def text(self) -> str:
        return (
            _GREEK.get(self.base, self.base)
            + self.above.strip("()[]")
            + (f"_{self.below}" if self.below else "")
        )

    @property
    def latex(self) -> str:
        base = (
            "\\" + self.base
            if self.base in _GREEK
            else self.base
            if len(self.base) == 1
            else _WIDE.get(self.base, rf"\mathit{{{self.base}}}")
        )
        return (
            base + (f"^{{{self.above}}}" if self.above else "") + (f"_{{{self.below}}}" if self.below else "")
        )

    @property
    def mathml(self) -> str:
        base = f"<mi>{_GREEK.get(self.base, self.base)}</mi>"
        above = f"<mrow><mtext>{self.above}</mtext></mrow>" if self.above else ""
        below = f"<mn>{self.below}</mn>" if self.below.isdigit() else f"<mtext>{self.below}</mtext>"
        if above and self.below:
            return f"<msubsup>{base}{below}{above}</msubsup>"
        return (
            f"<msup>{base}{above}</msup>" if above else f"<msub>{base}{below}</msub>" if self.below else base
        )

    @property
    def word(self) -> str:
        base, above, below = (
            word_run(_GREEK.get(self.base, self.base)),
            word_run(self.above, "p"),
            word_run(self.below, "p"),
        )
        if self.above and self.below:
            return f"<m:sSubSup><m:e>{base}</m:e><m:sub>{below}</m:sub><m:sup>{above}</m:sup></m:sSubSup>"
        return word_power(base, above) if self.above else word_below(base, below) if self.below else base


@dataclass(frozen=True)
class Written:
    """A symbol whose forms are given, such as ∂L/∂e; in Word it is its text where no other form is."""

    text: str
    latex: str
    mathml: str
    given: str = ""

    @property
    def word(self) -> str:
        return self.given or word_run(self.text)


def partial_symbol(above: "Symbol | Written", below: "Symbol | Written") -> Written:
    """∂above/∂below as one symbol."""
    return Written(
        f"∂{above.text}/∂{below.text}",
        rf"\frac{{\partial {above.latex}}}{{\partial {below.latex}}}",
        f"<mfrac><mrow><mo>∂</mo>{above.mathml}</mrow><mrow><mo>∂</mo>{below.mathml}</mrow></mfrac>",
        word_frac(word_run("∂") + above.word, word_run("∂") + below.word),
    )


_GREEK = {"alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "theta": "θ", "eta": "η", "lambda": "λ"}
_WIDE = {"ŷ": r"\hat{y}", "dz": r"dz", "da": "da", "dW": "dW", "db": "db", "dw": "dw", "dy": "dy", "dv": "dv"}


def _join(at: tuple[str, ...]) -> str:
    """Indices one after the other: 31, hj; with commas where one of them has two digits."""
    return ("" if all(len(a) == 1 for a in at) else ",").join(at)


Writer = Callable[[str, int, tuple[str, ...], int], Symbol]
"""(kind, layer, indices, number of layers) -> Symbol. Kinds: x s y w b t ds dy dw db L lr."""


def _house(kind: str, layer: int, at: tuple[str, ...], layers: int) -> Symbol:
    base = {"ds": "delta", "lr": "eta"}.get(kind, kind)
    return Symbol(base, f"({layer})" if layer else "", _join(at))


def _zhou(kind: str, layer: int, at: tuple[str, ...], layers: int) -> Symbol:
    """Zhou, Machine Learning, ch. 5: a d-q-l network; thresholds are −b, g and e are −∂E/∂(score)."""
    last = layer == layers
    base = {
        "x": "x", "s": "beta" if last else "alpha", "y": "ŷ" if last else "b", "w": "w" if last else "v",
        "b": "theta" if last else "gamma", "t": "y", "ds": "g" if last else "e", "L": "E", "lr": "eta",
    }.get(kind, kind)  # fmt: skip
    return Symbol(base, "", _join(at))


def _ng(kind: str, layer: int, at: tuple[str, ...], layers: int) -> Symbol:
    base = {
        "x": "a",
        "s": "z",
        "y": "a",
        "w": "W",
        "t": "y",
        "ds": "dz",
        "dy": "da",
        "dw": "dW",
        "lr": "alpha",
    }.get(kind, kind)
    above = f"[{layer}]" if layer else "[0]" if kind == "x" else ""
    return Symbol(base, above, _join(at[::-1]))  # W[unit, input]


def _matlab(kind: str, layer: int, at: tuple[str, ...], layers: int) -> Symbol:
    base = {"x": "p", "s": "n", "y": "a", "ds": "delta", "lr": "lr"}.get(kind, kind)
    above = str(layer) if layer else ""
    if kind in ("w", "dw"):
        base = ("d" if kind == "dw" else "") + ("IW" if layer == 1 else "LW")
        above = f"{layer},{max(layer - 1, 1)}"
    return Symbol(base, above, _join(at[::-1]))


WRITERS: dict[str, Writer] = {"house": _house, "zhou": _zhou, "ng": _ng, "matlab": _matlab}


def parse_name(name: str) -> tuple[str, int, tuple[int, ...]]:
    """ "w2_3_1" -> ("w", 2, (3, 1)); "x_2" -> ("x", 0, (2,)); "L" -> ("L", 0, ())."""
    head, *rest = name.split("_")
    kind = head.rstrip("0123456789")
    layer = head[len(kind) :]
    return kind, int(layer) if layer else 0, tuple(int(r) for r in rest)


def symbol(name: str, layers: int, notation: str = "house") -> Symbol:
    kind, layer, at = parse_name(name)
    return WRITERS[notation](kind, layer, tuple(map(str, at)), layers)
