"""your function, numbers or file -> a report: `chainrule.check`, its arguments checked once."""

import inspect
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ...errors import CheckError
from ...rules.activations import ACTIVATIONS
from .judgement import Asked, Display, report_of, scale_of
from .layout import Layout, flat, layouts, rebuilt, rows_of
from .match import Verdict, judge
from .net import Array, Net, Point, loss_of
from .report import Report, Said

PROBES = 6
"""The user's function is called at the weights given and at five places around them: no chance hides a fault."""


def check(
    file: str | os.PathLike[str] | None = None,
    *,
    listing: str | None = None,
    gradient: Callable[..., Any] | None = None,
    step: Callable[..., Any] | None = None,
    gradients: Any = None,
    after: Any = None,
    loss_after: float | str | None = None,
    weights: Any = None,
    x: Any = None,
    t: Any = None,
    activations: str | Sequence[str] = "sigmoid",
    loss: str = "squared",
    l2: float | None = None,
    lr: float | None = None,
    rows: str | None = None,
    samples: str | None = None,
    thresholds: bool | None = None,
    fixed: Sequence[str] = (),
    dropout: Sequence[float] = (),
    keep: Mapping[int, Any] | None = None,
    tolerance: float | None = None,
    seconds: float = 20.0,
    memory: int = 2048,
) -> Report:
    """Compare hand-written back-propagation with the truth; say which gradient is wrong and which mistake it is.

    Exactly one of these says what is checked:
    file, listing  a script (path or text): run in a child process and observed; no other argument is needed
    gradient       f(weights, x, t) -> gradients in the form of the weights, or a pair with the loss (in any order)
    step           f(weights, x, t) -> new weights (None: changed in place); `lr` if the rate is known
    gradients      the gradients themselves, as printed in a book; digits not printed are taken as rounded
    after          the weights after one step of rate `lr`, as printed
    loss_after     the loss after one step of rate `lr`, as printed (a string keeps its digits)

    weights     list W1, b1, W2, b2 … (biases where there are any), pairs, or a dictionary in that order
    x, t        rows of samples, or columns; one sample may be flat
    activations one name, or one per layer          loss  a row of chainrule's losses
    l2          λ, if the loss has a penalty        fixed  names ("b1") that are not trained
    rows        "inputs" or "units": what a row of a weight matrix belongs to; found by trying where both fit
    samples     "rows" or "columns"                 thresholds  True: s = x·w − θ; found by trying
    dropout     rate of what enters each layer      keep  {layer: mask (n, units)} that the code used
    tolerance   absolute error of printed numbers   seconds, memory (MB)  limits of a script

    Raises CheckError (CR-29xx), RuleError (CR-1316) for an unknown activation or loss.
    """
    kinds = {"file": file, "listing": listing, "gradient": gradient, "step": step, "gradients": gradients,
             "after": after, "loss_after": loss_after}  # fmt: skip
    given = [k for k, v in kinds.items() if v is not None]
    if len(given) != 1:
        raise CheckError("CR-2913", given=", ".join(given) or "–")
    for setting, value, wanted in (
        ("rows", rows, ("inputs", "units")),
        ("samples", samples, ("rows", "columns")),
    ):
        if value is not None and value not in wanted:
            raise CheckError("CR-2939", setting=setting, value=value, wanted=" / ".join(wanted))
    if lr is not None and not (np.isfinite(lr) and lr > 0):
        raise CheckError("CR-2939", setting="lr", value=lr, wanted="> 0")
    if file is not None or listing is not None:
        from .script import check_script

        return check_script(file, listing, seconds=seconds, memory=memory)
    for name, needed in (("weights", weights), ("x", x), ("t", t)):
        if needed is None:
            raise CheckError("CR-2914", argument=name)
    if given[0] in ("after", "loss_after") and lr is None:
        raise CheckError("CR-2914", argument="lr")
    readings = readings_of(weights, x, t, rows, samples, thresholds)
    what = Settings(activations, loss, tuple(dropout), keep or {}, tuple(fixed), l2, lr)
    if loss_after is not None:
        from .printed import check_loss_after

        options = [(r, what.net(r.layout.layers), _place(r, what, flat(weights))) for r in readings]
        return check_loss_after(loss_after, options,
                                what.lr or 1.0, set(fixed), tolerance)  # fmt: skip
    seen = (
        [Answer(flat(weights), _numbers("gradients", gradients, weights), None, tolerance)] if gradients is not None
        else [Answer(flat(weights), _numbers("after", after, weights), None, tolerance)] if after is not None
        else list(called(gradient or step, weights, x, t, step is not None))
    )  # fmt: skip
    return judged(readings, seen, what, given[0])


@dataclass(frozen=True)
class Settings:
    activations: str | Sequence[str]
    loss: str
    dropout: tuple[float, ...]
    keep: Mapping[int, Any]
    fixed: tuple[str, ...]
    l2: float | None
    lr: float | None

    def net(self, layers: int) -> Net:
        names = [self.activations] * layers if isinstance(self.activations, str) else list(self.activations)
        if len(names) != layers:
            raise CheckError("CR-2912", count=len(names), layers=layers)
        if isinstance(self.activations, str):
            row = Net.of(names, self.loss)
            if row.loss.link:  # one name is for the hidden layers; the loss brings its own output
                names[-1] = row.loss.link
        if self.dropout and len(self.dropout) != layers:
            raise CheckError("CR-2939", setting="dropout", value=self.dropout, wanted=f"{layers} × 0 … < 1")
        return Net.of(names, self.loss, self.dropout)


@dataclass(frozen=True)
class _Reading:
    layout: Layout
    x: Array
    t: Array


@dataclass(frozen=True)
class Answer:
    """Weights, what came back, the loss with it, and the absolute error of printed numbers."""

    weights: list[Any]
    result: list[Any]
    loss: float | None
    tolerance: float | None = None


def readings_of(
    weights: Any, x: Any, t: Any, rows: str | None, samples: str | None, thresholds: bool | None
) -> list[_Reading]:
    arrays = [np.asarray(a) for a in flat(weights)]
    if any(a.dtype.kind == "f" and not np.isfinite(a).all() for a in arrays):
        raise CheckError("CR-2917", name="weights")
    pairs = rows_of(x, t, samples)
    if not pairs:
        raise CheckError("CR-2910", x=np.shape(x), t=np.shape(t))
    found = []
    for data, target in pairs:
        if not (np.isfinite(data).all() and np.isfinite(target).all()):
            raise CheckError("CR-2917", name="x, t")
        for layout in layouts(arrays, data.shape[1], rows=rows, thresholds=thresholds):
            units = layout.slots[-1].units
            if target.shape[1] == units:
                found.append(_Reading(layout, data, target))
            elif target.shape[1] == 1 and units > 1 and _labels(target, units):
                found.append(_Reading(layout, data, np.eye(units)[target[:, 0].astype(int)]))
    if not found:
        shapes = ", ".join(str(a.shape) for a in arrays)
        raise CheckError("CR-2911", shapes=shapes, inputs=pairs[0][0].shape[1], outputs=pairs[0][1].shape[1])
    return found


def _labels(t: Array, units: int) -> bool:
    return bool((t == np.floor(t)).all() and t.min() >= 0 and t.max() < units)


def _numbers(name: str, structure: Any, weights: Any) -> list[Any]:
    arrays = [np.asarray(a, dtype=float) for a in flat(structure)]
    if len(arrays) != len(flat(weights)):
        raise CheckError("CR-2916", name=name, got=f"{len(arrays)}", wanted=len(flat(weights)))
    if not all(np.isfinite(a).all() for a in arrays):
        raise CheckError("CR-2917", name=name)
    return arrays


def called(function: Any, weights: Any, x: Any, t: Any, stepping: bool) -> Iterator[Answer]:
    """The function at the weights given and around them, always on copies."""
    name = getattr(function, "__name__", "function")
    original = [np.array(a, dtype=float if np.asarray(a).dtype.kind != "f" else None) for a in flat(weights)]
    random = np.random.Generator(np.random.Philox(7))
    spread = max((float(np.std(a)) for a in original), default=0.0) or 0.5
    try:
        parameters = inspect.signature(function).parameters.values()
        takes = 3 if any(p.kind is p.VAR_POSITIONAL for p in parameters) else len(parameters)
    except (TypeError, ValueError):
        takes = 3
    for k in range(PROBES):
        arrays = [
            a + (0 if k == 0 else 0.3) * spread * random.standard_normal(a.shape).astype(a.dtype)
            for a in original
        ]
        handed = rebuilt(weights, iter([a.copy() for a in arrays]))
        try:
            with np.errstate(all="ignore"):
                result = function(handed) if takes == 1 else function(handed, np.array(x), np.array(t))
        except Exception as error:  # the user's code may raise anything; it is told as what it is
            raise CheckError(
                "CR-2915", name=name, kind=type(error).__name__, text=str(error)[:300]
            ) from error
        loss = None
        if stepping and result is None:
            result = handed
        if isinstance(result, tuple) and len(result) == 2:
            for one, other in (result, result[::-1]):
                if _is_number(one) and not _is_number(other):
                    loss, result = float(one), other
                    break
        made = flat(result) if isinstance(result, list | tuple | Mapping | np.ndarray) else []
        if len(made) != len(arrays) or any(np.asarray(a).dtype.kind not in "fuib" for a in made):
            raise CheckError(
                "CR-2916", name=name, got=_shapes(made) or type(result).__name__, wanted=len(arrays)
            )
        if not all(np.isfinite(np.asarray(a, dtype=float)).all() for a in made):
            raise CheckError("CR-2917", name=name)
        yield Answer([a.copy() for a in arrays], [np.array(a) for a in made], loss)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | np.number) or isinstance(value, np.ndarray) and value.ndim == 0


def _shapes(arrays: Sequence[Any]) -> str:
    return ", ".join(str(np.shape(a)) for a in arrays)


def _place(reading: _Reading, what: Settings, weights: Sequence[Any]) -> Point:
    """The point of some weights, with nothing given yet."""
    parts, layers = reading.layout.read(weights), range(1, reading.layout.layers + 1)
    keep = {int(i): np.asarray(k, dtype=bool) for i, k in what.keep.items()}
    for i, mask in keep.items():
        width = parts[f"w{i}"].shape[0] if f"w{i}" in parts else -1
        if not what.dropout or mask.shape != (len(reading.x), width):
            raise CheckError(
                "CR-2939",
                setting="keep",
                value={i: mask.shape},
                wanted=f"{(len(reading.x), width)}, dropout=",
            )
    return Point(
        tuple(parts[f"w{i}"] for i in layers),
        tuple(parts.get(f"b{i}") for i in layers),
        reading.x,
        reading.t,
        keep=keep,
    )


def decimals_error(arrays: Sequence[Any]) -> float:
    """Half a unit of the last decimal that any of these numbers shows; 0 where they have all their digits."""
    most = 0
    for value in np.concatenate([np.ravel(a) for a in arrays]):
        text = repr(float(value))
        mantissa, _, exponent = text.partition("e")
        shown = len(mantissa.partition(".")[2]) if not mantissa.endswith(".0") else 0
        most = max(most, shown - int(exponent or 0))
    return 0.0 if most > 12 else 0.5 * 10.0**-most * 1.001


def _points(reading: _Reading, seen: Sequence[Answer], what: Settings, kind: str) -> list[Point]:
    points: list[Point] = []
    stepping = kind in ("step", "after")
    printed = kind in ("after", "gradients")
    for one in seen:
        place = _place(reading, what, one.weights)
        before, result = reading.layout.read(one.weights), reading.layout.read(one.result)
        given, noise, after = {}, {}, {}
        rounded = 0.0
        if printed:
            rounded = one.tolerance if one.tolerance is not None else decimals_error(one.result)
        largest = max(float(np.abs(v).max(initial=0.0)) for v in result.values())
        eps = max(
            float(np.finfo(a.dtype).eps) if a.dtype.kind == "f" else 0.0 for a in map(np.asarray, one.result)
        )
        for name, value in result.items():
            if name in what.fixed:
                continue
            if stepping and value.shape == before[name].shape:
                given[name], after[name] = before[name] - value, value
                noise[name] = rounded + 8 * eps * float(np.abs(value).max(initial=0.0))
            else:
                given[name] = value
                noise[name] = rounded + (200 * eps * largest if eps > 1e-10 else 8 * eps * largest)
        earlier = points[-1] if points else None
        points.append(replace(place, given=given, after=after, noise=noise, loss=one.loss, earlier=earlier))
    return points


def judged(readings: Sequence[_Reading], seen: Sequence[Answer], what: Settings, kind: str) -> Report:
    stepping = kind in ("step", "after")
    if not isinstance(
        what.activations, str
    ):  # as many layers as activations, where the biases leave that open
        readings = [r for r in readings if r.layout.layers == len(what.activations)] or readings
    base = Asked(declared=what.l2, step=stepping, lr=what.lr)
    options = []
    for reading in readings:
        net, points = what.net(reading.layout.layers), _points(reading, seen, what, kind)
        asks = _loss_asks(net, points)
        wanted = {k: asks.get(k) for k in ("kappa", "decay", "bias_decay")}
        asked = replace(base, kappa=wanted["kappa"], decay=wanted["decay"], bias_decay=wanted["bias_decay"])
        options.append((reading, net, points, asked))
    scale = scale_of(base, momentum=False)
    for reading, net, points, asked in options:
        verdict = judge(net, points, scale, what.lr, deep=0)
        if verdict.ok or verdict.truth.nothing:
            return report_of(verdict, asked, _display(reading), _reading_notes(reading, readings))
    tried: list[tuple[_Reading, Verdict, Asked]] = []
    tops = [judge(net, points, scale, deep=0).right is not None for _, net, points, _ in options]
    if any(tops):  # a reading whose output layer already is wrong has less to say
        options = [o for o, top in zip(options, tops, strict=True) if top]
    for deep in (1, 2):
        for reading, net, points, asked in options:
            verdict = judge(net, points, scale, what.lr, deep=deep)
            tried.append((reading, verdict, asked))
        if any(v.matches for _, v, _ in tried):
            break
    best = min(tried, key=lambda j: (not j[1].matches, len(j[1].truth.wrong), j[1].truth.error))
    reading, verdict, asked = best
    notes = _reading_notes(reading, readings)
    if not verdict.matches and (other := _other_net(verdict, scale)):
        names = ", ".join(a.name for a in other.activations)
        notes.append(("CR-2937", {"activations": names, "loss": other.words().split("; ")[1]}))
    return report_of(verdict, asked, _display(reading), notes)


def _display(reading: _Reading) -> Display:
    flipped = {f"w{s.layer}": s.flipped for s in reading.layout.slots if s.kind == "w"}
    return Display(flipped=flipped)


def _reading_notes(reading: _Reading, readings: Sequence[_Reading]) -> list[Said]:
    notes: list[Said] = []
    if len({r.layout.words() for r in readings}) > 1:
        notes.append(("CR-2936", {"rows": reading.layout.words()}))
    if reading.layout.sign < 0:
        notes.append(("CR-2943", {}))
    return notes


def _loss_asks(net: Net, points: Sequence[Point]) -> dict[str, float]:
    """κ, ρ and the bias's ρ of the loss the user returned: loss = κ·Σℓ + ρ/2·Σw² + ρ′/2·Σb², fitted over all points."""
    if len(points) < 4 or any(p.loss is None for p in points):
        return {}
    columns = [
        [loss_of(net, p) for p in points],
        [0.5 * sum(float((w * w).sum()) for w in p.w) for p in points],
        [0.5 * sum(float((b * b).sum()) for b in p.b if b is not None) for p in points],
    ]
    goal = np.array([p.loss for p in points])
    for use in ([0], [0, 1], [0, 1, 2], [0, 2]):
        matrix = np.stack([columns[k] for k in use], axis=1)
        if not np.isfinite(matrix).all() or (np.abs(matrix).max(axis=0) == 0).any():
            continue
        size = np.abs(matrix).max(axis=0)
        solved = np.linalg.lstsq(matrix / size, goal, rcond=None)[0] / size
        if np.abs(matrix @ solved - goal).max() <= 1e-7 * np.abs(goal).max() and solved[0] > 0:
            found = dict(zip(use, (float(v) for v in solved), strict=True))
            return {"kappa": found[0], "decay": found.get(1, 0.0), "bias_decay": found.get(2, 0.0)}
    return {}


def _other_net(verdict: Verdict, scale: Any) -> Net | None:
    """Other activations or another loss with which everything agrees: a wrong setting is no fault of the code."""
    last = verdict.net.activations[-1].name
    for hidden in ("sigmoid", "tanh", "relu", "leaky_relu", "silu", "identity"):
        for output, loss in ((last, "squared"), ("sigmoid", "binary_cross_entropy"), ("softmax", "cross_entropy"),
                             ("identity", "squared"), ("sigmoid", "squared"), ("tanh", "squared")):  # fmt: skip
            if output == "softmax" and verdict.points[0].t.shape[1] < 2 or output not in ACTIVATIONS:
                continue
            net = Net.of([hidden] * (verdict.net.layers - 1) + [output], loss, verdict.net.dropout)
            if judge(net, verdict.points, scale, deep=0).ok:
                return net
    return None
