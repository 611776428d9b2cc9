"""A loss over one or two weights -> contour lines or a curve, with the paths of gradient descent on it."""

import dataclasses
from collections.abc import Mapping, Sequence

import numpy as np

from ...batches.source import Source
from ...engine.reference import Reference
from ...page.drawing import _label, _svg
from ...page.page import Figure
from ...plan import Plan
from .parts import Array

COLOURS = ("#2563eb", "#15803d", "#c2410c")
MARKS = "sgx"


def losses(plan: Plan, points: Array, source: Source) -> Array:
    """(m,) the loss at each of m weights (m, P): every point is one member of a plan."""
    many = dataclasses.replace(plan, members=len(points))
    sums = Reference().gradient(many, np.asarray(points, dtype=float), source.batch(slice(None), plan=many))
    return np.asarray(sums.loss_sum)


def descent(
    plan: Plan, start: Sequence[float], source: Source, steps: int, rate: float
) -> tuple[Array, Array]:
    """(weights (steps + 1, P), losses (steps + 1,)) of plain gradient descent on all rows."""
    engine = Reference()
    rows = source.batch(slice(None), plan=plan)
    w, walked, heights = np.array([start], dtype=float), [], []
    for _ in range(steps + 1):
        sums = engine.gradient(plan, w, rows)
        walked.append(w[0])
        heights.append(float(sums.loss_sum[0]))
        w = w - rate * sums.grad_sum
    return np.array(walked), np.array(heights)


def contour_lines(z: Array, level: float) -> list[tuple[float, float, float, float]]:
    """Pieces (x0, y0, x1, y1) of the line z = level, in cells of the grid z (rows y, columns x): marching squares."""
    pieces = []
    for r in range(z.shape[0] - 1):
        for c in range(z.shape[1] - 1):
            corners = ((c, r), (c + 1, r), (c + 1, r + 1), (c, r + 1))
            crossings = []
            for (x0, y0), (x1, y1) in zip(corners, (*corners[1:], corners[0]), strict=True):
                a, b = z[y0, x0] - level, z[y1, x1] - level
                if (a < 0) != (b < 0):
                    t = a / (a - b)
                    crossings.append((x0 + t * (x1 - x0), y0 + t * (y1 - y0)))
            for k in range(0, len(crossings) - 1, 2):
                pieces.append((*crossings[k], *crossings[k + 1]))
    return pieces


def contour(
    z: Array,
    across: tuple[float, float],
    up: tuple[float, float],
    names: tuple[str, str],
    paths: Mapping[str, Array],
    lowest: tuple[float, float],
    legend: str,
) -> Figure:
    """Contour lines of z (rows: `up`, columns: `across`), a path per entry, a ring at the lowest point.

    `legend` explains the letters of the text form. Levels lie closer together near the bottom, where the path is decided.
    """
    width, height, left, top = 560.0, 400.0, 46.0, 12.0
    rows, columns = z.shape

    def spot(x: float, y: float) -> tuple[float, float]:
        return (
            left + width * (x - across[0]) / (across[1] - across[0]),
            top + height * (up[1] - y) / (up[1] - up[0]),
        )

    def cell(x: float, y: float) -> tuple[float, float]:
        return left + width * x / (columns - 1), top + height * (1 - y / (rows - 1))

    parts = [
        f'<rect x="{left:g}" y="{top:g}" width="{width:g}" height="{height:g}" fill="none" stroke="currentColor" '
        'stroke-opacity=".4"/>'
    ]
    low, high = float(z.min()), float(z.max())
    for share in np.linspace(0.06, 0.97, 13):
        level = low + (high - low) * share * share
        drawn = "".join(
            "M{:.1f} {:.1f}L{:.1f} {:.1f}".format(*cell(x0, y0), *cell(x1, y1))
            for x0, y0, x1, y1 in contour_lines(z, level)
        )
        parts.append(
            f'<path d="{drawn}" fill="none" stroke="currentColor" stroke-opacity="{0.55 - 0.35 * share:.2f}"/>'
        )
    for (label, path), colour in zip(paths.items(), COLOURS, strict=False):
        spots = [spot(*p) for p in path]
        line = " ".join(f"{x:.1f},{y:.1f}" for x, y in spots)
        parts.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="1.6"/>')
        parts += [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.6" fill="{colour}"/>' for x, y in spots]
        at = top + height + 38 + 18 * list(paths).index(label)
        parts.append(f'<circle cx="{left + 8:g}" cy="{at - 4:g}" r="4" fill="{colour}"/>')
        parts.append(_label(left + 20, at, label, anchor="start"))
    x, y = spot(*lowest)
    parts.append(
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="6" fill="none" stroke="currentColor" stroke-width="1.6"/>'
    )
    for value in np.linspace(*across, 6):
        parts.append(_label(spot(value, up[0])[0], top + height + 14, f"{value:g}", 11, 0.7))
    for value in np.linspace(*up, 5):
        parts.append(_label(left - 6, spot(across[0], value)[1] + 4, f"{value:g}", 11, 0.7, "end"))
    parts.append(_label(left + width / 2, top + height + 28, names[0]))
    parts.append(_label(12, top + height / 2, names[1]))
    picture = _svg(left + width + 16, top + height + 38 + 18 * len(paths), parts)
    return Figure(picture, f"{_map(z, across, up, paths, lowest)}\n\n{legend}")


def _map(
    z: Array,
    across: tuple[float, float],
    up: tuple[float, float],
    paths: Mapping[str, Array],
    lowest: tuple[float, float],
    columns: int = 62,
    rows: int = 21,
) -> str:
    """The same in characters: heights as digits, the paths as letters."""
    grid = [[" "] * columns for _ in range(rows)]
    low, high = float(z.min()), float(z.max())

    def at(x: float, y: float) -> tuple[int, int] | None:
        c = round((x - across[0]) / (across[1] - across[0]) * (columns - 1))
        r = round((up[1] - y) / (up[1] - up[0]) * (rows - 1))
        return (r, c) if 0 <= r < rows and 0 <= c < columns else None

    for r in range(rows):
        for c in range(columns):
            height = z[
                round((rows - 1 - r) / (rows - 1) * (z.shape[0] - 1)),
                round(c / (columns - 1) * (z.shape[1] - 1)),
            ]
            step = int(9.999 * ((height - low) / (high - low)) ** 0.5)
            grid[r][c] = str(step) if step % 2 == 0 else " "
    for mark, path in zip(MARKS, paths.values(), strict=False):
        for place in [at(*p) for p in path]:
            if place:
                grid[place[0]][place[1]] = mark
    for mark, spot in (("o", next(iter(paths.values()))[0]), ("*", lowest)):
        place = at(spot[0], spot[1])
        if place:
            grid[place[0]][place[1]] = mark
    return "\n".join("".join(row).rstrip() for row in grid)


def curve(x: Array, y: Array, names: tuple[str, str], ends: Mapping[float, float], legend: str) -> Figure:
    """One loss over one weight; `ends` start -> end of a descent, drawn as balls on the curve."""
    width, height, left, top = 560.0, 260.0, 46.0, 12.0
    low, high = 0.0, float(y.max()) * 1.08

    def spot(a: float, b: float) -> tuple[float, float]:
        return left + width * (a - x[0]) / (x[-1] - x[0]), top + height * (high - b) / (high - low)

    line = " ".join("{:.1f},{:.1f}".format(*spot(a, b)) for a, b in zip(x, y, strict=True))
    parts = [
        f'<rect x="{left:g}" y="{top:g}" width="{width:g}" height="{height:g}" fill="none" stroke="currentColor" '
        'stroke-opacity=".4"/>',
        f'<polyline points="{line}" fill="none" stroke="currentColor" stroke-width="1.6"/>',
    ]
    for start, end in ends.items():
        for value, filled in ((start, "none"), (end, COLOURS[2])):
            a, b = spot(value, float(np.interp(value, x, y)))
            parts.append(
                f'<circle cx="{a:.1f}" cy="{b - 6:.1f}" r="5" fill="{filled}" stroke="{COLOURS[2]}"/>'
            )
    for value in np.linspace(x[0], x[-1], 7):
        parts.append(_label(spot(value, low)[0], top + height + 14, f"{value:g}", 11, 0.7))
    for value in np.linspace(low, high, 4):
        parts.append(_label(left - 6, spot(x[0], value)[1] + 4, f"{value:.2f}", 11, 0.7, "end"))
    parts += [_label(left + width / 2, top + height + 30, names[0]), _label(12, top + height / 2, names[1])]
    rows = []
    heights = np.interp(np.linspace(x[0], x[-1], 62), x, y)
    for level in np.linspace(high, low, 14)[:-1]:
        rows.append("".join("#" if h >= level else " " for h in heights).rstrip())
    return Figure(_svg(left + width + 16, top + height + 40, parts), "\n".join([*rows, "", legend]))
