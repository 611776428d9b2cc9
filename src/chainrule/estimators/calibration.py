"""outputs and truth of rows not trained on -> what turns outputs into calibrated probabilities or intervals.

Sources: Guo, Pleiss, Sun & Weinberger 2017 (temperature); Lei, G'Sell, Rinaldo, Tibshirani & Wasserman 2018 (split
conformal intervals); Romano, Patterson & Candès 2019 (the same around quantiles).
"""

import math
from typing import Any

import numpy as np
import scipy.optimize
from scipy.special import expit, log_softmax, logit, softmax

from ..errors import EstimatorError

Array = np.ndarray[Any, Any]


def _scores(y: Array, shared: bool) -> Array:
    """The scores of probabilities: up to a constant per row with softmax, exactly with the sigmoid."""
    tiny = float(np.finfo(y.dtype).tiny)
    y = np.clip(y.astype(float), tiny, 1 - 2.0**-53)
    return np.log(y) if shared else logit(y)


def calibrated(y: Array, temperature: float, shared: bool) -> Array:
    """Probabilities (n, o) with their scores divided by `temperature`."""
    s = _scores(y, shared) / temperature
    return (softmax(s, axis=1) if shared else expit(s)).astype(y.dtype)


def temperature_of(y: Array, t: Array, shared: bool) -> float:
    """The temperature between 1/100 and 100 with the lowest log-loss."""
    s = _scores(y, shared)

    def loss(log_temperature: float) -> float:
        u = s / math.exp(log_temperature)
        if shared:
            return -float(np.where(t, log_softmax(u, axis=1), 0.0).sum())
        return float(np.logaddexp(0.0, np.where(t, -u, u)).sum())

    found = scipy.optimize.minimize_scalar(loss, bounds=(-math.log(100.0), math.log(100.0)), method="bounded")
    return math.exp(float(found.x))


def conformity(t: Array, low: Array, high: Array) -> Array:
    """(n, o): how far each truth lies outside its bounds, negative inside."""
    return np.maximum(low - t, t - high)


def conformal_margin(ordered: Array, coverage: float) -> Array:
    """(o,): the ⌈(n + 1)·coverage⌉-th smallest of the calibration rows' distances, ascending in `ordered` (n, o)."""
    n = len(ordered)
    place = math.ceil((n + 1) * coverage)
    if place > n:
        raise EstimatorError(
            "CR-3091", rows=n, coverage=coverage, needed=math.ceil(coverage / (1 - coverage))
        )
    margin: Array = ordered[place - 1]
    return margin
