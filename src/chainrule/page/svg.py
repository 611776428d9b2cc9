"""a picture -> SVG: in a page with the page's own colours, in a file with colours of its own."""

from html import escape
from typing import Any

import numpy as np

from ..messages.columns import text_width, wrap
from .picture import Array, Cells, Mark, Panel, Picture, Series, fitting, ticks

# Okabe & Ito 2008: told apart by colour-blind readers; a marker per colour tells them apart in black and white
PALETTE = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#7f7f7f", "#8c564b")
DARK = ("#58a6e0", "#ff9055", "#3ecf9f", "#f0a8cd", "#f2b632", "#8ed1fa", "#a8a8a8", "#c9958b")
MARKERS = "osd^vosd"
INK, SOFT, PAPER, LINE = "#1b1f24", "#57606a", "#ffffff", "#d0d7de"
FONT, LEAD = 14, 18
WIDE, SIZE, TALL, SQUARE = (
    580.0,
    470.0,
    250.0,
    340.0,
)  # of a plot with its labels; of its inside; of a square one
_NARROW, _BROAD = (
    set("iljtfrI.,:;|!'()[]/ "),
    set("mwMW%@<>=+−_~ABCDGHKNOQRUVXYZ#&"),
)  # in the widest of usual fonts


class _Colors:
    """Names of the page's colours, or the colours themselves."""

    def __init__(self, themed: bool) -> None:
        self.themed = themed

    def of(self, number: int) -> str:
        number %= len(PALETTE)
        return f"var(--c{number})" if self.themed else PALETTE[number]

    def named(self, name: str, own: str) -> str:
        return f"var(--{name})" if self.themed else own


def picture_svgs(picture: Picture) -> list[str]:
    """One drawing per panel, for a page that has the colours --c0 … --c7, --ink, --soft, --paper and --line."""
    colors = _Colors(True)
    return [_whole(*_panel(panel, colors, picture.wide), colors) for panel in picture.panels]


def picture_svg(picture: Picture) -> str:
    """All panels in one file."""
    colors = _Colors(False)
    drawn = [_panel(panel, colors, picture.wide) for panel in picture.panels]
    columns = min(1 if picture.wide else picture.columns, len(drawn))
    width = max(w for w, _, _ in drawn)
    lines = [drawn[i : i + columns] for i in range(0, len(drawn), columns)]
    parts, top = [], 0.0
    for line in lines:
        tall = max(h for _, h, _ in line)
        for i, (w, h, inside) in enumerate(line):
            # plots of one line stand on one level
            parts.append(
                f'<g transform="translate({i * (width + 16) + (width - w) / 2:g} {top + tall - h:g})">{inside}</g>'
            )
        top += tall + 16
    wide = columns * (width + 16) - 16
    paper = f'<rect width="{wide:g}" height="{top - 16:g}" fill="{PAPER}"/>'
    return _whole(wide, top - 16, paper + "".join(parts), colors)


def _whole(width: float, height: float, inside: str, colors: _Colors) -> str:
    family = "inherit" if colors.themed else "Helvetica,Arial,'Noto Sans CJK SC','Microsoft YaHei',sans-serif"
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" width="{width:g}" '
        f'height="{height:g}" font-family="{family}" font-size="{FONT}" role="img">{inside}</svg>'
    )


def _panel(panel: Panel, colors: _Colors, wide: bool) -> tuple[float, float, str]:
    """(width, height, what is inside)."""
    return _Drawing(panel, colors, WIDE if wide else SIZE).drawn()


def _wide(text: str) -> float:
    """About how wide the text is in the widest font a reader may have: DejaVu Sans."""
    return sum(
        FONT * (1.02 if text_width(c) == 2 else 0.4 if c in _NARROW else 0.86 if c in _BROAD else 0.62)
        for c in text
    )


class _Drawing:
    """One panel: title, note, legend, then the plot."""

    def __init__(self, panel: Panel, colors: _Colors, width: float) -> None:
        self.panel, self.colors, self.width = panel, colors, width
        (self.x0, self.x1), (self.y0, self.y1) = panel.limits()
        if panel.y.names:  # names are read from the top
            self.y0, self.y1 = self.y1, self.y0
        room = 34 if panel.square else 42  # columns of letters
        self.xticks = [] if panel.bare else fitting(panel.x, self.x0, self.x1, room)
        self.yticks = [] if panel.bare else ticks(panel.y, self.y0, self.y1)
        self.parts: list[str] = []
        self.ink, self.soft = colors.named("ink", INK), colors.named("soft", SOFT)

    def drawn(self) -> tuple[float, float, str]:
        panel = self.panel
        widest = max((_wide(label) for _, label in self.yticks), default=0.0)
        left = 8.0 if panel.bare else widest + 14 + (LEAD + 4 if panel.y.label else 0)
        square = panel.square or panel.cells is not None
        tilted = (
            bool(panel.x.names) and sum(_wide(label) + 10 for _, label in self.xticks) > self.width - left
        )
        below = 8.0 if panel.bare else 26.0 + (LEAD if panel.x.label else 0)
        if tilted:
            below += 0.5 * max(_wide(label) for _, label in self.xticks)
        if square:
            side = SQUARE if panel.cells is None else max(200.0, min(460.0, 52.0 * len(panel.x.names)))
            width, inner = left + side + 24, side
        else:
            bars = panel.y.names and not panel.bare  # as tall as its names need
            width, inner = self.width, 30.0 * len(panel.y.names) + 10 if bars else TALL
        heads = _lines(panel.title, width - 16, True)
        notes = _lines(panel.note, width - 16)
        y = 4.0
        for text in heads:
            y += LEAD
            self.text(width / 2, y, text, bold=True)
        for text in notes:
            y += LEAD
            self.text(width / 2, y, text, soft=True)
        y = self.legend(width, y) + 10
        self.box = (left, y, width - (24 if square else 16), y + inner)
        self.plot()
        if not panel.bare:
            self.frame(tilted)
        return width, y + inner + below, "".join(self.parts)

    # ---- places ----

    def at(self, x: Any, y: Any) -> tuple[Array, Array]:
        left, top, right, bottom = self.box
        return _along(x, self.x0, self.x1, self.panel.x.log, left, right), _along(
            y, self.y0, self.y1, self.panel.y.log, bottom, top
        )

    # ---- words ----

    def text(self, x: float, y: float, text: str, *, bold: bool = False, soft: bool = False, anchor: str = "middle",
             turn: float = 0.0, color: str = "") -> None:  # fmt: skip
        if not text:
            return
        more = f' transform="rotate({turn:g} {x:.1f} {y:.1f})"' if turn else ""
        more += ' font-weight="600"' if bold else ""
        fill = color or (self.soft if soft else self.ink)
        self.parts.append(
            f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{fill}"{more}>{escape(text)}</text>'
        )

    def legend(self, width: float, y: float) -> float:
        """Names of the series and lines above the plot, in as many lines as they need."""
        entries: list[tuple[str, Series | Mark]] = []
        every: list[Series | Mark] = [*self.panel.series, *self.panel.marks]
        for one in every:
            if one.name and one.name not in [name for name, _ in entries]:
                entries.append((one.name, one))
        if not entries or self.panel.bare:
            return y
        lines: list[list[tuple[str, Series | Mark]]] = [[]]
        room = 0.0
        for name, one in entries:
            needed = _wide(name) + 44
            if lines[-1] and room + needed > width - 16:
                lines.append([])
                room = 0.0
            lines[-1].append((name, one))
            room += needed
        for line in lines:
            y += LEAD + 2
            x = width / 2 - sum(_wide(name) + 44 for name, _ in line) / 2 + 8
            for name, one in line:
                self.key(x, y - 5, one)
                self.text(x + 28, y, name, anchor="start")
                x += _wide(name) + 44
        return y

    def key(self, x: float, y: float, one: Series | Mark) -> None:
        color = (
            self.colors.of(one.color or 0) if isinstance(one, Series) or one.color is not None else self.soft
        )
        if isinstance(one, Series) and one.kind == "points":
            self.parts.append(_markers(np.array([x + 12]), np.array([y]), one.color, color, 1))
        elif isinstance(one, Series) and one.kind in ("bars", "hbars", "area"):
            self.parts.append(
                f'<rect x="{x + 5:.1f}" y="{y - 6:.1f}" width="14" height="12" fill="{color}"/>'
            )
        else:
            dashed = one.dashed if isinstance(one, Series) else True
            self.parts.append(_stroke(f"M{x:.1f} {y:.1f}h24", color, 2, dashed))

    # ---- the plot ----

    def frame(self, tilted: bool) -> None:
        left, top, right, bottom = self.box
        panel, line = self.panel, []
        for value, label in self.xticks:
            x = float(self.at(value, self.y0)[0])
            line.append(f"M{x:.1f} {bottom:.1f}v4")
            if tilted:
                self.text(x + 4, bottom + 16, label, anchor="end", turn=-35)
            else:
                self.text(x, bottom + 18, label)
        for value, label in self.yticks:
            y = float(self.at(self.x0, value)[1])
            line.append(f"M{left:.1f} {y:.1f}h-4")
            self.text(left - 8, y + 5, label, anchor="end")
        self.parts.append(
            _stroke("".join(line) + f"M{left:.1f} {top:.1f}V{bottom:.1f}H{right:.1f}", self.soft, 1)
        )
        lower = bottom + 38 + (0.5 * max(_wide(label) for _, label in self.xticks) if tilted else 0)
        self.text((left + right) / 2, lower, panel.x.label)
        self.text(LEAD, (top + bottom) / 2, panel.y.label, turn=-90)

    def plot(self) -> None:
        left, top, right, bottom = self.box
        panel = self.panel
        if panel.cells is not None:
            self.grid(panel.cells)
        elif not panel.bare:
            rules = [f"M{left:.1f} {float(self.at(self.x0, v)[1]):.1f}H{right:.1f}" for v, _ in self.yticks]
            if panel.y.names:
                rules = [
                    f"M{float(self.at(v, self.y0)[0]):.1f} {top:.1f}V{bottom:.1f}" for v, _ in self.xticks
                ]
            self.parts.append(_stroke("".join(rules), self.colors.named("line", LINE), 1))
        filled = any(s.kind in ("bars", "hbars", "area") for s in panel.series)
        if filled:  # a line that bars would hide
            for series in panel.series:
                self.series(series)
        self.marks(self.ink if filled else self.soft)
        if not filled:
            for series in panel.series:
                self.series(series)

    def marks(self, plain: str) -> None:
        left, top, right, bottom = self.box
        for mark in self.panel.marks:
            color = plain if mark.color is None else self.colors.of(mark.color)
            if mark.kind == "diagonal":
                low, high = max(self.x0, self.y0), min(self.x1, self.y1)
                (ax, bx), (ay, by) = (
                    v.tolist() for v in self.at(np.array([low, high]), np.array([low, high]))
                )
                self.parts.append(_stroke(f"M{ax:.1f} {ay:.1f}L{bx:.1f} {by:.1f}", color, 1.5, True))
            elif mark.kind == "x":
                x = float(self.at(mark.at, self.y0)[0])
                self.parts.append(_stroke(f"M{x:.1f} {top:.1f}V{bottom:.1f}", color, 1.5, True))
            else:
                y = float(self.at(self.x0, mark.at)[1])
                self.parts.append(_stroke(f"M{left:.1f} {y:.1f}H{right:.1f}", color, 1.5, True))

    def grid(self, cells: Cells) -> None:
        color, paper = self.colors.of(0), self.colors.named("paper", PAPER)
        rows, columns = cells.numbers.shape
        for i in range(rows):
            for j in range(columns):
                (x0, x1), (y0, y1) = (
                    v.tolist() for v in self.at(np.array([j - 0.5, j + 0.5]), np.array([i - 0.5, i + 0.5]))
                )
                shade = float(cells.shade[i, j])
                self.parts.append(
                    f'<rect x="{x0:.1f}" y="{min(y0, y1):.1f}" width="{x1 - x0:.1f}" height="{abs(y1 - y0):.1f}" '
                    f'fill="{color}" fill-opacity="{shade:.3f}" stroke="{paper}"/>'
                )
                lines = cells.texts[i][j].split("\n") if cells.texts else []
                for k, text in enumerate(lines):
                    y = (y0 + y1) / 2 + 5 + (k - (len(lines) - 1) / 2) * (LEAD - 1)
                    self.text((x0 + x1) / 2, y, text, color=paper if shade > 0.55 else self.ink)

    def series(self, s: Series) -> None:
        rows = s.drawn()
        x, y = np.asarray(s.x, float)[rows], np.asarray(s.y, float)[rows]
        color = self.colors.of(s.color)
        if s.kind in ("bars", "hbars"):
            self.bars(s, x, y, rows, color)
        elif s.kind == "edges":
            px, py = self.at(x, y)
            path = "".join(
                f"M{px[i]:.1f} {py[i]:.1f}L{px[i + 1]:.1f} {py[i + 1]:.1f}" for i in range(0, len(px), 2)
            )
            self.parts.append(_stroke(path, self.soft, 0.7, opacity=0.5))
        elif s.kind in ("line", "steps", "area"):
            px, py = self.at(x, y)
            if s.kind == "area":
                base = np.zeros(len(x)) if s.base is None else np.asarray(s.base, float)[rows]
                bx, by = self.at(x, base)
                shape = _path(np.concatenate([px, bx[::-1]]), np.concatenate([py, by[::-1]])) + "z"
                self.parts.append(f'<path d="{shape}" fill="{color}" fill-opacity=".25"/>')
            self.parts.append(_stroke(_path(px, py, s.kind == "steps"), color, 2, s.dashed))
        elif s.kind == "points":
            px, py = self.at(x, y)
            left, top, right, bottom = self.box
            fine = (px >= left - 1) & (px <= right + 1) & (py >= top - 1) & (py <= bottom + 1)  # NaN is not
            self.parts.append(
                _markers(
                    px[fine],
                    py[fine],
                    s.color,
                    color,
                    1.0 if self.panel.bare else _opacity(len(rows)),
                    3.0 if self.panel.bare else 1,
                )
            )
        if s.spread is not None:
            self.whiskers(s, x, y, np.asarray(s.spread, float)[rows])
        if s.texts:
            px, py = self.at(x, y)
            shift = {"middle": 0.0, "start": 14.0, "end": -14.0}[s.anchor]
            for i, text in enumerate(s.texts):
                self.text(float(px[i]) + shift, float(py[i]) + 5, text, anchor=s.anchor)

    def bars(self, s: Series, x: Array, y: Array, rows: Array, color: str) -> None:
        base = np.zeros(len(rows)) if s.base is None else np.asarray(s.base, float)[rows]
        wide = np.full(len(rows), 0.7) if s.wide is None else np.asarray(s.wide, float)[rows]
        paper = self.colors.named("paper", PAPER)
        for i in range(len(rows)):
            if s.kind == "bars":
                cx, cy = self.at(
                    np.array([x[i] - wide[i] / 2, x[i] + wide[i] / 2]), np.array([base[i], base[i] + y[i]])
                )
            else:
                cx, cy = self.at(
                    np.array([base[i], base[i] + x[i]]), np.array([y[i] - wide[i] / 2, y[i] + wide[i] / 2])
                )
            if np.isfinite(cx).all() and np.isfinite(cy).all() and np.ptp(cx) * np.ptp(cy) > 0:
                self.parts.append(
                    f'<rect x="{cx.min():.1f}" y="{cy.min():.1f}" width="{np.ptp(cx):.1f}" height="{np.ptp(cy):.1f}" '
                    f'fill="{color}" stroke="{paper}" stroke-width=".7"/>'
                )

    def whiskers(self, s: Series, x: Array, y: Array, spread: Array) -> None:
        parts = []
        for i in np.flatnonzero(np.isfinite(spread) & np.isfinite(x) & np.isfinite(y)):
            if s.kind == "hbars":
                (ax, bx), (ay, _) = (
                    v.tolist() for v in self.at(x[i] + spread[i] * np.array([-1, 1]), np.full(2, y[i]))
                )
                parts.append(f"M{ax:.1f} {ay - 4:.1f}v8M{ax:.1f} {ay:.1f}H{bx:.1f}M{bx:.1f} {ay - 4:.1f}v8")
            else:
                (ax, _), (ay, by) = (
                    v.tolist() for v in self.at(np.full(2, x[i]), y[i] + spread[i] * np.array([-1, 1]))
                )
                parts.append(f"M{ax - 4:.1f} {ay:.1f}h8M{ax:.1f} {ay:.1f}V{by:.1f}M{ax - 4:.1f} {by:.1f}h8")
        after = _stroke("".join(parts), self.ink if s.kind == "hbars" else self.colors.of(s.color), 1)
        self.parts.append(after)


def _along(values: Any, low: float, high: float, log: bool, first: float, last: float) -> Array:
    v = np.asarray(values, float)
    if log:
        with np.errstate(all="ignore"):
            share = (np.log(v) - np.log(low)) / (np.log(high) - np.log(low))
    else:
        share = (v - low) / (high - low)
    return np.asarray(first + share * (last - first))


def _opacity(count: int) -> float:
    return 0.85 if count <= 200 else 0.55


def _path(x: Array, y: Array, steps: bool = False) -> str:
    """Straight lines, broken where a value is missing."""
    parts, pen = [], False
    for i in range(len(x)):
        if not (np.isfinite(x[i]) and np.isfinite(y[i])):
            pen = False
            continue
        if pen and steps:
            parts.append(f"H{x[i]:.1f}V{y[i]:.1f}")
        else:
            parts.append(f"{'L' if pen else 'M'}{x[i]:.1f} {y[i]:.1f}")
        pen = True
    return "".join(parts)


def _stroke(path: str, color: str, width: float, dashed: bool = False, opacity: float = 1.0) -> str:
    if not path:
        return ""
    more = ' stroke-dasharray="6 4"' if dashed else ""
    more += f' stroke-opacity="{opacity:g}"' if opacity < 1 else ""
    return f'<path d="{path}" fill="none" stroke="{color}" stroke-width="{width:g}"{more}/>'


def _markers(x: Array, y: Array, number: int, color: str, opacity: float, scale: float = 1.0) -> str:
    """All points as one path: a dot is a line of no length with round ends."""
    kind = MARKERS[number % len(MARKERS)]
    r = 3.0 * scale
    if kind == "o":
        path = "".join(f"M{a:.1f} {b:.1f}h.01" for a, b in zip(x, y, strict=True))
        return (f'<path d="{path}" fill="none" stroke="{color}" stroke-width="{2 * r + 0.6:g}" stroke-linecap="round" '
                f'stroke-opacity="{opacity:g}"/>')  # fmt: skip
    corners = {
        "s": (-r, -r, f"h{2 * r:g}v{2 * r:g}h{-2 * r:g}z"),
        "d": (
            0,
            -1.35 * r,
            f"l{1.35 * r:g} {1.35 * r:g}l{-1.35 * r:g} {1.35 * r:g}l{-1.35 * r:g} {-1.35 * r:g}z",
        ),
        "^": (0, -1.2 * r, f"l{1.2 * r:g} {2.2 * r:g}h{-2.4 * r:g}z"),
        "v": (0, 1.2 * r, f"l{1.2 * r:g} {-2.2 * r:g}h{-2.4 * r:g}z"),
    }[kind]
    path = "".join(
        f"M{a + corners[0]:.1f} {b + corners[1]:.1f}{corners[2]}" for a, b in zip(x, y, strict=True)
    )
    return f'<path d="{path}" fill="{color}" fill-opacity="{opacity:g}"/>'


def _lines(text: str, width: float, bold: bool = False) -> list[str]:
    """The text in lines of this width."""
    return wrap(text, max(20, int(width / (8.6 if bold else 8.0)))) if text else []
