"""settings and sizes -> plan; weights as scikit-learn shows them <-> the flat weights of the engine."""

import os
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

import numpy as np

from ..batches.source import Source
from ..batches.start import start as drawn
from ..engine.native import Native
from ..errors import EstimatorError, PlanError
from ..plan import Plan, make_plan
from ..rules.activations import ACTIVATIONS, Activation
from ..rules.given import activation_of, loss_of, optimizer_of
from ..rules.losses import LOSSES, Loss
from ..rules.optimizers import OPTIMIZERS
from ..rules.schedules import SCHEDULES

Array = np.ndarray[Any, Any]

ENGINE = Native()
# scikit-learn's losses are rows of their own here: sums over outputs, and constants that make a perfect answer cost 0
OWN_LOSSES = {"squared_error": "half_squared", "poisson": "poisson_deviance"}
# settings of the built-in solvers that nothing would read if another rule took their place
OF_SOLVER = ("momentum", "nesterovs_momentum", "beta_1", "beta_2", "epsilon", "power_t", "learning_rate")


# a sparse matrix that is at most so many bytes as an array becomes one, because the kernels train on arrays in one call;
# of a larger one only the rows of a batch do
DENSE = 2**26
BLOCK = 2**22  # numbers of a sparse matrix that are made dense at once to be predicted


def source_of(X: Any, t: Any, weight: Array | None) -> Source:
    """The rows as they lie; classes as bytes of 0 and 1."""
    if hasattr(X, "toarray"):
        X = X.toarray() if X.shape[0] * X.shape[1] * X.dtype.itemsize <= DENSE else X.tocsr()
    return Source(X, t.view(np.uint8) if t.dtype == bool else t, None, weight)


def flatten(coefs: list[Array], intercepts: list[Array], dtype: Any = None) -> Array:
    """w1 b1 w2 b2 … in one array (P,)."""
    pairs = zip(coefs, intercepts, strict=True)
    return np.concatenate([np.asarray(a, dtype).ravel() for pair in pairs for a in pair])


def unflatten(plan: Plan, flat: Array) -> tuple[list[Array], list[Array]]:
    """coefs_ and intercepts_ as views of flat (P,)."""
    parts = plan.unflatten(flat)
    return [parts[a.w.name] for a in plan.layers], [parts[f"b{a.index}"] for a in plan.layers]


def sizes_of(estimator: Any) -> list[int]:
    return [estimator.coefs_[0].shape[0], *(w.shape[1] for w in estimator.coefs_)]


def loss_row(given: Any, output: str) -> Loss:
    """The row of a loss as estimators name it."""
    if given == "log_loss":
        return LOSSES["cross_entropy" if output == "softmax" else "binary_cross_entropy"]
    return loss_of(OWN_LOSSES.get(given, given) if isinstance(given, str) else given)


def hidden_rows(given: Any, hidden: int) -> list[Activation]:
    """One activation per hidden layer. Raises RuleError CR-1316, PlanError CR-1410."""
    if isinstance(given, str | Activation):
        return [activation_of(given)] * hidden
    if len(given) != hidden:
        raise PlanError("CR-1410", given=len(given), hidden=hidden)
    return [activation_of(a) for a in given]


# ---- predicting -----------------------------------------------------------------------------------------------------


@lru_cache(maxsize=256)
def _builtin(sizes: tuple[int, ...], activation: str | tuple[str, ...], output: str, precision: str) -> Plan:
    rows = hidden_rows(activation, len(sizes) - 2)
    return make_plan(sizes[0], sizes[-1], sizes[1:-1], activation=rows, output=activation_of(output),
                     loss=_carrier(activation_of(output)), precision=precision)  # fmt: skip


def _carrier(output: Activation) -> Loss:
    """Any loss that goes with the output; predicting reads none."""
    return next((row for row in LOSSES.values() if row.link == output.name), LOSSES["squared"])


def averaged(nets: list[Any], x: Any) -> Array:
    """(n, o): the output activation of the mean of the nets' scores, as the Model of a file takes it."""
    each = [outputs(net, x, scores=True) for net in nets]
    f, mean = activation_of(nets[0]._output_row()), np.mean(each, axis=0, dtype=float)
    with np.errstate(all="ignore"):
        return np.broadcast_to(f.forward(s=mean, **f.knobs), mean.shape).astype(each[0].dtype)


def outputs(estimator: Any, x: Any, layers: int | None = None, scores: bool = False) -> Array:
    """What the first `layers` layers (None: all) answer to x (n, i): (n, o), in the wider precision of x and weights.

    `scores`: the last layer's s instead of its f(s).
    """
    if hasattr(x, "toarray"):
        x = x.tocsr()
        size = max(1, BLOCK // max(1, x.shape[1]))
        firsts = range(0, x.shape[0], size)
        return np.concatenate([outputs(estimator, x[k : k + size].toarray(), layers, scores) for k in firsts])
    depth = len(estimator.coefs_) if layers is None else layers
    coefs, intercepts = estimator.coefs_[:depth], estimator.intercepts_[:depth]
    precision = "float32" if np.result_type(x.dtype, coefs[0].dtype).itemsize <= 4 else "float64"
    sizes = (coefs[0].shape[0], *(w.shape[1] for w in coefs))
    activation, output = estimator.activation, "identity" if scores else estimator._output_row()
    if not isinstance(activation, str | Activation):
        activation = tuple(activation)
    if depth < len(estimator.coefs_):
        output = activation if isinstance(activation, str | Activation) else activation[depth - 1]
        activation = activation[: depth - 1] if isinstance(activation, tuple) else activation
    if isinstance(output, str) and (
        isinstance(activation, str)
        or isinstance(activation, tuple)
        and all(isinstance(a, str) for a in activation)
    ):
        plan = _builtin(sizes, activation, output, precision)
    else:
        row = activation_of(output)
        plan = make_plan(sizes[0], sizes[-1], sizes[1:-1], activation=hidden_rows(activation, len(sizes) - 2),
                         output=row, loss=_carrier(row), precision=precision)  # fmt: skip
    return ENGINE.outputs(plan, flatten(coefs, intercepts, precision), x)


# ---- training -------------------------------------------------------------------------------------------------------


def training_plan(
    est: Any, batch: int, learning_rate: float, dtype: Any, seed: int = 0, total: int = 1
) -> Plan:
    """The plan of a fit. Raises PlanError, RuleError, EstimatorError naming the setting."""
    sizes = sizes_of(est)
    rule, knobs, lr = optimizer(est, learning_rate)
    schedule: Any = est.schedule or "constant"
    schedule_knobs: dict[str, float] = {}
    if (
        est.schedule is None
        and est.optimizer is None
        and est.solver == "sgd"
        and est.learning_rate == "invscaling"
    ):
        schedule, schedule_knobs = SCHEDULES["inverse_samples"], {"power": float(est.power_t)}
    loss, loss_knobs = _apart(LOSSES, loss_row(est.loss, est.out_activation_))
    dropout = est.dropout if np.ndim(est.dropout) else float(est.dropout)
    settings = dict(
        inputs=sizes[0], outputs=sizes[-1], hidden=tuple(sizes[1:-1]),
        activation=tuple(hidden_rows(est.activation, len(sizes) - 2)), output=activation_of(est._output_row()), loss=loss,
        loss_knobs=loss_knobs, dropout=dropout, l1=float(est.l1), l2=float(est.alpha), penalty="shared",
        clip_norm=est.clip_norm, max_norm=est.max_norm, optimizer=rule, optimizer_knobs=knobs, lr=lr, schedule=schedule,
        schedule_knobs=schedule_knobs, total=total, batch=int(batch), shuffle=False, seed=seed,
        precision=np.dtype(dtype).name, threads=threads_of(est.n_jobs),
    )  # fmt: skip
    try:  # the same settings again are the same plan, which the engine knows
        return _known(tuple((name, _bare(value)) for name, value in settings.items()))
    except TypeError:  # a rule of one's own has no name that says all of it
        return make_plan(**settings)


def _bare(value: Any) -> Any:
    """A built-in row by its name, knobs as pairs."""
    if value is None or isinstance(value, int | float | str):
        return value
    if isinstance(value, Mapping):
        return tuple(value.items())
    if isinstance(value, tuple):
        return tuple(map(_bare, value))
    tables: tuple[Mapping[str, Any], ...] = (ACTIVATIONS, LOSSES, OPTIMIZERS, SCHEDULES)
    name = getattr(value, "name", None)
    return name if name is not None and any(table.get(name) is value for table in tables) else value


@lru_cache(maxsize=64)
def _known(settings: tuple[tuple[str, Any], ...]) -> Plan:
    knobs = {name: dict(value) for name, value in settings if name.endswith("knobs")}
    return make_plan(**{**dict(settings), **knobs})


def batch_of(est: Any, rows: int) -> int:
    """Rows per step; 'auto': 200, and all where the update rule compares one step with the next."""
    if est.batch_size != "auto":
        return int(est.batch_size)
    whole = est.optimizer is not None and optimizer(est, est.learning_rate_init)[0].whole
    return rows if whole else min(200, rows)


def optimizer(est: Any, learning_rate: float) -> tuple[Any, dict[str, float], float]:
    """The update rule, its knobs, its rate. Raises EstimatorError CR-3070 for settings of the rule it replaces."""
    if est.optimizer is None:
        if est.solver == "adam":
            knobs: Mapping[str, float] = {"b1": est.beta_1, "b2": est.beta_2, "eps": est.epsilon}
            return OPTIMIZERS["adam_hat"], dict(knobs), float(learning_rate)
        name = "sgd_nesterov" if est.nesterovs_momentum else "sgd_velocity"
        return OPTIMIZERS[name], {"mu": est.momentum}, float(learning_rate)
    usual = type(est)._usual
    unread = [name for name in OF_SOLVER if getattr(est, name) != usual[name]]
    if unread or est.solver == "lbfgs":
        raise EstimatorError("CR-3070", names=", ".join(unread) or "solver='lbfgs'")
    rule = optimizer_of(est.optimizer)
    row, knobs = _apart(OPTIMIZERS, rule)
    rate = rule.lr if est.learning_rate_init == usual["learning_rate_init"] else est.learning_rate_init
    return row, dict(knobs), float(rate)


def _apart(table: Mapping[str, Any], given: Any) -> tuple[Any, Mapping[str, float]]:
    """A built-in row with other numbers is that row and the numbers, so that it runs compiled."""
    row = table.get(given.name)
    if row is not None and set(row.knobs) == set(given.knobs):
        changes = {"knobs": row.knobs, **({"lr": row.lr} if hasattr(row, "lr") else {})}
        if replace(given, **changes) == row:
            return row, given.knobs
    return given, given.knobs


def threads_of(n_jobs: int | None) -> int:
    """None: one; −1: one per core; −2: all but one …"""
    if n_jobs is None:
        return 1
    if n_jobs == 0:
        raise EstimatorError("CR-3071")
    return n_jobs if n_jobs > 0 else max(1, (os.cpu_count() or 1) + 1 + n_jobs)


def first_weights(est: Any, sizes: list[int], dtype: Any) -> tuple[list[Array], list[Array]]:
    """coefs_ and intercepts_ to begin with: drawn as scikit-learn draws them (Glorot & Bengio 2010), or as `start` says."""
    rng, start = est._random_state, est.start
    if start is None:
        coefs, intercepts = [], []
        for fan_in, fan_out in zip(sizes, sizes[1:], strict=False):
            bound = np.sqrt((2.0 if est.activation == "logistic" else 6.0) / (fan_in + fan_out))
            coefs.append(rng.uniform(-bound, bound, (fan_in, fan_out)).astype(dtype, copy=False))
            intercepts.append(rng.uniform(-bound, bound, fan_out).astype(dtype, copy=False))
        return coefs, intercepts
    if isinstance(start, str):
        plan = make_plan(sizes[0], sizes[-1], sizes[1:-1], start=start, seed=int(rng.randint(2**31)),
                         precision=np.dtype(dtype).name)  # fmt: skip
        return unflatten(plan, drawn(plan)[0])
    wanted = [(a, b) for a, b in zip(sizes, sizes[1:], strict=False)], [(b,) for b in sizes[1:]]
    try:
        given = [[np.array(a, dtype) for a in part] for part in start]
        shapes = [[a.shape for a in part] for part in given]
    except (TypeError, ValueError) as error:
        raise EstimatorError("CR-3072", given=str(error)[:80], wanted=wanted) from None
    if shapes != [list(w) for w in wanted]:
        raise EstimatorError("CR-3072", given=shapes, wanted=wanted)
    if not all(np.isfinite(a).all() for part in given for a in part):
        raise EstimatorError("CR-3072", given="NaN, inf", wanted=wanted)
    return given[0], given[1]


__all__ = [
    "ACTIVATIONS",
    "ENGINE",
    "first_weights",
    "flatten",
    "outputs",
    "source_of",
    "training_plan",
    "unflatten",
]
