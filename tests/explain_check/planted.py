"""A network's gradient written by hand in plain NumPy, right or with one fault planted: what `check` is held to.

Nothing of chainrule is used here; the slopes are written out once more on purpose.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

FORWARD = {
    "sigmoid": lambda s: 1 / (1 + np.exp(-s)),
    "tanh": np.tanh,
    "relu": lambda s: np.where(s > 0, s, 0.0),
    "identity": lambda s: s,
    "softmax": lambda s: np.exp(s) / np.exp(s).sum(axis=1, keepdims=True),
}
SLOPE_OF_OUTPUT = {
    "sigmoid": lambda y: y * (1 - y),
    "tanh": lambda y: 1 - y * y,
    "relu": lambda y: np.where(y > 0, 1.0, 0.0),
    "identity": np.ones_like,
}


class Net:
    """`fault` is the planted mistake, `at` its layer; `kind` the loss: "squared" (½Σ) or "cross" (entropy)."""

    def __init__(
        self, activations: Sequence[str], kind: str = "squared", fault: str = "", at: int = 0, lr: float = 0.5
    ) -> None:
        self.f, self.kind, self.fault, self.at, self.lr = list(activations), kind, fault, at, lr
        self.masks: dict[int, Any] = {}
        self.old: list[Any] | None = None

    def is_(self, fault: str, layer: int) -> bool:
        return self.fault == fault and self.at in (0, layer)

    def forward(self, weights: Sequence[Any], x: Any) -> tuple[list[Any], list[Any], list[Any]]:
        """scores, what enters each layer, outputs; lists begin with layer 1."""
        scores, entered, outputs = [], [], []
        y = x
        for i, f in enumerate(self.f):
            if i + 1 in self.masks:
                y = y * self.masks[i + 1] / 0.5
            s = y @ weights[2 * i] + weights[2 * i + 1]
            entered.append(y)
            scores.append(s)
            y = FORWARD[f](s)
            outputs.append(y)
        return scores, entered, outputs

    def gradient(self, weights: Sequence[Any], x: Any, t: Any) -> list[Any]:
        scores, entered, outputs = self.forward(weights, x)
        count, made = len(self.f), [None] * len(weights)
        stale_outputs, stale_entered = self.old or (outputs, entered)
        self.old = [outputs, entered]
        y = outputs[-1]
        back = y - t
        if self.is_("loss_for_slope", count):
            back = 0.5 * (y - t) ** 2
        if self.is_("target_broadcast", count):
            back = (y - t.reshape(1, -1)).mean(axis=1, keepdims=True)
        for layer in range(count, 0, -1):
            i, f = layer - 1, self.f[layer - 1]
            s, y, below = scores[i], outputs[i], entered[i]
            owned = layer == count and self.kind == "cross"
            if owned:
                delta = back
                if self.is_("slope_on_owned", layer):
                    delta = back * y * (1 - y)
            else:
                delta = self.delta(layer, f, s, y, back, scores, outputs, entered, stale_outputs, weights)
            if self.is_("sign", layer):
                delta = -delta
            x_in = below
            if self.is_("score_for_output", layer):
                x_in = scores[i - 1]
            if self.is_("wrong_input", layer):
                x_in = outputs[i]
            if self.is_("stale", layer):
                x_in = stale_entered[i]
            dw = x_in.T @ delta
            if self.is_("error_in_gradient", layer):
                dw = below.T @ back
            if self.is_("one_row_only", layer):
                dw = below[-1:].T @ delta[-1:]
            if self.is_("gradient_transposed", layer):
                dw = dw.T
            db = delta.sum(axis=0)
            if self.is_("bias_missing", layer):
                db = 0 * db
            if self.is_("bias_not_summed", layer):
                db = delta
            if self.is_("bias_over_units", layer):
                db = np.full(len(db), delta.sum())
            n = len(x)
            factor = {"sum_for_mean": n, "mean_for_sum": 1 / n, "two_for_half": 2, "half_for_two": 0.5,
                      "rate_twice": self.lr, "never_moves": 0.0}.get(self.fault)  # fmt: skip
            if factor is not None and self.at in (0, layer):
                dw, db = dw * factor, db * (1 if self.fault == "never_moves" else factor)
            made[2 * i], made[2 * i + 1] = dw, db
            w = weights[2 * i]
            if self.is_("updated_first", layer):
                w = w - self.lr * dw
            if self.is_("weights_transposed", layer):
                w = w.T
            if self.is_("weights_of_wrong_layer", layer):
                w = weights[2 * i - 2]
            going = back if self.is_("error_not_delta", layer) else delta
            back = going @ w.T
            if self.is_("sums_for_delta_w", layer):
                back = below * delta.sum(axis=1, keepdims=True)
            if self.is_("without_weights", layer):
                back = delta.sum(axis=1, keepdims=True) * np.ones_like(below)
            if layer in self.masks and not self.is_("dropout_missing", layer):
                back = back * self.masks[layer] / (1.0 if self.is_("dropout_scale_missing", layer) else 0.5)
        return made

    def delta(
        self,
        layer: int,
        f: str,
        s: Any,
        y: Any,
        back: Any,
        scores: Any,
        outputs: Any,
        entered: Any,
        stale: Any,
        w: Any,
    ) -> Any:
        if f == "softmax":
            if self.is_("softmax_diagonal", layer):
                return back * y * (1 - y)
            return y * (back - (back * y).sum(axis=1, keepdims=True))
        slope = SLOPE_OF_OUTPUT[f]
        if self.is_("slope_missing", layer):
            return back
        if self.is_("slope_twice", layer):
            return back * slope(y) * slope(y)
        if self.is_("slope_at_score", layer):
            return back * slope(s)
        if self.is_("slope_at_output", layer):
            return back * slope(FORWARD[f](y))
        if self.is_("slope_half", layer):
            return back * y
        if self.is_("slope_of_another", layer):
            return back * SLOPE_OF_OUTPUT["tanh" if f == "sigmoid" else "sigmoid"](y)
        if self.is_("slope_of_wrong_layer", layer):
            return back * SLOPE_OF_OUTPUT[self.f[layer]](outputs[layer])
        if self.is_("mask_of_gradient", layer):
            return np.where(back > 0, back, 0.0)
        if self.is_("broadcast", layer):
            return back * slope(y).sum(axis=1, keepdims=True)
        return back * slope(y)


def start(sizes: Sequence[int], seed: int = 3) -> list[Any]:
    random = np.random.default_rng(seed)
    return [
        a
        for i, o in zip(sizes, sizes[1:], strict=False)
        for a in (random.normal(0, 0.9, (i, o)), random.normal(0, 0.5, o))
    ]


def data(sizes: Sequence[int], n: int, kind: str, seed: int = 4) -> tuple[Any, Any]:
    random = np.random.default_rng(seed)
    x = random.normal(0, 1, (n, sizes[0]))
    if kind == "cross" and sizes[-1] > 1:
        return x, np.eye(sizes[-1])[random.integers(0, sizes[-1], n)]
    return x, random.uniform(0, 1, (n, sizes[-1])).round(2 if kind != "cross" else 0)
