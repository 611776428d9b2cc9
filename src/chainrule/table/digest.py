"""table -> its SHA-256, so that whoever trains again can tell whether it is the same table."""

import hashlib
import json
from typing import Any

import numpy as np

from .columns import Column, Table

Array = np.ndarray[Any, Any]


def digest_of(data: Any, table: Table) -> str | list[str]:
    """What `data`, read as `table`, is told by: the SHA-256 of each file, or a frame's content as one text."""
    if not isinstance(data, Table):
        files = [table.facts, *table.facts.get("files", ())]
        found = [str(facts["sha256"]) for facts in files if facts.get("sha256")]
        if found:
            return found
    return content_digest(table)


def content_digest(table: Table) -> str:
    """SHA-256 of the columns: names, kinds and values; where the table came from does not matter."""
    made = hashlib.sha256(f"{table.rows}\n".encode())
    for column in table.columns:
        made.update(json.dumps([column.name, column.kind]).encode())
        for piece in _pieces(column):
            made.update(np.ascontiguousarray(piece).data if isinstance(piece, np.ndarray) else piece)
    return made.hexdigest()


def _pieces(column: Column) -> tuple[bytes | Array, ...]:
    values = np.asarray(column.values)
    if values.dtype.kind in "fiub":
        numbers = values.astype("<f8")
        return (np.where(np.isnan(numbers), np.nan, numbers),)  # one NaN, whatever its payload was
    levels, codes = column.factor()
    present, first = np.unique(codes[codes >= 0], return_index=True)
    order = present[np.argsort(first)]  # levels in order of appearance, however the reader sorted them
    place = np.full(len(levels) + 1, -1, "<i4")  # the last one is for the code -1, a missing label
    place[order] = np.arange(len(order))
    names = [[type(levels[k]).__name__, str(levels[k])] for k in order]
    return json.dumps(names).encode(), place[codes]
