"""A textbook's 3-2-1 network: every printed digit is right, and θ is a bias there."""

from ...messages import say
from ..trace import trace_row
from ..tracing import trace_page
from ..typed import textbook_settings, typed_net
from .parts import Erratum, Lesson, single

WEIGHTS, BIASES = ".2 .4 -.5; -.3 .1 .2 | -.3 -.2", "-.4 .2 | .1"
X, T = (1.0, 0.0, 1.0), (1.0,)
AFTER = {
    "46": ("w2_1_1", "-0.261"), "56": ("w2_2_1", "-0.138"), "14": ("w1_1_1", "0.192"), "15": ("w1_1_2", "-0.306"),
    "24": ("w1_2_1", "0.4"), "25": ("w1_2_2", "0.1"), "34": ("w1_3_1", "-0.508"), "35": ("w1_3_2", "0.194"),
}  # fmt: skip
BIASES_AFTER = {"6": ("b2_1", "0.218"), "5": ("b1_2", "0.194"), "4": ("b1_1", "-0.408")}


def teach(lesson: Lesson) -> None:
    lesson.told(say("CR-2415"), say("CR-2484"))
    plan, flat = typed_net("3-2-1", WEIGHTS, X, biases=BIASES, rows="units", **textbook_settings({"lr": 0.9}))
    source = single(X, T)
    traced = trace_page(plan, flat, source)
    lesson.borrow(traced)
    values = trace_row(plan, flat, source.batch(slice(None), plan=plan), 0, differences=False).values
    after = traced.facts["after"]["weights"]
    rows = [
        Erratum(say("CR-2485", unit=unit), digits, values[name])
        for unit, name, digits in ((4, "y1_1", "0.332"), (5, "y1_2", "0.525"), (6, "y2_1", "0.474"))
    ]
    rows += [
        Erratum(say("CR-2486", unit=unit), digits, -values[name])
        for unit, name, digits in ((5, "ds1_2", "-0.0065"), (4, "ds1_1", "-0.0087"))
    ]
    rows += [Erratum(say("CR-2487", name=n), digits, after[at]) for n, (at, digits) in AFTER.items()]
    rows += [Erratum(say("CR-2488", name=n), digits, after[at]) for n, (at, digits) in BIASES_AFTER.items()]
    rounded = 0.474 * (1 - 0.474) * (1 - 0.474)  # as the book's own line of rounded numbers
    rows.append(Erratum(say("CR-2486", unit=6), "0.1311", -values["ds2_1"], rounded, say("CR-2529")))
    lesson.wrong(rows)
    lesson.commands(
        f"chainrule explain 3-2-1 --weights '{WEIGHTS}' --rows units --biases '{BIASES}' --x 1,0,1 --t 1 --lr .9"
    )
