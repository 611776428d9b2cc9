"""plan -> start weights, drawn once, in natural order.

NumPy's Generator(Philox) draws them and hands them over, so that every engine starts from the same bits.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from ..errors import BatchError
from ..plan import Plan

Array = np.ndarray[Any, Any]


def start(plan: Plan, given: Mapping[str, Any] | None = None) -> Array:
    """The flat start weights (members, P) in the plan's precision.

    given: arrays by view name, (shape) for every member or (members, *shape); they win over the view's initializer.
    Raises BatchError CR-1206 for a wrong shape, CR-1207 where a view wants given weights and got none.
    """
    given = dict(given or {})
    flat = np.zeros((plan.members, plan.size))
    parts = plan.unflatten(flat)
    for member in range(plan.members):
        generator = np.random.Generator(np.random.Philox(key=[plan.seed, plan.first + member]))
        for view in plan.views:
            layer = plan.layers[view.layer - 1]
            part = parts[view.name][member]
            scale = float(view.start.spread(i=float(layer.inputs), o=float(layer.units), **view.start_knobs))
            if view.start.kind == "normal":
                part[...] = generator.standard_normal(view.shape) * scale
            elif view.start.kind == "uniform":
                part[...] = (
                    generator.uniform(-1.0, 1.0, view.shape) * scale + 0.0
                )  # 0 times a negative draw is −0
            elif view.start.kind == "nguyen_widrow":
                if view.name[0] == "w":
                    part[...] = _directions(generator, view.shape, scale)
                else:  # thresholds evenly over ±scale, signed like the first weight, as MATLAB's initnw
                    spread = np.linspace(-1.0, 1.0, layer.units) if layer.units > 1 else np.zeros(1)
                    part[...] = scale * spread * np.sign(parts[layer.w.name][member][0])
            elif view.name not in given:
                raise BatchError("CR-1207", name=view.name)
    for name, value in given.items():
        array = np.asarray(value, dtype=float)
        if name not in parts:
            raise BatchError("CR-1208", name=name, known=", ".join(parts))
        if array.shape not in (parts[name].shape, parts[name].shape[1:]):
            raise BatchError("CR-1206", name=name, shape=array.shape, wanted=parts[name].shape[1:])
        if not np.isfinite(array).all():
            raise BatchError("CR-1209", name=name)
        parts[name][...] = array
    return flat.astype(plan.precision)


def _directions(generator: Any, shape: tuple[int, ...], scale: float) -> Array:
    """Nguyen & Widrow: directions of length `scale`; with evenly spread thresholds the active regions tile [−1, 1]."""
    directions = generator.uniform(-1.0, 1.0, shape)
    length = np.sqrt((directions**2).sum(axis=0))
    return np.asarray(scale * directions / np.where(length > 0, length, 1.0))
