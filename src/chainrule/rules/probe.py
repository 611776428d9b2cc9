"""a user's own rule -> nothing, or a refusal: values are tried where formulas usually break, slopes are compared.

Built-in rows are held by the tests; what comes from a user or a model file is held by this.
"""

import math
from functools import partial
from typing import Any

from ..errors import RuleError
from .activations import Activation
from .losses import Loss
from .optimizers import Optimizer

POINTS = (0.0, 1e-30, -1e-30, 1.0, -1.0, 30.0, -30.0, 1e3, -1e3, 1e30, -1e30)
ORDINARY = (
    30.0  # up to here a value must be finite; beyond, growth may overflow to ±inf, but NaN is never right
)
SMOOTH = (-2.3, -0.71, -0.13, 0.17, 0.59, 1.9)


def probe_activation(row: Activation, knobs: dict[str, float] | Any) -> None:
    """Raises RuleError CR-1317 where y or its slope is not finite, CR-1318 where the slope is not y's slope."""
    import numpy as np

    if row.textbook.letters - {"s"} - set(knobs) or row.forward.letters - {"s"} - set(knobs):
        raise RuleError("CR-1313", text=row.y, part=", ".join(sorted(row.forward.letters - {"s"})), known="s")
    if row.output and not row.elementwise:
        rows = np.array([[-1.0, 0.0, 2.0], [30.0, -30.0, 1.0], [1e3, -1e3, 0.0]])
        outputs = np.asarray(row.forward(s=rows, **knobs), dtype=float)
        if outputs.shape != rows.shape or not np.isfinite(outputs).all():
            raise RuleError(
                "CR-1317", rule=row.name, text=row.safe or row.y, what="y", letter="s", value="-1e3 … 1e3"
            )
        return
    if not row.elementwise:
        raise RuleError("CR-1320", rule=row.name, text=row.y)
    for s in POINTS:
        y = _value(row.forward, s=s, **knobs)
        _finite(y, s, row.name, row.safe or row.y, "y", "s")
        _finite(_value(row.backward, s=s, y=y, dy=1.0, **knobs), s, row.name, row.backward.text, "dy/ds", "s")
    for s in SMOOTH:
        y = _value(row.forward, s=s, **knobs)
        slope = _value(row.backward, s=s, y=y, dy=1.0, **knobs)
        _same_slope(partial(_along, row.forward, "s", dict(knobs)), s, slope, row.name)


def probe_loss(row: Loss, knobs: dict[str, float] | Any) -> None:
    """The same for a loss, by the output (or by the score where the loss owns its link)."""
    letter = "s" if row.link else "y"
    targets = {"binary": (0.0, 1.0), "classes": (1.0,), "counts": (0.0, 3.0), "positive": (0.5, 3.0)}.get(
        row.targets, (-1.3, 0.0, 2.1)
    )
    if not (row.forward.elementwise and row.gradient.elementwise) or row.link:
        raise RuleError("CR-1321", rule=row.name)
    for t in targets:
        for at in POINTS:
            value = _value(row.forward, **{letter: at, "t": t, **knobs})
            _finite(value, at, row.name, row.forward.text, "ℓ", letter)
            _finite(
                _value(row.gradient, y=at, t=t, **knobs), at, row.name, row.gradient.text, "∂ℓ/∂y", letter
            )
        for at in SMOOTH:
            slope = _value(row.gradient, y=at, t=t, **knobs)
            _same_slope(partial(_along, row.forward, "y", {"t": t, **knobs}), at, slope, row.name)


def probe_optimizer(row: Optimizer, knobs: dict[str, float] | Any) -> None:
    """One step from ordinary values must stay finite (CR-1317). That it assigns w at all, the row checks itself."""
    for g in (0.0, 1e-30, 1.0, -1.0, 30.0, -30.0):
        values: dict[str, float] = {"w": 0.5, "g": g, "lr": row.lr, "k": 1.0, "decay": 0.0, "E": 1.0, **knobs}
        values |= {letter: row.start(letter, knobs) for letter in row.state}
        for letter, expression in row.assignments:
            values[letter] = _value(expression, **values)
            _finite(values[letter], g, row.name, expression.text, letter, "g")


def _value(expression: Any, /, **values: float) -> float:
    return float(expression(**values))


def _along(expression: Any, letter: str, values: dict[str, float], at: float) -> float:
    """The value as a function of one letter."""
    return float(expression(**values, **{letter: at}))


def _finite(value: float, at: float, rule: str, text: str, what: str, letter: str) -> None:
    if math.isnan(value) or (math.isinf(value) and abs(at) <= ORDINARY):
        raise RuleError("CR-1317", rule=rule, text=text, what=what, letter=letter, value=f"{at:g}")


def _same_slope(f: Any, at: float, slope: float, rule: str) -> None:
    """The slope against a central difference; at a step of 1e-5 its own error is near 1e-9 for ordinary formulas."""
    h = 1e-5
    left, here, right = f(at - h), f(at), f(at + h)
    difference = (right - left) / (2 * h)
    scale = max(1.0, abs(difference), abs(slope), abs(here))
    kink = (
        abs(right - 2 * here + left) / h > 1e-3 * scale
    )  # one-sided slopes differ: any value between them will do
    if not kink and abs(difference - slope) > 1e-6 * scale:
        raise RuleError("CR-1318", rule=rule, at=at, slope=slope, difference=difference)
