"""tape -> gradients, with some of its quantities changed: the one backward pass that every known mistake varies.

Without a change it gives the reference engine's own gradient (a test holds this); the truth of a check never comes from
here. Quantities of layer i, in the order they are made: "dy" what comes from above, "ds" after the slope, "x" what the
layer was fed, "dw", "db", "dx" what goes below, "back" the same after dropout.
"""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from ...rules.activations import Activation
from .net import Array, Net, Tape, together


class At:
    """One layer of a backward pass in the making, as a change sees it."""

    def __init__(self, tape: Tape, layer: int, dy: Array, values: dict[str, Array], lr: float | None) -> None:
        self.tape, self.net, self.layer, self.values, self.lr = tape, tape.net, layer, values, lr
        self.dy = dy
        self.ds = self.x = self.dw = self.db = self.dx = self.back = dy  # each is set when its turn comes

    @property
    def last(self) -> bool:
        return self.layer == self.net.layers

    @property
    def owned(self) -> bool:
        """Whether `dy` already is ds, because the loss owns the slope."""
        return self.last and self.net.owned

    @property
    def activation(self) -> Activation:
        return self.net.activations[self.layer - 1]

    @property
    def s(self) -> Array:
        return self.tape.s(self.layer)

    @property
    def y(self) -> Array:
        return self.tape.y(self.layer)

    @property
    def w(self) -> Array:
        return self.tape.point.w[self.layer - 1]

    @property
    def after(self) -> Array:
        """The layer's weights after the update; KeyError where nobody saw them and no rate is known."""
        point, name = self.tape.point, f"w{self.layer}"
        if name in point.after:
            return point.after[name]
        if self.lr is None:
            raise KeyError(name)
        return np.asarray(self.w - self.lr * self.dw)

    def through(
        self, dy: Array, *, s: Array | None = None, y: Array | None = None, rule: Activation | None = None
    ) -> Array:
        """dy times a slope, in the words of the activation's own rule."""
        rule = rule or self.activation
        s, y = self.s if s is None else s, self.y if y is None else y
        return np.asarray(rule.backward(s=s, y=y, dy=dy, **rule.knobs) * np.ones_like(dy))

    @property
    def keep(self) -> Array | None:
        return self.tape.point.keep.get(self.layer)


Change = Callable[[At], Array]

PLAIN: dict[str, Change] = {
    "ds": lambda a: a.dy if a.owned else a.through(a.dy),
    "x": lambda a: a.tape.x(a.layer),
    "dw": lambda a: a.x.T @ a.ds,
    "db": lambda a: a.ds.sum(axis=0),
    "dx": lambda a: a.ds @ a.w.T,
    "back": lambda a: a.dx if a.keep is None else a.dx * a.keep / (1.0 - a.net.rate(a.layer)),
}


def start(net: Net, tape: Tape) -> Array:
    """∂loss/∂y of the output layer, ∂loss/∂s where the loss owns the slope: the loss's own text times its constant."""
    last = net.layers
    y, s, t = tape.y(last), tape.s(last), tape.point.t
    return np.asarray(net.loss.gradient(s=s, y=y, t=t, **net.loss.knobs) * net.loss.c * np.ones_like(y))


def walk(tape: Tape, changes: Mapping[tuple[str, int], Change], lr: float | None = None) -> dict[str, Array]:
    """All quantities by name ("ds2", "dw1", …) under the changes, keyed by (quantity, layer)."""
    net = tape.net
    values: dict[str, Array] = {}
    dy = start(net, tape)
    for i in range(net.layers, 0, -1):
        at = At(tape, i, dy, values, lr)
        if ("dy", i) in changes:
            at.dy = changes["dy", i](at)
        values[f"dy{i}"] = at.dy
        for name in ("ds", "x", "dw", "db", "dx", "back"):
            if name == "db" and tape.point.b[i - 1] is None:
                continue
            value: Any = changes.get((name, i), PLAIN[name])(at)
            if (name + "*", i) in changes:  # a factor, on top of whatever else was done
                setattr(at, name, value)
                value = changes[name + "*", i](at)
            setattr(at, name, value)
            values[f"{name}{i}"] = value
        dy = at.back if i > 1 else dy
    return values


def gradients(tape: Tape, values: Mapping[str, Array]) -> dict[str, Array]:
    """Only "w1", "b1", … of a walk; a change may have made another shape of them."""
    return together(tape.point, {name: np.asarray(values["d" + name], dtype=float) for name in tape.gradient})
