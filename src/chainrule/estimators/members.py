"""one fit -> several: starts to choose from, nets to average, quantiles side by side; in threads, each drawn on its own."""

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from numbers import Integral
from typing import Any

import numpy as np
from sklearn.base import clone
from sklearn.utils import check_random_state

from ..errors import EstimatorError
from ..rules.losses import LOSSES
from .network import threads_of

Array = np.ndarray[Any, Any]


def wanted(est: Any) -> list[dict[str, Any]]:
    """The settings of every member; [] where there is one net only."""
    quantiles = getattr(est, "quantiles", None)
    if quantiles is not None:
        numbers = [float(q) for q in quantiles]
        if not numbers or sorted(set(numbers)) != numbers or not 0 < numbers[0] <= numbers[-1] < 1:
            raise EstimatorError("CR-3073", quantiles=numbers)
        if est.loss != "squared_error":
            raise EstimatorError("CR-3074")
        return [{"quantiles": None, "loss": replace(LOSSES["quantile"], knobs={"q": q})} for q in numbers]
    for name in ("n_estimators", "n_init"):
        if getattr(est, name) > 1:
            return [{name: 1}] * getattr(est, name)
    return []


def fit(est: Any, settings: list[dict[str, Any]], call: Callable[[Any], Any], incremental: bool) -> None:
    """Fits the members by `call` and leaves the estimator as the best of them, or as their company (estimators_)."""
    choosing = getattr(est, "quantiles", None) is None and est.n_estimators == 1
    if getattr(est, "_skl_callbacks", None):
        raise EstimatorError("CR-3076")
    goes_on = (incremental or est.warm_start) and hasattr(est, "estimators_")
    old = est.estimators_[: len(settings)] if goes_on else []
    for member, own in zip(old, settings, strict=False):  # settings may have been set anew
        params = {**est.get_params(deep=False), **own, "random_state": member.random_state, "n_jobs": None}
        member.set_params(**params)
    seeds = _seeds(est, len(settings)) if len(old) < len(settings) else []
    new = [_member(est, own, seed) for own, seed in zip(settings, seeds, strict=False)]
    fitted = _call([*old, *new[len(old) :]], call, threads_of(est.n_jobs))
    if not fitted or len(fitted) < len(settings) and getattr(est, "quantiles", None) is not None:
        raise KeyboardInterrupt  # before there was anything to keep
    chosen = max(fitted, key=_goodness) if choosing else fitted[len(fitted) // 2]
    mine = set(est.get_params(deep=False))
    for name in [n for n in vars(est) if n not in mine and n.endswith("_") and not n.startswith("__")]:
        delattr(est, name)
    vars(est).update({name: value for name, value in vars(chosen).items() if name not in mine})
    if not choosing:
        est.estimators_ = fitted
    ended = [member for member in fitted if member._interrupted]
    est._interrupted = bool(ended)
    if ended:
        est.stop_reason_ = ended[0].stop_reason_


def _seeds(est: Any, count: int) -> list[Any]:
    """The first member is the net one gets without company, where the seed is a number."""
    given = est.random_state
    rng = check_random_state(given)
    drawn = [int(n) for n in rng.randint(2**31 - 1, size=count)]
    return [given, *drawn[1:]] if isinstance(given, Integral) else drawn


def _member(est: Any, settings: dict[str, Any], seed: Any) -> Any:
    return clone(est).set_params(**settings, random_state=seed, n_jobs=None)


def _call(members: list[Any], call: Callable[[Any], Any], threads: int) -> list[Any]:
    if threads == 1:
        done = []
        for member in members:
            call(member)
            done.append(member)
            if member._interrupted:
                break
        return done
    cancel = threading.Event()
    for member in members:
        member._cancel = cancel
    try:
        with ThreadPoolExecutor(threads) as pool:
            futures: list[Future[Any]] = []
            try:
                for member in members:
                    futures.append(pool.submit(lambda m: cancel.is_set() or call(m), member))
                for future in futures:
                    future.result()
            except BaseException as error:
                cancel.set()
                if not isinstance(error, KeyboardInterrupt):
                    raise
                for future in futures:  # those that were on their way keep their best weights
                    future.result()
    finally:
        for member in members:
            vars(member).pop("_cancel", None)
    return [member for member in members if hasattr(member, "coefs_")]


def _goodness(member: Any) -> float:
    """Higher is better: the watched score, else the loss."""
    score = getattr(member, "best_validation_score_", None)
    if score is not None:
        return float(score)
    best = getattr(member, "best_loss_", None)
    return -float(member.loss_ if best is None else best)
