"""rows of each part with targets and answers -> what a report rests on beyond the model's own facts."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from ..table import Table

Array = np.ndarray[Any, Any]
ALL, GIVEN = "all", "given"


@dataclass(frozen=True)
class Rows:
    """Rows of one part: t (n,) numbers or class codes, y (n,) numbers or (n, K) probabilities."""

    part: str  # train, validation, test, or "given" for a table that is not the one of the training
    table: Table
    t: Array
    y: Array

    @property
    def count(self) -> int:
        return len(self.t)

    @property
    def error(self) -> Array:
        """y − t of a regression (n,)."""
        return np.asarray(self.y - self.t)

    @property
    def chosen(self) -> Array:
        """The most probable class (n,)."""
        return np.asarray(np.argmax(self.y, axis=1))


@dataclass(frozen=True)
class Evidence:
    """A table, divided as it was for the training.

    read        the table as it was read, with every column and row
    same        whether the parts are those of the training: as many rows, and the same metrics
    without     rows left out because their target is missing
    absent      parts of the training that came from files of their own which are not there now
    importance  column -> (mean growth of the error, its standard deviation); {} where it was not asked for
    looked_at   how many rows of which part the importance was measured on
    """

    read: Table
    parts: tuple[Rows, ...]
    same: bool
    without: int = 0
    absent: tuple[str, ...] = ()
    importance: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    looked_at: tuple[int, str] = (0, "")

    @property
    def held_out(self) -> tuple[Rows, ...]:
        """The parts that were not trained on; all where there is no other."""
        return tuple(p for p in self.parts if p.part != "train") or self.parts

    def of(self, k: int) -> "Evidence":
        """The evidence of target k alone, where there are several."""
        if self.parts[0].t.ndim == 1:
            return self
        return replace(self, parts=tuple(replace(p, t=p.t[:, k], y=p.y[:, k]) for p in self.parts))

    @property
    def last(self) -> Rows:
        return self.parts[-1]


def together(parts: tuple[Rows, ...]) -> tuple[Array, Array]:
    """(t, y) of several parts one after the other."""
    return np.concatenate([p.t for p in parts]), np.concatenate([p.y for p in parts])
