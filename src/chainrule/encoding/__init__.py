"""encoding: columns -> numbers.

And back. An `Encoding` is an ordered list of primitive steps per column, fitted on the training rows alone;
its state is strict JSON. Categories stay codes and are never written out as one-hot numbers.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .encoding import Encoded, Encoding
    from .path import Path, Target
    from .primitives import STEPS, Affine, Flag, Formula, Impute, Lookup, OneHot
    from .scaling import SCALES

_HOME = {
    "Encoding": "encoding",
    "Encoded": "encoding",
    "Path": "path",
    "Target": "path",
    "SCALES": "scaling",
    "STEPS": "primitives",
    "Affine": "primitives",
    "Flag": "primitives",
    "Formula": "primitives",
    "Impute": "primitives",
    "Lookup": "primitives",
    "OneHot": "primitives",
}

__all__ = [
    "SCALES",
    "STEPS",
    "Affine",
    "Encoded",
    "Encoding",
    "Flag",
    "Formula",
    "Impute",
    "Lookup",
    "OneHot",
    "Path",
    "Target",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOME[name]}"), name)
