"""trace -> page: rows through the network and back, their accumulated gradient, the update, and what it changed."""

from collections import ChainMap
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from ..batches.source import Source
from ..messages import get_language, say
from ..page import drawing
from ..page.page import Math, Page, Put, Section, Table
from ..page.symbols import Symbol, symbol
from ..plan import Plan
from ..rules.expression import make, name
from ..rules.words import show_number
from .stepping import paths, slopes
from .thresholds import threshold_symbols, with_thresholds
from .trace import FOLD, Number, Trace, leading, only_rows, trace_row
from .updating import accumulated, shown_weights, step_tables, update

Array = np.ndarray[Any, Any]
STAGES = (("forward", "CR-1915"), ("loss", "CR-1916"), ("backward", "CR-1917"), ("gradient", "CR-1918"))


def trace_page(
    plan: Plan,
    flat: Array,
    source: Source,
    *,
    rows: Sequence[int] = (0,),
    labels: Sequence[int] | None = None,
    inputs: Sequence[tuple[str, str]] = (),
    remarks: Mapping[int, str] | None = None,
    count_steps: int = 1,
    weight: str | None = None,
    units: Mapping[int, Iterable[int]] | None = None,
    notation: str = "house",
    names: tuple[str, ...] = (),
    answers: Callable[[Array], list[str]] | None = None,
    digits: int = 6,
) -> Page:
    """Every number of some rows: forward, loss, backward, gradient of each; then the update, and the outputs after it.

    flat (1, P) weights; source: the rows the update is made of; rows: those written out, from 0, folded if several.
    labels: the number of each row of the source as the user counts (1, 2, …); inputs: (plain name, column) of each
    input; remarks: a sentence about a row; answers: outputs (n, o) as the user reads them. `weight` ("w1_2_1") adds the
    paths of that weight's gradient; `count_steps` > 1 the table of weights, loss and optimizer state step by step.
    """
    flat = np.asarray(flat, dtype=float)
    batch = source.batch(slice(None), plan=plan)
    labels = range(1, source.rows + 1) if labels is None else labels
    several = len(rows) > 1
    shown = leading(plan, flat, only_rows(batch, list(rows)), units=units)
    tapes = [trace_row(plan, flat, batch, row, units=shown) for row in rows]
    zhou = notation == "zhou"
    traces = [with_thresholds(plan, tape) if zhou else tape for tape in tapes]
    title = say("CR-1972", name=plan.name, rows=_counted([labels[r] for r in rows])) if several else say(
        "CR-1911", name=plan.name, row=labels[rows[0]]
    )  # fmt: skip
    page = Page(title, language=get_language(), digits=digits)
    for traced in traces:
        page.symbols |= _symbols(plan, traced, notation)
    if zhou:
        threshold_symbols(plan, page.symbols)
    weights = shown_weights(traces)
    sign = {label: -1.0 for label in weights if zhou and label[0] == "b"}
    page.facts = {"network": plan.name, "rows": [_row_facts(page, t, labels[t.row]) for t in traces]}
    if not several:
        page.facts = {"network": plan.name, **page.facts["rows"][0]}
    _draw(page, plan, traces, shown, names)
    if several:
        _beside(page, plan, traces, labels, remarks or {})
    for tape, traced in zip(tapes, traces, strict=True):
        group = say("CR-1984", row=labels[traced.row]) if several else ""
        first = len(page.sections)
        if inputs:
            _inputs(page.section(say("CR-2219")) if several else page.sections[-1], traced, inputs)
        if not several and traced.row in (remarks or {}):
            page.sections[-1].say((remarks or {})[traced.row])
        for stage, heading in STAGES:
            _stage(page.section(say(heading)), traced, traced.stages[stage])
        _checked(page.sections[-1], traced)
        if weight is not None:
            _paths(page, plan, tape, weight, traced.values)
        if several and len(plan.layers) > 1:
            _vanishing(page, plan, tape)
        for section in page.sections[first:]:
            section.group = group
    if source.rows > 1:
        per_row = {traced.row: traced.values for traced in traces}
        for row in range(source.rows):
            if row not in per_row and source.rows <= FOLD:
                other = trace_row(plan, flat, batch, row, units=shown, differences=False)
                per_row[row] = (with_thresholds(plan, other) if zhou else other).values
        accumulated(page, plan, flat, source, per_row, labels, weights, sign)
    update(page, plan, flat, source, weights, sign, rows, labels, answers)
    if not several and len(plan.layers) > 1:
        _vanishing(page, plan, tapes[0])
    if count_steps > 1:
        step_tables(page, plan, flat, source, count_steps, weights, sign)
    return page


def _row_facts(page: Page, traced: Trace, label: int) -> dict[str, Any]:
    def fact(n: Number) -> dict[str, Any]:
        values = ChainMap({"rest": n.rest[1]} if n.rest else {}, traced.values)
        formula, numbers = (page.cell(Math((part,)), "text") for part in (n.formula, Put(n.formula, values)))
        return {
            "name": n.name,
            "formula": formula,
            "numbers": numbers,
            "value": n.value,
            "difference": n.difference,
        }

    stages = {stage: [fact(n) for n in numbers] for stage, numbers in traced.stages.items()}
    return {"row": label, "stages": stages}


def _counted(numbers: Sequence[int]) -> str:
    """3, 5, 9; of many the first and how many there are."""
    shown = ", ".join(map(str, numbers[:6]))
    return shown if len(numbers) <= 6 else f"{shown} … ({len(numbers)})"


def _inputs(section: Section, traced: Trace, inputs: Sequence[tuple[str, str]]) -> None:
    entering = [(label, column) for label, column in inputs if traced.values.get(label) or len(inputs) <= 40]
    cells = tuple((Math((name(label),)), column, traced.values[label]) for label, column in entering)
    section.items.append(Table((say("CR-2219"), say("CR-2238"), say("CR-2220")), cells))


def _beside(
    page: Page, plan: Plan, traces: Sequence[Trace], labels: Sequence[int], remarks: Mapping[int, str]
) -> None:
    """The rows of the page, one line each."""
    last, targets = len(plan.layers), range(1, min(plan.targets, 4) + 1)
    named = [f"t_{o}" for o in targets] + [f"y{last}_{o}" for o in targets] + ["L"]
    header: tuple[str | Math, ...] = (say("CR-1978"), *(Math((name(label),)) for label in named))
    cells: tuple[tuple[str | float | Math, ...], ...] = tuple(
        (str(labels[t.row]), *(t.values[label] for label in named)) for t in traces
    )
    section = page.section(say("CR-1985"))
    if len(traces) < len(labels):
        section.say(say("CR-1987", count=len(traces), all=len(labels)))
    section.items.append(Table(header, cells))
    for traced in traces:
        if traced.row in remarks:
            section.say(remarks[traced.row])


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


def _draw(
    page: Page,
    plan: Plan,
    traces: Sequence[Trace],
    shown: Mapping[int, Sequence[int]],
    names: tuple[str, ...],
) -> None:
    """The units that are written out; with one row also its numbers."""
    section = page.section(say("CR-1912"))
    values = traces[0].values
    code = "CR-1913" if len(traces) == 1 else "CR-1991"
    section.say(say(code, name=plan.name, count=plan.size, loss=plan.loss.name))
    weights = {
        (layer.index, i, j): values[f"w{layer.index}_{i}_{j}"]
        for layer in plan.layers
        for i in shown[layer.index - 1]
        for j in shown[layer.index]
    }
    sizes = [plan.inputs, *(a.units for a in plan.layers)]
    titles = names or ("x", *(a.activation.name for a in plan.layers))
    section.items.append(drawing.network(sizes, titles, values if len(traces) == 1 else None, weights, shown))
    if len(shown[0]) < plan.inputs:
        section.say(say("CR-1971", count=len(shown[0]), all=plan.inputs))


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
