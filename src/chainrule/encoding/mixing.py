"""Numeric inputs -> fewer numeric inputs: principal components, fitted on the training rows."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..errors import EncodingError
from . import state as js

MOST = 4096


@dataclass(frozen=True, eq=False)
class Pca:
    """y = (x − mean) · axesᵀ: the directions of largest variance, the largest first."""

    mean: np.ndarray  # (p,)
    axes: np.ndarray  # (k, p) of length 1, at right angles

    @property
    def size(self) -> int:
        return len(self.axes)

    @classmethod
    def fit(cls, x: np.ndarray, wanted: float) -> tuple["Pca", float]:
        """(the components, the share of the variance they keep). wanted: how many (1, 2, …) or the share to keep (0 … 1)."""
        if isinstance(wanted, bool) or not isinstance(wanted, int | float):
            raise EncodingError("CR-1170", wanted=wanted, inputs=x.shape[1])
        x = np.asarray(x, np.float64)
        mean = x.mean(axis=0)
        values, vectors = np.linalg.eigh((x - mean).T @ (x - mean) / max(1, len(x)))
        values, vectors = np.maximum(values[::-1], 0.0), vectors[:, ::-1]
        shares = np.cumsum(values) / (values.sum() or 1.0)
        if wanted >= 1 and float(wanted).is_integer():
            count = int(wanted)
        elif 0 < wanted < 1:
            count = int(np.searchsorted(shares, wanted - 1e-12)) + 1
        else:
            count = 0
        if not 1 <= count <= x.shape[1]:
            raise EncodingError("CR-1170", wanted=wanted, inputs=x.shape[1])
        axes = vectors[:, :count].T
        # the sign is free: the largest entry is positive, so that every machine says the same
        signs = np.sign(axes[np.arange(count), np.argmax(np.abs(axes), axis=1)])
        return cls(mean, axes * signs[:, None]), float(shares[count - 1])

    def apply(self, x: np.ndarray) -> np.ndarray:
        return np.asarray((np.asarray(x, np.float64) - self.mean) @ self.axes.T)

    def to_json(self) -> dict[str, Any]:
        return {"mean": self.mean.tolist(), "axes": self.axes.tolist()}

    @classmethod
    def from_json(cls, state: Any, inputs: int) -> "Pca":
        mean: list[Any] = js.get(state, "mean", list)
        axes: list[Any] = js.get(state, "axes", list)
        js.only(state, {"mean", "axes"}, "pca")
        if len(mean) != inputs or not 1 <= len(axes) <= min(inputs, MOST):
            raise js.damaged("pca", "CR-1122")
        if not all(isinstance(row, list) and len(row) == inputs for row in axes):
            raise js.damaged("pca.axes", "CR-1122")
        return cls(
            np.array([js.get_number(v, "pca.mean") for v in mean]),
            np.array([[js.get_number(v, "pca.axes") for v in row] for row in axes]),
        )

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, Pca)
            and np.array_equal(self.mean, other.mean)
            and np.array_equal(self.axes, other.axes)
        )

    def __hash__(self) -> int:
        return hash(self.axes.tobytes())
