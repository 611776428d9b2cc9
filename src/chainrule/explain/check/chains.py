"""a forward pass found in a record, and what a listing does with several: the forms that `infer` fills."""

from dataclasses import dataclass

import numpy as np

from .net import Array, Point


@dataclass(frozen=True)
class Link:
    """One layer of one forward pass."""

    event: int
    side: str  # where the weights stand in the product: "right" x·W, "left" W·x
    w_ref: int
    x_ref: int
    b_ref: int | None
    b_sign: float
    w: Array  # (i, o)
    b: Array | None  # (o,)
    x: Array  # (n, i)
    s: Array  # (n, o)
    y_ref: int
    activations: tuple[str, ...]  # all that give this output
    inside: str = ""  # "first" or "last": a row of the weights is the bias
    keep: Array | None = None  # (n, i) which inputs dropout kept, scaled by 1/(1 − rate)
    rate: float = 0.0

    @property
    def units(self) -> int:
        return int(self.w.shape[1])


@dataclass(frozen=True)
class Chain:
    links: tuple[Link, ...]
    t: Array
    t_ref: int
    end: int  # the event where the output is known

    @property
    def start(self) -> int:
        return self.links[0].event


@dataclass(frozen=True)
class Seen:
    """What a listing does: chains, and points where its steps can be compared."""

    chains: tuple[Chain, ...]
    points: tuple[Point, ...]
    at: tuple[Chain, ...]  # the chain of each point
    activations: tuple[tuple[str, ...], ...]  # per layer
    stacked: bool = False
    dropout: tuple[float, ...] = ()


def same(a: Array, b: Array) -> bool:
    if a.shape != b.shape:
        return False
    if not a.size:
        return True
    one, other = a.flat[0], b.flat[0]
    if not abs(one - other) <= 1e-13 + 1e-9 * abs(other):  # most comparisons end here; NaN too
        return False
    return bool((np.abs(a - b) <= 1e-13 + 1e-9 * np.abs(b)).all())
