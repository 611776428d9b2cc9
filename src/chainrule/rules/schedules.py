"""step -> rate: how the learning rate changes, one row each.

Letters: lr the rate asked for, k the step from 1, total the steps planned, and the schedule's state and knobs. A
schedule with state changes it once per epoch, when the monitored loss is known (`at_epoch`, letter `loss`).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from ..errors import RuleError
from .checks import check_letters, check_rule, named_rows
from .expression import Expression
from .optimizers import _LINE


@dataclass(frozen=True)
class Schedule:
    """step -> rate, as a formula in the letters of this module.

    rate      the rate of step k, in `lr`, `k`, `total`, the state and the knobs
    state     letters kept from epoch to epoch with their starts; `at_epoch`: lines that change them by the epoch's `loss`
    knobs     the schedule's numbers
    source    the work it comes from
    Raises RuleError for text that is no formula.
    """

    name: str
    rate: str
    knobs: Mapping[str, float] = field(default_factory=dict)
    state: Mapping[str, float] = field(default_factory=dict)
    at_epoch: tuple[str, ...] = ()
    source: str = ""

    def __post_init__(self) -> None:
        letters = {"lr", "k", "total", "loss"}
        check_rule(self, ("name", "rate", "source"), letters)
        check_letters(self.name, "state", self.state, letters | set(self.knobs))
        if not isinstance(self.at_epoch, tuple) or not all(isinstance(line, str) for line in self.at_epoch):
            raise RuleError("CR-1315", text=repr(self.at_epoch)[:60])

    @cached_property
    def expression(self) -> Expression:
        """`rate`, read."""
        return Expression(self.rate, {"lr", "k", "total", *self.state, *self.knobs})

    @cached_property
    def assignments(self) -> tuple[tuple[str, Expression], ...]:
        """The lines of `at_epoch` as (name, formula)."""
        known = {"lr", "loss", *self.state, *self.knobs}
        made = []
        for line in self.at_epoch:
            match = _LINE.match(line)
            if match is None or match[1] in {"lr", "loss", *self.knobs}:
                raise RuleError("CR-1315", text=line)
            made.append((match[1], Expression(match[2], known)))
            known.add(match[1])
        return tuple(made)

    @property
    def moves(self) -> bool:
        """Whether the rate can differ from step to step within an epoch."""
        return "k" in self.expression.letters


SCHEDULES: dict[str, Schedule] = named_rows(
    Schedule("constant", "lr"),
    Schedule("step", "lr*drop**floor((k - 1)/every)", {"drop": 0.5, "every": 1000.0}),
    Schedule(
        "cosine", "end*lr + (1 - end)*lr*(1 + cos(pi*min((k - 1)/total, 1)))/2", {"end": 0.0},
        source="Loshchilov & Hutter 2017, eq. 5, one cycle",
    ),
    Schedule(
        "one_cycle",
        "where(k - 1 < rise*total, "
        "lr/first + (lr - lr/first)*(1 - cos(pi*(k - 1)/max(rise*total, 1)))/2, "
        "lr/last + (lr - lr/last)*(1 + cos(pi*min((k - 1 - rise*total)/max((1 - rise)*total, 1), 1)))/2)",
        {"rise": 0.3, "first": 25.0, "last": 1e4},
        source="Smith & Topin 2018, with cosine annealing",
    ),
    Schedule(
        "inverse_samples", "lr*scale", {"power": 0.5, "rows": 1.0}, {"seen": 0.0, "scale": 1.0},
        ("seen = seen + rows", "scale = (seen + 1)**(-power)"), source="scikit-learn's invscaling",
    ),
    Schedule(
        "plateau", "lr*scale", {"drop": 0.1, "patience": 10.0, "threshold": 1e-4, "least": 0.0},
        {"scale": 1.0, "best": 1e308, "bad": 0.0},
        (
            "bad = where(loss < best - threshold*abs(best), 0, bad + 1)",
            "best = where(bad == 0, loss, best)",  # best moves only when beaten by the threshold: slow progress adds up
            "scale = where(bad > patience, max(scale*drop, least), scale)",
            "bad = where(bad > patience, 0, bad)",
        ),
    ),
    Schedule("exponential", "lr*end**min((k - 1)/total, 1)", {"end": 0.01}),
    Schedule("inverse_scaling", "lr/k**power", {"power": 0.5}, source="Robbins & Monro 1951"),
    Schedule("warm_up", "lr*min(k/max(rise*total, 1), 1)", {"rise": 0.1}, source="Goyal et al. 2017, section 2.2"),
    Schedule(
        "warm_up_cosine",
        "lr*min(k/max(rise*total, 1), 1)*(end + (1 - end)*(1 + cos(pi*min(max(k - 1 - rise*total, 0)"
        "/max((1 - rise)*total, 1), 1)))/2)",
        {"rise": 0.1, "end": 0.0}, source="Goyal et al. 2017, section 2.2, then Loshchilov & Hutter 2017, eq. 5",
    ),
)  # fmt: skip
