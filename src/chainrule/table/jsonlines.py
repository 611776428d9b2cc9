"""Reads JSON lines, or a list of objects: each object is a row, each key a column."""

import json
from typing import Any

import numpy as np

from ..errors import TableError
from ..messages import say
from .columns import show
from .raw import Raw
from .text import to_utf8


def read_lines(data: bytes, file: str) -> Raw:
    """The bytes of a .jsonl or .json file -> columns in the order their keys first appear; an absent key is missing."""
    text = to_utf8(data, None, file)[0].decode("utf-8")
    lines, form = objects(text, file)
    places: dict[str, int] = {}
    columns: list[list[Any]] = []
    for i, (line, row) in enumerate(lines):
        for key, value in row.items():
            if isinstance(value, (dict, list)):
                raise TableError("CR-3346", file=file, row=line, column=show(key))
            if key not in places:
                places[key] = len(columns)
                columns.append([None] * i)
            columns[places[key]].append(value)
        for column in columns:
            if len(column) == i:
                column.append(None)
    if not columns:
        raise TableError("CR-1004", file=file)
    numbers = np.array([line for line, _ in lines])
    absent = [key for key, j in places.items() if any(key not in row for _, row in lines) and columns[j]]
    notes = [say("CR-3362", file=file, column=show(absent[0]), count=len(absent))] if absent else []
    return Raw(list(places), [_array(c) for c in columns], numbers, {"kind": "jsonl", "form": form}, notes)


def _array(values: list[Any]) -> Any:
    """One type -> Arrow; mixed values stay Python's, each with its type."""
    import pyarrow as pa

    kinds = {type(v) for v in values if v is not None}
    if kinds <= {int, float} or len(kinds) == 1:
        try:
            if float in kinds:
                return pa.array(
                    [None if v is None else float(v) for v in values], pa.float64(), from_pandas=True
                )
            return pa.array(values)
        except (pa.ArrowException, OverflowError, UnicodeError):
            pass
    return [v.encode("utf-8", "replace").decode() if isinstance(v, str) else v for v in values]


def objects(text: str, file: str) -> tuple[list[tuple[int, dict[str, Any]]], str]:
    """(row, object) of each line, or of each member of the one list; and which of both it is."""
    start = text.lstrip()
    found: list[tuple[int, dict[str, Any]]] = []
    if start.startswith("["):
        rows = _loads(text, file, 1)
        if not isinstance(rows, list) or not all(isinstance(r, dict) for r in rows):
            raise TableError("CR-3347", file=file, row=1)
        return [(i + 1, row) for i, row in enumerate(rows)], "list"
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        row = _loads(line, file, number)
        if not isinstance(row, dict):
            raise TableError("CR-3347", file=file, row=number)
        found.append((number, row))
    return found, "lines"


def _loads(text: str, file: str, row: int) -> Any:
    try:
        return json.loads(text, object_pairs_hook=lambda pairs: _distinct(pairs, file, row))
    except TableError:
        raise
    except (ValueError, RecursionError):
        raise TableError("CR-3347", file=file, row=row) from None


def _distinct(pairs: list[tuple[str, Any]], file: str, row: int) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        double = next(key for key in keys if keys.count(key) > 1)
        raise TableError("CR-3348", file=file, row=row, column=show(double))
    return found
