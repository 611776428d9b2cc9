"""The shelf of lessons: name -> page. Every number on a page is computed when the page is made."""

import importlib
from difflib import get_close_matches
from typing import TYPE_CHECKING

from ...errors import PlanError
from ...messages import get_language, say

if TYPE_CHECKING:
    from ...page.page import Page

# name -> (module, title), in the order of learning
SHELF: dict[str, tuple[str, str]] = {
    "neuron": ("neuron", "CR-2421"),
    "surface": ("surface", "CR-2501"),
    "minima": ("minima", "CR-2512"),
    "threshold": ("threshold", "CR-2520"),
    "graph": ("graph", "CR-2450"),
    "numbers": ("numbers", "CR-2439"),
    "paths": ("paths", "CR-2428"),
    "d-q-l": ("dql", "CR-2432"),
    "relu": ("relu", "CR-2460"),
    "softmax": ("softmax", "CR-2463"),
    "mazur": ("mazur", "CR-2469"),
    "four-rows": ("four_rows", "CR-2476"),
    "eleven-lines": ("eleven_lines", "CR-2480"),
    "han-kamber": ("han_kamber", "CR-2483"),
    "copied": ("copied", "CR-2489"),
    "mistakes": ("mistakes", "CR-2531"),
}


def lesson_page(name: str) -> "Page":
    """The page of one lesson, in the chosen language. Raises PlanError CR-2403 for a name that is none."""
    if name not in SHELF:
        close = get_close_matches(name, SHELF, 2, 0.55)
        near = say("CR-2024", names=", ".join(close)) if close else ""
        raise PlanError("CR-2403", name=name, known=", ".join(SHELF), near=near)
    module, title = SHELF[name]
    from .parts import Lesson

    lesson = Lesson(name, say(title))
    importlib.import_module(f"{__name__}.{module}").teach(lesson)
    return lesson.finish()


def shelf_page() -> "Page":
    """The list of all lessons."""
    from ...page.page import Page, Table

    page = Page(say("CR-2404"), language=get_language())
    rows = tuple((name, say(title)) for name, (_, title) in SHELF.items())
    section = page.section(say("CR-2404"))
    section.items.append(Table((say("CR-2406"), say("CR-2407")), rows))
    section.say(say("CR-2405"))
    page.facts = {"lessons": [{"name": name, "title": title} for name, title in rows]}
    return page
