"""One neuron, four rows, ten thousand steps from a known start: the digits a famous listing prints."""

import numpy as np

from ...batches.source import Source
from ...messages import say
from ...plan import make_plan
from ..tracing import trace_page
from ..typed import textbook_settings
from .parts import Erratum, Lesson, trained

ROWS = Source(
    np.array([[0, 0, 1], [0, 1, 1], [1, 0, 1], [1, 1, 1]], dtype=float),
    np.array([[0, 0, 1, 1]], dtype=float).T,
)
PRINTED = ("0.00966449", "0.00786506", "0.99358898", "0.99211957")


def teach(lesson: Lesson) -> None:
    lesson.told(say("CR-2415"), say("CR-2481"))
    plan = make_plan(
        3, 1, bias=False, precision="float64", **textbook_settings({"lr": 1.0, "reduce_rows": "sum"})
    )
    start = (2 * np.random.RandomState(1).random((3, 1)) - 1).reshape(1, -1)  # the listing's own start
    traced = trace_page(plan, start, ROWS, rows=(3,))
    lesson.borrow(traced, (0, 1, 2, 3, 4, 5, 6))
    _, outputs, _ = trained(plan, start, ROWS, 9_999)
    lesson.wrong(
        [Erratum(say("CR-2482", row=r + 1), digits, float(outputs[r, 0])) for r, digits in enumerate(PRINTED)]
    )
    lesson.commands("chainrule derive 3-1 --no-bias", "chainrule check my_bp.py")
