"""What a threshold does: it moves the place where a neuron changes its mind, and without one AND cannot be learned."""

import numpy as np

from ...batches.source import Source
from ...messages import say
from ...page.page import Table
from ...plan import make_plan
from ..typed import textbook_settings, typed_net
from .parts import Lesson, output_at, trained

TARGETS = (0.0, 0.0, 0.0, 1.0)
ROWS = Source(np.array([[0, 0], [0, 1], [1, 0], [1, 1]], dtype=float), np.array([TARGETS]).T)
STEPS = 2000


def teach(lesson: Lesson) -> None:
    lesson.told(say("CR-2415"), say("CR-2521"))
    along = Source(np.array([[-1, 0, 1, 2, 3]], dtype=float).T)
    moved = lesson.told("y = f(2·x − θ)")
    rows: list[tuple[str | float, ...]] = []
    for theta in (-2.0, 0.0, 2.0, 4.0):
        plan, flat = typed_net("1-1", "2", [0.0], thresholds=str(theta), **textbook_settings({}))
        rows.append((f"{theta:g}", theta / 2, *(float(y) for y in output_at(plan, flat, along)[:, 0])))
    header = (say("CR-2528"), say("CR-2522"), *(f"y(x={x:g})" for x in along.x[:, 0]))
    moved.items.append(Table(header, tuple(rows)))
    learned = {}
    for bias in (False, True):
        plan = make_plan(
            2, 1, bias=bias, precision="float64", **textbook_settings({"lr": 1.0, "reduce_rows": "sum"})
        )
        _, outputs, _ = trained(plan, np.full((1, plan.size), 0.1), ROWS, STEPS)
        learned[bias] = outputs[:, 0]
    table = tuple(
        (
            " ".join(f"{v:g}" for v in ROWS.x[r]),
            TARGETS[r],
            float(learned[False][r]),
            float(learned[True][r]),
        )
        for r in range(4)
    )
    section = lesson.told(say("CR-2523"))
    section.items.append(Table((say("CR-2524"), say("CR-2479"), say("CR-2525"), say("CR-2526")), table))
    section.say(say("CR-2527", count=STEPS))
    lesson.page.digits = 6
    lesson.page.facts = {"without": learned[False].tolist(), "with": learned[True].tolist()}
    lesson.commands("chainrule explain 1-1 --weights 2 --thresholds 2 --x 1 --t 1 --lr .1")
