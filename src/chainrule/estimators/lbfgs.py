"""arrays, settings -> trained weights by L-BFGS: SciPy's search on the engine's loss and gradient of all rows."""

import warnings
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import scipy.optimize
from sklearn.utils.optimize import _check_optimize_result

from ..batches.source import Batch, Source
from ..engine.contract import penalty_of, total_loss
from ..messages import say
from ..plan import Plan
from ..report.line import told
from ..rules.optimizers import PENALTIES
from . import network
from .watching import Parts, Watch, begin_counts, level

Array = np.ndarray[Any, Any]


def order_of(plan: Plan) -> Array:
    """Places of the flat weights in scikit-learn's order: all weights, then all thresholds."""
    places = plan.unflatten(np.arange(plan.size))
    return np.concatenate([places[f"{kind}{a.index}"].ravel() for kind in "wb" for a in plan.layers])


def batches(plan: Plan, source: Source) -> Iterator[Batch]:
    """All rows: an array as it lies, which the kernel reads in its own precision; a sparse matrix block by block."""
    if source.sparse:
        for rows in source.blocks(max(1, network.BLOCK // plan.inputs)):
            yield source.batch(rows, dtype=plan.precision)
    else:
        yield Batch(source.x, np.asarray(source.t), None, source.weight)


def objective(plan: Plan, source: Source, share: float = 1.0) -> Callable[[Array], tuple[float, Array]]:
    """packed weights (P,) -> loss with penalty, its gradient (P,); both divided by the sum of the row weights."""
    places = order_of(plan)
    decay = np.concatenate([np.full(v.size, float(v.decay)) for v in plan.views])

    def at(packed: Array) -> tuple[float, Array]:
        flat = np.empty(plan.size)
        flat[places] = packed
        engine = network.ENGINE
        w = engine.load(plan, flat[None])
        loss, weight, gradient = np.zeros(1), np.zeros(1), np.zeros(plan.size)
        for batch in batches(plan, source):
            sums = engine.gradient(plan, w, batch)
            loss, weight = loss + sums.loss_sum, weight + sums.weight_sum
            gradient += engine.dump(plan, sums.grad_sum)[0]
        for name, row in PENALTIES.items():
            if getattr(plan, name):
                gradient += decay * row.gradient(w=flat, **{name: getattr(plan, name)})
        rows = float(weight[0])
        total = share * float(total_loss(plan, loss, weight)[0]) + penalty_of(plan, flat) / rows
        return total, gradient[places] / rows

    return at


class _Look:
    """After each iteration: what it came to, what is watched; StopIteration ends the search."""

    def __init__(self, est: Any, plan: Plan, parts: Parts, places: Array) -> None:
        self.est, self.plan, self.places = est, plan, places
        self.watch = Watch(est, parts, plan)
        self.stopping = est.early_stopping and parts.x is not None
        self.reason = ""

    def __call__(self, intermediate_result: Any) -> None:
        est, loss = self.est, float(intermediate_result.fun)
        self.watch.begins()
        est.n_iter_ += 1
        est.loss_ = loss
        est.history_["epoch"].append(est.n_iter_)
        est.history_["loss"].append(loss)
        if est.verbose:
            told(say("CR-3068", epoch=est.n_iter_, loss=loss))
        if self.watch.progress.look(est.n_iter_, loss):
            raise KeyboardInterrupt
        flat = self.take(intermediate_result.x)
        if self.watch.look(self.plan, flat[None]):
            self.reason = say("CR-3085", epochs=est.n_iter_)
        elif self.stopping and est._no_improvement_count > est.n_iter_no_change:
            said = say("CR-3063", tol=est.tol, epochs=est.n_iter_no_change)
            self.reason = f"{said} {say('CR-3065')}"
        if self.reason:
            raise StopIteration

    def take(self, packed: Array) -> Array:
        """The estimator's weights, and the same flat (P,)."""
        flat = np.empty(self.plan.size, self.plan.precision)
        flat[self.places] = packed
        self.est.coefs_, self.est.intercepts_ = network.unflatten(self.plan, flat)
        return flat


def fit(est: Any, X: Any, t: Array, weight: Array | None, parts: Parts) -> None:
    """Trains the estimator's coefs_ and intercepts_ on all rows at once; in float64, unless `precision` says otherwise."""
    precision = "float32" if est.precision == "float32" else "float64"
    plan = network.training_plan(est, 0, est.learning_rate_init, np.dtype(precision))
    rows = slice(None) if parts.train is None else parts.train
    if parts.train is not None:
        X, t, weight = X[rows], t[rows], None if weight is None else weight[rows]
    source = network.source_of(X, t, weight)
    places = order_of(plan)
    start = network.flatten(est.coefs_, est.intercepts_, np.float64)[places]
    est.n_iter_, est.history_ = 0, {"epoch": [], "loss": []}
    look = _Look(est, plan, parts, places)
    if look.stopping:
        begin_counts(est)
        est._no_improvement_count = 0
    at = objective(plan, source, look.watch.share)
    try:
        with look.watch.progress:
            found = scipy.optimize.minimize(
                at, start, callback=look, method="L-BFGS-B", jac=True,
                options={"maxfun": est.max_fun, "maxiter": est.max_iter, "gtol": est.tol},
            )  # fmt: skip
    except KeyboardInterrupt:  # each iteration is better than the one before, and the estimator has the last
        est.loss_ = getattr(est, "loss_", float("nan"))
        est.stop_reason_, est._interrupted = say("CR-3083"), True
        warnings.warn(say("CR-3061"), stacklevel=4)
    else:
        est.stop_reason_ = look.reason or say("CR-3081", message=found.message)
        est.n_iter_ = est.n_iter_ if look.reason else _check_optimize_result("lbfgs", found, est.max_iter)
        est.loss_ = found.fun
        look.take(found.x)
    level(est.history_)
    look.watch.end()
