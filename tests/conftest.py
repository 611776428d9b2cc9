"""Fixtures every kind of truth shares: the engines a claim is held against."""

import importlib.util
import signal
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

# where the tests run in the background, a shell may have told this process to ignore Ctrl-C; some tests press it
signal.signal(signal.SIGINT, signal.default_int_handler)
sys.path.insert(
    0, str(Path(__file__).parent)
)  # `checkers`, the measuring tools, which have tests of their own

from chainrule.engine.contract import Engine
from chainrule.engine.reference import Reference

# (engine, precision); one line per engine
ENGINES = [("reference", "float64")]
if importlib.util.find_spec("chainrule.engine._native"):  # the compiled kernels: in every installed copy
    ENGINES += [("native", "float64"), ("native", "float32")]


@dataclass(frozen=True)
class Subject:
    """An engine with the precision it is asked for and the unit roundoff of that precision."""

    name: str
    precision: str
    engine: Engine

    @property
    def u(self) -> float:
        """Half the distance from 1 to the next number: 2⁻⁵³ or 2⁻²⁴."""
        return float(np.finfo(self.precision).eps) / 2

    def gradient(self, plan, flat, batch):
        """(loss_sum, weight_sum, grad_sum in natural order), all float64 arrays."""
        w = self.engine.load(plan, np.asarray(flat, self.precision))
        sums = self.engine.gradient(plan, w, batch)
        grad = np.asarray(self.engine.dump(plan, sums.grad_sum), float)
        return np.asarray(sums.loss_sum, float), np.asarray(sums.weight_sum, float), grad

    def predict(self, plan, flat, batch):
        w = self.engine.load(plan, np.asarray(flat, self.precision))
        return np.asarray(self.engine.predict(plan, w, batch), float)


@pytest.fixture(params=ENGINES, ids="-".join)
def engine(request: pytest.FixtureRequest) -> Subject:
    name, precision = request.param
    if name == "reference":
        return Subject(name, precision, Reference())
    from chainrule.engine.native import Native

    return Subject(name, precision, Native())
