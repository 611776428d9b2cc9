"""Example A to the last digit, and where the numbers that circulate come from."""

from ...messages import say
from ..tracing import trace_page
from .example_a import COMMAND, example
from .parts import Erratum, Lesson, loss_at, mistaken, output_at, place, stepped


def teach(lesson: Lesson) -> None:
    plan, flat, source = example()
    other, other_flat, _ = example("inputs")
    ways = {
        "units": float(output_at(plan, flat, source)[0, 0]),
        "inputs": float(output_at(other, other_flat, source)[0, 0]),
    }
    lesson.told(say("CR-2415"), say("CR-2440"), say("CR-2441", **ways))
    traced = trace_page(plan, flat, source, count_steps=100)
    lesson.borrow(traced)
    after, loss = traced.facts["after"]["weights"], traced.facts["after"]["loss"]
    w = place(plan, "w1_1_1")
    wrong = {
        name: stepped(plan, flat, mistaken(plan, flat, source, name, layers))
        for name, layers in (("broadcast", (1,)), ("updated_first", (2,)), ("slope_missing", (1,)))
    }
    v1, v2 = 0.3 - 0.0406 * 0.68, 0.9 - 0.0406 * 0.6637  # as the source's own line of rounded numbers
    lesson.wrong(
        [
            Erratum(say("CR-2442"), "0.272392", after["w2_1_1"], v1, say("CR-2445")),
            Erratum(say("CR-2443"), "0.87305", after["w2_2_1"], v2, say("CR-2445")),
            Erratum(say("CR-2425"), "0.09916", after["w1_1_1"], float(wrong["updated_first"][0, w]), say("CR-2446")),
            Erratum(say("CR-2425"), "0.09661944", after["w1_1_1"], float(wrong["broadcast"][0, w]), say("CR-2447")),
            Erratum(say("CR-2425"), "0.0957285", after["w1_1_1"], float(wrong["slope_missing"][0, w]), say("CR-2426")),
            Erratum(say("CR-2444"), "0.165", loss, 10 * loss_at(plan, wrong["broadcast"], source), say("CR-2448")),
        ],
        say("CR-2449"),
    )  # fmt: skip
    lesson.commands(
        COMMAND, COMMAND + " --steps 100", COMMAND + " --weight 1_1_1", "chainrule check my_bp.py"
    )
