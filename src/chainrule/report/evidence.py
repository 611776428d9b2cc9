"""rows of each part with targets and answers -> what a report rests on beyond the model's own facts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from ..table import Table

Array = np.ndarray[Any, Any]
ALL, GIVEN, FOLDS = "all", "given", "folds"


@dataclass(frozen=True)
class Rows:
    """Rows of one part: t (n,) numbers or class codes, y (n,) numbers or (n, K) probabilities."""

    part: str  # train, validation, test, "folds", or "given" for a table that is not the one of the training
    table: Table
    t: Array
    y: Array

    @property
    def again(self) -> bool:
        """The rows stand in other parts too: these are all of them, answered by the folds' networks."""
        return self.part == FOLDS

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
    def crossed(self) -> bool:
        """Whether every row has an answer of a network that had not seen it."""
        return any(p.again for p in self.parts)

    @property
    def judged(self) -> tuple[Rows, ...]:
        """Each row once: with the answer of a network that had not seen it, where the table was tested by folds."""
        return tuple(p for p in self.parts if p.again) or self.parts

    @property
    def held_out(self) -> tuple[Rows, ...]:
        """The parts that were not trained on; all where there is no other. What the folds answered is every row."""
        return tuple(p for p in self.judged if p.part != "train") or self.parts

    def of(self, k: int) -> "Evidence":
        """The evidence of target k alone, where there are several."""
        if self.parts[0].t.ndim == 1:
            return self
        return replace(self, parts=tuple(replace(p, t=p.t[:, k], y=p.y[:, k]) for p in self.parts))

    @property
    def last(self) -> Rows:
        return self.parts[-1]


def once(parts: Sequence[Rows]) -> tuple[Rows, ...]:
    """The parts in which each row stands once."""
    return tuple(p for p in parts if not p.again)


def together(parts: Sequence[Rows]) -> tuple[Array, Array]:
    """(t, y) of several parts one after the other, each row once."""
    parts = once(parts)
    return np.concatenate([p.t for p in parts]), np.concatenate([p.y for p in parts])
