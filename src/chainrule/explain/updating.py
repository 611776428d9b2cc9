"""gradients of the rows -> page sections: their sum, the update by the optimizer's lines, what it changed, the steps after."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from ..batches.source import Source
from ..messages import say
from ..page.page import Math, Page, Put, Table
from ..page.symbols import Written, parse_name
from ..plan import Plan
from ..rules.expression import Node, name, number
from ..rules.words import show_number
from .stepping import Line, Step, batch_gradient, clip_norm, steps, unit_norms, update_lines
from .trace import FOLD, Differences, Trace, only_rows, plus, put, times

Array = np.ndarray[Any, Any]
Cell = str | float | Math
MOST_STEPS, MOST_COLUMNS, MOST_IN_JSON = 25, 6, 2000


def in_row(sign: Any, label: int) -> Written:
    """A quantity as one row has it: dw₁₁ with the row's number behind a bar."""
    return Written(
        f"{sign.text}|{label}",
        rf"\left.{sign.latex}\right|_{{{label}}}",
        f"<mrow>{sign.mathml}<msub><mo>|</mo><mn>{label}</mn></msub></mrow>",
    )


def shown_weights(traces: Sequence[Trace]) -> list[str]:
    """The weights whose gradients are written out in any of the rows, in their order."""
    return list(dict.fromkeys(n.name[1:] for traced in traces for n in traced.stages["gradient"]))


def accumulated(
    page: Page, plan: Plan, flat: Array, source: Source, per_row: Mapping[int, Mapping[str, float]],
    labels: Sequence[int], weights: Sequence[str], sign: Mapping[str, float],
) -> None:  # fmt: skip
    """The gradient of the rows together, as the mean or sum of the gradients of each, beside a central difference.

    per_row: {row of the source: its values}; sign: −1 for weights written as thresholds.
    """
    batch = source.batch(slice(None), plan=plan)
    gradient, loss = batch_gradient(plan, flat, batch)
    counted = [r for r in range(len(labels)) if not np.isnan(np.asarray(batch.t[r], float)).all()]
    mean = plan.rows == "mean"
    section = page.section(say("CR-1973"))
    section.say(say("CR-1974" if mean else "CR-1975", count=len(counted)))
    places = flat_names(plan)
    trying = Differences(plan, flat, only_rows(batch, list(range(len(labels)))), mean=mean)
    facts = {}

    def write(label: str, written: Sequence[int], value: float, difference: float | None) -> None:
        known, terms = {}, []
        for r in written:
            own = f"row{r}_{label}"
            known[own] = per_row[r][label]
            page.symbols[own] = in_row(page.symbols[label], labels[r])
            terms.append(name(own))
        total = sum(known.values())
        if len(written) < len(counted):
            known["rest"] = value * (len(counted) if mean else 1) - total
            terms.append(name("rest"))
        tree = times(Node("/", (number(1), number(len(counted)))), plus(terms)) if mean else plus(terms)
        remark = "" if difference is None else say("CR-1921", value=show_number(difference))
        section.math(name(label), "=", tree, "=", Put(tree, known), "=", value, remark=remark)

    known_rows = [r for r in counted if r in per_row]
    loss_rows = sorted(sorted(known_rows, key=lambda r: -abs(per_row[r]["L"]))[:FOLD])
    write("L", loss_rows, loss, None)
    worst = 0.0
    for weight in weights:
        label, value = f"d{weight}", sign.get(weight, 1.0) * float(gradient[places[weight]])
        rows = sorted(sorted(known_rows, key=lambda r, own=label: -abs(per_row[r][own]))[:FOLD])  # type: ignore[misc]  # mypy cannot infer a lambda with a default
        kind, layer, at = parse_name(weight)
        tried = trying.weight(layer, at[0] - 1, at[1] - 1) if kind == "w" else trying.score(layer, at[0] - 1)
        difference = sign.get(weight, 1.0) * tried
        worst = max(worst, abs(difference - value) / max(1.0, abs(value)))
        write(label, rows, value, difference)
        facts[label] = {"value": value, "difference": difference}
    if len(counted) > FOLD:
        section.say(say("CR-1976", count=FOLD))
    section.say(say("CR-1929", count=len(weights), worst=worst))
    page.facts["gradient"] = facts


def update(
    page: Page, plan: Plan, flat: Array, source: Source, weights: Sequence[str], sign: Mapping[str, float],
    rows: Sequence[int], labels: Sequence[int], answers: Callable[[Array], list[str]] | None = None,
) -> None:  # fmt: skip
    """The first step of the optimizer, weight by weight, and what the network says after it."""
    section = page.section(say("CR-1919", rule=plan.optimizer.name, rate=plan.rate(1, plan.schedule.state)))
    batch = source.batch(slice(None), plan=plan)
    gradient, before = batch_gradient(plan, flat, batch)
    places = flat_names(plan)
    state = {letter: plan.optimizer.start(letter, plan.optimizer_knobs) for letter in plan.optimizer.state}
    norm = clip_norm(plan, flat, gradient) if plan.clip == "norm" else None
    held = unit_norms(plan, flat, source)
    for letter in "gw":
        page.symbols[f"norm_{letter}"] = Written(
            f"‖{letter}‖", rf"\lVert {letter}\rVert", f"<mrow><mo>‖</mo><mi>{letter}</mi><mo>‖</mo></mrow>"
        )
    written: list[tuple[Cell, ...]] = []
    facts = []
    for count, label in enumerate(weights):
        # every rule moves −w by −gradient as it moves w by gradient: a threshold is the bias with the other sign
        side = sign.get(label, 1.0)
        old, slope = side * float(flat[0, places[label]]), side * float(gradient[places[label]])
        lines = update_lines(plan, label, old, slope, state, 1, norm, held.get(label))
        new = next((line.value for line in reversed(lines) if line.letter == "w"), old)
        after = {letter: next((li.value for li in reversed(lines) if li.letter == letter), value)
                 for letter, value in state.items()}  # fmt: skip
        written.append((Math((name(label),)), old, slope, *after.values(), new))
        facts.append({"weight": label, "before": old, "gradient": slope, "state": after, "after": new})
        if count < (FOLD if len(plan.optimizer.lines) == 1 else 3):
            for line in lines:
                _line(section, line, label)
    header = (say("CR-1922"), say("CR-1924"), say("CR-1923"), *state, say("CR-1925"))
    section.items.append(Table(header, tuple(written)))
    before_step, after_step = steps(plan, flat, source, 1)
    result = page.section(say("CR-1920"))
    old_y, new_y = before_step.outputs, after_step.outputs
    said = None if answers is None else (answers(old_y), answers(new_y))
    if len(rows) == 1:
        (row,) = rows
        result.say(
            say("CR-1926", before=before, after=after_step.loss, old=_few(old_y[row]), new=_few(new_y[row]))
        )
        if said is not None:
            result.say(say("CR-1992", old=said[0][row], new=said[1][row]))
    else:
        result.say(say("CR-1977", before=before, after=after_step.loss))
        then, now = ([_few(v, 6) for v in y] for y in (old_y, new_y)) if said is None else said
        cells = tuple((str(labels[r]), _few(batch.t[r], 6), then[r], now[r]) for r in rows)
        heads = ("CR-1980", "CR-1981") if said is None else ("CR-1993", "CR-1994")
        result.items.append(Table((say("CR-1978"), say("CR-1979"), *map(say, heads)), cells))
    page.facts["update"] = facts
    page.facts["after"] = {
        "loss": after_step.loss,
        "weights": {n: float(after_step.weights[i]) for n, i in places.items()},
        "outputs": [{"row": labels[r], "outputs": [float(v) for v in new_y[r]]} for r in rows],
    }


def _line(section: Any, line: Line, label: str) -> None:
    """One line of the rule: its w and g under the names the page uses, its other letters as they are."""
    tree = put(line.formula, {"w": name(label), "g": name(f"d{label}")})
    known = {**line.values, label: line.values["w"], f"d{label}": line.values["g"]}
    moves = line.letter in ("w", "g")
    left = name({"w": label, "g": f"d{label}"}.get(line.letter, line.letter))
    section.math(left, "→" if moves else "=", tree, "=", Put(tree, known), "=", line.value)


def _few(values: Array, digits: int = 9) -> str:
    shown = ", ".join(show_number(float(v), digits) for v in values[:4])
    return shown + (" …" if len(values) > 4 else "")


def flat_names(plan: Plan) -> dict[str, int]:
    """ "w1_2_1" -> its place in the flat weights."""
    places = {}
    for view in plan.views:
        for i, at in enumerate(np.ndindex(*view.shape)):
            places["_".join([view.name, *(str(a + 1) for a in at)])] = view.offset + i
    return places


def step_tables(
    page: Page,
    plan: Plan,
    flat: Array,
    source: Source,
    count: int,
    weights: Sequence[str],
    sign: Mapping[str, float],
) -> None:
    """Weights and loss before the first and after every step, then each letter of the optimizer's state likewise."""
    section = page.section(say("CR-1930"))
    places = flat_names(plan)
    few = len(places) <= MOST_COLUMNS + 2
    labels = list(places) if few else list(weights)[:MOST_COLUMNS]
    carried = list(places) if len(places) * count <= MOST_IN_JSON * 10 else labels
    history = list(steps(plan, flat, source, count))
    shown = [s for s in history if s.number <= 5 or s.number == count or s.number % max(1, count // 20) == 0]
    signs = [sign.get(label, 1.0) for label in labels]
    names = tuple(Math((name(label),)) for label in labels)
    if not few:
        section.say(say("CR-1982", count=len(labels), all=len(places)))

    def table(first: tuple[Math, ...], values: Any) -> None:
        rows: list[tuple[Cell, ...]] = []
        for step in shown:
            head, vector = values(step)
            rows.append((str(step.number), *head, *(
                side * float(vector[places[label]]) for side, label in zip(signs, labels, strict=True)
            )))  # fmt: skip
        section.items.append(Table((say("CR-1931"), *first, *names), tuple(rows)))

    table((Math((name("L"),)),), lambda s: ((s.loss,), s.weights))
    for at, letter in enumerate(plan.optimizer.state):
        section.say(say("CR-1983", letter=letter, rule=plan.optimizer.name))
        table((), lambda s, at=at: ((), s.state[at]))
    page.facts["steps"] = [_step_facts(plan, step, places, carried, sign) for step in history]


def _step_facts(
    plan: Plan, step: Step, places: Mapping[str, int], labels: Sequence[str], sign: Mapping[str, float]
) -> dict[str, Any]:
    def of(vector: Array) -> dict[str, float]:
        return {label: sign.get(label, 1.0) * float(vector[places[label]]) for label in labels}

    state = {letter: of(vector) for letter, vector in zip(plan.optimizer.state, step.state, strict=True)}
    return {"step": step.number, "loss": step.loss, "weights": of(step.weights), "state": state}
