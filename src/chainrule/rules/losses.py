"""output, target -> loss: every loss, one row each. The reduction over outputs and rows is the plan's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from ..errors import RuleError
from .activations import ACTIVATIONS
from .checks import check_bounds, check_number, check_rule, named_rows
from .expression import Expression, make

TARGETS = ("number", "binary", "classes", "counts", "positive")


@dataclass(frozen=True)
class Loss:
    """ℓ(y, t) of one output; the plan sums: L = Σ_r w_r Σ_o c·ℓ / Σ_r w_r + penalty.

    value   the textbook form, in `y` (output) and `t` (target) and the knobs
    link    the activation the loss owns, "" if it acts on the output of any activation
    safe    with a link: the same value in the score `s` and `t`, the stable form engines run
    slope   ∂ℓ/∂y without a link, ∂ℓ/∂s with one, where y is the link's output ("delta = y − t")
    curve   the second derivative by the same variable, diagonal part, for second-order training; empty: derived
    c       the constant in front of ℓ that the plan starts from
    outputs whether the plan starts from the sum or the mean over a row's outputs
    targets "number", "binary" (0..1), "classes" (each row sums to 1), "counts" (≥ 0), "positive" (> 0)
    bounds  open intervals (low, high) that knobs must lie in
    source  the work it comes from
    """

    name: str
    value: str
    slope: str = ""
    link: str = ""
    safe: str = ""
    curve: str = ""
    c: float = 1.0
    outputs: str = "mean"
    knobs: Mapping[str, float] = field(default_factory=dict)
    targets: str = "number"
    source: str = ""
    bounds: Mapping[str, Sequence[float]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        check_rule(self, ("name", "value", "slope", "link", "safe", "curve", "source"), {"s", "y", "t"})
        check_number(self.name, "c", self.c)
        check_bounds(self.name, self.knobs, self.bounds)
        for part, given, known in (
            ("targets", self.targets, TARGETS),
            ("outputs", self.outputs, ("mean", "sum")),
        ):
            if given not in known:
                wanted = " / ".join(known)
                raise RuleError("CR-1325", name=self.name, part=part, value=repr(given)[:40], wanted=wanted)

    @cached_property
    def textbook(self) -> Expression:
        """`value` as it stands in books."""
        return Expression(self.value, {"y", "t", *self.knobs})

    @cached_property
    def forward(self) -> Expression:
        """What engines evaluate: in `s` and `t` with a link, in `y` and `t` without."""
        return Expression(self.safe or self.value, {"s" if self.link else "y", "t", *self.knobs})

    @cached_property
    def gradient(self) -> Expression:
        """∂ℓ/∂s with a link (may use the link's output y), ∂ℓ/∂y without."""
        if not self.slope:
            return self.forward.derivative("s" if self.link else "y")
        return Expression(self.slope, {"y", "t", *self.knobs} | ({"s"} if self.link else set()))

    @cached_property
    def curvature(self) -> Expression:
        """∂²ℓ by the same variable; for softmax this is the diagonal of diag(y) − y·yᵀ."""
        if self.curve:
            return Expression(self.curve, {"s", "y", "t", *self.knobs})
        if not self.link:
            return self.gradient.derivative("y")
        # the slope may use s and y = f(s): d/ds = ∂/∂s + ∂/∂y · f'(s)
        through = make("*", self.gradient.derivative("y").tree, ACTIVATIONS[self.link].gradient.tree)
        return Expression.of(make("+", self.gradient.derivative("s").tree, through))


LOSSES: dict[str, Loss] = named_rows(
    Loss("squared", value="(y - t)**2", slope="2*(y - t)", curve="2"),
    Loss("half_squared", value="(y - t)**2", slope="2*(y - t)", curve="2", c=0.5, outputs="sum", source="Rumelhart et al. 1986"),
    Loss("absolute", value="abs(y - t)", slope="sign(y - t)", curve="0"),
    Loss(
        "huber", value="where(abs(y - t) <= d, (y - t)**2/2, d*(abs(y - t) - d/2))",
        slope="max(min(y - t, d), -d)", curve="where(abs(y - t) <= d, 1, 0)", knobs={"d": 1.0},
        source="Huber 1964", bounds={"d": (0.0, 1e300)},
    ),
    Loss(
        "binary_cross_entropy", value="-(t*log(y) + (1 - t)*log(1 - y))", link="sigmoid", slope="y - t",
        safe="max(s, 0) - s*t + log1p(exp(min(-s, s)))", curve="y*(1 - y)", outputs="sum", targets="binary",
    ),
    Loss(
        "cross_entropy", value="-t*log(y)", link="softmax", slope="y - t",
        safe="t*(log(rowsum(exp(s - rowmax(s)))) - (s - rowmax(s)))", curve="y", outputs="sum", targets="classes",
    ),
    Loss("poisson", value="y - t*log(y)", link="exp", slope="y - t", safe="exp(s) - t*s", curve="y", targets="counts"),
    Loss(
        "quantile", value="where(t > y, q*(t - y), (1 - q)*(y - t))",
        slope="where(t > y, -q, where(t < y, 1 - q, 0))", curve="0", knobs={"q": 0.5}, bounds={"q": (0.0, 1.0)},
        source="Koenker & Bassett 1978",
    ),
    Loss(
        "log_cosh", value="log((exp(y - t) + exp(t - y))/2)", slope="tanh(y - t)",
        safe="abs(y - t) + log1p(expm1(-2*abs(y - t))/2)",
        curve="4*exp(-2*abs(y - t))/(1 + exp(-2*abs(y - t)))**2", source="Green 1990",
    ),
    Loss(
        "gamma", value="log(y) + t/y", link="exp", slope="1 - t*exp(-s)", safe="s + t*exp(-s)", curve="t*exp(-s)",
        targets="positive", source="McCullagh & Nelder 1989, chapter 8",
    ),
    Loss(
        "tweedie", value="y**(2 - p)/(2 - p) + t*y**(1 - p)/(p - 1)", link="exp", knobs={"p": 1.5},
        # 0·inf is not 0 where nothing was counted and y is far too small
        safe="exp((2 - p)*s)/(2 - p) + where(t > 0, t*exp((1 - p)*s)/(p - 1), 0)",
        slope="exp((2 - p)*s) - where(t > 0, t*exp((1 - p)*s), 0)",
        curve="(2 - p)*exp((2 - p)*s) + where(t > 0, (p - 1)*t*exp((1 - p)*s), 0)", targets="counts", bounds={"p": (1.0, 2.0)},
        source="Tweedie 1984; Jørgensen 1987",
    ),
    Loss(
        # no target is above 1, so the sum of max(t, 1) counts the classes
        "smoothed_cross_entropy", value="-((1 - e)*t + e/rowsum(max(t, 1)))*log(y)", link="softmax",
        safe="((1 - e)*t + e/rowsum(max(t, 1)))*(log(rowsum(exp(s - rowmax(s)))) - (s - rowmax(s)))",
        slope="y - ((1 - e)*t + e/rowsum(max(t, 1)))", curve="y", outputs="sum", targets="classes", knobs={"e": 0.1},
        bounds={"e": (0.0, 1.0)}, source="Szegedy et al. 2016, section 7",
    ),
    Loss(
        "smoothed_binary_cross_entropy", value="-((t + e*(1/2 - t))*log(y) + (1 - t - e*(1/2 - t))*log(1 - y))",
        link="sigmoid", slope="y - (t + e*(1/2 - t))",
        safe="max(s, 0) - s*(t + e*(1/2 - t)) + log1p(exp(min(-s, s)))", curve="y*(1 - y)", outputs="sum",
        targets="binary", knobs={"e": 0.1}, bounds={"e": (0.0, 1.0)}, source="Szegedy et al. 2016, section 7",
    ),
    Loss(
        "poisson_deviance", value="t*log(max(t, 1e-30)/y) - t + y", link="exp", slope="y - t", curve="y",
        safe="exp(s) - t*s + t*log(max(t, 1e-30)) - t", targets="counts", outputs="sum",
        source="half the deviance, so that a perfect answer costs 0",
    ),
)  # fmt: skip
