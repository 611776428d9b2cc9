"""a network or a computation graph -> SVG, with values on nodes and edges, and a plain-text stand-in."""

from collections.abc import Mapping, Sequence
from html import escape

from ..rules.graph import Graph
from ..rules.words import show_number
from .page import Figure

MOST = 12  # units of a layer that are drawn


def _svg(width: float, height: float, parts: Sequence[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:g} {height:g}" width="{width:g}" '
        f'height="{height:g}" font-family="system-ui,sans-serif" font-size="12" fill="currentColor" role="img">'
        + "".join(parts)
        + "</svg>"
    )


def _label(
    x: float, y: float, text: str, size: int = 12, opacity: float = 1.0, anchor: str = "middle"
) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}" '
        f'fill-opacity="{opacity}">{escape(text)}</text>'
    )


def _fitting(value: float) -> str:
    """A number that a circle holds: at most six signs."""
    return next((t for d in (3, 2, 1) if len(t := show_number(value, d)) <= 6), f"{value:.0e}")


def network(
    sizes: Sequence[int],
    names: Sequence[str],
    values: Mapping[str, float] | None = None,
    weights: Mapping[tuple[int, int, int], float] | None = None,
    shown: Mapping[int, Sequence[int]] | None = None,
) -> Figure:
    """The layers side by side; `values` {"x_1": …, "y1_2": …} on the nodes, `weights` {(layer, from, to): …} on the edges.

    Thickness is |w|, dashes are negative weights. `shown` {layer (0: inputs): unit numbers} names the units drawn of a
    wide layer, else its first; the others are counted, and the drawn ones carry their numbers.
    """
    units = [list((shown or {}).get(i, range(1, n + 1)))[:MOST] for i, n in enumerate(sizes)]
    gap_x, gap_y, r = 190.0, 62.0, 21.0
    height = max(map(len, units)) * gap_y + 40
    width = gap_x * (len(sizes) - 1) + 150
    places = [
        [
            (u, 75 + gap_x * i, 20 + height / 2 + gap_y * (j - (len(column) - 1) / 2) - 10)
            for j, u in enumerate(column)
        ]
        for i, column in enumerate(units)
    ]
    parts: list[str] = []
    largest = max((abs(v) for v in (weights or {}).values()), default=1.0) or 1.0
    few = sum(len(a) * len(b) for a, b in zip(units, units[1:], strict=False)) <= 24
    for layer in range(1, len(sizes)):
        for i, x1, y1 in places[layer - 1]:
            for j, x2, y2 in places[layer]:
                w = (weights or {}).get((layer, i, j))
                thick = 1.0 if w is None else 0.6 + 3.0 * abs(w) / largest
                dash = ' stroke-dasharray="5 4"' if w is not None and w < 0 else ""
                parts.append(
                    f'<line x1="{x1 + r:.1f}" y1="{y1:.1f}" x2="{x2 - r:.1f}" y2="{y2:.1f}" stroke="currentColor" '
                    f'stroke-opacity=".45" stroke-width="{thick:.2f}"{dash}/>'
                )
                if w is not None and few:
                    at = (
                        0.28 if (i + j) % 2 else 0.68
                    )  # crossing edges carry their numbers at different places
                    parts.append(_label(x1 + (x2 - x1) * at, y1 + (y2 - y1) * at - 4, show_number(w, 3), 11))
    for layer, column in enumerate(places):
        folded = len(column) < sizes[layer]
        for j, x, y in column:
            label = f"x_{j}" if layer == 0 else f"y{layer}_{j}"
            parts.append(
                f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{r}" fill="none" stroke="currentColor" stroke-width="1.5"/>'
            )
            value = (values or {}).get(label)
            parts.append(_label(x, y + 4, _fitting(value) if value is not None else str(j), 11))
            if folded and value is not None:
                parts.append(_label(x, y + r + 11, f"{'x' if layer == 0 else 'y'} {j}", 10, 0.7))
        if folded:
            parts.append(_label(column[-1][1], column[-1][2] + r + 24, f"… {sizes[layer]}", 11, 0.7))
        parts.append(_label(column[0][1], 14, names[layer] if layer < len(names) else "", 12, 0.7))
    text = " -> ".join(f"{n}" + (f" {names[i]}" if i < len(names) else "") for i, n in enumerate(sizes))
    return Figure(_svg(width, height + 20, parts), text)


def graph(drawn: Graph, names: Mapping[int, str], labels: Mapping[int, str]) -> Figure:
    """The computation graph, inputs on the left: value above, gradient below each node."""
    depth: list[int] = []
    for node in drawn.nodes:
        depth.append(1 + max((depth[i] for i in node.inputs), default=-1))
    for index, node in enumerate(drawn.nodes):
        if not node.inputs:  # an input stands just in front of its first use
            depth[index] = min((depth[u] for u in node.uses), default=1) - 1
    columns: dict[int, list[int]] = {}
    for index, d in enumerate(depth):
        columns.setdefault(d, []).append(index)
    most = max(len(c) for c in columns.values())
    gap_x, gap_y = 150.0, 84.0
    height, width = most * gap_y + 20, gap_x * len(columns) + 20
    place = {
        index: (70 + gap_x * d, 10 + height / 2 + gap_y * (row - (len(column) - 1) / 2))
        for d, column in columns.items()
        for row, index in enumerate(column)
    }
    parts: list[str] = []
    for index, node in enumerate(drawn.nodes):
        x, y = place[index]
        for source in node.inputs:
            x0, y0 = place[source]
            parts.append(
                f'<line x1="{x0 + 24:.1f}" y1="{y0:.1f}" x2="{x - 24:.1f}" y2="{y:.1f}" stroke="currentColor" '
                'stroke-opacity=".5"/>'
            )
        parts.append(
            f'<rect x="{x - 24:.1f}" y="{y - 15:.1f}" width="48" height="30" rx="14" fill="none" stroke="currentColor"/>'
        )
        parts.append(_label(x, y + 4, labels[index]))
        parts.append(_label(x, y - 20, show_number(float(node.value), 5), 11))
        if node.gradient is not None:
            parts.append(
                f'<g fill="#c2410c">{_label(x, y + 29, show_number(float(node.gradient), 5), 11)}</g>'
            )
    lines = []
    for i, n in enumerate(drawn.nodes):
        if i not in names:
            continue
        uses = " ".join(names[u] for u in sorted(set(n.uses)))
        gradient = "" if n.gradient is None else show_number(float(n.gradient))
        lines.append(
            f"{labels[i]:>10}  {show_number(float(n.value)):>12}  ∂ {gradient:>12}"
            + (f"   -> {uses}" if uses else "")
        )
    return Figure(_svg(width, height, parts), "\n".join(lines))
