"""The 2-2-2 example that posts copy: weight gradients added up where delta·w belongs."""

from ...messages import say
from ..tracing import trace_page
from ..typed import textbook_settings, typed_net
from .parts import Erratum, Lesson, mistaken, place, single

WEIGHTS, X, T = ".2 -.4; .5 .6 | .1 -.5; -.3 .8", (0.5, 0.3), (0.23, -0.07)


def teach(lesson: Lesson) -> None:
    lesson.told(say("CR-2415"), say("CR-2490"))
    plan, flat = typed_net("2-2-2", WEIGHTS, X, rows="inputs", **textbook_settings({"lr": 1.0}))
    source = single(X, T)
    traced = trace_page(plan, flat, source)
    lesson.borrow(traced)
    wrong = mistaken(plan, flat, source, "sums_for_delta_w")
    right = {n["name"]: n["value"] for n in traced.facts["stages"]["gradient"]}
    lesson.wrong(
        [
            Erratum(
                say("CR-2491", place=f"{i}{j}"), "0.01", right[f"dw1_{i}_{j}"],
                float(wrong[place(plan, f"w1_{i}_{j}")]), say("CR-2492"),
            )
            for i in (1, 2) for j in (1, 2)
        ],
        say("CR-2493"),
    )  # fmt: skip
    lesson.commands(
        f"chainrule explain 2-2-2 --weights '{WEIGHTS}' --rows inputs --x .5,.3 --t .23,-.07 --lr 1",
        "chainrule check my_bp.py",
    )
