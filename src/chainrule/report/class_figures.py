"""classes, probabilities -> the pictures of a classification: confusion, ROC, precision over recall, calibration."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from ..messages import say
from ..page.picture import Axis, Cells, Mark, Panel, Picture, Series, outline
from .curves import average_precision, calibration, calibration_error, confusion, precision_recall, roc
from .evidence import Rows
from .figures import COLORS, named
from .metrics import auc
from .pictures import number
from .text import listed

Array = np.ndarray[Any, Any]
MOST = 6  # classes with curves of their own
READABLE = 12  # classes up to which the cells of a confusion matrix hold numbers
VERTICES = 500


def confusions(parts: Sequence[Rows], labels: Sequence[str], target: str) -> Picture:
    """Counts, and their share of the true class as the shade."""
    panels = []
    names = outline(labels, 14)
    for p in parts:
        counts = confusion(p.t, p.chosen, len(labels))
        rows = counts.sum(axis=1, keepdims=True)
        share = np.divide(counts, rows, out=np.zeros(counts.shape), where=rows > 0)
        texts: tuple[tuple[str, ...], ...] = ()
        if len(labels) <= READABLE:
            texts = tuple(
                tuple(f"{n}\n{100 * s:.0f} %" if total else f"{n}" for n, s in zip(line, shares, strict=True))
                for line, shares, total in zip(
                    counts.tolist(), share.tolist(), rows[:, 0].tolist(), strict=True
                )
            )
        axes = (
            Axis(say("CR-1755", target=target), names=names),
            Axis(say("CR-1754", target=target), names=names),
        )
        right = int(np.trace(counts))
        note = say("CR-1772", right=right, rows=p.count)
        panels.append(
            Panel(*axes, title=named(p.part), note=note, cells=Cells(counts, share, texts), square=True)
        )
    return Picture("confusion", say("CR-1773"), tuple(panels))


def curves_of(parts: Sequence[Rows], labels: Sequence[str]) -> list[tuple[str, int, Array, Array]]:
    """(name, colour, whether a row is positive, its probability): for two classes a curve per part for the second class,
    else a curve per class of the last part, against all others."""
    if len(labels) == 2:
        return [(named(p.part), COLORS[p.part], p.t == 1, p.y[:, 1]) for p in parts]
    last = parts[-1]
    often = np.argsort(-np.bincount(last.t, minlength=len(labels)), kind="stable")[:MOST]
    return [(labels[k], i, last.t == k, last.y[:, k]) for i, k in enumerate(sorted(often.tolist()))]


def rocs(parts: Sequence[Rows], labels: Sequence[str]) -> Picture:
    series, absent = [], []
    for name, color, positive, p in curves_of(parts, labels):
        x, y = roc(positive, p)
        if not len(x):
            absent.append(name)
            continue
        area = auc(positive.astype(int), np.column_stack([1 - p, p]))
        text = say("CR-1774", name=name, area=number(area))
        series.append(Series(text, x, y, "line", color, most=VERTICES, always=_corners(x, y)))
    panel = Panel(Axis(say("CR-1775"), low=0.0, high=1.0), Axis(say("CR-1776"), low=0.0, high=1.02), tuple(series),
                  marks=(Mark("diagonal", name=say("CR-1777")),), square=True)  # fmt: skip
    return Picture("roc", say("CR-1778") + _what(parts, labels) + _absent(absent), (panel,))


def precision_recalls(parts: Sequence[Rows], labels: Sequence[str]) -> Picture:
    series, absent, marks = [], [], []
    for name, color, positive, p in curves_of(parts, labels):
        x, y = precision_recall(positive, p)
        if not len(x):
            absent.append(name)
            continue
        text = say("CR-1779", name=name, value=number(average_precision(positive, p)))
        series.append(
            Series(
                text,
                np.append(0.0, x),
                np.append(y[0], y),
                "line",
                color,
                most=VERTICES,
                always=_corners(x, y),
            )
        )
        if len(labels) == 2:
            marks = [Mark("y", float(positive.mean()), say("CR-1780"))]  # of the last part there is
    panel = Panel(Axis(say("CR-1781"), low=0.0, high=1.02), Axis(say("CR-1782"), low=0.0, high=1.02), tuple(series),
                  marks=tuple(marks), square=True)  # fmt: skip
    return Picture("precision-recall", say("CR-1783") + _what(parts, labels) + _absent(absent), (panel,))


def calibrations(parts: Sequence[Rows], labels: Sequence[str]) -> Picture:
    """How often it is right beside how sure it is: the second of two classes, else the class it chose."""
    series = []
    two = len(labels) == 2
    for p in parts:
        sure = p.y[:, 1] if two else p.y.max(axis=1)
        right = p.t == 1 if two else p.chosen == p.t
        mean, share, rows = calibration(right, sure)
        text = say("CR-1784", name=named(p.part), value=number(calibration_error(right, sure)))
        color = COLORS[p.part]
        wide = np.sqrt(share * (1 - share) / rows)
        series += [
            Series(text, mean, share, "line", color),
            Series("", mean, share, "points", color, spread=wide),
        ]
    axes = (Axis(say("CR-1785" if two else "CR-1786"), low=0.0, high=1.0),
            Axis(say("CR-1787" if two else "CR-1788"), low=-0.02, high=1.02))  # fmt: skip
    panel = Panel(*axes, tuple(series), marks=(Mark("diagonal", name=say("CR-1789")),), square=True)
    return Picture("calibration", say("CR-1790") + (_what(parts, labels) if two else ""), (panel,))


def _corners(x: Array, y: Array) -> Array:
    return np.array([0, len(x) - 1])


def _what(parts: Sequence[Rows], labels: Sequence[str]) -> str:
    if len(labels) == 2:
        return say("CR-1791", label=labels[1])
    more = say("CR-1792", shown=MOST, count=len(labels)) if len(labels) > MOST else ""
    return say("CR-1793", part=named(parts[-1].part)) + more


def _absent(names: Sequence[str]) -> str:
    return say("CR-1794", names=listed(names)) if names else ""
