"""model, table -> evidence: the table divided as it was for the training, with targets and answers of every part."""

import math
import os
from collections.abc import Mapping
from typing import Any

import numpy as np

from ..batches.source import Source
from ..errors import ChainruleError, ModelError
from ..report.evidence import GIVEN, Evidence, Rows
from ..table import Table, read_table, split_missing_target
from .flow import _cut
from .model import Model, answers, read_like, scored, truth
from .permuting import permutation

Array = np.ndarray[Any, Any]
LOOKED_AT = 2000  # rows the importance is measured on at most
READING = ("delimiter", "decimal", "encoding", "header", "missing", "sheet", "cells", "samples")
CLOSE = 1e-4  # relative: two engines differ less, another table more


def evidence(model: Model, data: Any, *, importance: bool = True, **options: Any) -> Evidence:
    """What a report needs of `data`, the training table: file name, frame or Table.

    The parts are cut again, as `train` cut them. They are believed only where row counts and metrics come out as the
    model has them; any other table is shown as one part.

    options  as in `read_table`; what is not given is as it was for the training
    Raises TableError, EncodingError where the table cannot be read or lacks a column, ModelError CR-1817 where no row
    has a target.
    """
    program = dict(model.facts["program"])
    told = {name: program[name] for name in READING if program.get(name) not in (None, [], "")}
    told = {**told, "missing": tuple(model.facts["missing"]), **options}
    read = (
        data
        if isinstance(data, Table)
        else read_table(data, kinds=program.get("kinds"), absent_ok=True, **told)
    )
    model.encoding.require(read, target=True)
    known, without = split_missing_target(read, model.target)
    if not known.rows:
        raise ModelError("CR-1817", file=read.source)
    tables, absent = _divided(model, known, program, told)
    parts = tuple(_rows(model, part, table) for part, table in tables.items())
    same = bool(parts) and _agree(model, parts, absent)
    if not same:
        again = (
            known
            if isinstance(data, Table)
            else split_missing_target(model.read(data, target=True, **options), model.target)[0]
        )
        parts, absent = (_rows(model, GIVEN, again),), ()
    found: Mapping[str, tuple[float, float]] = {}
    looked_at = (0, "")
    if importance:
        last = parts[-1]
        few = last.table
        if few.rows > LOOKED_AT:
            few = few.take(np.round(np.linspace(0, few.rows - 1, LOOKED_AT)).astype(np.int64))
        found, looked_at = permutation(model, few), (few.rows, last.part)
    return Evidence(read, parts, same, without, absent, found, looked_at)


def _divided(
    model: Model, table: Table, program: Mapping[str, Any], options: Mapping[str, Any]
) -> tuple[dict[str, Table], tuple[str, ...]]:
    """(part -> its rows, parts whose own file is not there); nothing where the table cannot be divided like that."""
    files = {name: program[name] for name in ("validation", "test") if name in program}
    try:
        table = table.drop([name for name in program.get("drop", ()) if name in table])
        cut = _cut(table, model.target, model.task, program.get("part"), program["fractions"], program["seed"],
                   "validation" in files, "test" in files)  # fmt: skip
    except (ChainruleError, KeyError, TypeError, ValueError):
        return {}, ()
    tables = {"train": table.take(cut.train)}
    absent = []
    for name in ("validation", "test"):
        rows = getattr(cut, name)
        if name in files:
            own = _of_file(model, files[name], options)
            if own is None:
                absent.append(name)
            else:
                tables[name] = own
        elif len(rows):
            tables[name] = table.take(rows)
    return tables, tuple(absent)


def _of_file(model: Model, path: Any, options: Mapping[str, Any]) -> Table | None:
    """The rows of a part that had a file of its own; None where it is not there now."""
    if not isinstance(path, str) or not os.path.isfile(path):
        return None
    try:
        own, _ = split_missing_target(read_like(model.encoding, path, True, options), model.target)
    except ChainruleError:
        return None
    return own if own.rows else None


def _rows(model: Model, part: str, table: Table) -> Rows:
    encoded = model.encoding.apply(table)
    source = Source(encoded.x, encoded.t, encoded.codes)
    y = np.asarray(answers(model.encoding, model.outputs(source)), float)
    return Rows(part, table, truth(model.encoding, table, source), y)


def _agree(model: Model, parts: tuple[Rows, ...], absent: tuple[str, ...]) -> bool:
    """Whether every part has the rows and the metrics that the model says it had."""
    facts = model.facts
    counts = {name: rows for name, rows in facts["rows"].items() if rows and name not in absent}
    if counts != {p.part: p.count for p in parts}:
        return False
    for p in parts:
        now, then = scored(model.task, p.t, p.y), facts["metrics"][p.part]
        for name, value in then.items():
            other = now.get(name)
            if (value is None) != (other is None):
                return False
            if (
                value is not None
                and other is not None
                and not math.isclose(value, other, rel_tol=CLOSE, abs_tol=1e-6)
            ):
                return False
    return True
