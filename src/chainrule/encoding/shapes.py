"""Steps that change the shape of a distribution: Yeo–Johnson's power and quantiles; both can be undone."""

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar

import numpy as np

from . import state as js

KNOTS = 201
STRAIGHT = 1e-6  # an exponent nearer to 0 is 0


def power_text(p: float) -> str:
    """Yeo & Johnson 2000: ((x+1)^p − 1)/p for x ≥ 0, −((1−x)^(2−p) − 1)/(2−p) below, logarithms where the exponent is 0."""

    def half(x: str, e: float) -> str:
        return f"log1p({x})" if abs(e) < STRAIGHT else f"expm1({e!r}*log1p({x}))/{e!r}"

    return f"where(x >= 0, {half('max(x, 0)', p)}, -({half('max(-x, 0)', 2 - p)}))"


def unpower_text(p: float) -> str:
    """The inverse of `power_text`."""

    def half(y: str, e: float) -> str:
        return f"expm1({y})" if abs(e) < STRAIGHT else f"expm1(log1p({e!r}*{y})/{e!r})"

    return f"where(x >= 0, {half('max(x, 0)', p)}, -({half('max(-x, 0)', 2 - p)}))"


def fit_power(x: np.ndarray) -> float | None:
    """The exponent that makes the training values most nearly normal (largest likelihood); None where none is finite."""
    from scipy.optimize import minimize_scalar

    if not len(x) or x.min() == x.max():
        return None
    jacobian = float(np.sum(np.sign(x) * np.log1p(np.abs(x))))

    def loss(p: float) -> float:
        with np.errstate(all="ignore"):
            y = _formula(power_text(float(p)))(x=x)
            spread = float(np.var(y))
            value = len(x) / 2 * math.log(spread) - (p - 1) * jacobian if 0 < spread < math.inf else math.inf
        return value if math.isfinite(value) else 1e300

    found = minimize_scalar(loss, bounds=(-4.0, 6.0), method="bounded", options={"xatol": 1e-4})
    return float(found.x) if found.fun < 1e300 else None


def _formula(text: str) -> Any:
    from ..rules.expression import Expression

    return Expression(text, names=("x",))


@dataclass(frozen=True)
class Power:
    """y = Yeo–Johnson's power of x; undone only between `low` and `high`, beyond which the inverse runs away"""

    power: float
    low: float
    high: float
    op: ClassVar[str] = "power"
    takes: ClassVar[str] = "number"
    gives: ClassVar[str] = "number"

    @classmethod
    def fit(cls, x: np.ndarray) -> "Power | None":
        x = x[~np.isnan(x)]
        p = fit_power(x)
        if p is None:
            return None
        y = cls(p, 0.0, 0.0).apply(x)
        low, high = float(y.min()), float(y.max())
        reach = (high - low) / 2
        if not math.isfinite(reach) or not reach > 0:
            return None
        low, high = low - reach, high + reach
        # inside of what the inverse can take: 1 + p·y > 0, 1 − (2 − p)·y > 0
        high = min(high, 0.999 / -p) if p < -STRAIGHT else high
        low = max(low, -0.999 / (p - 2)) if p > 2 + STRAIGHT else low
        return cls(p, low, max(high, float(y.max())))

    @cached_property
    def _there(self) -> Any:
        return _formula(power_text(self.power))

    @cached_property
    def _back(self) -> Any:
        return _formula(unpower_text(self.power))

    def apply(self, x: np.ndarray) -> np.ndarray:
        with np.errstate(over="ignore", invalid="ignore"):
            y = self._there(x=np.asarray(x, np.float64))
        return np.where(np.isnan(x), np.nan, y)

    def undo(self, y: np.ndarray) -> np.ndarray:
        with np.errstate(over="ignore", invalid="ignore"):
            x = self._back(x=np.clip(np.asarray(y, np.float64), self.low, self.high))
        return np.asarray(x, np.float64)

    def to_json(self) -> dict[str, Any]:
        return {"op": self.op, "power": self.power, "low": self.low, "high": self.high}

    @classmethod
    def from_json(cls, state: dict[str, Any]) -> "Power":
        js.only(state, {"op", "power", "low", "high"}, cls.op)
        p, low, high = (js.get_number(state.get(k), f"power.{k}") for k in ("power", "low", "high"))
        made = cls(p, low, high)
        if abs(p) > 10 or not low <= high or not np.isfinite(made.undo(np.array([low, high]))).all():
            raise js.damaged("power", "CR-1122")
        return made


@dataclass(frozen=True)
class Quantile:
    """y = the normal quantile of x's rank among the training values, straight lines between the knots"""

    x: tuple[float, ...]
    y: tuple[float, ...]
    op: ClassVar[str] = "quantile"
    takes: ClassVar[str] = "number"
    gives: ClassVar[str] = "number"

    @classmethod
    def fit(cls, x: np.ndarray) -> "Quantile | None":
        """Knots at evenly spaced ranks of the training rows that have a value; None where they are all equal."""
        from scipy.special import ndtri

        x = np.sort(x[~np.isnan(x)])
        n = len(x)
        if not n or x[0] == x[-1]:
            return None
        found, first, counts = np.unique(x, return_index=True, return_counts=True)
        shares = (first + counts / 2) / n  # equal values share the middle of their ranks
        if len(found) > KNOTS:
            at = np.unique(
                np.searchsorted(shares, np.linspace(shares[0], shares[-1], KNOTS)).clip(0, len(found) - 1)
            )
            found, shares = found[at], shares[at]
        y = ndtri(shares)
        return cls(tuple(map(float, found)), tuple(map(float, y)))

    def apply(self, x: np.ndarray) -> np.ndarray:
        return np.where(np.isnan(x), np.nan, np.interp(x, self.x, self.y))

    def undo(self, y: np.ndarray) -> np.ndarray:
        return np.asarray(np.interp(np.asarray(y, np.float64), self.y, self.x))

    def to_json(self) -> dict[str, Any]:
        return {"op": self.op, "x": list(self.x), "y": list(self.y)}

    @classmethod
    def from_json(cls, state: dict[str, Any]) -> "Quantile":
        js.only(state, {"op", "x", "y"}, cls.op)
        sides = []
        for key in ("x", "y"):
            raw: list[Any] = js.get(state, key, list)
            side = tuple(js.get_number(v, f"quantile.{key}") for v in raw)
            if not 2 <= len(side) <= KNOTS + 1 or any(b <= a for a, b in zip(side, side[1:], strict=False)):
                raise js.damaged(f"quantile.{key}", "CR-1122")
            sides.append(side)
        if len(sides[0]) != len(sides[1]):
            raise js.damaged("quantile", "CR-1122")
        return cls(*sides)
