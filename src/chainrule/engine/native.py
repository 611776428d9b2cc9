"""plan, batch -> loss, weights, fast: describes the plan to the compiled kernels and hands them the arrays.

An engine's own form is an array (M, packed): every parameter view in panels of 16 units, [units/16][inputs][16], see
native/README.md. Packing loses nothing, so a run saved in natural order goes on bit for bit.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from time import perf_counter
from typing import Any

import numpy as np

from ..batches import draws
from ..batches.source import Batch, Source
from ..errors import EngineError
from ..plan import Layer, Plan, View
from ..rules.bytecode import Program
from ..rules.expression import Expression, Node
from .contract import (
    GOAL,
    INTERRUPTED,
    NONFINITE,
    PATIENCE,
    RUNNING,
    Array,
    Engine,
    Progress,
    Sums,
    TrainingState,
    Until,
    _check_state,
)  # fmt: skip
from .isa import native, place
from .waves import Curves, Wave

LANES, KNOBS, SLOTS = 16, 16, 8  # as in native/table.h
CLIPPING = {"": 0, "value": 1, "norm": 2}
_WHOLE = "k", "epoch", "best_epoch", "bad", "stopped", "trouble"  # whole numbers of a state
WAVE = 8  # members per thread that are in memory at once, where they are small


class Native(Engine):
    """The kernels of native/: float32 and float64, the same bits on every instruction set and number of threads."""

    name = "native"

    def __init__(self) -> None:
        self._known: dict[int, tuple[Plan, Any]] = {}

    def __reduce__(self) -> Any:
        return Native, ()  # what is known of plans is made again where it is needed

    def can(self, plan: Plan) -> str | None:
        rules: list[tuple[str, Mapping[str, float], list[Expression]]] = [
            (a.activation.name, a.knobs, [a.activation.forward, a.activation.backward]) for a in plan.layers
        ]
        rules.append((plan.loss.name, plan.loss_knobs, [plan.loss.forward, plan.loss.gradient]))
        lines = [expression for _, expression in plan.optimizer.assignments]
        rules.append((plan.optimizer.name, plan.optimizer_knobs, lines))
        for name, knobs, texts in rules:
            whole = [
                t
                for t in texts
                if any(n.op == "norm" for n in t.tree) or texts is lines and not t.elementwise
            ]
            if whole:
                return str(EngineError("CR-1510", rule=name, text=whole[0].text))
            if len(knobs) > KNOBS:
                return str(EngineError("CR-1511", rule=name, count=len(knobs), limit=KNOBS))
        if len(plan.optimizer.state) > SLOTS:
            return str(
                EngineError("CR-1511", rule=plan.optimizer.name, count=len(plan.optimizer.state), limit=SLOTS)
            )
        return None

    def load(self, plan: Plan, flat: Array) -> Array:
        network = self._network(plan)
        flat = np.ascontiguousarray(flat, plan.precision)
        packed = np.empty((len(flat), network.packed), plan.precision)
        native().pack(network, flat, packed)
        return packed

    def dump(self, plan: Plan, w: Array) -> Array:
        flat = np.empty((len(w), plan.size), plan.precision)
        native().unpack(self._network(plan), np.ascontiguousarray(w, plan.precision), flat)
        return flat

    def predict(self, plan: Plan, w: Array, batch: Batch) -> Array:
        _check_batch(plan, batch)
        x, codes = _readable(batch.x, plan), _codes(plan, batch)
        out = np.empty((len(w), len(x), plan.targets), plan.precision)
        native().predict(self._network(plan), np.ascontiguousarray(w), x, codes, out)
        return out

    def outputs(self, plan: Plan, flat: Array, x: Array) -> Array:
        """(n, o) of numbers as they lie, by weights (P,) in the plan's precision: `predict` without its preparations."""
        network = self._network(plan)
        packed = np.empty((1, network.packed), plan.precision)
        native().pack(network, flat[None], packed)
        out = np.empty((len(x), plan.targets), plan.precision)
        native().predict(network, packed, x, None, out)
        return out

    def gradient(self, plan: Plan, w: Array, batch: Batch) -> Sums:
        return self._learn(plan, w, [], batch, 0, 0.0)[2]

    def step(
        self, plan: Plan, w: Array, state: Any, batch: Batch, k: int, lr: float
    ) -> tuple[Any, Any, Sums]:
        return self._learn(plan, w, state, batch, k, lr)

    def update(self, plan: Plan, w: Array, state: Any, grads: Sums, k: int, lr: float) -> tuple[Any, Any]:
        w, state = np.array(w), [np.array(s) for s in state]
        for m, weight in enumerate(grads.weight_sum):
            g = np.ascontiguousarray(grads.grad_sum[m], plan.precision)
            loss = float(grads.loss_sum[m])
            native().update(self._network(plan), w[m], [s[m] for s in state], g, float(weight), loss, k, lr)
        return w, state

    def normal(self, plan: Plan, w: Array, batch: Batch) -> tuple[Array, Array, Array]:
        sums, network = self.gradient(plan, w, batch), self._network(plan)
        product = np.empty((len(w), plan.size, plan.size))
        for m in range(len(w)):
            packed = np.zeros(
                (-(-plan.size // LANES), -(-plan.size // LANES) * LANES, LANES)
            )  # panels of columns
            for first in range(0, batch.x.shape[0], 512):
                some = _rows(batch, slice(first, first + 512))
                x, _, codes, _ = _arrays(plan, some, len(w))
                starts = self._starts(plan, w, some, m)
                native().normal(
                    network, np.ascontiguousarray(w[m]), x, codes, _choices(plan, some, m), starts, packed
                )
            for q, panel in enumerate(packed):
                here, upper = slice(q * LANES, (q + 1) * LANES), slice((q + 1) * LANES)
                product[m, upper, here] = panel[
                    : min((q + 1) * LANES, plan.size), : min(LANES, plan.size - q * LANES)
                ]
                product[m, here, upper] = product[m, upper, here].T
        return product, self.dump(plan, sums.grad_sum).astype(float), sums.loss_sum

    def tape(self, plan: Plan, w: Array, batch: Batch, member: int = 0, only: int = 0) -> dict[str, Array]:
        """Every number of one member's forward and backward pass, (n, units) each: x1 s1 y1 ds1 … and loss (n,); of
        layer `only` alone where it is given."""
        x, t, codes, weight = _arrays(plan, batch, len(w))
        out = {"loss": np.empty(len(x))}
        for layer in plan.layers[only - 1 : only] if only else plan.layers:
            dense = plan.numeric if layer.index == 1 else layer.inputs
            for name, units in (("x", dense), ("s", layer.units), ("y", layer.units), ("ds", layer.units)):
                out[f"{name}{layer.index}"] = np.empty((len(x), units), plan.precision)
        row = np.ascontiguousarray(w[member])
        given = None if weight is None else weight[member]
        native().tape(self._network(plan), row, x, t, codes, given, _choices(plan, batch, member), out)
        return out

    def run(
        self,
        plan: Plan,
        state: TrainingState,
        source: Source,
        validation: Source | None,
        until: Until,
        progress: Progress | None = None,
    ) -> TrainingState:
        _check_state(plan, state)
        parts = [part for part in (source, validation) if part is not None]
        for part in parts:
            _check(plan, part)
        if any(part.sparse for part in parts):  # kernels read arrays: one batch after the other is made one
            return super().run(plan, state, source, validation, until, progress)
        kinds = dict.fromkeys(("w", "slots", "best"), plan.precision) | dict.fromkeys(_WHOLE, "int64")
        made = replace(
            state,
            **{name: np.array(a, kinds.get(name, "float64"), order="C") for name, a in vars(state).items()},
        )
        members = [m for m in range(plan.members) if state.stopped[m] not in (PATIENCE, GOAL, NONFINITE)]
        made.stopped[members] = RUNNING
        # side by side on the threads, or in turn where there are more threads than members
        threads = plan.threads if len(members) >= plan.threads else 1
        side = 4 * LANES if self._network(plan).abreast else WAVE if threads > 1 and plan.size < 2**17 else 1
        size, began, cancelled, curves = threads * side, perf_counter(), False, Curves(state)
        for first in range(0, len(members), size):
            some = members[first : first + size]
            if cancelled:
                made.stopped[some] = INTERRUPTED
                continue
            columns = [None if part is None else _columns(plan, part) for part in (source, validation)]
            share = plan.threads // threads
            wave = Wave(self, self._network(plan), plan, some, made, source, columns, until, share, curves)
            cancelled = wave.drive(until, progress, began, threads)
        curves.give(made)
        return made

    def _learn(
        self, plan: Plan, w: Array, state: Any, batch: Batch, k: int, lr: float
    ) -> tuple[Any, Any, Sums]:
        x, t, codes, weight = _arrays(plan, batch, len(w))
        grad = np.empty((len(w), self._network(plan).packed), plan.precision)
        w, state = np.array(w), [np.array(s) for s in state]
        loss, total = np.empty(len(w)), np.empty(len(w))
        for m in range(len(w)):
            given = None if weight is None else weight[m]
            loss[m], total[m] = native().step(
                self._network(plan), w[m], [s[m] for s in state], x, t, codes, given, _choices(plan, batch, m), k, lr,
                grad[m],
            )  # fmt: skip
        return w, state, Sums(loss, total, grad)

    def _starts(self, plan: Plan, w: Array, batch: Batch, member: int) -> Array:
        """√(w_r·H) of a block of rows, (o, n, o): what a backward pass per output starts from, so that the squares of
        the slopes it ends with add up to the normal matrix."""
        tape = self.tape(plan, w, batch, member, len(plan.layers))
        s, y = (tape[f"{name}{len(plan.layers)}"].astype(float) for name in "sy")
        t = np.nan_to_num(batch.t).astype(float)
        known = ~np.isnan(batch.t)
        counts = known if plan.loss.forward.elementwise else known.all(axis=1, keepdims=True) & known
        scale = plan.c / plan.targets if plan.outputs == "mean" else plan.c
        weight = (
            1.0 if batch.weight is None else np.broadcast_to(batch.weight, (len(w), len(y)))[member][:, None]
        )
        curve = plan.loss.curvature(s=s, y=y, t=t, **plan.loss_knobs) * np.ones_like(y)
        root = np.sqrt(np.where(counts, curve * scale * weight, 0.0))
        start = np.eye(plan.targets)[:, None, :]
        if not plan.loss.forward.elementwise:  # softmax: H = diag(y) − y·yᵀ
            start = start - y
        return np.ascontiguousarray(start * root.T[:, :, None])

    def _network(self, plan: Plan) -> Any:
        """The plan as the kernels read it, made once."""
        known = self._known.get(id(plan))
        if known is None or known[0] is not plan:
            refused = self.can(plan)
            if refused:
                raise EngineError("CR-1512", reason=refused)
            if len(self._known) > 64:
                self._known.clear()
            known = self._known[id(plan)] = (plan, native().Network(_describe(plan)))
        return known[1]


# ---- the plan as plain data -----------------------------------------------------------------------------------------


def _program(
    inputs: Sequence[str], lifted: Sequence[str], lines: Sequence[tuple[str, Node]], wanted: Sequence[str]
) -> Any:
    """(which inputs have no element, numbers, steps, registers of the wanted letters) for native/program.h."""
    program = Program.of([*inputs, *lifted], lines)
    last = {letter: register for (letter, _), register in zip(lines, program.results, strict=True)}
    registers = [last[w] if w in last else program.inputs.index(w) for w in wanted]
    flags = [False] * len(inputs) + [True] * len(lifted)
    return flags, list(program.constants), [number for step in program.steps for number in step], registers


def _formula(inputs: Sequence[str], knobs: Mapping[str, float], expression: Expression) -> Any:
    return _program(inputs, list(knobs), [("", expression.tree)], [""])


def _rule(row: Any, knobs: Mapping[str, float], forward: Any, backward: Any) -> dict[str, Any]:
    """A row the kernel was built with by its place there, any other rule as programs."""
    values = [float(knobs[name]) for name in row.knobs]
    found = place(row)
    if found >= 0:
        return {"row": found, "forward": None, "backward": None, "knobs": values}
    return {"row": -1, "forward": forward(), "backward": backward() if backward else None, "knobs": values}


def _describe(plan: Plan) -> dict[str, Any]:
    loss, optimizer = plan.loss, plan.optimizer
    letters = ["w", "g", *optimizer.state]
    lines = [(letter, expression.tree) for letter, expression in optimizer.assignments]
    return {
        "layers": [_layer(plan, layer) for layer in plan.layers],
        "levels": list(plan.levels),
        "level_offsets": list(plan.level_offsets),
        "loss": _rule(
            loss, plan.loss_knobs,
            lambda: _formula(["s" if loss.link else "y", "t"], loss.knobs, loss.forward),
            lambda: _formula(["s", "y", "t"], loss.knobs, loss.gradient),
        ),
        "owned": bool(loss.link),
        "by_row": not loss.forward.elementwise,
        "needs_s": bool(loss.link) or "s" in loss.gradient.letters,
        "scale": plan.c / plan.targets if plan.outputs == "mean" else plan.c,
        "mean_rows": plan.rows == "mean",
        "l1": float(plan.l1), "l2": float(plan.l2), "shared": plan.penalty == "shared",
        "clip": CLIPPING[plan.clip], "limit": float(plan.limit), "max_norm": float(plan.max_norm),
        "optimizer": _rule(
            optimizer, plan.optimizer_knobs,
            lambda: _program(letters, ["k", "lr", "decay", "E", *optimizer.knobs], lines, ["w", *optimizer.state]), None,
        ),
        "slots": len(optimizer.state),
        "decay": float(plan.decay),
        "seed": plan.seed, "first": plan.first, "shuffle": bool(plan.shuffle), "batch": plan.batch,
        "size": plan.size, "wide": plan.precision == "float64", "threads": plan.threads, "schedule": _schedule(plan),
    }  # fmt: skip


def _layer(plan: Plan, layer: Layer) -> dict[str, Any]:
    row = layer.activation

    def view(v: View) -> dict[str, Any]:
        return {"offset": v.offset, "rate": float(v.rate), "decay": float(v.decay), "trainable": v.trainable}

    return {
        "inputs": layer.inputs,
        "units": layer.units,
        "dense": plan.numeric if layer.index == 1 else layer.inputs,
        "activation": _rule(
            row, layer.knobs, lambda: _formula(["s"], row.knobs, row.forward),
            lambda: _formula(["s", "y", "dy"], row.knobs, row.backward),
        ),
        "keep_s": "s" in row.kept,
        "by_row": not row.elementwise,
        "dropout": float(layer.dropout),
        "threshold": draws.threshold(layer.dropout),
        "w": view(layer.w),
        "b": view(layer.b) if layer.b else None,
    }  # fmt: skip


def _schedule(plan: Plan) -> dict[str, Any]:
    schedule = plan.schedule
    knobs, state = list(schedule.knobs), list(schedule.state)
    numbers = [float(plan.schedule_knobs[name]) for name in knobs]
    lines = [(letter, expression.tree) for letter, expression in schedule.assignments]
    made = [letter for letter, _ in lines]
    return {
        "rate": _program([], ["k", *state, "lr", "total", *knobs], [("", schedule.expression.tree)], [""]),
        "rate_inputs": [0.0, *[0.0] * len(state), float(plan.lr), float(plan.total), *numbers],
        "at_epoch": _program([], ["loss", *state, "lr", *knobs], lines, made) if lines else None,
        "epoch_inputs": [0.0, *[0.0] * len(state), float(plan.lr), *numbers],
        "final_line": [len(made) - 1 - made[::-1].index(s) if s in made else -1 for s in state],
        "moves": schedule.moves,
    }


# ---- arrays ---------------------------------------------------------------------------------------------------------


def _check(plan: Plan, source: Source) -> None:
    """Raises EngineError where a run would read numbers it cannot."""
    for label, array in (("x", source.x), ("t", source.t)):
        if array is not None and array.dtype not in _NUMBERS:
            raise EngineError("CR-1513", label=label, dtype=array.dtype)
    if source.t is None:
        raise EngineError("CR-1514")
    if source.x.shape[1] != plan.numeric or source.t.shape[1] != plan.targets:
        raise EngineError("CR-1515", inputs=source.x.shape[1], outputs=source.t.shape[1], plan=plan.name)
    _check_codes(plan, source.codes)


_SIZES = {"f": (4, 8), "i": (1, 2, 4, 8), "u": (1, 2, 4, 8)}


def _check_codes(plan: Plan, codes: Array | None) -> None:
    found = 0 if codes is None else codes.shape[1]
    if found != len(plan.levels):
        raise EngineError("CR-1516", found=found, wanted=len(plan.levels))
    if codes is not None and len(codes):
        for j, (low, high, levels) in enumerate(
            zip(codes.min(axis=0), codes.max(axis=0), plan.levels, strict=True)
        ):
            if low < -1 or high >= levels:
                raise EngineError("CR-1517", column=j, low=low, high=high, levels=levels)


def _columns(plan: Plan, source: Source) -> tuple[Any, ...]:
    """x, t and codes as they lie (memory-mapped too), weights (n) or (M, n) in the plan's precision."""
    weight = source.weight
    if weight is not None:
        weight = weight[plan.first : plan.first + plan.members] if weight.ndim == 2 else weight
        weight = np.ascontiguousarray(weight, plan.precision)
    orders = None if source.orders is None else np.ascontiguousarray(source.orders)
    return source.x, source.t, source.codes if plan.levels else None, weight, orders, source.orders_from


def _check_batch(plan: Plan, batch: Batch) -> None:
    if batch.x.shape[1] != plan.numeric:
        raise EngineError("CR-1515", inputs=batch.x.shape[1], outputs=batch.t.shape[1], plan=plan.name)
    if plan.levels or batch.codes is not None:
        _check_codes(plan, batch.codes)


def _codes(plan: Plan, batch: Batch) -> Array | None:
    return np.asarray(batch.codes, np.int32) if plan.levels else None


def _readable(array: Array, plan: Plan) -> Array:
    """The array as it lies where the kernels can read its numbers, else in the plan's precision."""
    return array if array.dtype in _NUMBERS else np.ascontiguousarray(array, plan.precision)


_NUMBERS = {np.dtype(kind + str(size)) for kind, sizes in _SIZES.items() for size in sizes}


def _arrays(plan: Plan, batch: Batch, members: int) -> tuple[Array, Array, Array | None, Array | None]:
    """x, t, codes as they lie, and weights (M, n) in the plan's precision."""
    _check_batch(plan, batch)
    x, t, codes = _readable(batch.x, plan), _readable(batch.t, plan), _codes(plan, batch)
    if batch.weight is None:
        return x, t, codes, None
    weight = np.broadcast_to(np.asarray(batch.weight, plan.precision), (members, len(x)))
    return x, t, codes, np.ascontiguousarray(weight)


def _choices(plan: Plan, batch: Batch, member: int) -> list[Array | None]:
    """Dropout's choices per layer as bytes (n, i)."""
    return [
        np.ascontiguousarray(batch.keep[a.index][member], np.uint8) if a.index in batch.keep else None
        for a in plan.layers
    ]


def _rows(batch: Batch, some: slice) -> Batch:
    weight = None if batch.weight is None else batch.weight[..., some]
    codes = None if batch.codes is None else batch.codes[some]
    keep = {i: k[:, some] for i, k in batch.keep.items()}
    return replace(batch, x=batch.x[some], t=batch.t[some], codes=codes, weight=weight, keep=keep)
