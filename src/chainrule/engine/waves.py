"""plan, state, source -> trained members, in waves: what is in memory at once, and what the kernels say about it.

A wave's numbers are rows of the arrays of one state; the kernels write them there when they are asked.
"""

from itertools import islice
from time import perf_counter
from typing import Any

import numpy as np

from ..batches.source import Source
from ..plan import Plan
from .contract import (
    INTERRUPTED,
    RUNNING,
    Array,
    Engine,
    Progress,
    TrainingState,
    Until,
    _layer_of_trouble,
    _member,
)  # fmt: skip
from .isa import native

TICK = 0.1  # seconds between two looks at the progress


class Curves:
    """Every member's history and probes: those of a state, and what is added to them."""

    names = "train", "validation", "rate"

    def __init__(self, state: TrainingState) -> None:
        self.state, self.added = state, dict[int, tuple[bytes, ...]]()

    def of(self, m: int) -> list[Array]:
        added = [np.frombuffer(values) for values in self.added.get(m, (b"",) * 4)]
        done, before = int(self.state.epoch[m]), self.state
        rows = [np.append(getattr(before, name)[m, :done], new) if done else new
                for name, new in zip(self.names, added[:3], strict=True)]  # fmt: skip
        probe = np.concatenate(
            [before.probe[before.probe[:, 0] == m].reshape(-1, 7), added[3].reshape(-1, 7)]
        )
        probe[:, 0] = m
        return [*rows, probe]

    def give(self, made: TrainingState) -> None:
        """The history of all members, NaN where one has stopped."""
        every = [self.of(m) for m in range(len(made.w))]
        for i, name in enumerate(self.names):
            whole = np.full((len(every), max(len(one[i]) for one in every)), np.nan)
            for row, one in zip(whole, every, strict=True):
                row[: len(one[i])] = one[i]
            setattr(made, name, whole)
        made.probe = np.concatenate([one[3] for one in every])


class Wave:
    """The run of some members on its way into their rows of `made`."""

    def __init__(
        self, engine: Engine, network: Any, plan: Plan, members: list[int], made: TrainingState, source: Source,
        columns: list[Any], until: Until, threads: int, curves: Curves,
    ) -> None:  # fmt: skip
        self.engine, self.plan, self.members, self.made, self.source = engine, plan, members, made, source
        self.curves = curves
        ends = {**vars(until), "share": float(until.share), "threads": threads}
        seen = (*curves.names, "probe")
        self.arrays = {name: value for name, value in vars(made).items() if name not in seen}
        self.handle = native().Runs(network, *columns, ends, self.arrays, members)

    def drive(self, until: Until, progress: Progress | None, began: float, threads: int) -> bool:
        """All go on together until each stopped or `until.pause` has passed; True where somebody cancelled."""
        told, cancelled, handle = perf_counter(), False, self.handle
        tick = TICK if progress is not None or threads > 1 else np.inf  # other threads do not hear Ctrl-C
        while handle.any(RUNNING) and not cancelled:
            handle.advance(tick, until.pause - (perf_counter() - began), threads)
            cancelled = handle.any(INTERRUPTED)
            now = perf_counter()
            if progress is not None and handle.any(RUNNING) and now - told >= TICK:
                told = now
                cancelled |= progress(self.now(0))
            if now - began >= until.pause:
                break
        self.end(cancelled)
        return cancelled

    def now(self, i: int) -> TrainingState:
        """One member's state."""
        m = self.members[i]
        self.curves.added[m] = self.handle.note(self.arrays, i)
        one, curves = _member(self.made, m, ()), self.curves.of(m)
        for name, values in zip(self.curves.names, curves, strict=False):
            setattr(one, name, values[None])
        one.probe = curves[3]
        return one

    def end(self, cancelled: bool) -> None:
        """The last note; after a step that failed, with the weights in front of its epoch and the layer it failed in."""
        made, engine, added = self.made, self.engine, self.curves.added
        for i, m in enumerate(self.members):
            added[m] = self.handle.note(self.arrays, i)
            if cancelled and made.stopped[m] == RUNNING:
                made.stopped[m] = INTERRUPTED
        for i in self.handle.failed():
            m = self.members[i]
            plan, k = self.plan.only(m), int(made.trouble[m, 0])
            failed, epoch = engine.load(plan, made.w[m : m + 1]), int(made.epoch[m])
            self.handle.restore(i)
            added[m] = self.handle.note(self.arrays, i)
            rows = next(islice(self.source.epoch(plan, epoch), k - 1 - int(made.k[m]), None))
            batch = self.source.batch(rows, plan=plan, epoch=epoch, dtype=plan.precision, dropout=True)
            with np.errstate(all="ignore"):
                made.trouble[m] = k, _layer_of_trouble(engine, plan, failed, batch)
