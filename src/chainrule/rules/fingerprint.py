"""row -> fingerprint: what a compiled form of a row depends on, as sixteen digits; kernels carry those they were built of."""

import dataclasses
import hashlib
from collections.abc import Mapping
from typing import Any

# what a plan takes from a row and hands over as numbers, and what is only told
_NOT_COMPILED = ("name", "source", "lr", "c", "outputs", "targets", "output", "bounds")


def fingerprint(row: Any) -> str:
    """Equal for rows with the same texts and the same letters in the same order, whatever their numbers."""
    parts = []
    for field in dataclasses.fields(row):
        if field.name in _NOT_COMPILED:
            continue
        value = getattr(row, field.name)
        parts.append(f"{field.name}={list(value) if isinstance(value, Mapping) else value!r}")
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:16]
