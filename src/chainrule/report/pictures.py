"""history -> pictures in plain text: loss curves in braille dots or ASCII, and tables that line up."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..messages.columns import text_width

Array = np.ndarray[Any, Any]

_DOTS = ((0x01, 0x08), (0x02, 0x10), (0x04, 0x20), (0x40, 0x80))  # braille: 4 rows of 2 dots, U+2800 + bits
_MARKS = "*o+x"


def curves(
    series: Mapping[str, Sequence[float] | Array], *, width: int = 60, height: int = 10, unicode: bool = True
) -> list[str]:
    """Lines of text with one curve per entry over 1, 2, 3 …; a logarithmic axis where values span more than tenfold.

    Braille has one ink, so with `unicode` a solid line is the first curve and a dotted one the second; in ASCII each
    curve has its mark. Values that are not finite leave a gap. Returns [] where there is nothing to draw.
    """
    drawn = {name: np.asarray(values, dtype=float) for name, values in series.items()}
    drawn = {name: values for name, values in drawn.items() if np.isfinite(values).any()}
    length = max((len(values) for values in drawn.values()), default=0)
    if length < 2:
        return []
    known = np.concatenate([v[np.isfinite(v)] for v in drawn.values()])
    low, high = float(known.min()), float(known.max())
    log = low > 0 and high / low > 10
    bottom, top = (math.log(low), math.log(high)) if log else (low, high)
    spread = (top - bottom) or 1.0
    across, down = (2 * width, 4 * height) if unicode else (width, height)
    grid = np.zeros((height, width), dtype=int)
    for number, values in enumerate(drawn.values()):
        for column, value in enumerate(_thinned(values, across, length)):
            if not np.isfinite(value) or (unicode and number % 2 and column % 4 > 1):
                continue
            at = ((math.log(value) if log else value) - bottom) / spread
            row = min(down - 1, max(0, round((1 - at) * (down - 1))))
            if unicode:
                grid[row // 4, column // 2] |= _DOTS[row % 4][column % 2]
            else:
                grid[row, column] = number % len(_MARKS) + 1
    labels = {0: f"{high:.3g}", height - 1: f"{low:.3g}"}
    margin = max(len(label) for label in labels.values())
    bar, corner, floor = ("│", "└", "─") if unicode else ("|", "+", "-")
    lines = []
    for row in range(height):
        cells = "".join(_cell(int(c), unicode) for c in grid[row])
        lines.append(f"{labels.get(row, ''):>{margin}} {bar}{cells}".rstrip())
    lines.append(" " * margin + " " + corner + floor * width)
    lines.append(" " * margin + f"  1{length:>{width - 1}}")
    return lines


def _cell(value: int, unicode: bool) -> str:
    if unicode:
        return chr(0x2800 + value) if value else " "
    return _MARKS[value - 1] if value else " "


def _thinned(values: Array, across: int, length: int) -> Array:
    """One value per column: the mean of the epochs that fall into it, or a straight line between two epochs."""
    padded = np.full(length, np.nan)
    padded[: len(values)] = values
    if length <= across:
        return np.asarray(np.interp(np.linspace(0, length - 1, across), np.arange(length), padded))
    edges = np.arange(across + 1) * length // across
    return np.array([_mean(padded[a:b]) for a, b in zip(edges, edges[1:], strict=False)])


def _mean(values: Array) -> float:
    known = values[np.isfinite(values)]
    return float(known.mean()) if len(known) else np.nan


def table(rows: Sequence[Sequence[str]], *, gap: int = 2) -> list[str]:
    """Lines with the first column to the left and all others to the right."""
    widths = [max(text_width(row[j]) for row in rows) for j in range(len(rows[0]))]
    lines = []
    for row in rows:
        cells = [
            cell + " " * (width - text_width(cell)) if j == 0 else " " * (width - text_width(cell)) + cell
            for j, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append((" " * gap).join(cells).rstrip())
    return lines


def number(value: float | None) -> str:
    """Four significant digits, as people write them; a dash for what is not defined."""
    if value is None or not math.isfinite(value):
        return "-"
    return f"{value:.4g}" if value == 0 or 1e-3 <= abs(value) < 1e5 else f"{value:.3e}"


def short(value: float) -> str:
    """A deviation: two significant digits, but no fewer than stand in front of the point."""
    if not math.isfinite(value):
        return "-"
    if value == 0 or 1e-3 <= abs(value) < 1e5:
        return f"{value:.2g}" if abs(value) < 100 else f"{value:.0f}"
    return f"{value:.1e}"
