"""Looks at the column to be predicted: is it there, does it tell anything, and which task does it ask for."""

from collections.abc import Sequence

import numpy as np

from ..errors import TableError
from ..messages import say
from .columns import Column, Table, counted, name_list, show, sort_labels

TASKS = ("regression", "binary", "multiclass")
CODES_FEW, CODES_MANY = 10, 50  # whole numbers that may be classes: few of them, or many if evenly used


def target_column(table: Table, name: str) -> Column:
    """The column to predict; refused where it is not there, has no value, or always the same one."""
    column = table[name]
    if column.kind == "date":
        raise TableError("CR-3371", column=show(name))
    levels, codes = column.factor()
    used = np.unique(codes[codes >= 0])
    if not len(used):
        raise TableError("CR-1026", file=table.source, column=show(name))
    if len(used) == 1:
        raise TableError("CR-1027", file=table.source, column=show(name), text=show(levels[used[0]]))
    return column


def named(table: Table, target: str | int) -> str:
    """The name of a column given by its name or, where no column has that name, by its place: 5, or -1 for the last."""
    text = str(target)
    if text in table or not text.lstrip("-").isdigit() or not text.isascii():
        return text
    place = int(text)
    if 1 <= place <= len(table.names):
        return table.names[place - 1]
    return table.names[place] if -len(table.names) <= place < 0 else text


def targets_of(table: Table, target: str | int | Sequence[str | int]) -> tuple[str, ...]:
    """The columns to predict: one, or several in a list or divided by commas, each by name or place.

    Raises TableError CR-3379.
    """
    if isinstance(target, list | tuple) and len(target) == 1:
        target = target[0]
    if isinstance(target, list | tuple):
        text, pieces = ", ".join(map(str, target)), list(target)
    else:
        text = str(target)
        one = named(table, target)  # type: ignore[arg-type]  # no list
        pieces = [piece.strip() for piece in text.replace("，", ",").split(",")]
        if one in table or len(pieces) < 2:
            return (one,)
    found = tuple(named(table, piece) for piece in pieces if piece != "")
    for name in found:
        if name not in table:
            table[text if len(found) < 2 else name]
    kinds = [table[name].kind for name in found]
    if (
        len(set(found)) < len(found)
        or set(kinds) - {"number", "constant"}
        or any("," in name for name in found)
    ):
        raise TableError("CR-3379", names=name_list(found))
    return found


def missing_targets(table: Table, targets: Sequence[str]) -> np.ndarray:
    """(n,) True where a row lacks one of the targets."""
    return np.any([table[name].missing() for name in targets], axis=0)  # type: ignore[no-any-return]  # of bool


def split_missing_target(table: Table, target: str) -> tuple[Table, int]:
    """The table without the rows whose target (one of the targets) is missing, and how many those are."""
    missing = missing_targets(table, targets_of(table, target))
    count = int(missing.sum())
    return (table.take(~missing), count) if count else (table, 0)


def task_of(column: Column, override: str | None = None) -> str:
    """ "regression", "binary" or "multiclass": `recognize_task` without its sentence."""
    return recognize_task(column, override)[0]


def recognize_task(column: Column, override: str | None = None) -> tuple[str, str]:
    """The task the target asks for and the sentence that says why.

    Labels are classes: two are binary. Numbers are a regression, unless there are only two different ones,
    or they are whole and used like codes: at most 10 of them, or consecutive from 0 or 1 and evenly used,
    each often.
    """
    levels, codes = column.factor()
    counts = counted(codes, len(levels))
    used = np.flatnonzero(counts)
    names = name_list(sort_labels(levels[i] for i in used)) if len(used) <= 10_000 else ""
    count, name = len(used), show(column.name)
    if override is not None:
        task = override
        if task == "classification":
            task = "binary" if count == 2 else "multiclass"
        if task not in TASKS:
            raise TableError("CR-1028", task=show(override))
        if task == "regression" and column.kind != "number":
            text = next((show(levels[i]) for i in used if not isinstance(levels[i], (int, float))), names)
            raise TableError("CR-1029", column=name, text=text)
        if task == "binary" and count != 2:
            raise TableError("CR-1030", column=name, count=count)
        return task, say("CR-1074", task=task, column=name, count=count)
    if count == 2:
        return "binary", say("CR-1071", column=name, names=names)
    if column.kind != "number":
        return "multiclass", say("CR-1072", column=name, count=count, names=names)
    if _codes(np.array([levels[i] for i in used], float), counts[used]):
        return "multiclass", say("CR-1073", column=name, count=count)
    return "regression", say("CR-1070", column=name, count=count)


def _codes(values: np.ndarray, counts: np.ndarray) -> bool:
    """Whether whole numbers look like the codes of classes."""
    rows, count = int(counts.sum()), len(values)
    if count < 3 or count > CODES_MANY or bool(np.any(values != np.floor(values))) or rows < 10 * count:
        return False
    if count <= CODES_FEW:
        return bool(counts.min() >= max(2, 0.02 * rows))
    consecutive = values[0] in (0.0, 1.0) and values[-1] - values[0] == count - 1
    return bool(consecutive and rows >= 20 * count and counts.min() >= 0.5 * rows / count)
