"""score -> output: every activation, one row each. To add one, add a row to ACTIVATIONS."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from ..errors import RuleError
from .checks import check_rule, named_rows
from .expression import Expression, number


@dataclass(frozen=True)
class Activation:
    """y = f(s), elementwise, or over the outputs of a row when the text uses a reduction.

    y      the textbook form, in `s` and the knobs
    slope  dy/ds in `s`, `y` and the knobs; empty: derived from `safe`
    safe   the spelling engines run where the textbook form overflows; empty: y itself. It is also what derivatives are
           taken of, so it must have no kink where y has none (−abs(s) has one at 0, min(−s, s) takes s there)
    back   ds from dy, in `s`, `y`, `dy`; empty: dy*slope. Needed when y is not elementwise.
    output may stand on the output layer only
    source the work it comes from, which `chainrule rules` and the methods paragraph cite
    """

    name: str
    y: str
    slope: str = ""
    safe: str = ""
    back: str = ""
    knobs: Mapping[str, float] = field(default_factory=dict)
    output: bool = False
    source: str = ""

    def __post_init__(self) -> None:
        check_rule(self, ("name", "y", "slope", "safe", "back", "source"), {"s", "y", "dy"})

    @cached_property
    def textbook(self) -> Expression:
        """`y` as it stands in books."""
        return Expression(self.y, {"s", *self.knobs})

    @cached_property
    def forward(self) -> Expression:
        """What engines evaluate: `safe`, or `y` where there is none."""
        return Expression(self.safe or self.y, {"s", *self.knobs})

    @cached_property
    def gradient(self) -> Expression:
        """dy/ds as given, or the symbolic derivative of `safe`."""
        return Expression(self.slope, {"s", "y", *self.knobs}) if self.slope else self.forward.derivative("s")

    @cached_property
    def backward(self) -> Expression:
        """ds from dy: `back`, or dy times the slope. RuleError CR-1326: the derived slope is beyond a formula's limits."""
        try:
            return Expression(self.back or f"dy*({self.gradient.text})", {"s", "y", "dy", *self.knobs})
        except RuleError as error:
            if self.back or self.slope or error.code not in ("CR-1302", "CR-1306", "CR-1307"):
                raise
            # the text that is too long is not the user's
            raise RuleError("CR-1326", rule=self.name, count=len(self.gradient.text)) from None

    @property
    def elementwise(self) -> bool:
        """Whether each output depends on its own score alone."""
        return self.forward.elementwise

    @property
    def learns(self) -> bool:
        """Whether any error comes back through it: a slope that is 0 everywhere stops the chain rule."""
        return bool(self.back) or not self.elementwise or self.gradient.tree != number(0)

    @property
    def kept(self) -> frozenset[str]:
        """What the backward pass must keep of the forward pass: read off the text."""
        return self.backward.letters & {"s", "y"}


ACTIVATIONS: dict[str, Activation] = named_rows(
    Activation("identity", y="s", slope="1"),
    Activation("sigmoid", y="1/(1 + exp(-s))", slope="y*(1 - y)"),
    Activation(
        "tanh", y="(exp(s) - exp(-s))/(exp(s) + exp(-s))", slope="1 - y*y", safe="tanh(s)"
    ),
    Activation("relu", y="max(s, 0)", slope="where(y > 0, 1, 0)", source="Nair & Hinton 2010"),
    Activation(
        "leaky_relu", y="where(s > 0, s, a*s)", slope="where(s > 0, 1, a)", knobs={"a": 0.01},
        source="Maas, Hannun & Ng 2013",
    ),
    Activation(
        "elu", y="where(s > 0, s, a*(exp(s) - 1))", slope="where(y > 0, 1, y + a)", knobs={"a": 1.0},
        safe="where(s > 0, s, a*expm1(s))", source="Clevert, Unterthiner & Hochreiter 2016",
    ),
    Activation(
        "silu", y="s/(1 + exp(-s))", slope="(1 + s/(1 + exp(s)))/(1 + exp(-s))",
        source="Elfwing, Uchibe & Doya 2018; Ramachandran, Zoph & Le 2017",
    ),
    Activation(
        "gelu", y="s*(1 + erf(s/sqrt(2)))/2", slope="(1 + erf(s/sqrt(2)))/2 + s*exp(-s*s/2)/sqrt(2*pi)",
        source="Hendrycks & Gimpel 2016",
    ),
    Activation(
        "softplus", y="log(1 + exp(s))", slope="1/(1 + exp(-s))", safe="max(s, 0) + log1p(exp(min(-s, s)))",
        source="Dugas et al. 2001",
    ),
    Activation(
        "softmax", y="exp(s)/rowsum(exp(s))", safe="exp(s - rowmax(s))/rowsum(exp(s - rowmax(s)))",
        back="y*(dy - rowsum(dy*y))", output=True, source="Bridle 1990",
    ),
    Activation("exp", y="exp(s)", slope="y", output=True),
    Activation(
        "selu", y="where(s > 0, l*s, l*a*(exp(s) - 1))", slope="where(y > 0, l, y + l*a)",
        knobs={"a": 1.6732632423543772, "l": 1.0507009873554805}, safe="where(s > 0, l*s, l*a*expm1(s))",
        source="Klambauer, Unterthiner, Mayr & Hochreiter 2017, eq. 2",
    ),
    Activation(
        "mish", y="s*tanh(log(1 + exp(s)))", safe="s*tanh(max(s, 0) + log1p(exp(min(-s, s))))",
        # 1 − tanh² p as 4·exp(−2p)/(1 + exp(−2p))², which keeps its digits where tanh is nearly 1
        slope="tanh(max(s, 0) + log1p(exp(min(-s, s)))) + s/(1 + exp(-s))"
        "*4*exp(-2*(max(s, 0) + log1p(exp(min(-s, s)))))/(1 + exp(-2*(max(s, 0) + log1p(exp(min(-s, s))))))**2",
        source="Misra 2020",
    ),
    Activation(
        "softsign", y="s/(1 + abs(s))", slope="(1 - abs(y))**2", source="Elliott 1993; MATLAB's elliotsig",
    ),
    Activation(
        "elliot", y="s/(1 + abs(s))/2 + 1/2", slope="2*min(y, 1 - y)**2",
        source="Elliott 1993, moved to 0 … 1 as in FANN and Encog",
    ),
    Activation("satlin", y="min(max(s, 0), 1)", slope="where(y > 0 and y < 1, 1, 0)", source="MATLAB's satlin"),
    Activation("satlins", y="min(max(s, -1), 1)", slope="where(abs(y) < 1, 1, 0)", source="MATLAB's satlins"),
    Activation(
        "hardlim", y="where(s >= 0, 1, 0)", slope="0", source="Rosenblatt 1958; MATLAB's hardlim",
    ),
    Activation("radbas", y="exp(-(s*s))", slope="-2*s*y", source="Broomhead & Lowe 1988; MATLAB's radbas"),
    Activation(
        "tribas", y="max(1 - abs(s), 0)", slope="where(abs(s) < 1, -sign(s), 0)", source="MATLAB's tribas"
    ),
    Activation("sine", y="sin(s)", slope="cos(s)", source="Lapedes & Farber 1987; Sitzmann et al. 2020, section 3.1"),
)  # fmt: skip
