"""arrays as the user holds them (either orientation, bias inside or beside) -> w (i, o), b (o,), x (n, i), t (n, o)."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ...errors import CheckError
from .net import Array


@dataclass(frozen=True)
class Slot:
    """One array of the user: weights "w" or bias "b" of a layer; `bias` is where a bias sits inside the weights."""

    kind: str
    layer: int
    units: int
    flipped: bool = False  # (o, i): one row per unit
    bias: str = ""  # "first" or "last" row of the inputs, "" none

    def matrix(self, array: Array) -> Array:
        """(i, o), with the bias row still inside."""
        value = np.asarray(array, dtype=float)
        if value.ndim < 2:
            return value.reshape(-1, self.units) if not self.flipped else value.reshape(self.units, -1).T
        return value.T if self.flipped else value


@dataclass(frozen=True)
class Layout:
    """How the arrays of a user's list make layers."""

    slots: tuple[Slot, ...]
    sign: float = 1.0  # −1: thresholds, s = x·w − θ

    @property
    def layers(self) -> int:
        return max(s.layer for s in self.slots)

    def read(self, arrays: Sequence[Any]) -> dict[str, Array]:
        """{"w1": (i, o), "b1": (o,), …}; an array of another size stays as it is, to be found out later."""
        made: dict[str, Array] = {}
        for slot, array in zip(self.slots, arrays, strict=True):
            value = np.asarray(array, dtype=float)
            if slot.kind == "b":
                flat = value.reshape(-1) if value.size == slot.units else value
                made[f"b{slot.layer}"] = self.sign * flat
                continue
            matrix = slot.matrix(value)
            if slot.bias and matrix.ndim == 2:
                first = slot.bias == "first"
                made[f"b{slot.layer}"] = self.sign * (matrix[0] if first else matrix[-1])
                matrix = matrix[1:] if first else matrix[:-1]
            made[f"w{slot.layer}"] = matrix
        return made

    def biases(self) -> tuple[bool, ...]:
        return tuple(
            any(s.layer == i and (s.kind == "b" or s.bias) for s in self.slots)
            for i in range(1, self.layers + 1)
        )

    def words(self) -> str:
        """ "inputs" or "units": what a row of a weight matrix is."""
        return "units" if any(s.flipped for s in self.slots) else "inputs"


def flat(structure: Any) -> list[Any]:
    """The arrays of a list, of (w, b) pairs, or of a dictionary, in the user's order."""
    if isinstance(structure, Mapping):
        return [a for v in structure.values() for a in (flat(v) if isinstance(v, list | tuple) else [v])]
    if isinstance(structure, np.ndarray):
        return [structure]
    made = []
    for item in structure:
        if isinstance(item, list | tuple) and item and any(isinstance(a, np.ndarray) for a in item):
            made += flat(item)
        else:
            made.append(item)
    return made


def rebuilt(structure: Any, arrays: Iterator[Any]) -> Any:
    """The same structure with other arrays in it."""
    if isinstance(structure, Mapping):
        return {
            k: rebuilt(v, arrays) if isinstance(v, list | tuple) else next(arrays)
            for k, v in structure.items()
        }
    if isinstance(structure, np.ndarray):
        return next(arrays)
    nested = [
        rebuilt(i, arrays) if isinstance(i, list | tuple) and i and any(isinstance(a, np.ndarray) for a in i)
        else next(arrays)
        for i in structure
    ]  # fmt: skip
    return tuple(nested) if isinstance(structure, tuple) else nested


def rows_of(x: Any, t: Any, samples: str | None) -> list[tuple[Array, Array]]:
    """The ways to read x and t as (n, i) and (n, o), the usual one first."""
    x, t = np.asarray(x), np.asarray(t)
    if x.dtype.kind not in "fuib" or t.dtype.kind not in "fuib" or x.ndim > 2 or t.ndim > 2 or not x.size:
        raise CheckError("CR-2910", x=x.shape, t=t.shape)
    x, found = x.astype(float), []
    if x.ndim < 2:
        whole = x.reshape(1, -1)
        if t.ndim < 2 and t.size == x.size > 1:
            found.append((x.reshape(-1, 1), t.reshape(-1, 1)))
        found.insert(0, (whole, t.reshape(1, -1)))
        return found
    if samples != "columns":
        n = x.shape[0]
        if t.ndim == 2 and t.shape[0] == n:
            found.append((x, t))
        elif t.size and t.size % n == 0 and (t.ndim < 2 or min(t.shape) == 1):
            found.append((x, t.reshape(n, -1)))
    if samples != "rows":
        n = x.shape[1]
        if t.ndim == 2 and t.shape[1] == n:
            found.append((x.T, t.T))
        elif t.size and t.size % n == 0 and (t.ndim < 2 or min(t.shape) == 1):
            found.append((x.T, t.reshape(n, -1)))
    return found


def layouts(
    arrays: Sequence[Any], inputs: int, *, rows: str | None = None, thresholds: bool | None = None
) -> list[Layout]:
    """Every consistent reading of a list of arrays as the layers of a network with so many inputs."""
    shapes = [np.shape(a) for a in arrays]
    if any(len(s) > 2 for s in shapes) or any(np.asarray(a).dtype.kind not in "fuib" for a in arrays):
        return []
    found: list[Layout] = []
    for flipped in (False, True):
        if rows is not None and flipped != (rows == "units"):
            continue
        for slots in _chains(shapes, 0, 1, inputs, flipped):
            has_bias = any(s.kind == "b" or s.bias for s in slots)
            for sign in (1.0, -1.0):
                if thresholds is None or thresholds == (sign < 0):
                    if sign > 0 or has_bias:
                        found.append(Layout(tuple(slots), sign))
    order = {layout: (layout.sign < 0, sum(bool(s.bias) for s in layout.slots)) for layout in found}
    return sorted(dict.fromkeys(found), key=lambda one: order[one])


def _chains(
    shapes: Sequence[tuple[int, ...]], at: int, layer: int, below: int, flipped: bool
) -> Iterator[list[Slot]]:
    if at == len(shapes):
        if layer > 1:
            yield []
        return
    shape = shapes[at]
    if len(shape) == 0 or shape == (0,):
        return
    if len(shape) == 1:
        ways = [(shape[0], 1)] if shape[0] in (below, below + 1) else []
        if below == 1 and shape[0] > 1:
            ways.append((1, shape[0]))
    else:
        ways = [(shape[1], shape[0]) if flipped else (shape[0], shape[1])]
    for enters, units in ways:
        if enters not in (below, below + 1):
            continue
        for inside in ("",) if enters == below else ("last", "first"):
            here = Slot("w", layer, units, flipped and len(shape) == 2, inside)
            if not inside and at + 1 < len(shapes):
                after = shapes[at + 1]
                size = int(np.prod(after))
                if size == units and (len(after) < 2 or min(after) == 1):
                    beside = Slot("b", layer, units)
                    yield from (
                        [here, beside, *rest] for rest in _chains(shapes, at + 2, layer + 1, units, flipped)
                    )
            yield from ([here, *rest] for rest in _chains(shapes, at + 1, layer + 1, units, flipped))
