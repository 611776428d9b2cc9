"""Softmax and cross-entropy: the Jacobian, what is left of it, and two ways to apply it twice."""

from ...messages import say
from ...page.page import Table
from ...rules.activations import ACTIVATIONS
from ..slopes import slope_page
from ..trace import trace_row
from ..tracing import trace_page
from ..typed import typed_net
from .parts import Lesson, mistaken, place, single

WEIGHTS, BIASES, X, T = ".5 -.2 .1; .3 .4 -.6", ".1 0 -.1", (1.0, 2.0), (0.0, 1.0, 0.0)


def teach(lesson: Lesson) -> None:
    lesson.told(say("CR-2415"), say("CR-2464"), say("CR-2465"))
    lesson.borrow(slope_page(ACTIVATIONS["softmax"]))
    plan, flat = typed_net(
        "2-3", WEIGHTS, X, biases=BIASES, rows="inputs", loss="cross_entropy", optimizer="gd", lr=0.5
    )
    source = single(X, T)
    lesson.borrow(trace_page(plan, flat, source))
    values = trace_row(plan, flat, source.batch(slice(None), plan=plan), 0, differences=False).values
    wrong = mistaken(plan, flat, source, "slope_on_owned")
    rows = tuple((str(j), values[f"ds1_{j}"], float(wrong[place(plan, f"b1_{j}")])) for j in range(1, 4))
    lesson.told(say("CR-2466")).items.append(Table((say("CR-2467"), "y − t", say("CR-2468")), rows))
    lesson.commands(
        "chainrule derive softmax",
        f"chainrule explain 2-3 --weights '{WEIGHTS}' --biases '{BIASES}' --x 1,2 --t 0,1,0 --loss cross_entropy --lr .5",
    )
