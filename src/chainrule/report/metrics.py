"""outputs, targets -> metrics: each a function with its formula; one table says which a task has and which is watched.

Letters: y output in the user's units, t target (n,); p probabilities (n, K), c codes of the true classes (n,).
A metric that is not defined on the rows given (one class only, a target of 0) is NaN.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..errors import PlanError

Array = np.ndarray[Any, Any]


def mse(t: Array, y: Array) -> float:
    """Σ(y − t)²/n"""
    return float(np.mean((y - t) ** 2))


def rmse(t: Array, y: Array) -> float:
    """√(Σ(y − t)²/n), in the target's unit"""
    return float(np.sqrt(mse(t, y)))


def mae(t: Array, y: Array) -> float:
    """Σ|y − t|/n, in the target's unit"""
    return float(np.mean(np.abs(y - t)))


def median_absolute(t: Array, y: Array) -> float:
    """median|y − t|, in the target's unit"""
    return float(np.median(np.abs(y - t)))


def max_error(t: Array, y: Array) -> float:
    """max|y − t|, in the target's unit"""
    return float(np.max(np.abs(y - t)))


def mape(t: Array, y: Array) -> float:
    """Σ|y − t|/|t| / n as a share (0.05 is 5 %); NaN where a target is 0"""
    return float(np.mean(np.abs(y - t) / np.abs(t))) if np.all(t != 0) else np.nan


def r2(t: Array, y: Array) -> float:
    """1 − Σ(y − t)²/Σ(t − t̄)²; NaN where all targets are equal"""
    if t.min() == t.max():
        return np.nan
    total = float(np.sum((t - t.mean()) ** 2))
    return 1.0 - float(np.sum((y - t) ** 2)) / total if total > 0 else np.nan


def r(t: Array, y: Array) -> float:
    """Pearson's correlation Σ(y − ȳ)(t − t̄)/√(Σ(y − ȳ)²·Σ(t − t̄)²); NaN where outputs or targets are all equal"""
    if y.min() == y.max() or t.min() == t.max():
        return np.nan
    a, b = y - y.mean(), t - t.mean()
    # norms first: squares of small deviations would vanish
    size = float(np.linalg.norm(a)) * float(np.linalg.norm(b))
    return float(np.clip(np.dot(a, b) / size, -1.0, 1.0)) if size > 0 else np.nan


def nrmse(t: Array, y: Array) -> float:
    """RMSE/(max t − min t); NaN where all targets are equal"""
    spread = float(t.max() - t.min())
    return rmse(t, y) / spread if spread > 0 else np.nan


def accuracy(c: Array, p: Array) -> float:
    """The share of rows whose most probable class is the true one"""
    return float(np.mean(np.argmax(p, axis=1) == c))


def balanced_accuracy(c: Array, p: Array) -> float:
    """The mean over the classes of the share of their rows that were found (recall)"""
    found = np.argmax(p, axis=1) == c
    return float(np.mean([found[c == k].mean() for k in np.unique(c)]))


def log_loss(c: Array, p: Array) -> float:
    """−Σ log p(true class)/n, with p kept ≥ 2⁻⁵²"""
    true = np.asarray(p, dtype=float)[np.arange(len(c)), c]
    return float(-np.mean(np.log(np.clip(true, np.finfo(float).eps, 1.0))))


def brier(c: Array, p: Array) -> float:
    """Σ_r Σ_k (p_k − [k is the true class])²/n, halved for two classes (so that it is (p − t)²)"""
    hot = np.arange(p.shape[1]) == c[:, None]
    total = float(np.mean(np.sum((np.asarray(p, dtype=float) - hot) ** 2, axis=1)))
    return total / 2 if p.shape[1] == 2 else total


def _f1(c: Array, chosen: Array, k: int) -> float:
    """2·TP/(2·TP + FP + FN) of class k, 0 where nothing was found"""
    hits = int(np.sum((c == k) & (chosen == k)))
    wrong = int(np.sum((c == k) != (chosen == k)))
    return 2 * hits / (2 * hits + wrong) if hits + wrong else 0.0


def f1_macro(c: Array, p: Array) -> float:
    """The mean over the classes, true or predicted, of 2·TP/(2·TP + FP + FN)"""
    chosen = np.argmax(p, axis=1)
    return float(np.mean([_f1(c, chosen, k) for k in np.union1d(c, chosen)]))


def f1(c: Array, p: Array) -> float:
    """2·TP/(2·TP + FP + FN) of the second of two classes"""
    return _f1(c, np.argmax(p, axis=1), 1)


def precision(c: Array, p: Array) -> float:
    """TP/(TP + FP) of the second of two classes; NaN where it was never predicted"""
    chosen = np.argmax(p, axis=1) == 1
    return float(np.mean(c[chosen] == 1)) if chosen.any() else np.nan


def recall(c: Array, p: Array) -> float:
    """TP/(TP + FN) of the second of two classes; NaN where no row has it"""
    return float(np.mean(np.argmax(p, axis=1)[c == 1] == 1)) if (c == 1).any() else np.nan


def auc(c: Array, p: Array) -> float:
    """The share of pairs (a row of the second class, one of the first) that p ranks rightly, ties counting ½

    By ranks: (Σ rank of the second class − n₁(n₁ + 1)/2)/(n₁·n₀), Mann & Whitney 1947. NaN where a class has no row.
    """
    many = int(np.sum(c == 1))
    few = len(c) - many
    if not many or not few:
        return np.nan
    _, place, counts = np.unique(p[:, 1], return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[place]  # ties share the mean of their ranks
    return float((np.sum(ranks[c == 1]) - many * (many + 1) / 2) / (many * few))


@dataclass(frozen=True)
class Metric:
    name: str
    of: Callable[[Array, Array], float]
    higher: bool = False
    label: tuple[str, str] = ("", "")  # in tables, English and Chinese


_NUMBERS = (
    Metric("rmse", rmse, label=("RMSE", "均方根误差 RMSE")),
    Metric("mae", mae, label=("MAE", "平均绝对误差 MAE")),
    Metric("r2", r2, True, ("R²", "决定系数 R²")),
    Metric("r", r, True, ("correlation r", "相关系数 r")),
    Metric("mape", mape, label=("MAPE", "平均绝对百分比误差 MAPE")),
    Metric("nrmse", nrmse, label=("RMSE / range", "RMSE / 极差")),
    Metric("median_absolute", median_absolute, label=("median |error|", "误差绝对值中位数")),
    Metric("max_error", max_error, label=("largest |error|", "最大绝对误差")),
    Metric("mse", mse, label=("MSE", "均方误差 MSE")),
)
_CLASSES = (
    Metric("log_loss", log_loss, label=("log loss", "对数损失")),
    Metric("accuracy", accuracy, True, ("accuracy", "准确率")),
    Metric("balanced_accuracy", balanced_accuracy, True, ("balanced accuracy", "平衡准确率")),
    Metric("f1_macro", f1_macro, True, ("F1 (macro)", "宏平均 F1")),
    Metric("brier", brier, label=("Brier score", "Brier 分数")),
)
_BINARY = (
    Metric("auc", auc, True, ("AUC", "AUC")),
    Metric("f1", f1, True, ("F1", "F1")),
    Metric("precision", precision, True, ("precision", "查准率")),
    Metric("recall", recall, True, ("recall", "查全率")),
)

METRICS: dict[str, tuple[Metric, ...]] = {
    "regression": _NUMBERS,
    "binary": (*_CLASSES[:2], *_BINARY, *_CLASSES[2:]),
    "multiclass": _CLASSES,
}
"""task -> its metrics; the first is the one by which a model and its baselines are compared.

Classes are compared by log loss: on a test part of 50 rows accuracy moves in steps of 2 % and often ties.
"""

_ALIASES = {
    "roc_auc": "auc", "bacc": "balanced_accuracy", "acc": "accuracy", "logloss": "log_loss",
    "cross_entropy": "log_loss",
    "r_squared": "r2", "correlation": "r",
    "root_mean_squared_error": "rmse",
}  # fmt: skip


def primary(task: str) -> Metric:
    return METRICS[task][0]


def metric(task: str, name: str) -> Metric | None:
    """The metric a user means by `name` for this task; None where there is none."""
    plain = name.strip().lower().replace("-", "_").replace(" ", "_")
    wanted = {plain, _ALIASES.get(plain, "")}
    if task == "multiclass" and "f1" in wanted:
        wanted = {"f1_macro"}
    return next((m for m in METRICS[task] if m.name in wanted), None)


def evaluate(task: str, t: Array, y: Array) -> dict[str, float]:
    """All metrics of a task: t (n,) numbers or class codes, y (n,) numbers or (n, K) probabilities.

    Raises PlanError CR-1401 for rows of no number, or outputs whose rows do not fit.
    """
    t, y = np.asarray(t), np.asarray(y)
    if not len(t) or len(t) != len(y):
        raise PlanError("CR-1401", setting="rows", value=f"{len(t)}, {len(y)}", wanted="n, n (n ≥ 1)")
    if task == "regression":
        t, y = t.astype(float), y.astype(float)
    with np.errstate(
        all="ignore"
    ):  # a square beyond float64 is no metric; it comes out infinite, which says so
        return {m.name: m.of(t, y) for m in METRICS[task]}
