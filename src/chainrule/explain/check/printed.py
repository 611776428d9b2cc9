"""the loss a page prints after one step -> the chain rule's own, or the known mistake that leads to it."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from ...errors import CheckError
from .mistakes import Candidate, singles
from .net import Net, Point, Tape, loss_of
from .report import Entry, Fault, Report, places
from .walk import gradients, walk


def check_loss_after(
    printed: float | str,
    options: Sequence[tuple[Any, Net, Point]],
    lr: float,
    fixed: set[str],
    tolerance: float | None,
) -> Report:
    """`options`: (reading, net, point) for every way to read the weights. Loss and gradient share one constant."""
    text = repr(printed) if not isinstance(printed, str) else printed.strip()
    try:
        value = float(text)
    except ValueError:
        value = np.nan
    if not np.isfinite(value):
        raise CheckError("CR-2939", setting="loss_after", value=printed, wanted="0.2910…")
    if tolerance is None:
        mantissa, _, exponent = text.lower().partition("e")
        tolerance = 0.5 * 10.0 ** (int(exponent or 0) - len(mantissa.partition(".")[2])) * 1.001 + 1e-15
    first: Report | None = None
    for _, net, point in options:
        tape = Tape(net, point)
        shape, words = "-".join(str(n) for n in point.sizes), net.words()
        n, o = point.t.shape
        for kappa in dict.fromkeys((1.0, 2.0, 1.0 / n, 2.0 / n, 1.0 / (n * o), 2.0 / (n * o))):
            true = _after(net, point, tape.gradient, kappa, lr, fixed)
            if abs(true - value) <= tolerance:
                return Report(True, net=words, shape=shape, right=("E",))
            found: list[Candidate] = []
            for candidate in singles(net, tape):
                try:
                    with np.errstate(all="ignore"):
                        made = gradients(tape, walk(tape, candidate.changes, lr * kappa))
                        got = _after(net, point, made, kappa, lr, fixed)
                except (ValueError, KeyError, IndexError, TypeError):
                    continue
                if abs(got - value) <= tolerance and abs(got - true) > tolerance:
                    found.append(candidate)
            entry = Entry("E", (), value, true)
            if found:
                (mistake, layers), *_ = found[0].parts
                others = {
                    m.name: (m.name, m.code, where)
                    for c in found[1:]
                    for m, where in c.parts
                    if m.name != mistake.name
                }
                fault = Fault(
                    mistake.name, mistake.code, places(layers), layers, (entry,), tuple(others.values())
                )
                return Report(False, (fault,), wrong=("E",), net=words, shape=shape)
            if first is None:
                unknown = Fault("unknown", "CR-2890", places((net.layers,)), (net.layers,), (entry,))
                first = Report(False, (unknown,), wrong=("E",), net=words, shape=shape)
    assert first is not None
    return first


def _after(net: Net, point: Point, gradient: Any, kappa: float, lr: float, fixed: set[str]) -> float:
    step = {k: (0.0 if k in fixed else lr * kappa) * v for k, v in gradient.items()}
    w = tuple(w - step[f"w{i}"] for i, w in enumerate(point.w, 1))
    b = tuple(None if b is None else b - step[f"b{i}"] for i, b in enumerate(point.b, 1))
    return kappa * loss_of(net, Point(w, b, point.x, point.t, keep=point.keep))
