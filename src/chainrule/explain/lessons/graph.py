"""Graphs of single operations: the five small ones every course shows."""

import re

from ...messages import say
from ...page.page import Code
from ..graphs import graph_page
from .parts import Erratum, Lesson

CIRCUIT = "1/(1+exp(-(w0*x0+w1*x1+w2)))"


# an expression of a well-known small library: each line may use the letters before it
STEPS = (
    ("c", "a+b"), ("d", "a*b+b**3"), ("c", "c+c+1"), ("c", "1+c+c-a"), ("d", "d+d*2+max(b+a,0)"),
    ("d", "d+3*d+max(b-a,0)"), ("e", "c-d"), ("f", "e**2"), ("g", "f/2+10/f"),
)  # fmt: skip


def shared() -> str:
    """The steps put into one another; equal parts become one node of the graph again."""
    known: dict[str, str] = {}
    for letter, text in STEPS:
        known[letter] = re.sub(r"\b[cdef]\b", lambda m: f"({known[m[0]]})", text)
    return known["g"]


GRAPHS = (
    ("CR-2452", "c*(a+2*b)", {"a": 3, "b": 1, "c": -2}),
    ("CR-2453", "(x+y)*z", {"x": -2, "y": 5, "z": -4}),
    ("CR-2454", CIRCUIT, {"w0": 2, "x0": -1, "w1": -3, "x1": -2, "w2": -3}),
    ("CR-2455", "(x+y)*max(y,z)", {"x": 1, "y": 2, "z": 0}),
    ("CR-2456", shared(), {"a": -4, "b": 2}),
)
PRINTED = (
    {"L": "-10", "c": "5", "a": "-2", "b": "-4"}, {"L": "-12", "x": "-4", "y": "-4", "z": "3"},
    {"L": "0.73", "x0": "0.39", "x1": "-0.59", "w0": "-0.20", "w1": "-0.39", "w2": "0.20"},
    {"L": "6", "x": "2", "y": "5", "z": "0"}, {"L": "24.7041", "a": "138.8338", "b": "645.5773"},
)  # fmt: skip


def teach(lesson: Lesson) -> None:
    lesson.told(say("CR-2415"), say("CR-2451"))
    rows = []
    for (title, text, values), printed in zip(GRAPHS, PRINTED, strict=True):
        page = graph_page(text, values)
        formula = text if len(text) < 60 else "\n".join(f"{letter} = {line}" for letter, line in STEPS)
        lesson.told(say(title)).items.append(Code(formula))
        lesson.borrow(page, (0, 1, 2))
        known = {n["name"]: n["gradient"] for n in page.facts["nodes"]}
        for letter, digits in printed.items():
            right = page.facts["result"] if letter == "L" else known[letter]
            what = (
                f"L = {text}"
                if letter == "L" and len(text) < 40
                else "L"
                if letter == "L"
                else say("CR-2459", name=letter)
            )
            rows.append(Erratum(what, digits, float(right)))
    lesson.wrong(rows, say("CR-2457"))
    lesson.commands(
        "chainrule graph 'c*(a+2*b)' a=3 b=1 c=-2",
        f"chainrule graph '{CIRCUIT}' w0=2 x0=-1 w1=-3 x1=-2 w2=-3",
        "chainrule graph '(x+y)*max(y,z)' x=1 y=2 z=0",
    )
