"""counts over an exposure -> rates and weights: what an offset log e in front of a log link comes to.

With y = e·exp(s), s the network's score and e the exposure, the gradient of the loss by s is

    Poisson   e·exp(s) − t                           = e · (exp(s) − t/e)
    gamma     1 − t/(e·exp(s))                       = 1 − (t/e)·exp(−s)
    Tweedie   (e·exp(s))^(2−p) − t·(e·exp(s))^(1−p)  = e^(2−p) · (exp((2−p)s) − (t/e)·exp((1−p)s))

so it is that of the same loss with the target t/e and the row weight e^(2−p), p = 1 for Poisson and 2 for gamma: exactly,
in every step. (McCullagh & Nelder 1989, section 6.2 for the offset; the weights are those of frequencies in insurance.)
"""

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..batches.source import Source
from ..encoding import Encoding
from ..errors import ModelError
from ..report.baselines import one_hot
from ..rules.given import bare, knobs_of, loss_of
from ..table import Table
from .choices import AUTO
from .model import truth

Array = np.ndarray[Any, Any]
POWERS = {"poisson": 1.0, "poisson_deviance": 1.0, "gamma": 2.0}  # p; Tweedie's is its knob


@dataclass(frozen=True)
class Exposed:
    """A loss with a log link, and the power p of its variance."""

    loss: Any
    power: float

    @classmethod
    def of(cls, exposure: Any, task: str, loss: Any) -> "Exposed | None":
        """None without an exposure. Raises ModelError CR-4711 for a task or loss that has no log link."""
        if exposure is None:
            return None
        loss = "poisson" if isinstance(loss, str) and loss == AUTO else loss
        rule = loss_of(bare(loss))
        if task != "regression" or rule.name not in (*POWERS, "tweedie"):
            raise ModelError("CR-4711", task=task, loss=rule.name, choices=", ".join((*POWERS, "tweedie")))
        knobs = {**rule.knobs, **(knobs_of(loss) or {})}
        return cls(loss, POWERS.get(rule.name, float(knobs.get("p", 1.5))))

    def weights(self, exposures: Array) -> Array:
        """(n,) how much a row's rate counts."""
        return np.asarray(exposures ** (2 - self.power))

    def baselines(
        self, known: Encoding, first: Source, where: Source, train: Table, held: Table
    ) -> tuple[Array, Array]:
        """The constant rate, and the generalized linear model with the same link, loss and exposure; as counts."""
        from sklearn.linear_model import TweedieRegressor

        rates = np.asarray(first.t, float)
        weight = np.ones(first.rows) if first.weight is None else np.asarray(first.weight, float)
        over = known.exposures(held)
        mean = np.average(rates, axis=0, weights=weight)
        x, x_held = (one_hot(part.x, part.codes, known.levels) for part in (first, where))
        lines = []
        with warnings.catch_warnings():  # a baseline that has not quite converged is still one
            warnings.simplefilter("ignore")
            for rate in rates.T:
                model = TweedieRegressor(power=self.power, link="log", alpha=1.0 / weight.sum(), max_iter=300)
                lines.append(model.fit(x, rate, sample_weight=weight).predict(x_held) * over)
        shape = truth(known, held, where).shape
        return (over[:, None] * mean).reshape(shape), np.column_stack(lines).reshape(shape)
