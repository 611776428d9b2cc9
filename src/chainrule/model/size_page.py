"""sizes -> page: both errors over the number of hidden units, with the rules of thumb marked, a table and the sentences."""

from ..messages import get_language, say
from ..page.drawing import _label, _svg
from ..page.page import Figure, Page, Table
from ..report.pictures import curves
from .size import Array, Sizes, _spread

WIDTH, HEIGHT, LEFT, BOTTOM = 640.0, 340.0, 70.0, 300.0


def page(found: Sizes) -> Page:
    made = Page(say("CR-3420", target=found.target), facts=found.to_json(), language=get_language())
    sizes, folds, starts = found.validation.shape
    section = made.section(found.target)
    section.say(say("CR-3421", rows=found.rows, inputs=found.inputs, outputs=found.outputs, sizes=sizes, starts=starts,
                    folds=folds, count=found.validation.size))  # fmt: skip
    section.items.append(_figure(found))
    marks = {found.hidden[found.best]: say("CR-3427")}
    marks[found.recommended] = say("CR-3426")
    for rule, named in found.thumbs.items():
        for n in named:
            marks[n] = ", ".join([m for m in (marks.get(n, ""), rule) if m])
    rows = tuple(
        (str(n), str(p), _shown(t), _shown(v), marks.get(n, ""))
        for n, p, t, v in zip(found.hidden, found.parameters, found.train, found.validation, strict=True)
    )
    header = (say("CR-3422"), say("CR-3423"), say("CR-3424", measure=found.measure),
              say("CR-3425", measure=found.measure), "")  # fmt: skip
    section.items.append(Table(header, rows, say("CR-3428")))
    for sentence in (found.verdict(), *found.judged()):
        section.say(sentence)
    return made


def _shown(values: Array) -> str:
    both = _spread(values)
    return f"{both['mean']:.4g} ± {both['sd']:.2g}"


def _figure(found: Sizes) -> Figure:
    """SVG with a band of one standard deviation around each mean; a terminal shows the means."""
    lines = {name: getattr(found, name).mean(axis=(1, 2)) for name in ("train", "validation")}
    spread = {name: getattr(found, name).std(axis=(1, 2)) for name in lines}
    low = min(float((lines[n] - spread[n]).min()) for n in lines)
    high = max(float((lines[n] + spread[n]).max()) for n in lines)
    first, last = found.hidden[0], found.hidden[-1]

    def x(n: float) -> float:
        return LEFT + (WIDTH - LEFT - 20) * (n - first) / (last - first)

    def y(v: float) -> float:
        return BOTTOM - (BOTTOM - 20) * (v - low) / ((high - low) or 1.0)

    parts = [f'<path d="M{LEFT} 20V{BOTTOM}H{WIDTH - 20}" fill="none" stroke="currentColor"/>']
    for name, colour, at in (("train", "#2a6fbb", "CR-3424"), ("validation", "#c0482b", "CR-3425")):
        points = list(zip(found.hidden, lines[name], spread[name], strict=True))
        band = [f"{x(n):.1f},{y(v + s):.1f}" for n, v, s in points] + [
            f"{x(n):.1f},{y(v - s):.1f}" for n, v, s in reversed(points)
        ]
        parts.append(f'<polygon points="{" ".join(band)}" fill="{colour}" fill-opacity="0.15"/>')
        parts.append(
            f'<polyline points="{" ".join(f"{x(n):.1f},{y(v):.1f}" for n, v, _ in points)}" fill="none" '
            f'stroke="{colour}" stroke-width="2"/>'
        )
        row = 34.0 if name == "train" else 52.0
        parts.append(f'<rect x="{WIDTH - 250:.0f}" y="{row - 9}" width="14" height="4" fill="{colour}"/>')
        parts.append(_label(WIDTH - 230, row, say(at, measure=found.measure), anchor="start"))
    marked = [(found.recommended, say("CR-3426"))]
    marked += [(n, rule) for rule, named in found.thumbs.items() for n in named]
    for k, (n, text) in enumerate(marked):
        if first <= n <= last:
            parts.append(
                f'<path d="M{x(n):.1f} 20V{BOTTOM}" stroke="currentColor" stroke-dasharray="4 4" stroke-opacity="0.5"/>'
            )
            parts.append(_label(x(n) + 4, 80.0 + 16 * k, text, 11, anchor="start"))
    parts += [
        _label(x(n), BOTTOM + 16, str(n), 11)
        for n in found.hidden
        if len(found.hidden) <= 25 or n in (first, last)
    ]
    parts += [_label(LEFT - 6, y(v) + 4, f"{v:.3g}", 11, anchor="end") for v in (low, (low + high) / 2, high)]
    parts.append(_label(WIDTH / 2, HEIGHT - 6, say("CR-3422")))
    return Figure(_svg(WIDTH, HEIGHT, parts), "\n".join(curves(lines)))
