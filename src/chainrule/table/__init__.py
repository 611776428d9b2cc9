"""table: file, frame -> columns.

`read_table` reads files of many kinds and frames and recognizes each column as number, category, yes/no,
date or constant, or refuses with a sentence that names file, column, row and remedy. Nothing is imported before it
is used.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .appending import write_with
    from .columns import Column, Table, require_rows, show, sort_labels, yes_no
    from .reading import read_table
    from .target import (
        missing_targets,
        recognize_task,
        split_missing_target,
        target_column,
        targets_of,
        task_of,
    )
    from .writing import write_csv

_HOME = {
    "Column": "columns",
    "Table": "columns",
    "require_rows": "columns",
    "show": "columns",
    "sort_labels": "columns",
    "yes_no": "columns",
    "read_table": "reading",
    "write_csv": "writing",
    "write_with": "appending",
    "missing_targets": "target",
    "targets_of": "target",
    "target_column": "target",
    "split_missing_target": "target",
    "task_of": "target",
    "recognize_task": "target",
}

__all__ = [
    "Column",
    "Table",
    "missing_targets",
    "read_table",
    "recognize_task",
    "require_rows",
    "show",
    "sort_labels",
    "split_missing_target",
    "target_column",
    "targets_of",
    "task_of",
    "write_csv",
    "write_with",
    "yes_no",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOME[name]}"), name)
