"""sizes -> page: both errors over the number of hidden units, with the rules of thumb marked, a table and the sentences."""

import numpy as np

from ..messages import get_language, say
from ..page.page import Page, Table
from ..page.picture import Axis, Mark, Panel, Picture, Series
from .size import Array, Sizes, _spread, measure_name


def page(found: Sizes) -> Page:
    made = Page(say("CR-3420", target=found.target), facts=found.to_json(), language=get_language())
    sizes, folds, starts = found.validation.shape
    section = made.section(found.target)
    section.say(say("CR-3421", rows=found.rows, inputs=found.inputs, outputs=found.outputs, sizes=sizes, starts=starts,
                    folds=folds, count=found.validation.size))  # fmt: skip
    section.items.append(_picture(found))
    marks = {found.hidden[found.best]: say("CR-3427")}
    marks[found.recommended] = say("CR-3426")
    for rule, named in found.thumbs.items():
        for n in named:
            marks[n] = ", ".join([m for m in (marks.get(n, ""), rule) if m])
    rows = tuple(
        (str(n), str(p), _shown(t), _shown(v), marks.get(n, ""))
        for n, p, t, v in zip(found.hidden, found.parameters, found.train, found.validation, strict=True)
    )
    header = (say("CR-3422"), say("CR-3423"), say("CR-3424", measure=_measure(found)),
              say("CR-3425", measure=_measure(found)), "")  # fmt: skip
    section.items.append(Table(header, rows, say("CR-3428")))
    for sentence in (found.verdict(), *found.judged()):
        section.say(sentence)
    return made


def _shown(values: Array) -> str:
    both = _spread(values)
    return f"{both['mean']:.4g} ± {both['sd']:.2g}"


def _picture(found: Sizes) -> Picture:
    """Both means with a whisker of one standard deviation; upright lines mark what is recommended and the rules of thumb."""
    sizes = np.array(found.hidden, float)
    series = []
    for color, (name, code) in enumerate((("train", "CR-3424"), ("validation", "CR-3425"))):
        values = getattr(found, name)
        mean, spread = values.mean(axis=(1, 2)), values.std(axis=(1, 2), ddof=1 if values[0].size > 1 else 0)
        label = say(code, measure=_measure(found))
        series += [
            Series(label, sizes, mean, "line", color),
            Series("", sizes, mean, "points", color, spread=spread),
        ]
    marks = [Mark("x", float(found.recommended), say("CR-3426"))]
    inside = [(n, rule) for rule, named in found.thumbs.items() for n in named]
    marks += [
        Mark("x", float(n), rule)
        for n, rule in inside
        if sizes[0] <= n <= sizes[-1] and n != found.recommended
    ]
    panel = Panel(Axis(say("CR-3422"), whole=True), Axis(_measure(found)), tuple(series), marks=tuple(marks))
    return Picture("hidden-sizes", say("CR-3435", measure=_measure(found)), (panel,), wide=True)


def _measure(found: Sizes) -> str:
    """As every report spells it: RMSE, log loss."""
    return measure_name(found.task, found.measure)
