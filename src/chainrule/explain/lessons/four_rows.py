"""Four rows through 3-5-1, a thousand full steps, in the right order and in the listing's."""

import numpy as np

from ...batches.source import Source
from ...messages import say
from ...page.page import Table
from ...plan import make_plan
from ..stepping import batch_gradient
from ..typed import textbook_settings
from .parts import Lesson, mistaken, output_at, stepped, trained

TARGETS = (0.0, 1.0, 1.0, 0.0)
ROWS = Source(np.array([[0, 0, 1], [1, 1, 1], [1, 0, 1], [0, 1, 1]], dtype=float), np.array([TARGETS]).T)
STEPS = 1000


def teach(lesson: Lesson) -> None:
    section = lesson.told(say("CR-2415"), say("CR-2477"))
    plan = make_plan(
        3, 1, (5,), bias=False, precision="float64", **textbook_settings({"lr": 1.0, "reduce_rows": "sum"})
    )
    # N(0, 0.1) as in the listing, from a generator of NumPy's that stays the same everywhere
    start = 0.1 * np.random.Generator(np.random.Philox(key=[2, 0])).standard_normal((1, plan.size))
    first = batch_gradient(plan, start, ROWS.batch(slice(None), plan=plan))[0][:15]
    wrong_first = mistaken(plan, start, ROWS, "updated_first")[:15]
    worst = float(np.abs(first - wrong_first).max() / np.abs(first).max())
    section.say(say("CR-2478", worst=worst))
    _, right, _ = trained(plan, start, ROWS, STEPS)
    flat = start
    for _ in range(STEPS):
        flat = stepped(plan, flat, mistaken(plan, flat, ROWS, "updated_first"))
    wrong = output_at(plan, flat, ROWS)
    rows = tuple(
        (" ".join(f"{v:g}" for v in ROWS.x[r]), TARGETS[r], float(right[r, 0]), float(wrong[r, 0]))
        for r in range(4)
    )
    header = (say("CR-2420"), say("CR-2479"), say("CR-2418"), say("CR-2419"))
    lesson.told(say("CR-2417", count=STEPS)).items.append(Table(header, rows))
    lesson.told(say("CR-2416"), say("CR-2449"))
    lesson.page.facts = {"right": right[:, 0].tolist(), "wrong": wrong[:, 0].tolist(), "worst": worst}
    lesson.commands("chainrule derive 3-5-1 --no-bias", "chainrule check my_bp.py")
