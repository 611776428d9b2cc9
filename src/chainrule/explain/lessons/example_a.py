"""The 2-2-1 network with x = (0.35, 0.9): the numbers that several lessons share."""

from ...batches.source import Source
from ...plan import Plan
from ..typed import textbook_settings, typed_net
from .parts import Array, single

WEIGHTS = ".1 .8; .4 .6 | .3 .9"
X, T = (0.35, 0.9), (0.5,)
COMMAND = f"chainrule explain 2-2-1 --weights '{WEIGHTS}' --rows units --x .35,.9 --t .5 --lr 1"


def example(rows: str = "units") -> tuple[Plan, Array, Source]:
    plan, flat = typed_net("2-2-1", WEIGHTS, X, rows=rows, **textbook_settings({"lr": 1.0}))
    return plan, flat, single(X, T)
