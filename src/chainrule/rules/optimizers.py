"""gradient -> new weights: update rules, and what is composed in front of them (penalties, clipping).

Letters: w weight, g gradient, lr rate of this step, k step count from 1, decay the view's decoupled decay, E the loss
of the step's rows in front of the update (as people see it: averaged or summed as the plan says, without penalties), and
the rule's own state and knobs. Lines run in order; a name on the left that is no state is a temporary.
"""

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from ..errors import RuleError
from .checks import check_letters, check_number, check_rule, named_rows
from .expression import Expression, name

GIVEN = frozenset({"lr", "k", "decay", "E"})  # what a rule may read and not write
LETTERS = GIVEN | {"w", "g"}
_LINE = re.compile(r"\s*([A-Za-z][A-Za-z0-9_]*)\s*=(?!=)(.*)", re.DOTALL)


@dataclass(frozen=True)
class Optimizer:
    """gradient -> new weights, as lines of assignments in the letters of this module.

    lines   run in order for every weight; a name on the left that is no state is a temporary, and w must be assigned
    state   each state letter's start: a number or a knob's name
    knobs   the rule's numbers; lr: its usual rate
    source  the work it comes from
    Raises RuleError for text that is no such line or formula.
    """

    name: str
    lines: tuple[str, ...]
    state: Mapping[str, str] = field(default_factory=dict)
    knobs: Mapping[str, float] = field(default_factory=dict)
    lr: float = 0.01
    source: str = ""

    def __post_init__(self) -> None:
        letters = LETTERS
        check_rule(self, ("name", "source"), letters)
        check_number(self.name, "lr", self.lr)
        named = dict.fromkeys(self.state, 0.0) if isinstance(self.state, Mapping) else self.state
        check_letters(self.name, "state", named, letters | set(self.knobs))
        for letter in self.state:
            self.start(letter, self.knobs)
        lines = self.lines
        if not isinstance(lines, tuple) or not all(isinstance(line, str) for line in lines):
            raise RuleError("CR-1315", text=repr(lines)[:60])
        if not any((match := _LINE.match(line)) and match[1] == "w" for line in lines):
            raise RuleError("CR-1322", rule=self.name)

    @cached_property
    def assignments(self) -> tuple[tuple[str, Expression], ...]:
        """The lines as (name, formula)."""
        known = {*LETTERS, *self.state, *self.knobs}
        made = []
        for line in self.lines:
            match = _LINE.match(line)
            if match is None or match[1] in {*GIVEN, *self.knobs}:
                raise RuleError("CR-1315", text=line)
            made.append((match[1], Expression(match[2], known)))
            known.add(match[1])
        return tuple(made)

    def start(self, letter: str, knobs: Mapping[str, float]) -> float:
        """The value a state letter has before the first step."""
        text = self.state[letter]
        try:
            value = float(knobs[text]) if text in knobs else float(text)
        except (TypeError, ValueError):
            value = math.nan
        if not math.isfinite(value):
            raise RuleError("CR-1319", rule=self.name, letter=letter, start=repr(text)[:40])
        return value

    @property
    def whole(self) -> bool:
        """Whether it compares one step with the next, which says something only if every step sees all rows."""
        g = name("g")
        kept = [e.tree for letter, e in self.assignments if letter in self.state]  # a gradient, as it was
        return any("E" in e.letters for _, e in self.assignments) or any(
            tree == g or tree.op == "where" and g in tree.args for tree in kept
        )

    @classmethod
    def of(cls, text: str, lr: float = 0.01) -> "Optimizer":
        """An update rule from lines separated by ";" or newlines; letters read before they are written are its state.

        Optimizer.of("m = 0.9*m + g; w = w - lr*m") keeps m, which starts at 0.
        """
        lines = tuple(line.strip() for line in re.split(r"[;\n]", text) if line.strip())
        state: dict[str, str] = {}
        written = set(LETTERS)
        for line in lines:
            match = _LINE.match(line)
            if match is None:
                raise RuleError("CR-1315", text=line)
            state |= dict.fromkeys(sorted(Expression(match[2]).letters - written), "0")
            written |= {match[1], *state}
        return cls("custom", lines, state, lr=lr)


_ADAM = (
    "m = b1*m + (1 - b1)*g",
    "v = b2*v + (1 - b2)*g*g",
    "w = w - lr*(m/(1 - b1**k))/(sqrt(v/(1 - b2**k)) + eps)",
)
_ADAM_KNOBS = {"b1": 0.9, "b2": 0.999, "eps": 1e-8}
_MOMENTS = {"m": "0", "v": "0"}
_RPROP = (
    "c = sign(p)*sign(g)",  # the product itself underflows where Rprop is needed most, on plateaus
    "d = where(c > 0, min(d*up, dmax), where(c < 0, max(d*down, dmin), d))",
)
_RPROP_KNOBS = {"up": 1.2, "down": 0.5, "d0": 0.07, "dmin": 1e-6, "dmax": 50.0}
# E is the loss the last step led to. Where it is too high, that step is taken back to o, whose gradient h is still known
_ADAPTIVE = (
    "c = where(k > 1 and E > worse*e, 1, 0)",
    "r = where(c > 0, r*down, where(k > 1 and E < e, r*up, r))",
    "o = where(c > 0, o, w)",
    "h = where(c > 0, h, g)",
    "e = where(c > 0, e, E)",
)
_ADAPTIVE_KNOBS = {"up": 1.05, "down": 0.7, "worse": 1.04}
DECOUPLED = "w = w - lr*decay*w"  # Loshchilov & Hutter 2019: decay apart from the gradient

OPTIMIZERS: dict[str, Optimizer] = named_rows(
    Optimizer("gd", ("w = w - lr*g",), lr=0.1, source="Cauchy 1847; Rumelhart, Hinton & Williams 1986"),
    Optimizer(
        "momentum", ("m = mu*m + g", "w = w - lr*m"), {"m": "0"}, {"mu": 0.9},
        source="Polyak 1964; MATLAB's traingdm, with lr for its (1 - mc)*lr",
    ),
    Optimizer(
        "nesterov", ("m = mu*m + g", "w = w - lr*(g + mu*m)"), {"m": "0"}, {"mu": 0.9}, source="Sutskever et al. 2013"
    ),
    Optimizer(
        "rmsprop", ("v = rho*v + (1 - rho)*g*g", "w = w - lr*g/(sqrt(v) + eps)"), {"v": "0"},
        {"rho": 0.99, "eps": 1e-8}, lr=1e-3, source="Tieleman & Hinton 2012; constants of PyTorch",
    ),
    Optimizer("adam", _ADAM, _MOMENTS, _ADAM_KNOBS, lr=1e-3, source="Kingma & Ba 2015, algorithm 1"),
    Optimizer(
        "adamw", (DECOUPLED, *_ADAM), _MOMENTS, _ADAM_KNOBS, lr=1e-3, source="Loshchilov & Hutter 2019, algorithm 2"
    ),
    Optimizer(
        "irprop_minus",
        (*_RPROP, "p = where(c < 0, 0, g)", "w = w - lr*sign(p)*d"),
        {"d": "d0", "p": "0"},
        _RPROP_KNOBS,
        lr=1.0,
        source="Igel & Hüsken 2000, iRprop−",
    ),
    Optimizer(
        "adagrad", ("v = v + g*g", "w = w - lr*g/(sqrt(v) + eps)"), {"v": "0"}, {"eps": 1e-10},
        source="Duchi, Hazan & Singer 2011, diagonal form; constants of PyTorch",
    ),
    Optimizer(
        "adadelta",
        ("v = rho*v + (1 - rho)*g*g", "d = sqrt(u + eps)/sqrt(v + eps)*g", "u = rho*u + (1 - rho)*d*d", "w = w - lr*d"),
        {"v": "0", "u": "0"}, {"rho": 0.95, "eps": 1e-6}, lr=1.0, source="Zeiler 2012, algorithm 1",
    ),
    Optimizer(
        "nadam",
        (
            "c = b1*(1 - 0.96**(k*psi)/2)",
            "n = b1*(1 - 0.96**((k + 1)*psi)/2)",
            "p = p*c",
            "m = b1*m + (1 - b1)*g",
            "v = b2*v + (1 - b2)*g*g",
            "w = w - lr*(n*m/(1 - p*n) + (1 - c)*g/(1 - p))/(sqrt(v/(1 - b2**k)) + eps)",
        ),
        {"m": "0", "v": "0", "p": "1"}, {"b1": 0.9, "b2": 0.999, "eps": 1e-8, "psi": 0.004}, lr=2e-3,
        source="Dozat 2016; momentum schedule and constants of PyTorch",
    ),
    Optimizer(
        "rprop_minus", (*_RPROP, "p = g", "w = w - lr*sign(g)*d"), {"d": "d0", "p": "0"}, _RPROP_KNOBS, lr=1.0,
        source="Riedmiller 1994; Igel & Hüsken 2000, Rprop−; MATLAB's trainrp",
    ),
    Optimizer(
        "rprop_plus",
        (*_RPROP, "b = where(c < 0, -b, -lr*sign(g)*d)", "p = where(c < 0, 0, g)", "w = w + b"),
        {"d": "d0", "p": "0", "b": "0"}, _RPROP_KNOBS, lr=1.0,
        source="Riedmiller & Braun 1993; Igel & Hüsken 2000, Rprop+",
    ),
    Optimizer(
        "quickprop",
        (
            "c = sign(g)*sign(p)",
            # to the minimum of the parabola through both slopes, in last steps; at most mu of them
            "q = where(c > 0 and abs(g)*(1 + mu) >= abs(p)*mu, mu, where(p == g, 0, g/(p - g)))",
            "b = where(b == 0, -lr*g, q*b - where(c < 0, 0, lr*g))",
            "p = g",
            "w = w + b",
        ),
        {"b": "0", "p": "0"}, {"mu": 1.75}, lr=0.1, source="Fahlman 1988; mu as there",
    ),
    Optimizer(
        "gda", (*_ADAPTIVE, "w = o - lr*r*h"), {"o": "0", "h": "0", "e": "0", "r": "1"}, _ADAPTIVE_KNOBS,
        source="Vogl et al. 1988; constants of MATLAB's traingda",
    ),
    Optimizer(
        "gdx",
        (*_ADAPTIVE, "b = where(c > 0, -lr*r*h, b)", "b = mu*b - (1 - mu)*lr*r*h", "w = o + b"),
        {"o": "0", "h": "0", "e": "0", "r": "1", "b": "0"}, {**_ADAPTIVE_KNOBS, "mu": 0.9},
        source="Vogl et al. 1988; constants of MATLAB's traingdx",
    ),
    # scikit-learn's own forms: the rate stands inside the velocity, and ε beside √v before its correction
    Optimizer("sgd_velocity", ("m = mu*m - lr*g", "w = w + m"), {"m": "0"}, {"mu": 0.9}, lr=1e-3, source="scikit-learn's sgd"),
    Optimizer(
        "sgd_nesterov", ("m = mu*m - lr*g", "w = w + (mu*m - lr*g)"), {"m": "0"}, {"mu": 0.9}, lr=1e-3,
        source="scikit-learn's sgd with Nesterov's momentum",
    ),
    Optimizer(
        "adam_hat",
        (*_ADAM[:2], "w = w - lr*sqrt(1 - b2**k)/(1 - b1**k)*m/(sqrt(v) + eps)"),
        _MOMENTS, _ADAM_KNOBS, lr=1e-3, source="Kingma & Ba 2015, end of section 2; scikit-learn's adam",
    ),
)  # fmt: skip


@dataclass(frozen=True)
class Penalty:
    """Added to the loss per trainable weight, scaled per view; biases are spared unless the view says otherwise."""

    name: str
    value: str
    slope: str

    @cached_property
    def gradient(self) -> Expression:
        return Expression(self.slope, {"w", self.name})

    @cached_property
    def forward(self) -> Expression:
        return Expression(self.value, {"w", self.name})


PENALTIES: dict[str, Penalty] = {
    "l2": Penalty("l2", value="l2*w*w/2", slope="l2*w"),
    "l1": Penalty("l1", value="l1*abs(w)", slope="l1*sign(w)"),
}


@dataclass(frozen=True)
class Clip:
    """Bounds the gradient before the update rule sees it."""

    name: str
    g: str

    @cached_property
    def rule(self) -> Expression:
        return Expression(self.g, {"g", "limit"})


CLIPS: dict[str, Clip] = {
    "value": Clip("value", g="max(min(g, limit), -limit)"),
    "norm": Clip(
        "norm", g="g*min(1, limit/max(norm(g), 1e-300))"
    ),  # Pascanu, Mikolov & Bengio 2013; a plan's max_norm too
}
