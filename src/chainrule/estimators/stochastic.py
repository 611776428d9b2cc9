"""arrays, settings -> weights trained by sgd, adam or another rule: epochs in one call, draws and stops as scikit-learn's."""

import math
import warnings
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from sklearn.base import is_classifier
from sklearn.exceptions import ConvergenceWarning
from sklearn.model_selection import train_test_split
from sklearn.utils.extmath import _approximate_mode

from ..batches.source import Source
from ..engine.contract import INTERRUPTED, NONFINITE, PATIENCE, RUNNING, TrainingState, Until
from ..errors import EstimatorError
from ..messages import say
from ..plan import Plan
from ..report.line import told
from . import network
from .watching import Parts, Watch, begin_counts, level

Array = np.ndarray[Any, Any]

MANY = 2**19  # rows
AHEAD = 2**18  # row numbers drawn at once, at most; a whole epoch at least


@dataclass
class Optimizing:
    """What an update rule keeps between calls of partial_fit."""

    learning_rate: float
    rules: tuple[str, str] = ("", "")  # whose numbers these are: the update rule's, the schedule's
    k: int = 0
    epochs: int = 0
    slots: list[Array] = field(default_factory=list)  # (P,) each
    schedule: list[float] = field(default_factory=list)
    seed: int = 0  # of dropout
    index: Array | None = None  # the last epoch's order


def split(est: Any, X: Any, t: Array, weight: Array | None, given: Parts | None) -> Parts:
    """The parts early stopping asks for, drawn as scikit-learn draws them; rows are numbered, not copied."""
    if given is not None or not est.early_stopping:
        return given or Parts(None, len(t))
    if is_classifier(est) and est.n_outputs_ == 1:
        train, watched = halves(est._random_state, t, est.validation_fraction)
    else:
        numbers = np.arange(len(t), dtype=np.uint32)
        train, watched = train_test_split(
            numbers, random_state=est._random_state, test_size=est.validation_fraction
        )
    if len(watched) < 2:
        raise EstimatorError("CR-3050")
    y = est._label_binarizer.inverse_transform(t[watched]) if is_classifier(est) else t[watched]
    return Parts(train, len(train), X[watched], y, t[watched], None if weight is None else weight[watched])


def halves(rng: Any, t: Array, fraction: float) -> tuple[Array, Array]:
    """train_test_split(stratify=t) of two classes (n, 1) by its own draws, without a Python number per row."""
    n, watched = len(t), math.ceil(len(t) * fraction)
    counts = np.array([n - np.count_nonzero(t), np.count_nonzero(t)])
    if n < 2**12 or watched < 2 or counts.min() < 2:  # its own refusals, which name classes as texts
        found = train_test_split(
            np.arange(n, dtype=np.uint32), random_state=rng, test_size=fraction, stratify=t
        )
        return found[0], found[1]
    first = _approximate_mode(counts, n - watched, rng)
    second = _approximate_mode(counts - first, watched, rng)
    parts: tuple[list[Array], list[Array]] = [], []
    for side, a, b in zip((False, True), first, second, strict=True):
        rows = np.flatnonzero(t[:, 0] == side).astype(np.uint32)
        drawn = rows.take(rng.permutation(len(rows)))
        parts[0].append(drawn[:a])
        parts[1].append(drawn[a : a + b])
    return rng.permutation(np.concatenate(parts[0])), rng.permutation(np.concatenate(parts[1]))


class Orders:
    """The orders of coming epochs, each the last one shuffled by the estimator's own RandomState."""

    def __init__(self, rng: Any, parts: Parts, shuffled: bool, index: Array | None) -> None:
        self.rng, self.parts, self.shuffled = rng, parts, shuffled
        # RandomState shuffles int64 fastest; of many rows the numbers are to take little memory
        kind = np.int64 if parts.count < MANY else np.uint32
        goes_on = index is not None and len(index) == parts.count
        self.index: Array = np.array(index, kind) if goes_on else np.arange(parts.count, dtype=kind)
        self.drawn = 0

    def draw(self, epochs: int) -> Array | None:
        """(epochs, rows) uint32; None where rows go as they lie."""
        if not self.shuffled and self.parts.train is None:
            return None
        made = np.empty((epochs, self.parts.count), np.uint32)
        self.before, self.drawn = (self.rng.get_state(legacy=False), self.index.copy()), epochs
        for line in made:
            self._next()
            line[:] = self.index
        if self.parts.train is not None:
            made[:] = self.parts.train[made]
        return made

    def _next(self) -> None:
        """The same swaps as of row numbers in order, so the last order put into the drawn one, as scikit-learn does."""
        if self.shuffled:
            self.rng.shuffle(self.index)

    def used(self, epochs: int) -> None:
        """Only so many of the drawn orders were: whoever shares the RandomState finds it as if no more were drawn."""
        if self.shuffled and epochs < self.drawn:
            self.rng.set_state(self.before[0])
            self.index = self.before[1]
            for _ in range(epochs):
                self._next()


def fit(est: Any, X: Any, t: Array, weight: Array | None, incremental: bool, given: Parts | None) -> None:
    """Trains the estimator's coefs_ and intercepts_ and fills its curves."""
    goes_on = incremental or est.warm_start == "continue"
    if not goes_on or not hasattr(est, "_optimizer"):
        est._optimizer = Optimizing(network.optimizer(est, est.learning_rate_init)[2])
        if np.any(est.dropout):
            est._optimizer.seed = int(est._random_state.randint(2**31))
    if est.early_stopping and incremental:
        raise EstimatorError("CR-3051")
    parts = split(est, X, t, weight, given)
    batch = network.batch_of(est, parts.count)
    if batch > parts.count:
        warnings.warn(say("CR-3060"), stacklevel=4)
        batch = parts.count
    keep = est._optimizer
    adapts = est.optimizer is None and est.solver == "sgd" and est.learning_rate != "invscaling"
    total = est.max_iter * -(-parts.count // batch)
    rate = keep.learning_rate if adapts else est.learning_rate_init
    plan = network.training_plan(est, batch, rate, est.coefs_[0].dtype, keep.seed, total)
    if "rows" in plan.schedule_knobs and plan.schedule.name == "inverse_samples":
        plan = replace(plan, schedule_knobs={**plan.schedule_knobs, "rows": float(parts.count)})
    rules = plan.optimizer.name, plan.schedule.name
    if keep.rules not in (
        rules,
        ("", ""),
    ):  # another rule goes on from the weights, not from numbers it does not know
        keep = est._optimizer = Optimizing(rate, seed=keep.seed, epochs=keep.epochs)
    keep.rules = rules
    watch = Watch(est, parts, plan)
    est.n_iter_ = 0
    begin_counts(est)
    orders = Orders(
        est._random_state, parts, est.shuffle, keep.index if est.warm_start == "continue" else None
    )
    loop = _Loop(est, plan, network.source_of(X, t, weight), orders, watch, incremental)
    try:
        with watch.progress:
            loop.run(1 if incremental else est.max_iter)
    except KeyboardInterrupt:
        est.stop_reason_, est._interrupted = say("CR-3083"), True
        loop.keep_best()
        warnings.warn(say("CR-3061"), stacklevel=4)
    watch.end()
    keep.index = orders.index.copy() if est.warm_start == "continue" else None


class _Loop:
    """Epochs, as many at a time as nobody wants to look at; the estimator holds what is finished after each call."""

    def __init__(
        self, est: Any, plan: Plan, source: Source, orders: Orders, watch: Watch, incremental: bool
    ) -> None:
        self.est, self.plan, self.source, self.orders, self.watch = est, plan, source, orders, watch
        self.incremental = incremental
        # the batches of a sparse matrix are made one by one anyway, and then Ctrl-C loses what `run` has not returned
        self.step = 1 if watch.each_epoch or incremental or source.sparse else 64
        keep = est._optimizer
        flat = network.flatten(est.coefs_, est.intercepts_, plan.precision)
        state = TrainingState.begin(plan, flat[None])
        if keep.slots:
            state.slots = np.stack(keep.slots)[:, None]
        state.k[0], state.epoch[0] = keep.k, keep.epochs
        if plan.schedule.name == "inverse_samples":
            state.schedule[0] = [est.t_, keep.learning_rate / plan.lr]
        elif keep.schedule:
            state.schedule[0] = keep.schedule
        state.bad[0] = est._no_improvement_count
        if not est.early_stopping:
            state.best_score[0] = est.best_loss_
        self.state = state

    def run(self, last: int) -> None:
        est = self.est
        patience = 0 if est.early_stopping or est.n_iter_no_change == np.inf else est.n_iter_no_change + 1
        while est.n_iter_ < last:
            self.watch.begins()
            reason = self._some(min(self.step, last - est.n_iter_), patience)
            if reason == INTERRUPTED:
                raise KeyboardInterrupt
            if reason == NONFINITE:
                self._broken()
                return
            if self.watch.look(self.plan, self.state.w):
                est.stop_reason_ = say("CR-3085", epochs=est.n_iter_)
                return
            if (reason == PATIENCE or est._no_improvement_count > est.n_iter_no_change) and self._gives_up():
                return
            if self.incremental:
                est.stop_reason_ = say("CR-3080", epochs=est.n_iter_)
                return
            self.step = self.step if self.step == 1 else self.step * 4
        est.stop_reason_ = say("CR-3080", epochs=est.n_iter_)
        warnings.warn(say("CR-3062", epochs=est.max_iter), ConvergenceWarning, stacklevel=5)

    def _some(self, wanted: int, patience: int) -> int:
        """Up to so many epochs in one call -> why it came back."""
        est, state, rows = self.est, self.state, self.orders.parts.count
        done = int(state.epoch[0])
        ahead = min(wanted, max(1, AHEAD // rows))
        given = self.orders.draw(ahead)
        source = self.source if given is None else replace(self.source, orders=given, orders_from=done)
        until = Until(done + ahead, patience, float(est.tol), ties=True, share=self.watch.share)
        state = self.state = network.ENGINE.run(
            self.plan, state, source, None, until, self.watch.progress.tell
        )
        new = int(state.epoch[0]) - done
        self.orders.used(new)
        est.n_iter_ += new
        est.t_ += new * rows
        curve = state.train[0][-new:].tolist() if new else []
        est.loss_curve_ += curve
        est.history_["epoch"] += range(len(est.history_["epoch"]) + 1, len(est.history_["epoch"]) + 1 + new)
        est.history_["loss"] += curve
        rates = est.history_.setdefault("learning_rate", [])
        rates += [float("nan")] * (len(est.history_["epoch"]) - new - len(rates))
        rates += state.rate[0][-new:].tolist() if new else []
        if curve:
            est.loss_ = curve[-1]
        est.coefs_, est.intercepts_ = network.unflatten(self.plan, state.w[0])
        keep = est._optimizer
        keep.k, keep.epochs, keep.slots = (
            int(state.k[0]),
            int(state.epoch[0]),
            [slot[0] for slot in state.slots],
        )
        keep.schedule = state.schedule[0].tolist()
        if self.plan.schedule.name == "inverse_samples":
            keep.learning_rate = self.plan.lr * float(state.schedule[0][1])
        if not est.early_stopping:
            est.best_loss_ = float(state.best_score[0])
            est._no_improvement_count = int(state.bad[0])
        if est.verbose and curve:
            told(say("CR-3068", epoch=est.n_iter_, loss=est.loss_))
        return int(state.stopped[0])

    def keep_best(self) -> None:
        """After an interruption: the weights with the lowest loss so far."""
        if not self.est.early_stopping and self.state.best_epoch[0]:
            self.est.coefs_, self.est.intercepts_ = network.unflatten(self.plan, self.state.best[0])

    def _broken(self) -> None:
        est = self.est
        step, layer = (int(n) for n in self.state.trouble[0])
        if not est.early_stopping:
            raise EstimatorError("CR-3052", step=step, layer=layer)
        est.n_iter_ += 1
        est.loss_ = float("nan")
        est.loss_curve_.append(est.loss_)
        est.history_["epoch"].append(len(est.history_["epoch"]) + 1)
        est.history_["loss"].append(est.loss_)
        level(est.history_)
        est.history_["learning_rate"][-1] = self.plan.lr
        self.watch.note(float("nan"), float("nan"))
        est.stop_reason_ = say("CR-3084", step=step)
        warnings.warn(say("CR-3062", epochs=est.n_iter_), ConvergenceWarning, stacklevel=6)

    def _gives_up(self) -> bool:
        """No improvement for too long: training ends, or 'adaptive' goes on with a smaller rate."""
        est, keep = self.est, self.est._optimizer
        said = say("CR-3063" if est.early_stopping else "CR-3064", tol=est.tol, epochs=est.n_iter_no_change)
        adaptive = est.optimizer is None and est.solver == "sgd" and est.learning_rate == "adaptive"
        ends = not adaptive or keep.learning_rate <= 1e-6
        if not ends:
            keep.learning_rate /= 5.0
            ending = say("CR-3067", rate=keep.learning_rate)
            self.plan = replace(self.plan, lr=keep.learning_rate)
            est._no_improvement_count = 0
            self.state.bad[0], self.state.stopped[0] = 0, RUNNING
        else:
            ending = say("CR-3066" if adaptive else "CR-3065")
            est.stop_reason_ = f"{said} {ending}"
        if est.verbose:
            told(f"{said} {ending}")
        return ends
