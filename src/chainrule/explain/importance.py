"""model, table -> how much each of the user's columns matters: permutation, Olden, Garson, MIV, with their formulas.

Sources: model/permuting.py (permutation); Olden, Joy & Death 2004, Ecological Modelling 178, 389-397 (connection weights);
Garson 1991, AI Expert 6(4), 46-51, for several hidden layers by multiplying on; Dombi, Nandi, Saxe, Ledgerwood & Lucas 1995,
The Journal of Trauma 39(5), 915-921, to whom the mean impact value is ascribed.
"""

import dataclasses
from collections.abc import Mapping
from typing import Any

import numpy as np

from ..batches.source import Source
from ..errors import ModelError
from ..messages import get_language, say
from ..model.model import Model, answers
from ..model.permuting import SHUFFLES, permutation
from ..page.mathwords import call, total
from ..page.page import Math, Page
from ..page.page import Table as Grid
from ..page.symbols import Symbol
from ..rules.expression import Node, name, number
from ..table import Table, split_missing_target
from .ranges import outside
from .trace import times

Array = np.ndarray[Any, Any]
STEP = 0.1


def inputs_of(model: Model) -> dict[str, list[tuple[str, int]]]:
    """Column -> its inputs as (kind, row of w1): kind "number", "flag" or "level"."""
    places: dict[str, list[tuple[str, int]]] = {column: [] for column in model.encoding.columns}
    at = {"number": 0, "level": sum(path.width for path in model.encoding.paths)}
    for path in model.encoding.paths:
        kind, count = ("level", path.levels) if path.gathers else ("number", path.width)
        for _ in range(count):
            places[path.column].append(("flag" if path.is_flag else kind, at[kind]))
            at[kind] += 1
    return places


def _matrices(model: Model) -> list[Array]:
    model = model.single
    parts, mix = model.parts, model.encoding.mix
    found = [np.asarray(parts[f"w{layer.index}"], dtype=float) for layer in model.plan.layers]
    if mix is not None:  # components are sums of the columns' inputs, so their weights are too
        found[0] = np.concatenate([mix.axes.T @ found[0][: mix.size], found[0][mix.size :]])
    return found


def _by_column(model: Model, rows: Array) -> dict[str, Array]:
    """(inputs, u) rows -> column -> (u,): a category is its largest level minus its smallest, for what all its levels
    share is a bias; the size of a flag for missing values is added to that of its column.
    """
    found = {}
    for column, places in inputs_of(model).items():
        levels = np.array([rows[at] for kind, at in places if kind == "level"])
        value = levels.max(axis=0) - levels.min(axis=0) if len(levels) else np.zeros(rows.shape[1])
        for kind, at in sorted(places, reverse=True):  # the number before its flag
            if kind == "number":
                value = value + rows[at]
            elif kind == "flag":
                value = np.where(value < 0, value - np.abs(rows[at]), value + np.abs(rows[at]))
        found[column] = value
    return found


def olden(model: Model) -> dict[str, float]:
    """Σ over all paths of the product of the weights; with several outputs the largest in size."""
    product, *rest = _matrices(model)
    for matrix in rest:
        product = product @ matrix
    return {column: float(v[np.argmax(np.abs(v))]) for column, v in _by_column(model, product).items()}


def garson(model: Model) -> dict[str, float]:
    """Shares in percent, their sum is 100 (0 each where all weights are 0)."""
    first, *rest = _matrices(model)
    columns = _by_column(model, first)
    shares = np.abs(np.array(list(columns.values())))
    if rest:
        sums = shares.sum(axis=0)
        shares = shares / np.where(sums == 0, 1.0, sums)
        for matrix in rest:
            shares = shares @ np.abs(matrix)
    each = shares.sum(axis=1)
    each = 100 * each / (each.sum() or 1.0)
    return dict(zip(columns, each.tolist(), strict=True))


def mean_impact(model: Model, table: Table) -> dict[str, float | None]:
    """Column -> 1/n Σ (ŷ(1.1·x) − ŷ(0.9·x)) in the answer's unit; None for categories.

    For classes ŷ is a probability, that of the second of two, else the one that moves most.
    """
    kinds = model.encoding.kinds()
    found: dict[str, float | None] = {}
    for column in model.encoding.columns:
        if kinds[column] != "number":
            found[column] = None
            continue
        moved = []
        for factor in (1 + STEP, 1 - STEP):
            columns = tuple(
                dataclasses.replace(c, values=np.asarray(c.values, dtype=float) * factor, levels=(), codes=None)
                if c.name == column else c
                for c in table.columns
            )  # fmt: skip
            encoded = model.encoding.apply(dataclasses.replace(table, columns=columns), target=False)
            made = answers(model.encoding, model.outputs(Source(encoded.x, codes=encoded.codes)))
            moved.append(np.asarray(made, dtype=float).reshape(table.rows, -1))
        mean = (moved[0] - moved[1]).mean(axis=0)
        found[column] = float(mean[-1] if len(mean) <= 2 else mean[np.argmax(np.abs(mean))])
    return found


def importance_page(model: Model, table: Table | None = None) -> Page:
    """The four measures side by side, and each with its formula and weakness; without a table those of the weights.

    Raises ModelError CR-1970 for a table without a known target.
    """
    page = Page(say("CR-1952", target=model.target), language=get_language())
    page.symbols = {**{k: Symbol(k[0], "", k[2:]) for k in ("w_ih", "w_kh", "w_hj", "O_i", "G_i", "I_c", "E_cr")},
                    "y": Symbol("ŷ"), "MIV": Symbol("MIV")}  # fmt: skip
    measures: dict[str, Mapping[str, float | None]] = {"Olden": olden(model), "Garson %": garson(model)}
    shuffled: dict[str, tuple[float, float]] = {}
    beside = page.section(say("CR-1965"))
    if table is None:
        beside.say(say("CR-1964"))
    else:
        table, _ = split_missing_target(table, model.target)
        if not table.rows:
            raise ModelError("CR-1970", target=model.target)
        shuffled = permutation(model, table)
        measures = {
            say("CR-1953"): {c: v for c, (v, _) in shuffled.items()},
            **measures,
            "MIV": mean_impact(model, table),
        }
    order = sorted(inputs_of(model), key=lambda c: -abs(next(iter(measures.values()))[c] or 0.0))
    rows = tuple((c, *("–" if (v := m[c]) is None else v for m in measures.values())) for c in order)
    beside.items.append(Grid((say("CR-1961"), *measures), rows))
    beside.say(say("CR-1962"))
    beside.say(say("CR-1963"))
    if table is not None:
        _far(page, model, table)
        metric = say("CR-1967") if model.task == "regression" else say("CR-1968")
        section = page.section(say("CR-1953"))
        section.say(say("CR-1954", count=SHUFFLES, metric=metric))
        terms = total(name("r"), name("R"), Node("-", (name("E_cr"), name("E"))))
        section.items.append(Math((name("I_c"), "=", times(Node("/", (number(1), name("R"))), terms))))
        section.items.append(
            Grid((say("CR-1961"), "I", say("CR-1969")), tuple((c, *shuffled[c]) for c in order))
        )
    _of_weights(page)
    if table is not None:
        section = page.section(say("CR-1959"))
        section.say(say("CR-1960"))
        up, down = (call(name("y"), times(number(1 + s * STEP), name("x"))) for s in (1, -1))
        body = total(name("r"), name("n"), Node("-", (up, down)))
        section.math(name("MIV"), "=", times(Node("/", (number(1), name("n"))), body))
    page.facts = {
        "target": model.target,
        "rows": None if table is None else table.rows,
        "measures": {label: dict(values) for label, values in _plain(model, table, shuffled).items()},
        "far": [] if table is None else [row + 1 for row, _ in outside(model, table)],
    }
    return page


def _plain(model: Model, table: Table | None, shuffled: Any) -> dict[str, Any]:
    made: dict[str, Any] = {"olden": olden(model), "garson": garson(model)}
    if table is not None:
        made["permutation"] = {c: v for c, (v, _) in shuffled.items()}
        made["mean_impact"] = mean_impact(model, table)
    return made


def _far(page: Page, model: Model, table: Table) -> None:
    far = outside(model, table)
    if far:
        (first, column), *_ = far
        page.sections[-1].say(say("CR-1966", count=len(far), rows=table.rows, first=first + 1, column=column))


def _of_weights(page: Page) -> None:
    h, k, q, d = name("h"), name("k"), name("q"), name("d")
    section = page.section(say("CR-1955"))
    section.say(say("CR-1956"))
    section.math(name("O_i"), "=", total(h, q, times(name("w_ih"), name("w_hj"))))
    section = page.section(say("CR-1957"))
    section.say(say("CR-1958"))
    share = Node("/", (Node("abs", (name("w_ih"),)), total(k, d, Node("abs", (name("w_kh"),)))))
    section.math(name("G_i"), "=", total(h, q, times(share, Node("abs", (name("w_hj"),)))))
