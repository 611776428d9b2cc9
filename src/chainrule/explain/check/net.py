"""weights and rows of a user's code -> the reference engine's tape and its gradient, the truth of a check."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from ...batches.source import Batch
from ...engine.reference import Reference
from ...plan import Plan, make_plan
from ...rules.activations import ACTIVATIONS, Activation
from ...rules.losses import LOSSES, Loss

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Net:
    """The network a user's code computes: one activation per layer, the loss, and what enters each layer.

    The gradients of a check are those of the plain sum over rows and outputs of c·ℓ, c being the constant of the
    loss's row (½ for squared error); every other constant is a factor, found by fitting and named.
    """

    activations: tuple[Activation, ...]
    loss: Loss
    dropout: tuple[float, ...] = ()  # of what enters each layer

    @property
    def layers(self) -> int:
        return len(self.activations)

    @property
    def owned(self) -> bool:
        """Whether the loss owns the output's slope (delta = y − t)."""
        return bool(self.loss.link)

    def rate(self, layer: int) -> float:
        return self.dropout[layer - 1] if self.dropout else 0.0

    @classmethod
    def of(
        cls, activations: Sequence[str | Activation], loss: str | Loss, dropout: Sequence[float] = ()
    ) -> "Net":
        """From names; RuleError (CR-1316) for a name that is none."""
        from ...rules.aliases import find

        rows = [a if isinstance(a, Activation) else find(ACTIVATIONS, a, "activation") for a in activations]
        row = loss if isinstance(loss, Loss) else find(LOSSES, loss, "loss")
        if row.name == "squared":
            row = LOSSES["half_squared"]  # the constant is fitted
        return cls(tuple(rows), row, tuple(dropout))

    def words(self) -> str:
        """ "sigmoid, sigmoid; half_squared", as a report says it."""
        name = "squared" if self.loss.name == "half_squared" else self.loss.name
        return f"{' · '.join(a.name for a in self.activations)}; {name}"


@dataclass(frozen=True, eq=False)
class Point:
    """One place where a user's numbers were seen.

    w       weights (i, o) per layer
    b       biases (o,) per layer, None where the layer has none
    x, t    rows (n, i) and targets (n, o)
    given   the user's gradients by name, "w1" (i, o), "b1" (o,), …; from a step: old weights − new weights
    after   the weights after the step, where it was seen; "" where not
    noise   absolute rounding error of each given array
    earlier the point before, for activations that were kept too long
    """

    w: tuple[Array, ...]
    b: tuple[Array | None, ...]
    x: Array
    t: Array
    given: dict[str, Array] = field(default_factory=dict)
    after: dict[str, Array] = field(default_factory=dict)
    noise: dict[str, float] = field(default_factory=dict)
    keep: dict[int, Array] = field(default_factory=dict)
    loss: float | None = None
    earlier: "Point | None" = None
    rounding: dict[str, float] = field(default_factory=dict)
    shared: frozenset[str] = frozenset()

    @property
    def rows(self) -> int:
        return int(self.x.shape[0])

    @property
    def sizes(self) -> tuple[int, ...]:
        return (self.w[0].shape[0], *(w.shape[1] for w in self.w))


class Tape:
    """Everything the reference engine computed at one point: s, y, x, dy, ds per layer, loss and gradients."""

    def __init__(self, net: Net, point: Point) -> None:
        self.net, self.point = net, point
        plan, flat = plan_of(net, point), flatten(point)
        seen: dict[str, Any] = {}
        batch = Batch(point.x, point.t, keep={i: k[None] for i, k in point.keep.items()})
        sums = Reference().gradient(
            plan, flat, batch, seen=lambda name, value: seen.__setitem__(name, np.array(value))
        )
        self.seen = {name: value[0] for name, value in seen.items()}
        self.loss = float(sums.loss_sum[0])
        made = plan.unflatten(sums.grad_sum)
        known = {f"b{i}" for i, b in enumerate(point.b, 1) if b is not None}
        self.gradient = together(
            point, {k: v[0].copy() for k, v in made.items() if k[0] == "w" or k in known}
        )

    def s(self, layer: int) -> Array:
        return np.asarray(self.seen[f"s{layer}"])

    def y(self, layer: int) -> Array:
        """The output of a layer; layer 0 is the input."""
        return np.asarray(self.seen[f"y{layer}"] if layer else self.point.x)

    def x(self, layer: int) -> Array:
        """What enters a layer, after dropout."""
        return np.asarray(self.seen.get(f"x{layer}", self.y(layer - 1)))

    @cached_property
    def rounding(self) -> dict[str, float]:
        """How far double precision may put each gradient off: 8 roundings per operation, carried back like the deltas.

        y − t and 1 − y have the rounding of 1, whatever is left of them, so a flat slope loses digits that nobody gets back.
        """
        unit, made = 8 * float(np.finfo(float).eps), {}
        last = self.net.layers
        off = unit * (1 + np.abs(self.y(last)) + np.abs(self.point.t))
        for i in range(last, 0, -1):
            rule, ds = self.net.activations[i - 1], np.abs(self.seen[f"ds{i}"])
            if i < last or not self.net.owned:
                slope = np.abs(rule.backward(s=self.s(i), y=self.y(i), dy=np.ones_like(ds), **rule.knobs))
                slope = np.ones_like(ds) if rule.back else slope * np.ones_like(ds)
                off = off * slope + unit * np.abs(self.seen[f"dy{i}"]) * (1 + slope)
            off = off + unit * max(ds.shape) * ds
            made[f"w{i}"] = float((np.abs(self.x(i)).T @ off).max())
            made[f"b{i}"] = float(off.sum(axis=0).max())
            off = off @ np.abs(self.point.w[i - 1]).T / (1 - self.net.rate(i))
        return made

    @cached_property
    def earlier(self) -> "Tape | None":
        return None if self.point.earlier is None else Tape(self.net, self.point.earlier)


def together(point: Point, gradient: dict[str, Array]) -> dict[str, Array]:
    """The gradients, those of a shared bias summed over its units."""
    for name in point.shared & gradient.keys():
        gradient[name] = np.full(point.w[int(name[1:]) - 1].shape[1], gradient[name].sum())
    return gradient


def plan_of(net: Net, point: Point) -> Plan:
    """The plan whose reference gradient is the truth."""
    sizes = point.sizes
    return make_plan(
        sizes[0], sizes[-1], sizes[1:-1], activation=list(net.activations[:-1]), output=net.activations[-1],
        loss=net.loss, reduce_outputs="sum", reduce_rows="sum", precision="float64",
        dropout=list(net.dropout) if net.dropout else 0.0,
    )  # fmt: skip


def flatten(point: Point) -> Array:
    """Weights and biases (1, P) in natural order; a layer without bias has zeros, whose gradient nobody asks for."""
    pieces = []
    for w, b in zip(point.w, point.b, strict=True):
        pieces += [w.ravel(), np.zeros(w.shape[1]) if b is None else b.ravel()]
    return np.concatenate(pieces)[None].astype(float)


def loss_of(net: Net, point: Point) -> float:
    """The sum over rows and outputs of c·ℓ at a point."""
    return Tape(net, point).loss
