"""numbers -> the description of a picture: panels, axes, series, marks; svg.py and plot.py read it, nobody draws else.

A description holds all numbers. What is drawn of a long series are `most` of its points, evenly chosen, and those that
stand out (`always`); `Picture.thinned` says so.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from ..messages import say
from ..messages.columns import text_width

Array = np.ndarray[Any, Any]
NONE = np.empty(0)


@dataclass(frozen=True)
class Axis:
    """`names` are the labels at 0, 1, 2, …; limits left open are those of the numbers."""

    label: str = ""
    log: bool = False
    low: float | None = None
    high: float | None = None
    names: tuple[str, ...] = ()
    whole: bool = False  # whole numbers only, such as epochs


@dataclass(frozen=True)
class Series:
    """Numbers drawn as "points", "line", "steps", "bars" (upright, stacked from `base`), "hbars", "area", "edges" or "text".

    x, y    (n,); NaN leaves a gap
    color   place in the palette, which is the marker's too
    spread  (n,) half the length of a whisker along the value
    base    (n,) where a bar begins; None: 0
    wide    (n,) width of each bar along its axis; None: 0.7
    most    points drawn at most; 0: all
    always  rows drawn in any case
    texts   (n,) what stands beside each point
    """

    name: str
    x: Array
    y: Array
    kind: str = "points"
    color: int = 0
    dashed: bool = False
    spread: Array | None = None
    base: Array | None = None
    wide: Array | None = None
    most: int = 0
    always: Array = field(default_factory=lambda: NONE)
    texts: tuple[str, ...] = ()
    anchor: str = "middle"

    def drawn(self) -> Array:
        """The rows that are drawn, ascending."""
        n = len(self.x)
        if not self.most or n <= self.most:
            return np.arange(n)
        even = np.round(np.linspace(0, n - 1, self.most)).astype(np.int64)
        return np.union1d(even, np.asarray(self.always, np.int64))


@dataclass(frozen=True)
class Mark:
    """A straight line: kind "x" (upright at `at`), "y" (level at `at`) or "diagonal" (y = x)."""

    kind: str
    at: float = 0.0
    name: str = ""
    color: int | None = None


@dataclass(frozen=True)
class Cells:
    """A grid of numbers, one row per y name from the top: `shade` (rows, columns) in 0 … 1, `texts` in each cell."""

    numbers: Array
    shade: Array
    texts: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Panel:
    """One pair of axes. `note` stands under the title; `bare` panels have no axes; `square` ones one scale for both."""

    x: Axis
    y: Axis
    series: tuple[Series, ...] = ()
    title: str = ""
    note: str = ""
    marks: tuple[Mark, ...] = ()
    cells: Cells | None = None
    square: bool = False
    bare: bool = False

    def limits(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """((x low, x high), (y low, y high)) of what is drawn."""
        x, y = self._limits("x"), self._limits("y")
        if self.square and not (self.x.names or self.x.low is not None):
            x = y = min(x[0], y[0]), max(x[1], y[1])
        return x, y

    def _limits(self, along: str) -> tuple[float, float]:
        axis: Axis = getattr(self, along)
        if axis.names:
            return -0.6, len(axis.names) - 0.4
        values: list[Array] = []
        for s in self.series:
            rows = s.drawn()
            v = np.asarray(getattr(s, along), float)[rows]
            values.append(v)
            grows = {"bars": "y", "hbars": "x", "area": "y"}.get(s.kind)
            if grows == along:
                base = np.zeros(1) if s.base is None else np.asarray(s.base, float)[rows]
                values += [base, base + v if s.base is not None else v]
            elif s.kind == "bars" and along == "x":
                half = (np.full(len(rows), 0.7) if s.wide is None else np.asarray(s.wide, float)[rows]) / 2
                values += [v - half, v + half]
            if s.spread is not None and along == ("x" if s.kind == "hbars" else "y"):
                e = np.nan_to_num(np.asarray(s.spread, float)[rows])
                values += [v - e, v + e]
        values += [np.array([m.at]) for m in self.marks if m.kind == along]
        every = np.concatenate(values) if values else NONE
        every = every[np.isfinite(every) & (every > 0 if axis.log else True)]
        low, high = (float(every.min()), float(every.max())) if len(every) else (0.0, 1.0)
        if axis.log:
            if high <= low:
                low, high = low / 2, high * 2
            room = (high / low) ** 0.05
            low, high = low / room, high * room
        else:
            if high <= low:
                gap = abs(low) * 0.1 or 1.0
                low, high = low - gap, high + gap
            room = (high - low) * 0.04
            flat = any(s.kind in ("bars", "hbars", "area") for s in self.series)
            low, high = low if flat and low == 0 else low - room, high if flat and high == 0 else high + room
        return low if axis.low is None else axis.low, high if axis.high is None else axis.high


@dataclass(frozen=True)
class Picture:
    """Panels beside one another with one caption; `name` is the stem of its files.

    numbers  what the CSV file holds, {column: values}; {}: the numbers of the series
    """

    name: str
    caption: str
    panels: tuple[Panel, ...]
    columns: int = 2
    wide: bool = False  # the whole width of a page for one panel

    @property
    def thinned(self) -> str:
        """The sentence that says how much is drawn, or nothing."""
        long = [s for p in self.panels for s in p.series if len(s.drawn()) < len(s.x)]
        if not long:
            return ""
        most = max(long, key=lambda s: len(s.x))
        return say("CR-3201", drawn=len(most.drawn()), rows=len(most.x))

    def rows(self) -> dict[str, list[Any]]:
        """All numbers as columns: panel, series, the two axes, the spread where there is one."""
        labels = {(p.x.label, p.y.label) for p in self.panels}
        x, y = labels.pop() if len(labels) == 1 else ("x", "y")
        x, y = x or "x", y or "y"
        if y == x:
            y += " (y)"
        made: dict[str, list[Any]] = {"panel": [], "series": [], x: [], y: [], "spread": []}
        for p in self.panels:
            if p.cells is not None:
                for i, j in np.ndindex(*p.cells.numbers.shape):
                    made["panel"].append(p.title)
                    made["series"].append(p.cells.numbers[i, j].item())
                    made[x].append(p.x.names[j])
                    made[y].append(p.y.names[i])
                    made["spread"].append(math.nan)
            for s in p.series:
                if s.kind in ("edges", "text") or p.bare:
                    continue
                n = len(s.x)
                made["panel"] += [p.title] * n
                made["series"] += [s.name] * n
                made[x] += _named(s.x, p.x)
                made[y] += _named(s.y, p.y)
                made["spread"] += [math.nan] * n if s.spread is None else np.asarray(s.spread, float).tolist()
        if any(p.cells is not None for p in self.panels):
            made = {"panel": made["panel"], y: made[y], x: made[x], say("CR-3202"): made["series"]}
        heads = {"panel": say("CR-1795"), "series": say("CR-1796"), "spread": say("CR-1797")}
        return {
            heads.get(column, column): values
            for column, values in made.items()
            if column not in heads or any(v != "" and v == v for v in values)
        }

    def texts(self) -> list[str]:
        """Everything written in it."""
        found: list[str] = []
        for p in self.panels:
            found += [p.title, p.note, p.x.label, p.y.label, *p.x.names, *p.y.names]
            found += [text for s in p.series for text in (s.name, *s.texts)] + [m.name for m in p.marks]
            found += [text for row in (p.cells.texts if p.cells else ()) for text in row]
        return found


def _named(values: Array, axis: Axis) -> list[Any]:
    if axis.names:
        return [
            axis.names[int(v)] if float(v).is_integer() and 0 <= v < len(axis.names) else v
            for v in np.asarray(values).tolist()
        ]
    return list(np.asarray(values, float).tolist())


# ---- ticks: the same in both readings ----------------------------------------------------------------------------


def ticks(axis: Axis, low: float, high: float, most: int = 6) -> list[tuple[float, str]]:
    """At most about `most` places with their labels: 1, 2 or 5 times a power of ten; the names of a named axis."""
    if axis.names:
        every = max(1, -(-len(axis.names) // 20))
        return [(float(i), name) for i, name in enumerate(axis.names) if i % every == 0]
    if axis.log:
        first, last = math.ceil(math.log10(low) - 1e-9), math.floor(math.log10(high) + 1e-9)
        if last - first >= 1:
            every = max(1, -(-(last - first + 1) // most))
            return [(10.0**k, _power(k)) for k in range(first, last + 1, every)]
        places = [m * 10.0**k for k in range(first - 1, last + 1) for m in (1, 2, 3, 5, 7)]
        return [(v, _plain(v)) for v in places if low * (1 - 1e-9) <= v <= high * (1 + 1e-9)]
    step = _step((high - low) / most)
    step = max(step, 1.0) if axis.whole else step
    first = math.ceil(low / step - 1e-9)
    places = [(first + i) * step for i in range(math.floor(high / step + 1e-9) - first + 1)]
    return [(v, number_label(v, step)) for v in places]


def fitting(axis: Axis, low: float, high: float, room: int) -> list[tuple[float, str]]:
    """Ticks whose labels stand beside one another on `room` columns of letters."""
    for most in (6, 5, 4, 3):
        found = ticks(axis, low, high, most)
        if axis.names or sum(text_width(label) + 2 for _, label in found) <= room:
            return found
    return [found[0], found[-1]] if len(found) > 2 else found


def _step(least: float) -> float:
    power = 10.0 ** math.floor(math.log10(least))
    return next(m * power for m in (1, 2, 5, 10) if m * power >= least * (1 - 1e-9))


def number_label(value: float, step: float) -> str:
    """With as many decimals as the step needs."""
    size = max(abs(value), step)
    if value != 0 and (size >= 1e6 or step < 1e-4):
        mantissa, _, power = f"{value:.10g}".partition("e")
        if not power:
            k = math.floor(math.log10(abs(value)))
            mantissa, power = f"{value / 10.0**k:.4g}", str(k)
        return f"{mantissa}·{_power(int(power))}".replace("-", "−").removeprefix("1·")
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    text = f"{value:.{decimals}f}"
    return "0" if float(text) == 0 else text.replace("-", "−")


def _plain(value: float) -> str:
    return f"{value:.4g}" if 1e-3 <= value < 1e5 else number_label(value, value / 1e6)


_RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def _power(k: int) -> str:
    return f"{10.0**k:g}" if -3 <= k <= 3 else "10" + str(k).translate(_RAISED)


def outline(names: Sequence[str], limit: int = 22) -> tuple[str, ...]:
    """Names as they fit beside an axis: at most `limit` columns of letters wide."""
    made = []
    for name in names:
        while text_width(name) > limit:
            name = name.removesuffix("…")[:-1] + "…"
        made.append(name)
    return tuple(made)
