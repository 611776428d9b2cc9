"""a model and a table -> the table with predictions, or how good they are."""

import os
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ..errors import ChainruleError
from ..messages import because, say
from . import console
from .grammar import short
from .output import put_json

if TYPE_CHECKING:
    from ..table import Table


def predict(given: dict[str, Any]) -> None:
    """The command `predict`: the user's columns, then the prediction, then a probability per class."""
    from ..model import load
    from ..table.appending import kind_to_write, with_columns, write_with

    out, data = given["out"] if given["out"] != "-" else None, given["data"]
    if out is not None:
        for used in (*data, given["model"]):
            if os.path.exists(out) and os.path.exists(used) and os.path.samefile(out, used):
                raise ChainruleError("CR-2049", file=out)
        check_writable(out)
    model = load(given["model"])
    one = data[0] if len(data) == 1 else list(data)
    table = model.read(one, original=len(data) == 1, **reading(given))
    if out is not None:
        kind_to_write(out, table)  # refuses what cannot be written before anything is computed
    found = model.predict(table)
    tell(table, found)
    goals = model.encoding.target.columns if model.encoding.target is not None else (model.target,)
    added = named(table, found, goals)
    if out is not None:
        write_with(out, table, added)
    if given["as_json"]:
        values = {c.name: c.values.tolist() for c in added}
        put_json(
            {
                "task": model.task,
                "target": model.target,
                "rows": table.rows,
                "predictions": values,
                "out": out,
            }
        )
    elif out is not None:
        console.say_out(say("CR-2169", file=out, rows=table.rows, target=model.target))
    else:
        # for the next program of a pipe: UTF-8 and commas, whatever the table's own way of writing is
        kind = "jsonl" if table.facts.get("kind") == "jsonl" else "text"
        console.put_bytes(with_columns(replace(table, original=None), added, kind))


def evaluate(given: dict[str, Any]) -> None:
    """The command `evaluate`: every metric of the task on a table with known targets."""
    from ..messages import get_language
    from ..model import load
    from ..report import pictures
    from ..report.metrics import METRICS, primary
    from ..table import split_missing_target

    model = load(given["model"])
    data = given["data"]
    table = model.read(data[0] if len(data) == 1 else list(data), target=True, **reading(given))
    known, without = split_missing_target(table, model.target)
    metrics = model.evaluate(table)
    each = model.evaluate_each(table)
    tell(table)
    if given["as_json"]:
        put_json({"task": model.task, "target": model.target, "rows": known.rows, "without_target": without,
                  "primary": primary(model.task).name, "metrics": metrics,
                  **({"targets": each} if each else {})})  # fmt: skip
        return
    console.say_out(say("CR-2170", target=model.target, file=short(data[0]), rows=known.rows))
    language = int(get_language() == "zh")
    columns = [metrics, *each.values()]
    lines = [[m.label[language], *(pictures.number(c[m.name]) for c in columns)] for m in METRICS[model.task]]
    if each:
        lines.insert(0, ["", say("CR-4718"), *each])
    for line in pictures.table(lines):
        console.say_out("  " + line)


def reading(given: dict[str, Any]) -> dict[str, Any]:
    """What the user said about the table; the rest is recognized, or known from the training."""
    names = ("delimiter", "decimal", "encoding", "header", "missing", "sheet", "cells", "samples")
    return {name: given[name] for name in names if given[name] is not None and given[name] != ()}


def check_writable(out: str) -> None:
    """Refuse a place nothing can be written to before any work is done."""
    folder = os.path.dirname(os.path.abspath(out))
    reason = 0
    if os.path.isdir(out):
        reason = 21
    elif not os.path.isdir(folder):
        reason = 2
    elif not os.access(folder, os.W_OK | os.X_OK) or os.path.exists(out) and not os.access(out, os.W_OK):
        reason = 13
    if reason:
        raise ChainruleError("CR-2046", file=out, reason=because(reason))


def tell(*tables: "Table") -> None:
    """What was noticed on the way, on standard error."""
    for note in dict.fromkeys(note for table in tables for note in table.notes):
        console.say_err(note)


def named(table: "Table", found: "Table", goals: tuple[str, ...]) -> list[Any]:
    """The predicted columns under names the table does not have yet: predicted_y, probability_y=a."""
    added = []
    for column in found.columns:
        name = f"predicted_{column.name}" if column.name in goals else f"probability_{column.name}"
        while name in table:
            name += "_"
        added.append(replace(column, name=name))
    return added
