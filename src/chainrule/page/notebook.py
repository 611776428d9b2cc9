"""A page -> what a notebook shows: HTML without scripts in the notebook's colours, LaTeX of its formulas, text; all small."""

from dataclasses import replace
from typing import Any

from ..messages import say
from .html import FRAGMENT_STYLE, fragment_item, page_fragment
from .page import Item, Math, Page, Section

HTML, TEXT, LATEX = 72_000, 20_000, 6_000  # bytes at most, together under 100 kB a cell


def bundle(page: Page, latex: str = "") -> dict[str, str]:
    """MIME type -> content. `latex`: instead of the page's own lines of mathematics."""
    made = {"text/html": page_fragment(shortened(page)), "text/plain": _cut(page.text())}
    written = latex or _formulas(page)
    return {**made, "text/latex": written} if written else made


def chosen(made: dict[str, Any], include: Any = None, exclude: Any = None) -> dict[str, Any]:
    """The types a notebook asked for."""
    return {k: v for k, v in made.items() if (not include or k in include) and k not in (exclude or ())}


def shortened(page: Page) -> Page:
    """The page as far as a cell holds it, and a sentence where it ends."""
    left = HTML - len(FRAGMENT_STYLE.encode()) - 1000
    kept: list[Section] = []
    for section in page.sections:
        left -= len(f"{section.title}{section.group}".encode()) + 120
        items: list[Item] = []
        for item in section.items:
            left -= len(fragment_item(page, item).encode())
            if left < 0:
                last = replace(section, items=items)
                last.say(say("CR-3299", method="html()"))
                return replace(page, sections=[*kept, last])
            items.append(item)
        kept.append(replace(section, items=items))
    return page


def _cut(text: str) -> str:
    if len(text.encode()) <= TEXT:
        return text
    whole = text.encode()[:TEXT].decode("utf-8", "ignore")
    return f"{whole[: whole.rfind(chr(10))]}\n{say('CR-3299', method='text()')}\n"


def _formulas(page: Page) -> str:
    """The lines of mathematics; "" where there are none or too many."""
    lines, size = [], 0
    for section in page.sections:
        for item in section.items:
            if isinstance(item, Math):
                lines.append(f"$$ {page.cell(item, 'latex')[1:-1]} $$")
                size += len(lines[-1].encode()) + 1
                if size > LATEX:
                    return ""
    return "\n".join(lines)
