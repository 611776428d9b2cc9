"""plan -> start weights, drawn once, in natural order.

NumPy's Generator(Philox) draws them and hands them over, so that every engine starts from the same bits.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np

from ..errors import BatchError
from ..plan import Plan
from .source import Source

Array = np.ndarray[Any, Any]
LOOKED_AT = 1024  # rows a start may look at


def start(plan: Plan, given: Mapping[str, Any] | None = None, source: Source | None = None) -> Array:
    """The flat start weights (members, P) in the plan's precision.

    given: arrays by view name, (shape) for every member or (members, *shape); they win over the view's initializer.
    source: the training rows, for a start that looks at them.
    Raises BatchError CR-1206 for a wrong shape, CR-1207 where a view wants given weights and got none, CR-1290
    where it wants training rows and got none.
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
            if view.start.kind == "data" and source is None:
                raise BatchError("CR-1290", name=view.name, start=view.start.name)
            if view.start.kind == "normal" or view.start.kind == "data" and view.name[0] == "w":
                part[...] = generator.standard_normal(view.shape) * scale
            elif view.start.kind == "uniform":
                part[...] = (
                    generator.uniform(-1.0, 1.0, view.shape) * scale + 0.0
                )  # 0 times a negative draw is −0
            elif view.start.kind == "orthogonal":
                part[...] = scale * _orthogonal(
                    generator.standard_normal(view.shape).reshape(view.shape[0], -1)
                ).reshape(view.shape)
            elif view.start.kind == "nguyen_widrow":
                if view.name[0] == "w":
                    part[...] = _directions(generator, view.shape, scale)
                else:  # thresholds evenly over ±scale, signed like the first weight, as MATLAB's initnw
                    spread = np.linspace(-1.0, 1.0, layer.units) if layer.units > 1 else np.zeros(1)
                    part[...] = scale * spread * np.sign(parts[layer.w.name][member][0])
            elif view.start.kind == "given" and view.name not in given:
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
    if source is not None and any(view.start.kind == "data" for view in plan.views):
        _centre_and_scale(plan, parts, set(given), source)
    return flat.astype(plan.precision)


def _orthogonal(w: Array) -> Array:
    """Columns at right angles (rows, where there are fewer), by Gram and Schmidt, twice, because once loses digits.

    Sums run row after row, so that the bits are the same on every machine; a library's factorization has others.
    """
    q = w if w.shape[0] >= w.shape[1] else np.ascontiguousarray(w.T)
    q = q.copy()
    for j in range(q.shape[1]):
        for _ in range(2):
            column = q[:, j].copy()
            along = (q[:, :j] * column[:, None]).cumsum(axis=0)[-1]
            q[:, j] = column - (q[:, :j] * along).cumsum(axis=1)[:, -1] if j else column
        q[:, j] /= np.sqrt((q[:, j] ** 2).cumsum()[-1])
    return np.asarray(q if w.shape[0] >= w.shape[1] else q.T)


def _centre_and_scale(plan: Plan, parts: dict[str, Array], given: set[str], source: Source) -> None:
    """Every unit's score gets mean 0 and spread 1 on training rows, layer after layer (Salimans & Kingma 2016).

    Factors keep 20 bits, so that the last digits of another machine's exp do not show in the start.
    """
    rows = np.unique(np.linspace(0, source.rows - 1, min(source.rows, LOOKED_AT)).astype(np.int64))
    batch = source.batch(rows, plan=plan, dtype="float64")
    for member in range(plan.members):
        y = np.asarray(batch.x, float)
        for layer in plan.layers:
            w = parts[layer.w.name][member]
            b = parts[layer.b.name][member] if layer.b else np.zeros(layer.units)
            s = y @ w[: y.shape[1]]
            if layer.index == 1 and batch.codes is not None:
                for offset, codes in zip(plan.level_offsets, batch.codes.T, strict=True):
                    s = s + np.where((codes >= 0)[:, None], w[offset + np.maximum(codes, 0)], 0.0)
            if layer.w.start.kind == "data" and layer.w.name not in given:
                spread = s.std(axis=0)
                scale = _short(1.0 / np.where(spread > 1e-12, spread, 1.0))
                w *= scale
                s = s * scale
                if layer.b and layer.b.start.kind == "data" and layer.b.name not in given:
                    b[...] = -_short(s.mean(axis=0))
            y = np.asarray(layer.activation.forward(s=s + b, **layer.knobs) * np.ones_like(s))


def _short(values: Array) -> Array:
    """The nearest numbers of 20 bits."""
    mantissa, exponent = np.frexp(values)
    return np.asarray(np.ldexp(np.round(mantissa * 2.0**20), exponent - 20))


def _directions(generator: Any, shape: tuple[int, ...], scale: float) -> Array:
    """Nguyen & Widrow: directions of length `scale`; with evenly spread thresholds the active regions tile [−1, 1]."""
    directions = generator.uniform(-1.0, 1.0, shape)
    length = np.sqrt((directions**2).sum(axis=0))
    return np.asarray(scale * directions / np.where(length > 0, length, 1.0))
