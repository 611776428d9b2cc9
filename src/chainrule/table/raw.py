"""What a reader found in a file before anything was recognized: names, columns as they stand there, row numbers."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np


@dataclass(frozen=True)
class Numbers:
    """Cells that were read as numbers: float64 with NaN for missing, and whether all were whole ("int", "float")."""

    values: np.ndarray  # (n,)
    type: str

    def __len__(self) -> int:
        return len(self.values)


@dataclass(frozen=True)
class Labels:
    """Cells of text: each text once, and the place of every row's among them; -1 where there is none."""

    levels: tuple[str | None, ...]
    codes: np.ndarray  # (n,) int32

    def __len__(self) -> int:
        return len(self.codes)


@dataclass
class Raw:
    """`arrays` are Arrow arrays or lists of Python values; `text`: cells are text, whose look decides what they are."""

    names: list[str]
    arrays: list[Any]
    numbers: np.ndarray  # (n,) the user's row numbers
    facts: dict[str, Any]
    notes: list[str] = field(default_factory=list)
    text: bool = False
    decimal: str = "."
    unnamed: tuple[int, ...] = ()  # columns that were given a name here
    units: dict[str, str] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        return len(self.numbers)


def name_columns(names: list[str]) -> tuple[int, ...]:
    """Give columns without a name one, in place; which those were."""
    unnamed = tuple(j for j, name in enumerate(names) if not name)
    for j in unnamed:
        names[j] = next(
            n for n in (f"x{j + 1}", f"column {j + 1}", f"column {j + 1} (unnamed)") if n not in names
        )
    return unnamed
