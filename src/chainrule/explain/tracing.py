"""trace -> page: one row through the network and back, its update, and what the update changed."""

from collections import ChainMap
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from ..batches.source import Source
from ..messages import get_language, say
from ..page import drawing
from ..page.page import Math, Page, Put, Section, Table
from ..page.symbols import Symbol, symbol
from ..plan import Plan
from ..rules.expression import Node, make, name
from ..rules.words import show_number
from .stepping import Line, batch_gradient, paths, slopes, steps, update_lines
from .thresholds import threshold_symbols, with_thresholds
from .trace import FOLD, Number, Trace, trace_row

Array = np.ndarray[Any, Any]


def trace_page(
    plan: Plan,
    flat: Array,
    source: Source,
    *,
    row: int = 0,
    shown_row: int | None = None,
    inputs: Sequence[tuple[str, str]] = (),
    count_steps: int = 1,
    weight: str | None = None,
    units: Mapping[int, Iterable[int]] | None = None,
    notation: str = "house",
    names: tuple[str, ...] = (),
    digits: int = 6,
) -> Page:
    """Every number of one row: forward, loss, backward, gradient, update, and the outputs after it.

    shown_row: the row's number in the user's table (from 0) where it differs; inputs: (plain name, column) of each
    input. flat (1, P) weights; source: the rows the update averages over (only `row` is written out). `weight` ("w1_2_1")
    adds the paths of that weight's gradient; `count_steps` > 1 adds the table of weights and loss step by step.
    """
    flat = np.asarray(flat, dtype=float)
    batch = source.batch(slice(None), plan=plan)
    tape = trace_row(plan, flat, batch, row, units=units)
    zhou = notation == "zhou"
    traced = with_thresholds(plan, tape) if zhou else tape
    page = Page(
        say("CR-1911", name=plan.name, row=(row if shown_row is None else shown_row) + 1),
        language=get_language(),
        digits=digits,
    )
    page.symbols = _symbols(plan, traced, notation)
    if zhou:
        threshold_symbols(plan, page.symbols)
    page.facts = {
        "network": plan.name,
        "row": row + 1,
        "stages": {
            stage: [{"name": n.name, "value": n.value, "difference": n.difference} for n in numbers]
            for stage, numbers in traced.stages.items()
        },
    }
    _draw(page, plan, traced, names)
    if inputs:
        entering = [
            (label, column) for label, column in inputs if traced.values.get(label) or len(inputs) <= 40
        ]
        rows = tuple((Math((name(label),)), column, traced.values[label]) for label, column in entering)
        page.sections[-1].items.append(Table((say("CR-2219"), say("CR-2238"), say("CR-2220")), rows))
    for stage, title in (
        ("forward", "CR-1915"), ("loss", "CR-1916"), ("backward", "CR-1917"), ("gradient", "CR-1918")
    ):  # fmt: skip
        _stage(page.section(say(title)), traced, traced.stages[stage])
    _checked(page.sections[-1], traced)
    if weight is not None:
        _paths(page, plan, tape, weight, traced.values)
    _update(page, plan, flat, source, traced, zhou)
    if len(plan.layers) > 1:
        _vanishing(page, plan, tape)
    if count_steps > 1:
        _steps(page, plan, flat, source, count_steps)
    return page


def _symbols(plan: Plan, traced: Trace, notation: str) -> dict[str, Any]:
    layers = len(plan.layers)
    named = {
        n.name
        for numbers in traced.stages.values()
        for number in numbers
        for n in number.formula
        if n.op == "name"
    }
    named |= {number.name for numbers in traced.stages.values() for number in numbers}
    small = plan.size <= 2000
    named |= {label for label in traced.values if small or label[0] == "x"}
    made: dict[str, Any] = {label: symbol(label, layers, notation) for label in named}
    for layer in plan.layers:
        for j in range(1, layer.units + 1):
            made[f"f{layer.index}_{j}"] = Symbol("f'", f"({layer.index})", str(j))
    return made | {"rest": Symbol("rest"), "lr": symbol("lr", layers, notation)}


def _draw(page: Page, plan: Plan, traced: Trace, names: tuple[str, ...]) -> None:
    section = page.section(say("CR-1912"))
    section.say(say("CR-1913", name=plan.name, count=plan.size, loss=plan.loss.name))
    weights = {
        (layer.index, i, j): traced.values[f"w{layer.index}_{i}_{j}"]
        for layer in plan.layers
        for i in range(1, min(layer.inputs, drawing.MOST) + 1)
        for j in range(1, min(layer.units, drawing.MOST) + 1)
    }
    sizes = [plan.inputs, *(a.units for a in plan.layers)]
    titles = names or ("x", *(a.activation.name for a in plan.layers))
    section.items.append(
        drawing.network(sizes, titles, traced.values, weights)
    )  # dict is invariant in its values


def _stage(section: Section, traced: Trace, numbers: list[Number]) -> None:
    for n in numbers:
        values = ChainMap({"rest": n.rest[1]} if n.rest else {}, traced.values)
        remark = say("CR-1921", value=show_number(n.difference)) if n.difference is not None else ""
        section.math(name(n.name), "=", n.formula, "=", Put(n.formula, values), "=", n.value, remark=remark)
        if n.rest:
            section.say(say("CR-1928", count=n.rest[0], value=n.rest[1]))
    if numbers and numbers[0].name.startswith("s1"):
        for layer, count in traced.hidden.items():
            section.say(say("CR-1927", count=count, layer=layer))


def _checked(section: Section, traced: Trace) -> None:
    tried = [n for numbers in traced.stages.values() for n in numbers if n.difference is not None]
    worst = max((abs((n.difference or 0.0) - n.value) / max(1.0, abs(n.value)) for n in tried), default=0.0)
    section.say(say("CR-1929", count=len(tried), worst=worst))


def _paths(page: Page, plan: Plan, traced: Trace, weight: str, written: Mapping[str, float]) -> None:
    """`written`: the values under the names of the page; where its deltas have the other sign, so has each product."""
    values = {**traced.values, **slopes(plan, traced.values)}
    last = f"ds{len(plan.layers)}_1"
    flipped = written[last] != traced.values[last]
    shown, more, left, whole = paths(plan, values, weight)
    section = page.section(say("CR-1939", name=page.symbols[weight].text))
    section.say(say("CR-1940"))
    for path in shown:
        tree = make("neg", path.formula) if flipped else path.formula
        section.math(tree, "=", Put(tree, {**values, **written}), "=", path.value)
    if more:
        section.say(say("CR-1941", count=more, value=left))
    section.math(name(f"d{weight}"), "=", whole, remark=say("CR-1942"))


def _letters(line: Line, weight: str) -> Node:
    """The update's w and g under the names the page uses; the rule's other letters stay."""
    from .trace import put

    return put(line.formula, {"w": name(weight), "g": name(f"d{weight}")})


def _update(page: Page, plan: Plan, flat: Array, source: Source, traced: Trace, thresholds: bool) -> None:
    section = page.section(say("CR-1919", rule=plan.optimizer.name, rate=plan.rate(1, plan.schedule.state)))
    batch = source.batch(slice(None), plan=plan)
    gradient, before = batch_gradient(plan, flat, batch)
    flat_names = _flat_names(plan)
    state = {letter: plan.optimizer.start(letter, plan.optimizer_knobs) for letter in plan.optimizer.state}
    shown = [n.name[1:] for n in traced.stages["gradient"]]
    rows: list[tuple[str | float | Math, ...]] = []
    for number, label in enumerate(shown):
        at = flat_names[label]
        # every rule moves −w by −gradient as it moves w by gradient: a threshold is the bias with the other sign
        sign = -1.0 if thresholds and label[0] == "b" else 1.0
        old, slope = sign * float(flat[0, at]), sign * float(gradient[at])
        lines = update_lines(plan, label, old, slope, state, 1)
        new = next((line.value for line in reversed(lines) if line.letter == "w"), old)
        rows.append((Math((name(label),)), old, slope, new))
        if number < (FOLD if len(plan.optimizer.lines) == 1 else 3):
            known: dict[str, float] = {}
            for line in lines:
                tree = _letters(line, label)
                known = {**line.values, label: line.values["w"], f"d{label}": line.values["g"]}
                left = (
                    name(label)
                    if line.letter == "w"
                    else name(f"d{label}" if line.letter == "g" else line.letter)
                )
                section.math(
                    left,
                    "→" if line.letter in ("w", "g") else "=",
                    tree,
                    "=",
                    Put(tree, known),
                    "=",
                    line.value,
                )
    section.items.append(Table((say("CR-1922"), say("CR-1924"), say("CR-1923"), say("CR-1925")), tuple(rows)))
    history = list(steps(plan, flat, source, 1))
    (_, _, _, old_y), (_, after_w, after, new_y) = history
    result = page.section(say("CR-1920"))
    result.say(
        say("CR-1926", before=before, after=after, old=_few(old_y[traced.row]), new=_few(new_y[traced.row]))
    )
    page.facts["after"] = {"loss": after, "weights": {n: float(after_w[i]) for n, i in flat_names.items()}}


def _few(values: Array) -> str:
    shown = ", ".join(show_number(float(v), 9) for v in values[:4])
    return shown + (" …" if len(values) > 4 else "")


def _flat_names(plan: Plan) -> dict[str, int]:
    """ "w1_2_1" -> its place in the flat weights."""
    places = {}
    for view in plan.views:
        for i, at in enumerate(np.ndindex(*view.shape)):
            places["_".join([view.name, *(str(a + 1) for a in at)])] = view.offset + i
    return places


def _vanishing(page: Page, plan: Plan, traced: Trace) -> None:
    section = page.section(say("CR-1932"))
    section.say(say("CR-1933"))
    rows: list[tuple[str | float | Math, ...]] = []
    above = None
    for layer in reversed(plan.layers):
        i = layer.index
        delta = np.array([traced.values[f"ds{i}_{j}"] for j in range(1, layer.units + 1)])
        s = np.array([traced.values[f"s{i}_{j}"] for j in range(1, layer.units + 1)])
        y = np.array([traced.values[f"y{i}_{j}"] for j in range(1, layer.units + 1)])
        length = float(np.linalg.norm(delta))
        if layer.activation.elementwise:
            slope = np.abs(
                np.asarray(layer.activation.backward(s=s, y=y, dy=1.0, **layer.knobs) * np.ones_like(s))
            )
            cells: tuple[str | float, ...] = (float(slope.mean()), float((slope < 0.01).mean()))
        else:
            cells = ("–", "–")
        rows.append((str(i), *cells, length, "–" if not above else length / above))
        above = length
    section.items.append(
        Table((say("CR-1934"), say("CR-1935"), say("CR-1936"), say("CR-1937"), say("CR-1938")), tuple(rows))
    )


def _steps(page: Page, plan: Plan, flat: Array, source: Source, count: int) -> None:
    section = page.section(say("CR-1930"))
    labels = list(_flat_names(plan))[:8]
    places = _flat_names(plan)
    rows: list[tuple[str | float | Math, ...]] = []
    for k, w, loss, _ in steps(plan, flat, source, count):
        if k <= 5 or k == count or k % max(1, count // 20) == 0:
            rows.append((str(k), loss, *(float(w[places[label]]) for label in labels)))
    header = (say("CR-1931"), page.symbols["L"].text, *(page.symbols[label].text for label in labels))
    section.items.append(Table(header, tuple(rows)))
