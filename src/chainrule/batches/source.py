"""arrays, in memory or memory-mapped, or a sparse matrix -> batches of drawn rows."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import BatchError
from . import draws

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Batch:
    """Some rows as the network sees them. `keep` maps a layer's index to dropout's choice on its inputs."""

    x: Array  # (n, i) numbers
    t: Array  # (n, o); NaN: this target does not count
    codes: Array | None = None  # (n, c) int32, −1: no level
    weight: Array | None = None  # (n,) or (M, n)
    rows: Array | None = None  # (n,) numbers of the data rows
    keep: dict[int, Array] = field(default_factory=dict)  # {layer: (M, n, i) bool}
    epoch: int = 0  # the epoch `keep` was drawn for


@dataclass(frozen=True)
class Source:
    """All rows of one part: x (n, i), codes (n, c), t (n, o), weight (n,) or (M, n).

    Row m of `weight` (M, n) belongs to member number m, counted from 0 whatever the plan's `first` is: every share of
    the members may be given the same source.
    Arrays may be memory-mapped: only the rows of a batch are read. x may be one of SciPy's sparse matrices with rows
    (csr): only the rows of a batch are made dense. `t` may be absent for prediction.
    `orders` (E, r) uint32 gives the rows of each epoch from number `orders_from` on, instead of a drawn order; r may
    be less than n, so that some rows are trained on where they lie.
    Raises BatchError (CR-12xx) where lengths or kinds do not fit.
    """

    x: Array
    t: Array | None = None
    codes: Array | None = None
    weight: Array | None = None
    orders: Array | None = None
    orders_from: int = 0

    def __post_init__(self) -> None:
        n = self.x.shape[0]
        for label, array, dims in (("x", self.x, (2,)), ("t", self.t, (2,)), ("codes", self.codes, (2,)),
                                   ("weight", self.weight, (1, 2))):  # fmt: skip
            if array is None:
                continue
            rows = array.shape[-1] if label == "weight" else array.shape[0]
            if array.ndim not in dims or rows != n:
                raise BatchError("CR-1201", label=label, shape=array.shape, rows=n)
            if (
                label == "codes"
                and array.dtype != np.int32
                or label != "codes"
                and array.dtype.kind not in "fui"
            ):
                raise BatchError("CR-1202", label=label, dtype=array.dtype)
        if self.orders is not None:
            orders = self.orders
            if orders.ndim != 2 or orders.dtype != np.uint32 or (orders.size and orders.max() >= n):
                raise BatchError("CR-1222", rows=n)
        if n >= 2**32:
            raise BatchError("CR-1203", rows=n)
        if self.weight is not None and not (np.isfinite(self.weight).all() and (self.weight >= 0).all()):
            raise BatchError("CR-1204")

    @classmethod
    def open(cls, folder: str | os.PathLike[str]) -> "Source":
        """A memory-mapped source: the files x.npy, t.npy, codes.npy, weight.npy of a folder, those that are there."""
        found = {p.stem: p for p in Path(folder).glob("*.npy") if p.stem in ("x", "t", "codes", "weight")}
        if "x" not in found:
            raise BatchError("CR-1205", folder=folder)
        return cls(**{k: np.load(p, mmap_mode="r", allow_pickle=False) for k, p in found.items()})

    @property
    def rows(self) -> int:
        return int(self.x.shape[0])

    @property
    def sparse(self) -> bool:
        return hasattr(self.x, "toarray")

    def take(self, rows: Array) -> "Source":
        """The source of some rows, copied into memory."""
        return Source(
            self.x[rows] if self.sparse else np.ascontiguousarray(self.x[rows]),
            None if self.t is None else np.ascontiguousarray(self.t[rows]),
            None if self.codes is None else np.ascontiguousarray(self.codes[rows]),
            None if self.weight is None else np.ascontiguousarray(self.weight[..., rows]),
        )

    def member_weights(self, plan: Any) -> Array | None:
        """The row weights of the plan's members, (n,) or (M, n). Raises BatchError CR-1220 where one has none."""
        if self.weight is None or self.weight.ndim == 1:
            return self.weight
        if len(self.weight) < plan.first + plan.members:
            raise BatchError(
                "CR-1220", found=len(self.weight), first=plan.first, last=plan.first + plan.members - 1
            )
        return self.weight[plan.first : plan.first + plan.members]

    def batch(
        self,
        rows: Array | slice,
        *,
        plan: Any = None,
        epoch: int = 0,
        dtype: Any = np.float64,
        dropout: bool = False,
    ) -> Batch:
        """The batch of these rows; with `dropout`, the choices of every layer and member are drawn."""
        numbers = np.arange(self.rows)[rows] if isinstance(rows, slice) else np.asarray(rows)
        weight = self.weight if plan is None else self.member_weights(plan)
        weight = None if weight is None else np.asarray(weight[..., rows], dtype)
        some: Any = self.x[rows]
        keep: dict[int, Array] = {}
        if dropout:
            for layer in plan.layers:
                if layer.dropout:
                    members = range(plan.first, plan.first + plan.members)
                    drawn = [
                        draws.keep(numbers, layer.inputs, layer.dropout, plan.seed, layer.index, m, epoch)
                        for m in members
                    ]
                    keep[layer.index] = np.stack(drawn)
        return Batch(
            np.asarray(some.toarray() if self.sparse else some, dtype),
            np.empty((len(numbers), 0), dtype) if self.t is None else np.asarray(self.t[rows], dtype),
            None if self.codes is None else np.asarray(self.codes[rows]),
            weight,
            numbers,
            keep,
            epoch,
        )

    def blocks(self, size: int = 4096) -> Iterator[slice]:
        """The rows in natural order, block by block."""
        for first in range(0, self.rows, size):
            yield slice(first, min(first + size, self.rows))

    def epoch(self, plan: Any, epoch: int) -> Iterator[Array]:
        """The row numbers of each batch of one epoch. One batch that holds every row keeps the natural order."""
        size = plan.batch or self.rows
        if self.orders is not None:
            rows: Sequence[int] | Array = self.orders[epoch - self.orders_from]
            for first in range(0, len(rows), size):
                yield np.asarray(rows[first : first + size])
            return
        if plan.shuffle and size < self.rows:
            rows = draws.order(self.rows, plan.seed, plan.first, epoch)
        else:
            rows = np.arange(self.rows)
        for first in range(0, self.rows, size):
            yield np.asarray(rows[first : first + size])
