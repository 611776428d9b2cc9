"""a model and a table -> the table with predictions, or how good they are."""

import os
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ..errors import ChainruleError
from ..messages import say
from . import console
from .grammar import short
from .output import put_json

if TYPE_CHECKING:
    from ..table import Table


def predict(given: dict[str, Any]) -> None:
    """The command `predict`: the user's columns, then the prediction, then a probability per class."""
    from ..model import load
    from ..table.writing import csv_text, write_whole

    model, out = load(given["model"]), given["out"]
    if out is not None:
        for used in (given["data"], given["model"]):
            if os.path.exists(out) and os.path.samefile(out, used):
                raise ChainruleError("CR-2049", file=out)
    table = model.read(given["data"], **reading(given))
    found = model.predict(table)
    tell(table, found)
    added = named(table, found, model.target)
    if out is not None:
        columns = (*table.columns, *added)
        write_whole(out, csv_text(columns, file=short(out)).encode())
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
        console.put_bytes(csv_text((*table.columns, *added)).encode())


def evaluate(given: dict[str, Any]) -> None:
    """The command `evaluate`: every metric of the task on a table with known targets."""
    from ..messages import get_language
    from ..model import load
    from ..report import pictures
    from ..report.metrics import METRICS, primary
    from ..table import split_missing_target

    model = load(given["model"])
    table = model.read(given["data"], target=True, **reading(given))
    known, without = split_missing_target(table, model.target)
    metrics = model.evaluate(table)
    tell(table)
    if given["as_json"]:
        put_json({"task": model.task, "target": model.target, "rows": known.rows, "without_target": without,
                  "primary": primary(model.task).name, "metrics": metrics})  # fmt: skip
        return
    console.say_out(say("CR-2170", target=model.target, file=short(given["data"]), rows=known.rows))
    language = int(get_language() == "zh")
    for line in pictures.table(
        [[m.label[language], pictures.number(metrics[m.name])] for m in METRICS[model.task]]
    ):
        console.say_out("  " + line)


def reading(given: dict[str, Any]) -> dict[str, Any]:
    """What the user said about the table; the rest is recognized, or known from the training."""
    names = ("delimiter", "decimal", "encoding", "header", "missing")
    return {name: given[name] for name in names if given[name] is not None and given[name] != ()}


def tell(*tables: "Table") -> None:
    """What was noticed on the way, on standard error."""
    for note in dict.fromkeys(note for table in tables for note in table.notes):
        console.say_err(note)


def named(table: "Table", found: "Table", target: str) -> list[Any]:
    """The predicted columns under names the table does not have yet: predicted_y, probability_y=a."""
    added = []
    for i, column in enumerate(found.columns):
        name = f"predicted_{target}" if i == 0 else f"probability_{column.name}"
        while name in table:
            name += "_"
        added.append(replace(column, name=name))
    return added
