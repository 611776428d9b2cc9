"""arrays, settings -> trained weights by sgd or adam: epochs in one call of the engine, stops and draws as scikit-learn's."""

import warnings
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from sklearn.base import is_classifier
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import train_test_split

from ..batches.source import Source
from ..engine.contract import INTERRUPTED, NONFINITE, PATIENCE, RUNNING, TrainingState, Until
from ..errors import EstimatorError
from ..messages import say
from ..plan import Plan
from . import network

Array = np.ndarray[Any, Any]

AHEAD = 2**18  # row numbers drawn at once, at most; a whole epoch at least


@dataclass
class Optimizing:
    """What an update rule keeps between calls of partial_fit."""

    learning_rate: float
    k: int = 0
    slots: list[Array] = field(default_factory=list)  # (P,) each
    schedule: list[float] = field(default_factory=list)


@dataclass(frozen=True)
class Parts:
    """The rows trained on and those watched."""

    train: Array | None  # row numbers; None: all, as they lie
    count: int
    x: Array | None = None  # what is watched
    y: Any = None
    weight: Array | None = None


def split(estimator: Any, X: Any, t: Array, weight: Array | None) -> Parts:
    """The parts early stopping asks for, drawn as scikit-learn draws them; rows are numbered, not copied."""
    rows = np.arange(len(t))
    if not estimator.early_stopping:
        return Parts(None, len(t))
    stratify = t if is_classifier(estimator) and estimator.n_outputs_ == 1 else None
    train, watched = train_test_split(
        rows, random_state=estimator._random_state, test_size=estimator.validation_fraction, stratify=stratify
    )
    if len(watched) < 2:
        raise EstimatorError("CR-3050")
    y = t[watched]
    if is_classifier(estimator):
        y = estimator._label_binarizer.inverse_transform(y)
    return Parts(train, len(train), X[watched], y, None if weight is None else weight[watched])


class Orders:
    """The orders of coming epochs, one shuffle each from the estimator's own RandomState."""

    def __init__(self, rng: Any, parts: Parts, shuffled: bool) -> None:
        self.rng, self.parts, self.shuffled = rng, parts, shuffled
        self.index = np.arange(parts.count)
        self.drawn = 0

    def draw(self, epochs: int) -> Array | None:
        """(epochs, rows) uint32; None where rows go as they lie."""
        if not self.shuffled and self.parts.train is None:
            return None
        made = np.empty((epochs, self.parts.count), np.uint32)
        self.before = self.rng.get_state(legacy=False), self.index
        for line in made:
            self._next()
            line[:] = self.index if self.parts.train is None else self.parts.train[self.index]
        self.drawn = epochs
        return made

    def _next(self) -> None:
        if self.shuffled:
            places = np.arange(len(self.index))
            self.rng.shuffle(places)
            self.index = self.index[places]

    def used(self, epochs: int) -> None:
        """Only so many of the drawn orders were: whoever shares the RandomState finds it as if no more were drawn."""
        if self.shuffled and epochs < self.drawn:
            self.rng.set_state(self.before[0])
            self.index = self.before[1]
            for _ in range(epochs):
                self._next()


def fit(estimator: Any, X: Any, t: Array, weight: Array | None, incremental: bool) -> None:
    """Trains the estimator's coefs_ and intercepts_ and fills its curves."""
    est = estimator
    sizes = [est.coefs_[0].shape[0], *(w.shape[1] for w in est.coefs_)]
    if not incremental or not hasattr(est, "_optimizer"):
        est._optimizer = Optimizing(float(est.learning_rate_init))
    if est.early_stopping and incremental:
        raise EstimatorError("CR-3051")
    parts = split(est, X, t, weight)
    batch = min(200, parts.count) if est.batch_size == "auto" else est.batch_size
    if batch > parts.count:
        warnings.warn(say("CR-3060"), stacklevel=4)
        batch = parts.count
    rate = est.learning_rate_init if est.learning_rate == "invscaling" else est._optimizer.learning_rate
    plan = network.training_plan(est, sizes, batch, rate, est.coefs_[0].dtype)
    state = _begin(est, plan)
    watching = _Watch(est, parts)
    est.n_iter_ = 0
    orders = Orders(est._random_state, parts, est.shuffle)
    source = network.source_of(X, t, weight)
    step = 1 if est.verbose or est.early_stopping or incremental else 16
    try:
        _epochs(
            est, plan, state, source, orders, watching, 1 if incremental else est.max_iter, step, incremental
        )
    except KeyboardInterrupt:
        warnings.warn(say("CR-3061"), stacklevel=4)
    watching.end()


def _begin(est: Any, plan: Plan) -> TrainingState:
    keep = est._optimizer
    state = TrainingState.begin(plan, network.flatten(est.coefs_, est.intercepts_, plan.precision)[None])
    if keep.slots:
        state.slots = np.stack(keep.slots)[:, None]
    state.k[0] = keep.k
    if plan.schedule.name == "inverse_scaling":
        state.schedule[0] = [est.t_, keep.learning_rate / plan.lr]
    state.bad[0] = est._no_improvement_count
    if not est.early_stopping:
        state.best_score[0] = est.best_loss_
    return state


def _epochs(
    est: Any, plan: Plan, state: TrainingState, source: Source, orders: Orders, watching: "_Watch", last: int,
    step: int, incremental: bool,
) -> None:  # fmt: skip
    """Epochs up to number `last`, `step` at a time; the estimator holds what is finished after each call."""
    share = 1.0 / plan.targets if est.loss == "squared_error" else 1.0
    patience = 0 if est.early_stopping or est.n_iter_no_change == np.inf else est.n_iter_no_change + 1
    rows = orders.parts.count
    if plan.schedule.name == "inverse_scaling":
        plan = replace(plan, schedule_knobs={**plan.schedule_knobs, "rows": float(rows)})
    while est.n_iter_ < last:
        done = est.n_iter_
        ahead = min(step, last - done, max(1, AHEAD // rows))
        given = orders.draw(ahead)
        batches = source if given is None else replace(source, orders=given, orders_from=done)
        until = Until(done + ahead, patience, float(est.tol), ties=True, share=share)
        state = network.ENGINE.run(plan, state, batches, None, until)
        new = int(state.epoch[0]) - done
        orders.used(new)
        reason = int(state.stopped[0])
        est.n_iter_ += new
        est.t_ += new * rows
        curve = state.train[0][done : done + new].tolist()
        est.loss_curve_ += curve
        if curve:
            est.loss_ = curve[-1]
        est.coefs_, est.intercepts_ = network.unflatten(plan, state.w[0])
        _keep(est, plan, state)
        if not est.early_stopping:
            est.best_loss_ = float(state.best_score[0])
            est._no_improvement_count = int(state.bad[0])
        if est.verbose and curve:
            print(f"Iteration {est.n_iter_}, loss = {est.loss_:.8f}")
        if reason == NONFINITE:
            if not est.early_stopping:
                raise EstimatorError("CR-3052")
            est.n_iter_ += 1
            est.loss_curve_.append(float("nan"))
            watching.note(float("nan"))
            warnings.warn(say("CR-3062", epochs=est.n_iter_), ConvergenceWarning, stacklevel=5)
            return
        if reason == INTERRUPTED:
            raise KeyboardInterrupt
        watching.look()
        if reason == PATIENCE or est._no_improvement_count > est.n_iter_no_change:
            rate = _give_up(est)
            if rate is None:
                return
            est._optimizer.learning_rate, est._no_improvement_count = rate, 0
            plan = replace(plan, lr=rate)
            state.bad[0], state.stopped[0] = 0, RUNNING
        if incremental:
            return
        step = step if step == 1 else step * 2
    warnings.warn(say("CR-3062", epochs=est.max_iter), ConvergenceWarning, stacklevel=5)


def _keep(est: Any, plan: Plan, state: TrainingState) -> None:
    keep = est._optimizer
    keep.k, keep.slots = int(state.k[0]), [slot[0] for slot in state.slots]
    if plan.schedule.name == "inverse_scaling":
        keep.learning_rate = plan.lr * float(state.schedule[0][1])


def _give_up(est: Any) -> float | None:
    """The smaller learning rate to go on with, or None to stop."""
    rate: float = est._optimizer.learning_rate
    said = say("CR-3063" if est.early_stopping else "CR-3064", tol=est.tol, epochs=est.n_iter_no_change)
    if est.solver != "sgd" or est.learning_rate != "adaptive":
        ending = say("CR-3065")
    elif rate <= 1e-6:
        ending = say("CR-3066")
    else:
        ending = say("CR-3067", rate=rate / 5.0)
        rate /= 5.0
        if est.verbose:
            print(f"{said} {ending}")
        return rate
    if est.verbose:
        print(f"{said} {ending}")
    return None


class _Watch:
    """Scores the watched rows after each epoch and keeps the best weights."""

    def __init__(self, est: Any, parts: Parts) -> None:
        self.est, self.parts = est, parts
        self.best = est.coefs_, est.intercepts_

    def look(self) -> None:
        if self.est.early_stopping:
            self.note(self.est._score(self.parts.x, self.parts.y, self.parts.weight))

    def note(self, score: float) -> None:
        est = self.est
        est.validation_scores_.append(score)
        if est.verbose:
            print(f"Validation score: {score:f}")
        worse = score < est.best_validation_score_ + est.tol
        est._no_improvement_count = est._no_improvement_count + 1 if worse else 0
        if score > est.best_validation_score_:
            est.best_validation_score_ = score
            self.best = est.coefs_, est.intercepts_

    def end(self) -> None:
        if self.est.early_stopping:
            self.est.coefs_, self.est.intercepts_ = self.best
