"""One sigmoid neuron: sum, squash, loss, three factors, one step, twenty steps."""

from ...messages import say
from ..tracing import trace_page
from ..typed import textbook_settings, typed_net
from .example_a import example
from .parts import Erratum, Lesson, mistaken, place, single, stepped

WEIGHTS, X, T = ".4 -.2 .1 .3", (0.5, 1.0, -0.5, 0.8), (1.0,)


def teach(lesson: Lesson) -> None:
    lesson.told(say("CR-2415"), say("CR-2422"), say("CR-2423"))
    plan, flat = typed_net("4-1", WEIGHTS, X, **textbook_settings({"lr": 0.5}))
    traced = trace_page(plan, flat, single(X, T), count_steps=20)
    lesson.borrow(traced)
    plan, flat, source = example()
    wrong = stepped(plan, flat, mistaken(plan, flat, source, "slope_missing", (1,)))
    right = trace_page(plan, flat, source).facts["after"]["weights"]["w1_1_1"]
    lesson.wrong(
        [Erratum(say("CR-2425"), "0.0957285", right, float(wrong[0, place(plan, "w1_1_1")]), say("CR-2426"))],
        say("CR-2424"), say("CR-2427"),
    )  # fmt: skip
    lesson.commands(
        f"chainrule explain 4-1 --weights '{WEIGHTS}' --x .5,1,-.5,.8 --t 1 --lr .5 --steps 20",
        "chainrule derive 4-1",
        "chainrule derive sigmoid",
    )
