"""Every mistake `check` knows, each made in one network, its wrong numbers beside the right ones."""

import numpy as np

from ...batches.source import Source
from ...messages import say
from ...plan import Plan
from ...rules.words import show_number
from ..check.mistakes import FACTORS, MISTAKES
from ..stepping import batch_gradient
from ..typed import textbook_settings, typed_net
from ..updating import flat_names
from .parts import Array, Lesson, mistaken

NET, WEIGHTS, BIASES = "2-2-2", ".2 -.3; .4 .1 | .5 -.4; .3 .6", ".1 -.2 | .2 -.1"
ROWS = Source(
    np.array([[1.0, 0.5], [-0.5, 2.0], [0.3, -1.0]]), np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
)
# mistakes of regularization and of whole steps are told from the size of numbers, not from one gradient
OTHERS = ("CR-2887", "CR-2888", "CR-2889", "CR-2891")


def teach(lesson: Lesson) -> None:
    plan, flat = typed_net(
        NET,
        WEIGHTS,
        [1.0, 0.5],
        biases=BIASES,
        rows="inputs",
        **textbook_settings({"lr": 0.5, "reduce_rows": "sum"}),
    )
    right, _ = batch_gradient(plan, flat, ROWS.batch(slice(None), plan=plan))
    codes = dict.fromkeys((row.name, row.code) for row in (*MISTAKES, *FACTORS))
    lesson.told(say("CR-2415"), say("CR-2532", count=len(codes) + len(OTHERS)), say("CR-2533", net=NET))
    for number, (name, code) in enumerate([*codes, *(("", code) for code in OTHERS)], 1):
        title, what, mend = _sentences(code)
        moved = _numbers(plan, flat, right, name) if name else ""
        lesson.told(f"{number}. {title}", what, mend, *([say("CR-2534", moved=moved)] if moved else []))
    lesson.told(say("CR-2535"), say("CR-2538"))
    lesson.page.facts["mistakes"] = [name for name, _ in codes]
    lesson.commands("chainrule check my_bp.py")


def _sentences(code: str) -> tuple[str, str, str]:
    """What the mistake is, what happens, how to mend it; for any layer."""
    title, what, mend = say(code, layer="l", below="l−1", found="λ₁", wanted="λ₂", ratio="r").split("\n")
    return title, what, mend


def _numbers(plan: Plan, flat: Array, right: Array, name: str) -> str:
    """The entry that the mistake moves most: its name, right, wrong; "" where this network cannot make the mistake."""
    try:
        wrong = mistaken(plan, flat, ROWS, name)
    except KeyError:
        return ""
    if wrong.shape != right.shape:
        return ""
    at = int(np.argmax(np.abs(wrong - right)))
    label = next(label for label, place in flat_names(plan).items() if place == at)
    return f"∂L/∂{label} = {show_number(float(right[at]))} → {show_number(float(wrong[at]))}"
