"""a picture -> PDF and PNG by Matplotlib, which is imported here and only when a file is wanted."""

import io
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any

import numpy as np

from ..messages import get_language, say
from ..messages.columns import text_width, wrap
from .picture import Array, Mark, Panel, Picture, Series, fitting, ticks
from .svg import INK, LINE, MARKERS, PALETTE, PAPER, SOFT

DPI = 600  # what journals ask of a line drawing
WIDE, WIDTH, TALL, SIDE = 5.8, 4.6, 2.9, 3.6  # inches of a panel; the side of a square one
# sans-serif fonts with Chinese characters, by how common they are: Linux, Windows, macOS
CHINESE = (
    "Noto Sans CJK SC", "Source Han Sans SC", "Source Han Sans CN", "Noto Sans SC", "WenQuanYi Micro Hei",
    "WenQuanYi Zen Hei", "Microsoft YaHei", "SimHei", "DengXian", "PingFang SC", "Hiragino Sans GB", "Heiti SC",
    "STHeiti", "Arial Unicode MS", "Noto Sans CJK JP", "Noto Sans CJK TC", "Droid Sans Fallback", "SimSun",
)  # fmt: skip
BOX = "□"


def picture_pdf(picture: Picture) -> bytes:
    """Lines and letters as such: a PDF for print at any size. The same picture gives the same bytes."""
    return picture_files(picture, (("pdf", DPI),))[0]


def picture_png(picture: Picture, dpi: int = DPI) -> bytes:
    """Pixels on white."""
    return picture_files(picture, (("png", dpi),))[0]


def missing_glyphs(texts: Iterable[str]) -> str:
    """The characters that no font at hand can draw, each once; in a file they become empty boxes."""
    wanted = sorted({c for text in texts for c in text if c.isprintable() and c != " "})
    return "".join(c for c in wanted if not any(ord(c) in _characters(font) for font in _fonts()))


def font_advice(texts: Iterable[str]) -> str:
    """The sentence that says which characters cannot be drawn and what to install; "" where all can."""
    lacking = missing_glyphs(texts)
    return (
        say("CR-3203", characters=" ".join(lacking[:20]) + (" …" if len(lacking) > 20 else ""))
        if lacking
        else ""
    )


@cache
def _fonts() -> tuple[str, ...]:
    """Matplotlib's own font, and the first font with Chinese characters that is installed."""
    from matplotlib import font_manager

    known = {entry.name for entry in font_manager.fontManager.ttflist}
    found = next((name for name in CHINESE if name in known), None)
    return ("DejaVu Sans",) if found is None else ("DejaVu Sans", found)


@cache
def _characters(font: str) -> frozenset[int]:
    from matplotlib import font_manager

    opened = font_manager.get_font(font_manager.findfont(font_manager.FontProperties(family=font)))
    return frozenset(opened.get_charmap())


def _settings() -> dict[str, Any]:
    fonts = list(_fonts())
    if get_language() == "zh":  # one face for Latin and Chinese letters
        fonts.reverse()
    return {
        "font.family": fonts, "font.size": 9, "axes.titlesize": 9.5, "axes.labelsize": 9, "legend.fontsize": 8.5,
        "xtick.labelsize": 8.5, "ytick.labelsize": 8.5, "axes.unicode_minus": False, "axes.edgecolor": SOFT,
        "xtick.color": SOFT, "ytick.color": SOFT, "xtick.labelcolor": INK, "ytick.labelcolor": INK, "text.color": INK,
        "axes.labelcolor": INK, "pdf.fonttype": 42, "text.usetex": False, "text.parse_math": False,
        "axes.spines.top": False, "axes.spines.right": False, "axes.linewidth": 0.8, "legend.frameon": False,
    }  # fmt: skip


def picture_files(
    picture: Picture, forms: Sequence[tuple[str, int]] = (("pdf", DPI), ("png", DPI))
) -> list[bytes]:
    """The picture in several forms (form, dots per inch), laid out once."""
    import matplotlib
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    lacking = missing_glyphs(picture.texts())
    with matplotlib.rc_context():
        matplotlib.rcdefaults()  # a user's style must not turn a report into something else
        settings: Any = _settings()
        matplotlib.rcParams.update(settings)
        columns = min(1 if picture.wide else picture.columns, len(picture.panels))
        rows = -(-len(picture.panels) // columns)
        sizes = [_size(panel, WIDE if picture.wide else WIDTH) for panel in picture.panels]
        width = max(w for w, _ in sizes)
        tall = [max(h for _, h in sizes[i * columns : (i + 1) * columns]) for i in range(rows)]
        figure = Figure(figsize=(width * columns, sum(tall)), layout="constrained", facecolor=PAPER)
        FigureCanvasAgg(figure)
        grid = figure.add_gridspec(rows, columns, height_ratios=tall)
        for i, panel in enumerate(picture.panels):
            _panel(figure.add_subplot(grid[i // columns, i % columns]), panel, lacking)
        figure.draw_without_rendering()
        figure.set_layout_engine("none")  # found once, for all forms
        return [_saved(figure, form, dpi) for form, dpi in forms]


def _saved(figure: Any, form: str, dpi: int) -> bytes:
    made = io.BytesIO()
    if form == "pdf":
        figure.savefig(made, format=form, dpi=dpi, metadata={"CreationDate": None})
    else:  # large even areas: little is won by compressing harder
        figure.savefig(
            made, format=form, dpi=dpi, metadata={"Software": None}, pil_kwargs={"compress_level": 3}
        )
    return made.getvalue()


def _size(panel: Panel, width: float) -> tuple[float, float]:
    head = 0.17 * len(_wrapped(panel.note)) + 0.18 * _legend_lines(panel)
    if panel.cells is not None:
        side = max(2.2, min(6.0, 0.62 * len(panel.x.names)))
        return max(3.2, side + 1.0), side + 0.9 + head
    if panel.square:
        return SIDE + 0.5, SIDE + head
    if panel.y.names and not panel.bare:
        return width, 0.3 * len(panel.y.names) + 0.9 + head
    return width, TALL + head


def _legend_lines(panel: Panel) -> int:
    names, beside = _keys(panel)
    return -(-len(names) // beside)


def _wrapped(text: str) -> list[str]:
    return wrap(text, 62) if text else []


def _keys(panel: Panel) -> tuple[list[str], int]:
    """The legend's names and how many stand in one line."""
    every: list[Series | Mark] = [*panel.series, *panel.marks]
    names = list(dict.fromkeys(one.name for one in every if one.name))
    if panel.bare or not names:
        return [], 1
    room = 48 if panel.square or panel.cells is not None else 64
    return names, max(1, min(len(names), room // (max(map(text_width, names)) + 6)))


def _panel(ax: Any, panel: Panel, lacking: str) -> None:
    def safe(text: str) -> str:
        return "".join(BOX if c in lacking else c for c in text)

    (x0, x1), (y0, y1) = panel.limits()
    if panel.cells is not None:
        for i, j in np.ndindex(*panel.cells.numbers.shape):
            shade = float(panel.cells.shade[i, j])
            ax.add_patch(_rectangle(j - 0.5, i - 0.5, 1, 1, PALETTE[0], shade))
            if panel.cells.texts:
                ax.text(j, i, safe(panel.cells.texts[i][j]), ha="center", va="center", fontsize=8,
                        color=PAPER if shade > 0.55 else INK)  # fmt: skip
        x0, x1, y0, y1 = -0.5, len(panel.x.names) - 0.5, -0.5, len(panel.y.names) - 0.5
    for along, axis, low, high in (("x", panel.x, x0, x1), ("y", panel.y, y0, y1)):
        if axis.log:
            getattr(ax, f"set_{along}scale")("log")
        getattr(ax, f"set_{along}lim")(*((high, low) if along == "y" and axis.names else (low, high)))
        room = 34 if panel.square else 42  # columns of letters
        places = fitting(axis, low, high, room) if along == "x" else ticks(axis, low, high)
        places = [] if panel.bare else places
        which = getattr(ax, f"{along}axis")
        which.set_ticks([at for at, _ in places], labels=[safe(label) for _, label in places])
        which.set_ticks([], minor=True)
        if not panel.bare:
            getattr(ax, f"set_{along}label")(safe(axis.label))
    if panel.bare:
        ax.set_axis_off()
    elif panel.cells is None:
        ax.grid(axis="x" if panel.y.names else "y", color=LINE, linewidth=0.7)
        ax.set_axisbelow(True)
    names = [label.get_text() for label in ax.get_xticklabels()]
    if panel.x.names and sum(map(text_width, names)) + 2 * len(names) > 60:
        ax.tick_params(axis="x", labelrotation=35)
        for label in ax.get_xticklabels():
            label.set_ha("right")
    handles: dict[str, Any] = {}
    filled = any(s.kind in ("bars", "hbars", "area") for s in panel.series)
    for mark in panel.marks:
        style = {
            "color": (INK if filled else SOFT) if mark.color is None else PALETTE[mark.color],
            "linestyle": "--",
            "linewidth": 1.1,
            "zorder": 3 if filled else 1.5,
        }
        if mark.kind == "diagonal":
            low, high = max(x0, y0), min(x1, y1)
            (drawn,) = ax.plot([low, high], [low, high], **style)
        else:
            drawn = (ax.axvline if mark.kind == "x" else ax.axhline)(mark.at, **style)
        handles.setdefault(mark.name, drawn)
    for series in panel.series:
        handles.setdefault(series.name, _series(ax, series, panel, safe))
    if panel.square or panel.cells is not None:
        ax.set_aspect("equal")
    _head(ax, panel, handles, safe)


def _head(ax: Any, panel: Panel, handles: dict[str, Any], safe: Any) -> None:
    """Title and note above the legend's lines, which are above the axes: nothing ever covers a number."""
    names, beside = _keys(panel)
    if names:
        ax.legend([handles[name] for name in names], [safe(name) for name in names], loc="lower center",
                  bbox_to_anchor=(0.5, 1.0), ncols=beside, borderaxespad=0.1, handlelength=1.8, columnspacing=1.2,
                  handletextpad=0.5)  # fmt: skip
    title = "\n".join([*([panel.title] if panel.title else []), *_wrapped(panel.note)])
    if title:
        ax.set_title(safe(title), linespacing=1.35, pad=5 + 14 * _legend_lines(panel))


def _rectangle(x: float, y: float, wide: float, tall: float, color: str, opacity: float) -> Any:
    from matplotlib.patches import Rectangle

    return Rectangle((x, y), wide, tall, facecolor=(*_rgb(color), opacity), edgecolor=PAPER, linewidth=0.8)


def _rgb(color: str) -> tuple[float, ...]:
    return tuple(int(color[i : i + 2], 16) / 255 for i in (1, 3, 5))


def _series(ax: Any, s: Series, panel: Panel, safe: Any) -> Any:
    rows = s.drawn()

    def some(values: Array | None, otherwise: float) -> Array:
        return np.full(len(rows), otherwise) if values is None else np.asarray(values, float)[rows]

    x, y, color = np.asarray(s.x, float)[rows], np.asarray(s.y, float)[rows], PALETTE[s.color % len(PALETTE)]
    spread = None if s.spread is None else np.asarray(s.spread, float)[rows]
    drawn: Any = None
    if s.kind == "bars":
        drawn = ax.bar(
            x, y, some(s.wide, 0.7), some(s.base, 0.0), color=color, edgecolor=PAPER, linewidth=0.5
        )
    elif s.kind == "hbars":
        drawn = ax.barh(
            y, x, some(s.wide, 0.7), some(s.base, 0.0), color=color, edgecolor=PAPER, linewidth=0.5
        )
    elif s.kind == "edges":
        for i in range(0, len(x), 2):
            ax.plot(x[i : i + 2], y[i : i + 2], color=SOFT, linewidth=0.4, alpha=0.5, zorder=1)
    elif s.kind in ("line", "steps", "area"):
        if s.kind == "area":
            ax.fill_between(x, y, some(s.base, 0.0), color=color, alpha=0.25, linewidth=0)
        (drawn,) = ax.plot(x, y, color=color, linewidth=1.4, linestyle="--" if s.dashed else "-",
                           drawstyle="steps-post" if s.kind == "steps" else "default")  # fmt: skip
    elif s.kind == "points":
        kind, size = MARKERS[s.color % len(MARKERS)].replace("d", "D"), 9.5 if panel.bare else 3.4
        opacity = 1.0 if panel.bare else 0.85 if len(rows) <= 200 else 0.55
        (drawn,) = ax.plot(
            x, y, kind, color=color, markersize=size, alpha=opacity, markeredgewidth=0, zorder=2
        )
    if spread is not None:
        along = {"xerr" if s.kind == "hbars" else "yerr": spread}
        ax.errorbar(
            x, y, fmt="none", ecolor=INK if s.kind == "hbars" else color, elinewidth=0.8, capsize=2.5, **along
        )
    for i, text in enumerate(s.texts):
        shift = {"middle": (0, 0), "start": (8, 0), "end": (-8, 0)}[s.anchor]
        ax.annotate(safe(text), (x[i], y[i]), shift, textcoords="offset points", va="center",
                    ha={"middle": "center", "start": "left", "end": "right"}[s.anchor], fontsize=8.5)  # fmt: skip
    return drawn
