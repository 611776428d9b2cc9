"""Several columns to be predicted at once: one target per output, each with its own scale."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from ..table.columns import Table
from . import state as js
from .path import Target
from .primitives import Step

MOST = 64


@dataclass(frozen=True)
class Targets:
    """Number columns, predicted together; the face is that of one `Target`, its column the names joined."""

    parts: tuple[Target, ...]
    task: str = "regression"
    labels: tuple[Any, ...] = ()

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(part.column for part in self.parts)

    @property
    def column(self) -> str:
        return ", ".join(self.columns)

    @property
    def steps(self) -> tuple[Step, ...]:
        return self.parts[0].steps

    @property
    def outputs(self) -> int:
        return len(self.parts)

    @property
    def names(self) -> tuple[str, ...]:
        return self.columns

    def apply(self, table: Table, dtype: Any) -> np.ndarray:
        """The scaled targets (n, o); NaN where missing."""
        return np.ascontiguousarray(np.column_stack([part.apply(table, dtype)[:, 0] for part in self.parts]))

    def decode(self, y: np.ndarray) -> np.ndarray:
        """Outputs (n, o) -> numbers in the user's units (n, o)."""
        return np.column_stack([part.decode(y[:, k : k + 1]) for k, part in enumerate(self.parts)])

    def to_json(self) -> dict[str, Any]:
        return {"targets": [part.to_json() for part in self.parts]}

    @classmethod
    def from_json(cls, state: Any) -> "Targets":
        js.only(state, {"targets"}, "target")
        raw: list[Any] = js.get(state, "targets", list)
        if not 2 <= len(raw) <= MOST:
            raise js.damaged("targets", "CR-1122")
        parts = tuple(Target.from_json(part) for part in raw)
        columns = {part.column for part in parts}
        if any(part.task != "regression" for part in parts) or len(columns) < len(parts):
            raise js.damaged("targets", "CR-1124")
        return cls(parts)
