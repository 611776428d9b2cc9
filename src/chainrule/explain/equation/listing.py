"""folded network -> lines of text that `Expression` reads back, JSON, and MathML to paste."""

import json
import textwrap
from collections.abc import Sequence
from dataclasses import asdict

from ...messages import say
from ...messages.columns import wrap
from ...page.page import Math, Page
from ...rules.words import TEXT, read
from .checking import Check
from .folding import Folded
from .letters import NUMBER, label_text
from .lines import lines, one_line
from .pages import facts

WIDTH = 79


def text(folded: Folded, title: str, said: Sequence[str]) -> str:
    """Readable at 80 columns: lines `letter = formula`, continued by four spaces; what follows # is for people."""
    made = [*_remark(title), "#", *_remark(say("CR-2380"))]
    for given in folded.inputs:
        made += _remark(given.meaning, "  ")
    made += [
        line for a in folded.letters if a.kind != NUMBER for line in _remark(f"{a.name}: {a.meaning}", "  ")
    ]
    made += ["#", *_remark(say("CR-2381"))]
    made += _remark(say("CR-2319"), "  ") if any(i.fill is not None for i in folded.inputs) else []
    for line in lines(folded):
        made += _wrapped(f"{line.name} = {read(line.tree, TEXT)[0]}")
    whole = one_line(folded)
    if whole and sum(1 for _ in lines(folded.filled)) > len(whole):
        made += ["#", *_remark(say("CR-2318" if folded.prepared else "CR-2307"))]
        for answer, tree in whole.items():
            made += _remark(f"{answer} = {read(tree, TEXT)[0]}", "  ")
    if folded.labels:
        made.append("#")
        if len(folded.answers) == 1:
            no, yes = map(label_text, folded.labels)
            made += _remark(say("CR-2393", yes=yes, no=no))
        else:
            made += [
                *_remark(say("CR-2394")),
                *(x for a in folded.answers for x in _remark(f"{a.name} = {a.shown}", "  ")),
            ]
    made += ["#", *_remark(say("CR-2383")), *(line for sentence in said for line in _remark(sentence, "  "))]
    return "\n".join(made) + "\n"


def _remark(sentence: str, indent: str = "") -> list[str]:
    """A sentence as remark lines; nothing the user's columns are called can end one."""
    plain = "".join(c if c.isprintable() else " " for c in sentence)
    first, *more = wrap(plain, WIDTH - 4 - len(indent)) or [""]
    return [f"# {indent}{first}".rstrip(), *(f"#   {indent}{line}" for line in more)]


def _wrapped(line: str) -> list[str]:
    return textwrap.wrap(
        line, WIDTH, subsequent_indent="    ", break_long_words=False, break_on_hyphens=False
    )


def formulas(listing: str) -> list[tuple[str, str]]:
    """The text form -> (letter, formula) in order: what a program reads of it."""
    found: list[tuple[str, str]] = []
    for line in listing.splitlines():
        if line.startswith("    ") and found:
            letter, formula = found[-1]
            found[-1] = (letter, f"{formula} {line.strip()}")
        elif line and not line.startswith("#"):
            letter, _, formula = line.partition(" = ")
            found.append((letter, formula))
    return found


def json_text(folded: Folded, title: str, said: Sequence[str], checked: Check) -> str:
    whole = {"title": title, **facts(folded, said), "check": asdict(checked)}
    return json.dumps(whole, ensure_ascii=False, allow_nan=False) + "\n"


def mathml(page: Page) -> str:
    """One <math> with a line per formula, for Word, WPS and web pages."""
    rows = "".join(
        f"<mtr><mtd><mrow>{page.cell(item, 'mathml')}</mrow></mtd></mtr>"
        for section in page.sections
        for item in section.items
        if isinstance(item, Math)
    )
    space = "http://www.w3.org/1998/Math/MathML"
    return f'<math xmlns="{space}" display="block"><mtable columnalign="left">{rows}</mtable></math>\n'
