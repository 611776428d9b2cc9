"""a network in training -> scores, losses and best weights of the rows that are only watched; callbacks and progress."""

import copy
from dataclasses import dataclass
from typing import Any

import numpy as np
from sklearn.metrics import check_scoring

from ..engine.contract import evaluate_loss
from ..messages import say
from ..plan import Plan
from ..report.line import told
from . import network
from .progress import Progress

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Parts:
    """The rows trained on and those watched."""

    train: Array | None  # row numbers; None: all, as they lie
    count: int
    x: Any = None  # what is watched (n, i)
    y: Any = None  # its answers, as people give them
    t: Array | None = None  # the same as the network's targets (n, o)
    weight: Array | None = None


def fitted_attributes(est: Any) -> dict[str, Any]:
    """What a copy of the estimator needs to answer as it would now."""
    own = (
        "coefs_",
        "intercepts_",
        "out_activation_",
        "n_outputs_",
        "n_layers_",
        "n_features_in_",
        "n_iter_",
        "classes_",
    )
    return {name: vars(est)[name] for name in (*own, "_label_binarizer") if name in vars(est)}


def begin_counts(est: Any) -> None:
    """What the counts of stopping start from, where no fit before has left them."""
    if not hasattr(est, "_no_improvement_count"):
        est._no_improvement_count, est.loss_curve_ = 0, []
    if est.early_stopping and getattr(est, "validation_scores_", None) is None:
        est.validation_scores_, est.best_validation_score_, est.best_loss_ = [], -np.inf, None
    if not est.early_stopping and getattr(est, "best_loss_", None) is None:
        est.validation_scores_, est.best_validation_score_, est.best_loss_ = None, None, np.inf


def level(history: dict[str, list[float]]) -> None:
    """Columns of equal length: NaN where nothing was looked at."""
    for column in history.values():
        column += [float("nan")] * (len(history["epoch"]) - len(column))


class Watch:
    """Looks on after each epoch where somebody wants it."""

    def __init__(self, est: Any, parts: Parts, plan: Plan) -> None:
        self.est, self.parts = est, parts
        self.best = est.coefs_, est.intercepts_
        self.share = 1.0 / plan.targets if est.loss == "squared_error" else 1.0
        self.callbacks = (
            getattr(est, "_callback_fit_ctx", None) if getattr(est, "_skl_callbacks", None) else None
        )
        self.each_epoch = bool(est.verbose or parts.x is not None or self.callbacks)
        self.scorer = None if est.scoring is None else check_scoring(est, est.scoring)
        self.progress = Progress(est)
        if parts.x is not None:
            self.source = network.source_of(parts.x, parts.t, parts.weight)

    def begins(self) -> None:
        if self.callbacks is not None:
            self.task = self.callbacks.subcontext(task_name="epoch")
            self.task.call_on_fit_task_begin(estimator=self.est)

    def look(self, plan: Plan, w: Array) -> bool:
        """Scores what is watched, with the weights (1, P); True where a callback wants to stop."""
        if self.parts.x is not None:
            loss = evaluate_loss(network.ENGINE, plan, network.ENGINE.load(plan, w), self.source)
            self.note(self.score(), self.share * float(loss[0]))
        if self.callbacks is None:
            return False
        fitted = fitted_attributes(self.est)
        return bool(self.task.call_on_fit_task_end(estimator=self.est, reconstruction_attributes=fitted))

    def score(self) -> float:
        parts, est = self.parts, self.est
        if self.scorer is None:
            return float(est._score(parts.x, parts.y, parts.weight))
        bare = copy.copy(est)  # the watched rows have no column names any more
        vars(bare).pop("feature_names_in_", None)
        weights = {} if parts.weight is None else {"sample_weight": parts.weight}
        return float(self.scorer(bare, parts.x, parts.y, **weights))

    def note(self, score: float, loss: float) -> None:
        est = self.est
        est.validation_loss_curve_.append(loss)
        for name, value in (("validation_loss", loss), ("validation_score", score)):
            column = est.history_.setdefault(name, [])
            column += [float("nan")] * (len(est.history_["epoch"]) - 1 - len(column))
            column.append(value)
        if not est.early_stopping:
            return
        est.validation_scores_.append(score)
        if est.verbose:
            told(say("CR-3069", score=score))
        worse = score < est.best_validation_score_ + est.tol
        est._no_improvement_count = est._no_improvement_count + 1 if worse else 0
        if score > est.best_validation_score_:
            est.best_validation_score_ = score
            self.best = est.coefs_, est.intercepts_

    def end(self) -> None:
        level(self.est.history_)
        if self.est.early_stopping and self.parts.x is not None:
            self.est.coefs_, self.est.intercepts_ = self.best
