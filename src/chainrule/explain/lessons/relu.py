"""ReLU, sigmoid, binary cross-entropy: a delta that is a difference, and a unit that does not move."""

from ...messages import say
from ..tracing import trace_page
from ..typed import typed_net
from .parts import Lesson, single

WEIGHTS, BIASES = ".5 -.5; 1 .25 | 2 -1", ".25 -.5 | .5"


def teach(lesson: Lesson) -> None:
    lesson.told(say("CR-2415"), say("CR-2461"), say("CR-2462"))
    plan, flat = typed_net(
        "2-2-1", WEIGHTS, (1.0, 2.0), biases=BIASES, rows="units", activation="relu", loss="binary_cross_entropy",
        optimizer="gd", lr=0.1,
    )  # fmt: skip
    lesson.borrow(trace_page(plan, flat, single((1.0, 2.0), (1.0,))))
    lesson.commands(
        f"chainrule explain 2-2-1 --weights '{WEIGHTS}' --rows units --biases '{BIASES}' --x 1,2 --t 1 "
        "--activation relu --loss bce --lr .1",
        "chainrule derive 2-2-1 --activation relu --loss bce",
    )
