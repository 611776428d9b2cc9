"""history, targets, answers -> the pictures of a training and of a regression."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ..messages import say
from ..messages.columns import text_width
from ..page.picture import Axis, Mark, Panel, Picture, Series, outline
from ..plan import Plan
from .evidence import ALL, FOLDS, Rows, together
from .metrics import r
from .pictures import number
from .text import part_name

Array = np.ndarray[Any, Any]
POINTS, LINE, OUTLIERS = 800, 300, 20
BINS = 20
COLORS = {"train": 0, "validation": 1, "test": 2, "given": 3, ALL: 4, FOLDS: 2}
DRAWN = 8  # units of a layer that are drawn


def named(part: str) -> str:
    """The part in the language of the report."""
    codes = {ALL: "CR-1740", "given": "CR-1741", FOLDS: "CR-4702"}
    return say(codes[part]) if part in codes else part_name(part)


def farthest(size: Array) -> Array:
    """The rows that are drawn in any case: those where `size` is largest."""
    return np.argsort(-np.nan_to_num(size), kind="stable")[:OUTLIERS]


# ---- network and training ----------------------------------------------------------------------------------------


def network(plan: Plan, inputs: Sequence[str], outputs: Sequence[str]) -> Picture:
    """The layers side by side; of a wide layer the first units and the last are drawn."""
    sizes = [plan.layers[0].inputs, *(layer.units for layer in plan.layers)]
    captions = [say("CR-1742", units=sizes[0])]
    for layer in plan.layers[:-1]:
        captions.append(f"{layer.units}, {layer.activation.name}")
    captions.append(f"{sizes[-1]}, {plan.layers[-1].activation.name}")
    places = [_places(n) for n in sizes]
    names = _named(inputs, sizes[0])
    letter, shift = 0.0157, 0.045  # of the width of a page: a letter, and half a unit with its distance
    room = max(text_width(text) for text in names) * letter + shift
    behind = max(text_width(text) for text in _named(outputs, sizes[-1])) * letter + shift
    gap = (1 - room - behind) / len(plan.layers)
    series: list[Series] = []
    for k in range(1, len(sizes)):
        a, b = places[k - 1], places[k]
        x = np.tile([k - 1.0, k], len(a) * len(b))
        y = np.array([v for p in a for q in b for v in (p, q)])
        series.append(Series("", x, y, "edges"))
    widest = max(text_width(text) for text in captions) * letter
    for k, column in enumerate(places):
        x = np.full(len(column), float(k))
        texts = names if k == 0 else _named(outputs, sizes[-1]) if k == len(sizes) - 1 else ()
        series.append(Series("", x, np.array(column), texts=texts, anchor="start" if k else "end"))
        here = np.array([float(k)])
        if sizes[k] > len(column):
            series.append(Series("", here, np.array([(column[-1] + column[-2]) / 2]), "text", texts=("⋮",)))
        series.append(
            Series(
                "",
                here,
                np.array([-0.76 - (0.14 * (k % 2) if gap < widest else 0)]),
                "text",
                texts=(captions[k],),
            )
        )
    x_axis = Axis(low=-room / gap, high=len(sizes) - 1 + behind / gap)
    panel = Panel(x_axis, Axis(low=-0.96 if gap < widest else -0.82, high=0.6), tuple(series), bare=True)
    return Picture("network", say("CR-1743", name=plan.name, count=plan.size), (panel,), wide=True)


def _places(units: int) -> list[float]:
    """Heights of the units that are drawn, around 0; a gap stands for those that are not."""
    n = min(units, DRAWN)
    if n == 1:
        return [0.0]
    heights = np.linspace(0.5, -0.5, DRAWN)[:n]
    heights = heights - heights.mean()
    if units > DRAWN:
        heights[:-1] += 0.05
        heights[-1] -= 0.06
    return [float(h) for h in heights]


def _named(names: Sequence[str], units: int) -> tuple[str, ...]:
    shown = [*names[: DRAWN - 1], names[-1]] if units > DRAWN else list(names)
    return outline(shown, 18)


def curves(history: Mapping[str, Array], best: int, monitor: str | None) -> Picture:
    """Losses by epoch with the chosen one; the learning rate; what was watched, where it was not the loss."""
    train, validation = (np.asarray(history[name], float) for name in ("train", "validation"))
    epochs = np.arange(1, train.shape[-1] + 1, dtype=float)
    many = len(train) > 1  # several networks: their mean; each has a best epoch of its own
    best = 0 if many else best
    chosen = (Mark("x", float(best), say("CR-1744", epoch=best)),) if best else ()
    both = [Series(part_name("train"), epochs, _mean(train), "line", 0, most=600)]
    if np.isfinite(validation).any():
        both.append(Series(part_name("validation"), epochs, _mean(validation), "line", 1, most=600))
    known = np.concatenate([s.y[np.isfinite(s.y)] for s in both])
    log = bool(len(known) and known.min() > 0 and known.max() / known.min() > 10)
    panels = [Panel(Axis(say("CR-1745"), whole=True), Axis(say("CR-1746"), log), tuple(both), marks=chosen)]
    if monitor is not None and monitor in history:
        watched = (Series(monitor, epochs, _mean(np.asarray(history[monitor], float)), "line", 2, most=600),)
        panels.append(Panel(Axis(say("CR-1745"), whole=True), Axis(monitor), watched, marks=chosen))
    rate = _mean(np.asarray(history["rate"], float))
    if len(rate) and np.ptp(rate) > 0:
        rates = (Series(say("CR-1747"), epochs, rate, "line", 6, most=600),)
        panels.append(Panel(Axis(say("CR-1745"), whole=True), Axis(say("CR-1747")), rates, marks=chosen))
    if many:
        caption = say("CR-1798") + say("CR-1750", count=len(train))
    else:
        caption = say("CR-1748" if best else "CR-1749", epoch=best)
    return Picture("training", caption, tuple(panels))


def _mean(values: Array) -> Array:
    """Over the networks that were still trained in an epoch; NaN where none was."""
    if values.ndim < 2:
        return values
    known = np.isfinite(values)
    count = known.sum(axis=0)
    total = np.where(known, values, 0.0).sum(axis=0)
    return np.asarray(np.where(count > 0, total / np.maximum(count, 1), np.nan))


# ---- a regression ------------------------------------------------------------------------------------------------


def regression(parts: Sequence[Rows], target: str) -> Picture:
    """Predicted against actual with R, the line y = t and the line that fits best."""
    panels = []
    every = [(p.part, p.t, p.y) for p in parts]
    if len(parts) > 1 and not any(p.again for p in parts):
        every.append((ALL, *together(parts)))
    for part, t, y in every:
        color = COLORS[part]
        series = [Series(say("CR-1751"), t, y, "points", color, most=POINTS, always=farthest(np.abs(y - t)))]
        if len(t) > 2 and t.min() < t.max():
            slope, start = _fit(t, y)
            ends = np.array([t.min(), t.max()])
            sign = "+" if start >= 0 else "−"
            name = say(
                "CR-1752", line=f"y = {number(slope)} t {sign} {number(abs(start))}".replace("= -", "= −")
            )
            series.append(Series(name, ends, slope * ends + start, "line", color))
        note = say("CR-1753", r=_r(t, y), rows=len(t))
        axes = Axis(say("CR-1754", target=target)), Axis(say("CR-1755", target=target))
        panels.append(
            Panel(*axes, tuple(series), named(part), note, (Mark("diagonal", name="y = t"),), square=True)
        )
    return Picture("regression", say("CR-1756", target=target), tuple(panels))


def _fit(t: Array, y: Array) -> tuple[float, float]:
    """Least squares: (slope, value at 0)."""
    a, b = t - t.mean(), y - y.mean()
    size = float(np.abs(a).max())  # squares of very large or small numbers would leave the range
    slope = float(np.sum(a / size * b) / np.sum((a / size) ** 2)) / size
    return slope, float(y.mean() - slope * t.mean())


def _r(t: Array, y: Array) -> str:
    value = r(t, y)
    return f"{value:.4f}".replace("-", "−") if np.isfinite(value) else "–"


def by_number(parts: Sequence[Rows], target: str) -> Picture:
    """Actual and predicted values in the order of the rows."""
    panels = []
    for p in parts:
        x = np.arange(1.0, p.count + 1)
        kind = "line" if p.count > 1 else "points"
        always = farthest(np.abs(p.error))
        series = (
            Series(say("CR-1757"), x, p.t, kind, 0, most=LINE, always=always),
            Series(say("CR-1751"), x, p.y, kind, 1, True, most=LINE, always=always),
        )
        panels.append(Panel(Axis(say("CR-1758"), whole=True), Axis(target), series, named(p.part)))
    return Picture("by-sample", say("CR-1759", target=target), tuple(panels), wide=True)


def relative_errors(parts: Sequence[Rows], target: str) -> Picture:
    """(y − t)/t in percent by sample number; rows whose target is 0 have none."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        shares = [np.where(p.t == 0, np.nan, 100 * p.error / p.t) for p in parts]
    axis = _one_scale(say("CR-1760"), np.concatenate(shares), True)
    panels = []
    for p, share in zip(parts, shares, strict=True):
        x = np.arange(1.0, p.count + 1)
        beyond = 0
        if axis.low is not None and axis.high is not None:
            beyond = int(((share < axis.low) | (share > axis.high)).sum())
        note = say("CR-1761", count=beyond) if beyond else ""
        points = Series("", x, share, "points", COLORS[p.part], most=LINE * 2, always=farthest(np.abs(share)))
        panels.append(
            Panel(Axis(say("CR-1758"), whole=True), axis, (points,), named(p.part), note, (Mark("y", 0.0),))
        )
    zeros = sum(int((p.t == 0).sum()) for p in parts)
    caption = say("CR-1762", target=target) + (say("CR-1763", count=zeros) if zeros else "")
    return Picture("relative-error", caption, tuple(panels))


def _one_scale(label: str, values: Array, held: bool = False) -> Axis:
    """The same axis with 0 on it for all parts; `held`: a few values near a target of 0 do not stretch it."""
    known = values[np.isfinite(values)]
    if not len(known) or not known.any():
        return Axis(label)
    low, high = min(0.0, float(known.min())), max(0.0, float(known.max()))
    if held and len(known) >= 20:
        usual = float(np.quantile(np.abs(known), 0.95))
        if max(-low, high) > 5 * usual > 0:
            low, high = max(low, -2 * usual), min(high, 2 * usual)
    room = 0.04 * (high - low)
    return Axis(label, low=low - room, high=high + room)


def histogram(parts: Sequence[Rows], target: str) -> Picture:
    """Errors of all parts in the same twenty bins, one part on the other."""
    errors = np.concatenate([p.error for p in parts])
    errors = errors[np.isfinite(errors)]
    low, high = float(errors.min()), float(errors.max())
    if high <= low:
        low, high = low - 0.5, high + 0.5
    edges = np.linspace(low, high, BINS + 1)
    middle, wide = (edges[1:] + edges[:-1]) / 2, np.diff(edges)
    base = np.zeros(BINS)
    series = []
    for p in parts:
        counts = np.histogram(p.error, edges)[0].astype(float)
        series.append(Series(named(p.part), middle, counts, "bars", COLORS[p.part], base=base, wide=wide))
        base = base + counts
    marks = (Mark("x", 0.0, say("CR-1764")),) if low <= 0 <= high else ()
    panel = Panel(
        Axis(say("CR-1765", target=target)),
        Axis(say("CR-1766"), low=0.0, whole=True),
        tuple(series),
        marks=marks,
    )
    return Picture("error-histogram", say("CR-1767", bins=BINS), (panel,), wide=True)


def residuals(parts: Sequence[Rows], target: str) -> Picture:
    """Error over the predicted value: a pattern here is something the network has not learned."""
    panels = []
    axis = _one_scale(say("CR-1765", target=target), np.concatenate([p.error for p in parts]))
    for p in parts:
        points = Series(
            "", p.y, p.error, "points", COLORS[p.part], most=POINTS, always=farthest(np.abs(p.error))
        )
        axes = Axis(say("CR-1755", target=target)), axis
        panels.append(Panel(*axes, (points,), named(p.part), "", (Mark("y", 0.0),)))
    return Picture("residuals", say("CR-1768"), tuple(panels))


def importance(found: Mapping[str, tuple[float, float]], metric: str, most: int = 20) -> Picture:
    """Bars, the longest at the top."""
    order = sorted(found, key=lambda column: -found[column][0])[:most]
    mean, spread = (np.array([found[c][k] for c in order]) for k in (0, 1))
    bars = Series("", mean, np.arange(len(order), dtype=float), "hbars", 0, spread=spread)
    panel = Panel(Axis(say("CR-1769", metric=metric)), Axis(names=outline(order)), (bars,))
    more = say("CR-1770", shown=len(order), count=len(found)) if len(order) < len(found) else ""
    return Picture("importance", say("CR-1771") + more, (panel,), wide=True)
