"""model: report -> model.

`train` runs the whole flow from a table to a `Model`, which predicts, evaluates, reports and is saved as one file.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .file import load
    from .flow import train
    from .model import Model

_HOME = {"train": "flow", "Model": "model", "load": "file"}

__all__ = ["Model", "load", "train"]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOME[name]}"), name)
