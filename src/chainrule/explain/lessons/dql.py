"""d-q-l with thresholds: Zhou's spelling, derived, and the same numbers in both spellings."""

from ...messages import say
from ...page.page import Table
from ...plan import make_plan
from ..derivation import derivation_page
from ..trace import trace_row
from ..tracing import trace_page
from ..typed import textbook_settings, typed_net
from .parts import Lesson, single

WEIGHTS, THRESHOLDS = ".2 -.3; .4 .1 | .5 -.4; .3 .6", ".1 -.2 | .2 -.1"
X, T = (1.0, 0.5), (1.0, 0.0)


def teach(lesson: Lesson) -> None:
    lesson.told(say("CR-2415"), say("CR-2433"), say("CR-2434"))
    general = make_plan(3, 5, (4,), **textbook_settings({}))
    lesson.borrow(derivation_page(general, notation="zhou", sizes=("d", "q", "l")).page, range(8))
    plan, flat = typed_net(
        "2-2-2", WEIGHTS, X, thresholds=THRESHOLDS, rows="inputs", **textbook_settings({"lr": 1.0})
    )
    source = single(X, T)
    values = trace_row(plan, flat, source.batch(slice(None), plan=plan), 0, differences=False).values
    rows: list[tuple[str | float, ...]] = []
    for layer, letter, error, size in ((1, "γ", "e", 2), (2, "θ", "g", 2)):
        for j in range(1, size + 1):
            bias, delta = values[f"b{layer}_{j}"], values[f"ds{layer}_{j}"]
            rows.append((f"{letter}_{j} = −b{layer}_{j}", -bias, bias))
            rows.append((f"{error}_{j} = −δ{layer}_{j}", -delta, delta))
            rows.append(
                (f"∂E/∂{letter}_{j} = {error}_{j} = −∂E/∂b{layer}_{j}", -delta, values[f"db{layer}_{j}"])
            )
    section = lesson.told(say("CR-2435"))
    section.items.append(Table(("", say("CR-2436"), say("CR-2437")), tuple(rows)))
    traced = trace_page(plan, flat, source, notation="zhou")
    lesson.told(say("CR-2438"))
    lesson.borrow(traced, range(7))
    lesson.commands(
        "chainrule derive d-q-l --notation zhou",
        f"chainrule explain 2-2-2 --weights '{WEIGHTS}' --rows inputs --thresholds '{THRESHOLDS}' --x 1,.5 --t 1,0 --lr 1 "
        "--notation zhou",
    )
