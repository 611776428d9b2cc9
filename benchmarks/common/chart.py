"""series of measurements -> one JSON file and one picture (SVG, both axes logarithmic)."""

import json
import math
import platform
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

COLOURS = ("#1f77b4", "#d62728", "#2ca02c", "#9467bd", "#ff7f0e")
WIDTH, HEIGHT, EDGE = 640, 400, 60

Series = Mapping[str, Sequence[tuple[float, float]]]


def write(
    folder: Path, name: str, facts: Mapping[str, Any], charts: Mapping[str, tuple[str, str, Series]]
) -> None:
    """`facts` into NAME.json; each chart, (label of x, label of y, {line: [(x, y), …]}), into NAME-CHART.svg."""
    folder.mkdir(parents=True, exist_ok=True)
    machine = {
        "machine": platform.machine(),
        "system": platform.system(),
        "python": platform.python_version(),
    }
    (folder / f"{name}.json").write_text(json.dumps({**machine, **facts}, indent=1) + "\n", encoding="utf-8")
    for chart, (across, up, lines) in charts.items():
        (folder / f"{name}-{chart}.svg").write_text(_svg(chart, across, up, lines), encoding="utf-8")


def _svg(title: str, across: str, up: str, lines: Series) -> str:
    points = [p for line in lines.values() for p in line]
    xs, ys = ([math.log10(p[i]) for p in points] for i in (0, 1))
    low, high = (min(xs), math.floor(min(ys))), (max(xs), math.ceil(max(ys)))

    def place(x: float, y: float) -> tuple[float, float]:
        share = [(math.log10(v) - a) / ((b - a) or 1.0) for v, a, b in zip((x, y), low, high, strict=True)]
        return EDGE + share[0] * (WIDTH - 2 * EDGE), HEIGHT - EDGE - share[1] * (HEIGHT - 2 * EDGE)

    parts = [f'<text x="{WIDTH / 2}" y="20" text-anchor="middle">{title}</text>',
             f'<text x="{WIDTH / 2}" y="{HEIGHT - 12}" text-anchor="middle">{across}</text>',
             f'<text x="14" y="{HEIGHT / 2}" transform="rotate(-90 14 {HEIGHT / 2})" text-anchor="middle">{up}</text>']  # fmt: skip
    for power in range(int(low[1]), int(high[1]) + 1):
        y = place(10 ** low[0], 10.0**power)[1]
        parts.append(f'<path d="M{EDGE} {y:.1f}H{WIDTH - EDGE}" stroke="#ddd"/>')
        parts.append(f'<text x="{EDGE - 6}" y="{y + 4:.1f}" text-anchor="end">{10.0**power:g}</text>')
    for x in sorted({p[0] for p in points}):
        parts.append(
            f'<text x="{place(x, 1.0)[0]:.1f}" y="{HEIGHT - EDGE + 18}" text-anchor="middle">{x:g}</text>'
        )
    for i, (name, line) in enumerate(lines.items()):
        colour, at = COLOURS[i % len(COLOURS)], [place(*p) for p in line]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in at)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts.append(f'<text x="{EDGE + 12}" y="{EDGE + 4 + 16 * i}" fill="{colour}">{name}</text>')
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12">'
    return "\n".join([head, f'<rect width="{WIDTH}" height="{HEIGHT}" fill="white"/>', *parts, "</svg>\n"])
