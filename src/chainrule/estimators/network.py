"""settings and sizes -> plan; weights as scikit-learn shows them <-> the flat weights of the engine."""

from functools import lru_cache
from typing import Any

import numpy as np

from ..batches.source import Source
from ..engine.native import Native
from ..plan import Plan, make_plan
from ..rules.optimizers import OPTIMIZERS
from ..rules.schedules import SCHEDULES

Array = np.ndarray[Any, Any]

# the loss's name there and the output it has there -> the row here
LOSSES = {
    ("log_loss", "softmax"): "cross_entropy",
    ("log_loss", "logistic"): "binary_cross_entropy",
    ("squared_error", "identity"): "half_squared",
    ("poisson", "exp"): "poisson_deviance",
}


def flatten(coefs: list[Array], intercepts: list[Array], dtype: Any = None) -> Array:
    """w1 b1 w2 b2 … in one array (P,)."""
    pairs = zip(coefs, intercepts, strict=True)
    return np.concatenate([np.asarray(a, dtype).ravel() for pair in pairs for a in pair])


def unflatten(plan: Plan, flat: Array) -> tuple[list[Array], list[Array]]:
    """coefs_ and intercepts_ as views of flat (P,)."""
    parts = plan.unflatten(flat)
    return [parts[a.w.name] for a in plan.layers], [parts[f"b{a.index}"] for a in plan.layers]


@lru_cache(maxsize=256)
def _predictor(sizes: tuple[int, ...], activation: Any, output: Any, loss: Any, precision: str) -> Plan:
    return make_plan(
        sizes[0], sizes[-1], sizes[1:-1], activation=activation, output=output, loss=loss, precision=precision
    )


ENGINE = Native()


def source_of(X: Any, t: Array, weight: Array | None) -> Source:
    """The rows as they lie; classes as bytes of 0 and 1."""
    return Source(
        X.toarray() if hasattr(X, "toarray") else X, t.view(np.uint8) if t.dtype == bool else t, None, weight
    )


def outputs(estimator: Any, x: Array) -> Array:
    """What the network answers to x (n, i): (n, o), in the wider precision of x and the weights."""
    coefs = estimator.coefs_
    precision = "float32" if np.result_type(x.dtype, coefs[0].dtype).itemsize <= 4 else "float64"
    sizes = (coefs[0].shape[0], *(w.shape[1] for w in coefs))
    plan = _predictor(sizes, *estimator._rules(len(sizes) - 2), precision)
    return ENGINE.outputs(plan, flatten(coefs, estimator.intercepts_, precision), x)


def training_plan(estimator: Any, sizes: list[int], batch: int, learning_rate: float, dtype: Any) -> Plan:
    """The plan of a fit with scikit-learn's settings."""
    activation, output, loss = estimator._rules(len(sizes) - 2)
    name, knobs, schedule, schedule_knobs = "adam_hat", {}, "constant", {}
    if estimator.solver == "sgd":
        name = "sgd_nesterov" if estimator.nesterovs_momentum else "sgd_velocity"
        knobs = {"mu": estimator.momentum}
        if estimator.learning_rate == "invscaling":
            schedule, schedule_knobs = "inverse_scaling", {"power": estimator.power_t}
    elif estimator.solver == "adam":
        knobs = {"b1": estimator.beta_1, "b2": estimator.beta_2, "eps": estimator.epsilon}
    return make_plan(
        sizes[0], sizes[-1], sizes[1:-1], activation=activation, output=output, loss=loss, reduce_outputs="sum",
        l2=float(estimator.alpha), penalty="shared", optimizer=OPTIMIZERS[name], optimizer_knobs=knobs,
        lr=float(learning_rate), schedule=SCHEDULES[schedule], schedule_knobs=schedule_knobs, batch=int(batch),
        shuffle=False, precision=np.dtype(dtype).name,
    )  # fmt: skip
