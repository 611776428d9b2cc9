"""A file larger than memory -> a model: encoded once block by block into files, trained window by window."""

import dataclasses
import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from ..batches import draws
from ..batches import split as parts
from ..batches.source import Source
from ..batches.windows import Spool, Windows
from ..encoding import Encoding
from ..engine.contract import EPOCHS, RUNNING, Engine, TrainingState, Until
from ..errors import ModelError, PlanError, TableError
from ..messages import Said, say, stored
from ..plan import Plan
from ..table import Table, missing_targets, require_rows, target_column, targets_of
from ..table.blocks import Blocks
from ..table.columns import name_list
from ..table.reading import How
from ..table.target import recognize_task
from .choices import AUTO, Settings, choose
from .model import Model

LEAST, HELD = 64, 50_000  # MiB of memory; rows of the validation and of the test part
SHARE = 8  # a window takes this part of the memory
BLOCKS = 16  # of a window


class Streamed:
    """An engine that trains each epoch on that epoch's window, whatever source it is given; else the engine inside."""

    def __init__(self, inner: Engine, windows: Windows) -> None:
        self.inner, self.windows = inner, windows

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    def run(
        self, plan: Plan, state: TrainingState, source: Source, validation: Source | None, until: Until,
        progress: Any = None,
    ) -> TrainingState:  # fmt: skip
        while True:
            epoch = int(state.epoch[0])
            if epoch >= until.epochs:
                return state
            now = dataclasses.replace(until, epochs=epoch + 1)
            state = self.inner.run(plan, state, self.windows.source(epoch), validation, now, progress)
            if state.stopped[0] not in (EPOCHS, RUNNING) or int(state.epoch[0]) == epoch:
                return state


def trained(train: Callable[..., Model], asked: dict[str, Any]) -> Model:
    """The model of a Parquet or text file that is never whole in memory; `memory` is the bound in MiB.

    What is learned of the columns (medians, scales, levels) and the choices rest on drawn training rows, one window of
    them; validation and test are drawn rows too, at most `HELD` each. Raises ModelError CR-3304, PlanError CR-1401.
    """
    memory, data = asked.pop("memory"), asked["data"]
    if isinstance(memory, bool) or not isinstance(memory, int | float) or not LEAST <= memory < 1e9:
        raise PlanError("CR-1401", setting="memory", value=memory, wanted=f"{LEAST} … 10^9 MiB")
    other = (
        "validation",
        "test",
        "part",
        "weight",
        "exposure",
        "groups",
        "time",
        "class_weight",
        "checkpoint",
        "sheet",
        "cells",
        "samples",
    )
    ways = [name for name in other if asked[name] is not None]
    ways += (
        ["folds"] * (asked["folds"] not in (AUTO, 0))
        + ["divide"] * (asked["divide"] != "random")
        + ["dropout"] * (asked["dropout"] != 0)
    )
    ways += ["preset"] * (asked["preset"] == "strong") + ["members"] * (asked["members"] not in (AUTO, 1))
    ways += ["batch"] * (asked["batch"] == 0) + ["data"] * (
        not isinstance(data, str | os.PathLike) or str(data) == "-"
    )
    if ways:
        raise ModelError("CR-3304", ways=", ".join(ways))
    how = How(asked["delimiter"], asked["decimal"], asked["encoding"], asked["header"])
    missing = asked["missing"]
    blocks = Blocks.open(
        data, how, (missing,) if isinstance(missing, str) else tuple(str(m).strip() for m in missing)
    )
    file = _File(blocks, asked, memory)
    with tempfile.TemporaryDirectory(prefix="chainrule-") as folder:
        known, kinds = file.encoding()
        windows = file.spool(known, kinds, Path(folder))
        settings = file.settings(known, windows)
        sample = file.sample()
        names = {f.name for f in dataclasses.fields(Settings)} & set(asked)
        chosen = {name: getattr(settings, name) for name in names}
        inner = choose_engine_named(asked["engine"])
        model = train(**asked | chosen | {
            "data": sample[0], "divide": sample[1], "engine": Streamed(inner, windows), "target": ", ".join(file.goals),
            "folds": 0,
        })  # fmt: skip
    if model.encoding != known:
        raise ModelError("CR-3305")
    facts = dict(model.facts)
    facts["rows"] = {**facts["rows"], "train": windows.rows}
    facts["notes"] = [
        facts["notes"][0],
        stored(say("CR-3303", memory=f"{memory:g}", rows=windows.rows, window=windows.most, count=windows.count,
                   sample=len(sample[1].train))),
        *facts["notes"][1:],
    ]  # fmt: skip
    program = {k: v for k, v in facts["program"].items() if k != "fractions"}
    facts["program"] = program | {
        "data": os.fspath(data),
        "memory": memory,
        "fractions": [float(f) for f in asked["fractions"]],
    }
    return dataclasses.replace(model, facts=facts, engine=inner)


def choose_engine_named(wanted: str) -> Engine:
    from ..engine.native import Native
    from ..engine.reference import Reference

    return Reference() if wanted == "reference" else Native()


class _File:
    """One file's passes: count, sample, encode."""

    def __init__(self, blocks: Blocks, asked: dict[str, Any], memory: float) -> None:
        self.blocks, self.asked, self.memory = blocks, asked, memory
        self.shares = parts.checked_fractions(asked["fractions"])
        self.step = 65536
        self.count = blocks.count(self.step)
        width = max(1, len(blocks.names)) * 8
        self.window = max(1024, int(memory * (1 << 20) / SHARE / width))
        self.held = {part: min(self.shares[part], HELD / max(1, self.count)) for part in (1, 2)}
        chosen: list[tuple[Any, np.ndarray]] = []
        drawn: list[np.ndarray] = []
        at = 0
        for raw in blocks.raw(self.step):
            roles = self.roles(at, raw.rows)
            at += raw.rows
            rows = np.flatnonzero(roles)
            if len(rows):
                chosen.append((_copied(raw, rows), np.arange(len(rows))))
                drawn.append(roles[rows])
        if not chosen:
            raise TableError("CR-1005", file=blocks.file, columns=len(blocks.names))
        drop = asked["drop"]
        self.dropped = [drop] if isinstance(drop, str) else list(drop)
        table = blocks.table(blocks.chosen(chosen), dict(asked["kinds"] or {}))
        require_rows(table, 4)
        if asked["target"] is None:
            raise ModelError("CR-1810", columns=name_list(table.names))
        self.goals = targets_of(table, asked["target"])
        for name in self.goals:
            target_column(table, name)
            if name in self.dropped:
                raise ModelError("CR-1819", column=name, use=Said("CR-1880"))
        kept = ~missing_targets(table, self.goals)
        self.table, self.table_roles = table.take(kept), np.concatenate(drawn)[kept]

    def roles(self, first: int, rows: int) -> np.ndarray:
        """What each row is: 0 training, 1 validation, 2 test, 3 training and in the sample; by its number alone."""
        word = draws.philox(
            self.asked["seed"], np.arange(first, first + rows), 0, 0, draws.purpose(draws.SPLIT, 1, 0)
        )
        share = word[0].astype(float) / 2**32
        validation, test = self.held[1], self.held[2]
        sampled = min(1.0, self.window / self.count / max(1e-9, 1 - validation - test))
        drawn = word[1].astype(float) / 2**32 < sampled
        return np.where(share < validation, 1, np.where(share < validation + test, 2, np.where(drawn, 3, 0)))

    def sample(self) -> tuple[Table, parts.Split]:
        """The rows in memory, and which of them train, validate and test."""
        train = np.flatnonzero(self.table_roles == 3)
        return self.table, parts.Split(
            train, np.flatnonzero(self.table_roles == 1), np.flatnonzero(self.table_roles == 2)
        )

    def encoding(self) -> tuple[Encoding, dict[str, str]]:
        asked = self.asked
        self.task = recognize_task(
            self.table[self.goals[0]], "regression" if len(self.goals) > 1 else asked["task"]
        )[0]
        self.given = Settings(
            **{f.name: asked[f.name] for f in dataclasses.fields(Settings) if f.name in asked}
        )
        rows = np.flatnonzero(self.table_roles == 3)
        require_rows(self.table.take(rows), 2)
        settings = choose(self.given, self.task, self.count, 1, True)[0]
        scales = ["standard" if s == AUTO else s for s in (settings.scale, settings.target_scale)]
        keep = [asked["keep"]] if isinstance(asked["keep"], str) else list(asked["keep"])
        known = Encoding.fit(
            self.table.drop(self.dropped), self.goals, self.task, rows=rows, scale=scales[0], target_scale=scales[1],
            dtype=asked["precision"], keep=keep, pieces=settings.pieces, pca=asked["pca"],
        )  # fmt: skip
        return known, known.kinds(target=True)

    def spool(self, known: Encoding, kinds: dict[str, str], folder: Path) -> Windows:
        """Every training row encoded, in files."""
        spool, at = Spool(folder), 0
        needed = {*known.columns, *self.goals}
        for raw in self.blocks.raw(self.step):
            roles = self.roles(at, raw.rows)
            at += raw.rows
            keep = [j for j, name in enumerate(raw.names) if name in needed]
            raw.names, raw.arrays = [raw.names[j] for j in keep], [raw.arrays[j] for j in keep]
            table = self.blocks.table(raw, kinds)
            table = table.take((roles == 0) | (roles == 3))
            table = table.take(~missing_targets(table, self.goals))
            made = known.apply(table)
            spool.add(x=made.x, t=made.t, codes=made.codes)
        spool.close()
        width = sum(dtype.itemsize * columns for dtype, columns in spool.kinds.values())
        # no more rows than the sample has: the schedule is made for as many steps as those take
        window = min(int(self.memory * (1 << 20) / SHARE / max(1, width)), int(np.sum(self.table_roles == 3)))
        block = max(1, window // BLOCKS)
        return Windows(folder, spool.rows, spool.kinds, block, BLOCKS, self.asked["seed"])

    def settings(self, known: Encoding, windows: Windows) -> Settings:
        """The choices for so many rows; an epoch is a window, so there are as many more of them."""
        settings, _ = choose(self.given, self.task, windows.rows, known.inputs, True)
        turns = {}
        if self.given.epochs == AUTO:
            turns["epochs"] = settings.epochs * windows.count
        if self.given.patience == AUTO:
            turns["patience"] = settings.patience * windows.count
        return dataclasses.replace(settings, **turns)


def _copied(raw: Any, rows: np.ndarray) -> Any:
    """Some rows of a block, so that the block itself can go."""
    import pyarrow as pa

    where = pa.array(rows)
    return dataclasses.replace(raw, arrays=[a.take(where) for a in raw.arrays], numbers=raw.numbers[rows])
