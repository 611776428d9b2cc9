"""K layers: the gradient of one weight as a sum over paths, and why nobody adds them one by one."""

from ...messages import say
from ..tracing import trace_page
from ..typed import textbook_settings, typed_net
from .parts import Lesson, single

NET, WEIGHTS, X, T = "2-2-2-1", ".5 -.4; .3 .8 | .7 .2; -.6 .9 | .4 -.5", (1.0, 0.5), (1.0,)


def teach(lesson: Lesson) -> None:
    lesson.told(say("CR-2415"), say("CR-2429"), say("CR-2430"))
    plan, flat = typed_net(NET, WEIGHTS, X, rows="inputs", **textbook_settings({"lr": 1.0}))
    traced = trace_page(plan, flat, single(X, T), weight="w1_1_1")
    lesson.borrow(traced, (0, 1, 2, 3, 5, 8))
    lesson.commands(
        f"chainrule explain {NET} --weights '{WEIGHTS}' --rows inputs --x 1,.5 --t 1 --lr 1 --weight 1_1_1",
        f"chainrule derive {NET} --no-bias",
    )
