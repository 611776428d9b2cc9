"""Mazur's 2-2-2 network: right gradients, and one loss that went back through updated weights."""

from ...messages import say
from ..tracing import trace_page
from ..typed import textbook_settings, typed_net
from .parts import Erratum, Lesson, loss_at, mistaken, single, stepped, trained

WEIGHTS, BIASES = ".15 .20; .25 .30 | .40 .45; .50 .55", ".35 .35 | .60 .60"
X, T = (0.05, 0.10), (0.01, 0.99)
FROZEN = {"b1": {"trainable": False}, "b2": {"trainable": False}}


def teach(lesson: Lesson) -> None:
    lesson.told(say("CR-2415"), say("CR-2470"))
    plan, flat = typed_net(
        "2-2-2", WEIGHTS, X, biases=BIASES, rows="units", **textbook_settings({"lr": 0.5, "views": FROZEN})
    )
    source = single(X, T)
    traced = trace_page(plan, flat, source)
    lesson.borrow(traced)
    after = traced.facts["after"]
    wrong = stepped(plan, flat, mistaken(plan, flat, source, "updated_first"))
    last, _, before = trained(plan, flat, source, 9_999)
    _, _, late = trained(plan, last[None], source, 1)
    lesson.wrong(
        [
            Erratum(say("CR-2472"), "0.298371109", loss_at(plan, flat, source)),
            Erratum(say("CR-2475"), "0.35891648", after["weights"]["w2_1_1"]),
            Erratum(say("CR-2474"), "0.149780716", after["weights"]["w1_1_1"]),
            Erratum(
                say("CR-2444"), "0.291027924", after["loss"], loss_at(plan, wrong, source), say("CR-2471")
            ),
            Erratum(say("CR-2473", count="10 000"), "0.0000351085", late, before, say("CR-2530")),
        ]
    )
    lesson.commands(
        f"chainrule explain 2-2-2 --weights '{WEIGHTS}' --rows units --biases '{BIASES}' --x .05,.10 --t .01,.99 --lr .5"
    )
