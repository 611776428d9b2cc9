"""model, table -> evidence: the table divided as it was for the training, with targets and answers of every part."""

import math
import os
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import numpy as np

from ..batches.source import Source
from ..batches.split import Split
from ..errors import ChainruleError, ModelError
from ..report.evidence import FOLDS, GIVEN, Evidence, Rows, once
from ..table import Table, read_table, split_missing_target
from ..table.target import missing_targets
from .cross import _apart
from .cutting import cut_rows, dealt_out, row_values, sortable
from .model import Model, answers, read_like, scored, truth
from .permuting import permutation
from .weighing import divided

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
    tables, absent, whole = _divided(model, read, program, told)
    parts = tuple(_rows(model, part, table) for part, table in tables.items())
    own = parts[-1:]
    if parts and whole is not None and model.crossed is not None and whole.rows == len(model.crossed):
        y = model.crossed if model.crossed.shape[1] > 1 else model.crossed[:, 0]
        parts = (*parts, replace(_rows(model, FOLDS, whole), y=y))
    same = bool(parts) and _agree(model, parts, absent)
    if not same:
        if not isinstance(
            data, Table
        ):  # read as a table of another source is: with the kinds of the training
            known, _ = split_missing_target(model.read(data, target=True, **options), model.target)
        parts, absent = (_rows(model, GIVEN, known),), ()
        own = parts
    found: Mapping[str, tuple[float, float]] = {}
    looked_at = (0, "")
    if importance:
        last = own[-1]
        few = last.table
        if few.rows > LOOKED_AT:
            few = few.take(np.round(np.linspace(0, few.rows - 1, LOOKED_AT)).astype(np.int64))
        found, looked_at = permutation(model, few), (few.rows, last.part)
    return Evidence(read, parts, same, without, absent, found, looked_at)


def _divided(
    model: Model, table: Table, program: Mapping[str, Any], options: Mapping[str, Any]
) -> tuple[dict[str, Table], tuple[str, ...], Table | None]:
    """(part -> its rows, parts whose own file is not there, all rows); nothing where the table cannot be divided so."""
    files = {name: program[name] for name in ("validation", "test") if name in program}
    try:
        table, cut = _cut_again(model, table, program, files)
    except (ChainruleError, KeyError, TypeError, ValueError, IndexError):
        return {}, (), None
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
    return tables, tuple(absent), table


def _cut_again(
    model: Model, table: Table, program: Mapping[str, Any], files: Mapping[str, Any]
) -> tuple[Table, Split]:
    """The rows that counted in the training, and their parts, as `train` found them."""
    goal, part, seed = model.encoding.target, program.get("part"), program["seed"]
    assert goal is not None  # a model has one
    weights, weight = row_values(table, program.get("weight"), "weight")
    groups, group = row_values(table, program.get("groups"), "groups")
    table = table.drop([n for n in {*program.get("drop", ()), weight, group} - {None} if n in table])
    kept = ~missing_targets(table, goal.columns)
    if weights is not None:
        kept &= weights > 0
    if not kept.all():
        table = table.take(kept)
        groups = None if groups is None else groups[kept]
    first = goal.columns[0]
    if program.get("folds"):
        by = sortable(table[first], model.task)
        cut = _apart(np.arange(table.rows), np.arange(0), by, groups, seed, model.task)
    else:
        way, time = program.get("divide", "random"), program.get("time")
        given = divided(table, way, time, program["fractions"], groups, part, bool(files))
        shares = dealt_out(model.members, program["fractions"], way, part, time, "validation" in files)[1]
        cut = cut_rows(
            table,
            first,
            model.task,
            part,
            shares,
            seed,
            "validation" in files,
            "test" in files,
            groups,
            given,
        )
    return table, cut


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
    y = np.asarray(answers(model.encoding, model.outputs(source), table), float)
    return Rows(part, table, truth(model.encoding, table, source), y)


def _agree(model: Model, parts: tuple[Rows, ...], absent: tuple[str, ...]) -> bool:
    """Whether every part has the rows and the metrics that the model says it had.

    Not asked of a validation that was each network's own, and of a test that was the folds'.
    """
    facts = model.facts
    own = {*absent, *(["test"] if facts.get("folds") else []), *(["validation"] if model.members > 1 else [])}
    there = {p.part for p in once(parts)}
    if any(rows and name not in own | there for name, rows in facts["rows"].items()):
        return False
    for p in once(parts):
        now, then = scored(model.task, p.t, p.y), facts["metrics"][p.part]
        if then is None or p.count != facts["rows"][p.part]:
            return False
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
