"""One weight, two valleys: where gradient descent ends depends on where it starts."""

import numpy as np

from ...batches.source import Source
from ...messages import say
from ...page.page import Table
from ...plan import make_plan
from ..typed import textbook_settings
from .landscape import curve, descent, losses
from .parts import Lesson

ROWS = Source(np.array([[10.0, 1.0]]).T, np.array([[0.4, 0.9]]).T)
STARTS, STEPS, RATE = (-1.0, 0.3, 0.8, 4.0), 4000, 0.3


def teach(lesson: Lesson) -> None:
    lesson.told(say("CR-2415"), say("CR-2513"))
    plan = make_plan(
        1, 1, bias=False, precision="float64", **textbook_settings({"lr": RATE, "reduce_rows": "sum"})
    )
    x = np.linspace(-2.0, 6.0, 241)
    ends = {start: descent(plan, (start,), ROWS, STEPS, RATE) for start in STARTS}
    section = lesson.told(say("CR-2517"))
    section.items.append(
        curve(
            x,
            losses(plan, x[:, None], ROWS),
            ("w", "E"),
            {s: float(w[-1, 0]) for s, (w, _) in ends.items()},
            say("CR-2519", low=-2, high=6),
        )
    )
    section.say(say("CR-2514"))
    rows = tuple((f"{s:g}", float(w[-1, 0]), float(heights[-1])) for s, (w, heights) in ends.items())
    section.items.append(Table((say("CR-2515"), say("CR-2516"), "E"), rows))
    lesson.told(say("CR-2416"), say("CR-2518"))
    lesson.page.digits = 6
    lesson.page.facts = {"ends": [[s, float(w[-1, 0]), float(h[-1])] for s, (w, h) in ends.items()]}
