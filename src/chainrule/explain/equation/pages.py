"""folded network, check -> a page: what goes in, the formula unit by unit, weights and thresholds, how it was checked."""

from collections.abc import Sequence
from html import escape
from typing import Any

from ...errors import ModelError
from ...messages import get_language, say
from ...messages.columns import text_width
from ...page.mathwords import call
from ...page.page import Math, Page, Section, Table, tex
from ...page.symbols import Written, symbol
from ...rules.expression import Node, make, name, number
from ...rules.words import TEXT, read, show_number, word_run
from .folding import Folded, Layer
from .letters import DAYS, HASHED, LABEL, MISSING, OTHER, YEAR, label_text, together
from .lines import lines, one_line, terms

MOST = 20_000  # weights on a page; more are for programs to read
WIDE = 76  # characters of a sum on one line of a page


def page(
    folded: Folded, title: str, said: Sequence[str], *, digits: int = 0, table_only: bool = False
) -> Page:
    """The page in the language of the moment. Raises ModelError CR-2304 for a network too large to be read."""
    count = sum(a.w.size + a.b.size for a in folded.layers)
    if count > MOST:
        raise ModelError("CR-2304", count=count, most=MOST)
    made = Page(title, language=get_language(), digits=digits)
    made.symbols = _symbols(folded)
    if not table_only:
        _inputs(made.section(say("CR-2380")), folded)
        _prepared(made, folded)
        _formula(made.section(say("CR-2381")), folded, digits)
    _weights(made.section(say("CR-2382")), folded, digits)
    section = made.section(say("CR-2383"))
    for sentence in said:
        section.say(sentence)
    made.facts = facts(folded, said)
    return made


def facts(folded: Folded, said: Sequence[str]) -> dict[str, Any]:
    """What the JSON form carries: letters, lines as text, weights as numbers."""
    return {
        "columns": [
            {"column": i.column, "letter": i.name, "kind": i.takes, "labels": [label_text(v) for v in i.levels],
             "fill": i.fill, "rules": i.rules}
            for i in folded.inputs
        ],
        "letters": {a.name: a.meaning for a in folded.letters},
        "lines": [[line.name, read(line.tree, TEXT)[0]] for line in lines(folded)],
        "formula": {answer: read(tree, TEXT)[0] for answer, tree in one_line(folded).items()},
        "layers": [
            {"inputs": list(a.inputs), "units": list(a.units), "activation": a.activation.name, "w": a.w.tolist(),
             "b": a.b.tolist(), "threshold": (-a.b).tolist()}
            for a in folded.layers
        ],
        "answers": [{"letter": a.name, "column": a.column, "label": None if a.label is None else label_text(a.label)}
                    for a in folded.answers],
        "checked": list(said),
    }  # fmt: skip


def _written(text: str) -> Written:
    """The user's own words inside a formula."""
    return Written(text, rf"\text{{{tex(text)}}}", f"<mtext>{escape(text)}</mtext>", word_run(text, "nor"))


def _symbols(folded: Folded) -> dict[str, Any]:
    layers = len(folded.layers)
    made: dict[str, Any] = {a.name: _written(a.shown) for a in folded.letters}
    for layer in folded.layers:
        for word in {*layer.scores, *layer.units} - {a.name for a in folded.answers}:
            made[word] = symbol(word, layers)
        made[f"f{layer.index}"] = symbol(f"f{layer.index}", layers)
    return made | {a.name: _written(a.shown) for a in folded.answers}


def _inputs(section: Section, folded: Folded) -> None:
    rows: list[tuple[str | float | Math, ...]] = []
    for given in folded.inputs:
        rows.append((given.column, given.kind, together(given.shown_rules)))
    section.items.append(Table((say("CR-2386"), say("CR-2387"), say("CR-2388")), tuple(rows)))
    if any(a.kind in (LABEL, MISSING, OTHER) for a in folded.letters):
        section.say(say("CR-2389"))
    for letter in folded.letters:
        if letter.kind in (DAYS, YEAR) or letter.kind == HASHED and letter.label == 1:
            section.say(f"{letter.shown}: {letter.meaning}")


def _prepared(made: Page, folded: Folded) -> None:
    if folded.filled.prepared:
        section = made.section(say("CR-2390"))
        for line in folded.filled.prepared:
            section.math(name(line.name), "=", line.tree)


def _formula(section: Section, folded: Folded, digits: int) -> None:
    for layer in folded.layers:
        section.say(
            say("CR-2391", layer=layer.index, units=len(layer.units), activation=layer.activation.name)
        )
        function = name(f"f{layer.index}")
        whole = not layer.activation.elementwise
        if not layer.identity:
            remark = say("CR-2392") if whole else ""
            section.math(call(function, name("s")), "=", layer.textbook, remark=remark)
        for k, unit in enumerate(layer.units):
            total = _sum(folded, layer, k, digits)
            if layer.identity:
                section.math(name(unit), "=", total)
            elif whole:
                section.math(name(layer.scores[k]), "=", total)
            else:
                section.math(name(unit), "=", call(function, total))
        if whole:
            for k, unit in enumerate(layer.units):
                section.math(name(unit), "=", call(function, name(layer.scores[k])))
    for line in folded.outer:
        section.math(name(line.name), "=", line.tree)
    if folded.labels:
        if len(folded.answers) == 1:
            no, yes = map(label_text, folded.labels)
            section.say(say("CR-2393", yes=yes, no=no))
        else:
            section.say(say("CR-2394"))


def _sum(folded: Folded, layer: Layer, unit: int, digits: int) -> Node:
    """b + Σ w·x, broken into lines that fit on a page."""
    rows: list[list[tuple[float, str]]] = [[]]
    used = len(show_number(float(layer.b[unit]), digits))
    for w, letter in terms(layer, unit):
        found = folded.letter(letter)
        needs = len(show_number(abs(w), digits)) + text_width(found.shown if found else "y1") + 5
        if used and used + needs > WIDE:
            rows.append([])
            used = 0
        rows[-1].append((w, letter))
        used += needs
    lines = [_signed(number(float(layer.b[unit])), rows[0])]
    for (w, letter), *more in rows[1:]:
        term = make("*", number(abs(w)), name(letter))
        lines.append(_signed(Node("neg" if w < 0 else "plus", (term,)), more))
    return lines[0] if len(lines) == 1 else Node("rows", tuple(lines))


def _signed(tree: Node, parts: Sequence[tuple[float, str]]) -> Node:
    for w, letter in parts:
        tree = Node("-" if w < 0 else "+", (tree, make("*", number(abs(w)), name(letter))))
    return tree


def _weights(section: Section, folded: Folded, digits: int) -> None:
    """Weights and thresholds, the sign stated; a few units side by side, as wide as a terminal."""
    section.say(say("CR-2395"))
    for layer in folded.layers:
        shown = [folded.letter(n) for n in layer.inputs]
        names = [a.shown if a else n for a, n in zip(shown, layer.inputs, strict=True)]
        widest = max([text_width(n) for n in names], default=4)
        numbers = max(
            (len(show_number(v, digits)) for v in [*layer.w.ravel().tolist(), *layer.b.tolist()]), default=8
        )
        side = max(1, (76 - max(widest, 6)) // (numbers + 2))
        for at in range(0, len(layer.units), side):
            units = range(at, min(at + side, len(layer.units)))
            titles = [_unit_title(folded, layer, k) for k in units]
            rows: list[tuple[str | float | Math, ...]] = [
                (names[i], *(float(layer.w[i, k]) for k in units)) for i in range(len(names))
            ]
            rows.append(("b", *(float(layer.b[k]) for k in units)))
            rows.append(("θ = −b", *(float(-layer.b[k]) for k in units)))
            section.items.append(Table((say("CR-2396", layer=layer.index), *titles), tuple(rows)))


def _unit_title(folded: Folded, layer: Layer, unit: int) -> str:
    found = next((a for a in folded.answers if a.name == layer.units[unit]), None)
    return found.shown if found else f"{layer.index}.{unit + 1}"
