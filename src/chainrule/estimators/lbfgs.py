"""arrays, settings -> trained weights by L-BFGS: SciPy's search on the engine's loss and gradient of all rows."""

from collections.abc import Callable
from typing import Any

import numpy as np
import scipy.optimize
from sklearn.utils.optimize import _check_optimize_result

from ..batches.source import Source
from ..engine.contract import penalty_of, total_loss
from ..messages import say
from ..plan import Plan
from ..rules.optimizers import PENALTIES
from . import network
from .watching import fitted_attributes

Array = np.ndarray[Any, Any]


def order_of(plan: Plan) -> Array:
    """Places of the flat weights in scikit-learn's order: all weights, then all thresholds."""
    places = plan.unflatten(np.arange(plan.size))
    return np.concatenate([places[f"{kind}{a.index}"].ravel() for kind in "wb" for a in plan.layers])


def objective(plan: Plan, source: Source, share: float = 1.0) -> Callable[[Array], tuple[float, Array]]:
    """packed weights (P,) -> loss with penalty, its gradient (P,); both divided by the sum of the row weights."""
    places = order_of(plan)
    batch = source.batch(slice(None), dtype=plan.precision)
    decay = np.concatenate([np.full(v.size, float(v.decay)) for v in plan.views])

    def at(packed: Array) -> tuple[float, Array]:
        flat = np.empty(plan.size)
        flat[places] = packed
        engine = network.ENGINE
        sums = engine.gradient(plan, engine.load(plan, flat[None]), batch)
        gradient = engine.dump(plan, sums.grad_sum)[0].astype(float)
        for name, row in PENALTIES.items():
            if getattr(plan, name):
                gradient += decay * row.gradient(w=flat, **{name: getattr(plan, name)})
        weight = float(sums.weight_sum[0])
        loss = (
            share * float(total_loss(plan, sums.loss_sum, sums.weight_sum)[0])
            + penalty_of(plan, flat) / weight
        )
        return loss, gradient[places] / weight

    return at


def fit(estimator: Any, X: Any, t: Array, weight: Array | None) -> None:
    """Trains the estimator's coefs_ and intercepts_ on all rows at once, in float64."""
    est = estimator
    plan = network.training_plan(est, 0, est.learning_rate_init, np.float64)
    source = network.source_of(X, t, weight)
    share = 1.0 / plan.targets if est.loss == "squared_error" else 1.0
    places = order_of(plan)
    start = network.flatten(est.coefs_, est.intercepts_, np.float64)[places]
    curve: list[float] = []
    context = getattr(est, "_callback_fit_ctx", None) if getattr(est, "_skl_callbacks", None) else None

    def look(intermediate_result: Any) -> None:
        curve.append(float(intermediate_result.fun))
        if est.verbose:
            print(say("CR-3068", epoch=len(curve), loss=curve[-1]))
        if context is not None:
            flat = np.empty(plan.size)
            flat[places] = intermediate_result.x
            est.coefs_, est.intercepts_ = network.unflatten(plan, flat)
            task = context.subcontext(task_name="iteration")
            task.call_on_fit_task_begin(estimator=est)
            if task.call_on_fit_task_end(estimator=est, reconstruction_attributes=fitted_attributes(est)):
                raise StopIteration

    found = scipy.optimize.minimize(
        objective(plan, source, share), start, callback=look, method="L-BFGS-B", jac=True,
        options={"maxfun": est.max_fun, "maxiter": est.max_iter, "gtol": est.tol},
    )  # fmt: skip
    est.n_iter_ = _check_optimize_result("lbfgs", found, est.max_iter)
    est.loss_ = found.fun
    est.stop_reason_ = say("CR-3081", message=found.message)
    est.history_ = {"epoch": list(range(1, len(curve) + 1)), "loss": curve}
    flat = np.empty(plan.size)
    flat[places] = found.x
    est.coefs_, est.intercepts_ = network.unflatten(plan, flat)
