"""sizes -> start weights: the spread or bounds of each start, one row each; `batches.start` draws them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from ..errors import RuleError
from .checks import check_rule, named_rows
from .expression import Expression

KINDS = ("normal", "uniform", "orthogonal", "data", "nguyen_widrow", "given")


@dataclass(frozen=True)
class Initializer:
    """kind "normal": N(0, scale²); "uniform": U(−scale, scale); "orthogonal": columns (or rows, where there are fewer)
    at right angles, of length scale; "data": drawn as "normal", then scores are centred and scaled on training rows;
    the other kinds are named in `batches.start`.

    scale is text in `i` (inputs of the layer), `o` (its units) and the knobs; biases start at 0 unless stated.
    """

    name: str
    kind: str
    scale: str = "1"
    knobs: Mapping[str, float] = field(default_factory=dict)
    source: str = ""

    def __post_init__(self) -> None:
        check_rule(self, ("name", "kind", "scale", "source"), {"i", "o"})
        if self.kind not in KINDS:
            raise RuleError(
                "CR-1325", name=self.name, part="kind", value=self.kind[:40], wanted=" / ".join(KINDS)
            )

    @cached_property
    def spread(self) -> Expression:
        return Expression(self.scale, {"i", "o", *self.knobs})


INITIALIZERS: dict[str, Initializer] = named_rows(
    Initializer("normal", "normal", "sd", {"sd": 0.1}),
    Initializer("uniform", "uniform", "bound", {"bound": 0.5}),
    Initializer("glorot", "uniform", "sqrt(6/(i + o))", source="Glorot & Bengio 2010, eq. 16"),
    Initializer("he", "normal", "sqrt(2/i)", source="He et al. 2015, eq. 10"),
    Initializer(
        "nguyen_widrow",
        "nguyen_widrow",
        "0.7*o**(1/i)",
        source="Nguyen & Widrow 1990; thresholds evenly spread as in MATLAB's initnw",
    ),
    Initializer(
        "lecun", "normal", "sqrt(1/i)", source="LeCun, Bottou, Orr & Müller 1998, section 4.6, eq. 16"
    ),
    Initializer("orthogonal", "orthogonal", "gain", {"gain": 1.0}, source="Saxe, McClelland & Ganguli 2014"),
    Initializer("data", "data", "sqrt(1/i)", source="Salimans & Kingma 2016, eq. 5 and 6"),
    Initializer("zeros", "uniform", "0"),
    Initializer("given", "given"),
)
