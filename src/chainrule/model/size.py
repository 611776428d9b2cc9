"""table, sizes -> the smallest hidden layer that is as good as any: every size × start × fold trained, none stopped early.

The one-standard-error rule is Breiman, Friedman, Olshen & Stone 1984 (CART), chapter 3; √(d + l) + a with a = 1 … 10 is the
textbooks' rule of thumb, 2d + 1 comes from Hecht-Nielsen 1987 (after Kolmogorov 1957). d inputs, l outputs.
"""

import math
import os
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..batches import draws
from ..batches.source import Source
from ..batches.start import start as start_weights
from ..encoding import Encoding
from ..engine.contract import TrainingState, Until
from ..engine.native import Native
from ..errors import ModelError, PlanError
from ..messages import Said, get_language, say
from ..report.metrics import metric
from ..table import Table, read_table, require_rows, split_missing_target, target_column
from ..table.columns import name_list
from ..table.target import recognize_task
from .choices import AUTO, Settings, choose
from .flow import _loss, _plan
from .model import answers, outputs, scored, truth

Array = np.ndarray[Any, Any]
MEASURE = {"regression": "rmse", "binary": "log_loss", "multiclass": "log_loss"}  # lower is better


@dataclass(frozen=True)
class Sizes:
    """What every size came to. Arrays (sizes, folds, starts) of the measure on the fold's training and held-out rows."""

    target: str
    task: str
    measure: str
    rows: int
    inputs: int
    outputs: int
    hidden: tuple[int, ...]
    parameters: tuple[int, ...]
    train: Array
    validation: Array

    @property
    def mean(self) -> Array:
        return np.asarray(self.validation.mean(axis=(1, 2)))

    @property
    def error(self) -> Array:
        """(sizes,): the standard error of each mean over the folds; starts on one fold share its rows and count once."""
        folds = self.validation.mean(axis=2)
        return np.asarray(folds.std(axis=1, ddof=1) / math.sqrt(folds.shape[1]))

    @property
    def best(self) -> int:
        """The index of the lowest mean."""
        return int(np.argmin(self.mean))

    @property
    def limit(self) -> float:
        return float(self.mean[self.best] + self.error[self.best])

    @property
    def recommended(self) -> int:
        """The smallest size whose mean is no more than one standard error above the lowest."""
        return self.hidden[int(np.flatnonzero(self.mean <= self.limit)[0])]

    @property
    def thumbs(self) -> dict[str, tuple[int, ...]]:
        """The sizes the rules of thumb name: a range, and one number."""
        root = math.sqrt(self.inputs + self.outputs)
        return {"√(d+l)+a": (round(root + 1), round(root + 10)), "2d+1": (2 * self.inputs + 1,)}

    def judged(self) -> list[str]:
        """A sentence about each rule of thumb: where it points, and what that would cost or save."""
        made = []
        for rule, sizes in self.thumbs.items():
            shown = " … ".join(str(n) for n in sizes)
            tried = [i for i, n in enumerate(self.hidden) if sizes[0] <= n <= sizes[-1]]
            if not tried:
                made.append(say("CR-3410", rule=rule, sizes=shown))
                continue
            good = [self.hidden[i] for i in tried if self.mean[i] <= self.limit]
            worst = max(float(self.mean[i]) for i in tried) / float(self.mean[self.best]) - 1
            if not good:
                made.append(say("CR-3411", rule=rule, sizes=shown, worse=f"{100 * worst:.0f}"))
            elif self.recommended in good:
                made.append(say("CR-3412", rule=rule, sizes=shown, size=self.recommended))
            else:
                made.append(say("CR-3413", rule=rule, sizes=shown, size=self.recommended))
        return made

    def verdict(self) -> str:
        at = self.hidden.index(self.recommended)
        return say("CR-3414", size=self.recommended, measure=measure_name(self.task, self.measure), mean=f"{self.mean[at]:.4g}",
                   best=self.hidden[self.best], least=f"{self.mean[self.best]:.4g}",
                   error=f"{self.error[self.best]:.2g}")  # fmt: skip

    def to_json(self) -> dict[str, Any]:
        """Strict JSON: every number of the picture."""
        rows = [
            {"hidden": n, "parameters": p, "train": _spread(t), "validation": {**_spread(v), "se": float(e)}}
            for n, p, t, v, e in zip(
                self.hidden, self.parameters, self.train, self.validation, self.error, strict=True
            )
        ]
        return {
            "target": self.target, "task": self.task, "measure": self.measure, "rows": self.rows, "inputs": self.inputs,
            "outputs": self.outputs, "folds": self.train.shape[1], "starts": self.train.shape[2], "sizes": rows,
            "recommended": self.recommended, "lowest": self.hidden[self.best], "limit": self.limit,
            "rules_of_thumb": {rule: list(sizes) for rule, sizes in self.thumbs.items()},
            "sentences": [self.verdict(), *self.judged()],
        }  # fmt: skip

    def page(self) -> Any:
        """The picture, the table and the sentences as a page."""
        from .size_page import page

        return page(self)

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, Any]:
        made: dict[str, Any] = self.page()._repr_mimebundle_(include, exclude)
        return made


def measure_name(task: str, measure: str) -> str:
    """As every report spells it: RMSE, log loss."""
    found = metric(task, measure)
    return measure if found is None else found.label[1 if get_language() == "zh" else 0]


def _spread(values: Array) -> dict[str, float]:
    return {"mean": float(values.mean()), "sd": float(values.std(ddof=1)) if values.size > 1 else 0.0}


def size(
    data: Any,
    target: str | None = None,
    *,
    hidden: Iterable[int] = range(2, 21),
    starts: int = 5,
    folds: int = 5,
    task: str | None = None,
    drop: Iterable[str] = (),
    activation: Any = "tanh",
    epochs: Any = AUTO,
    seed: int = 0,
    threads: int | None = None,
    options: Mapping[str, Any] | None = None,
) -> Sizes:
    """Train every size of one hidden layer from several starts on several folds, to the end, and compare.

    data, target, task, drop, seed   as in `train`; `activation` of the hidden layer, `epochs` of each training
    hidden   the sizes to try; every one is trained `starts` × `folds` times
    threads  trainings at once; None: one per processor. No number changes any bit
    options  of reading a table (delimiter, decimal, …)

    The encoding is fitted on each fold's training rows alone. Nothing is stopped early, because the rows that would say
    when are the ones that judge: the curve shows what a size does when it is left to learn.
    Raises TableError, PlanError CR-1401, ModelError CR-1810, CR-3401 … CR-3403.
    """
    sizes = _sizes(hidden)
    for name, value, least in (("starts", starts, 1), ("folds", folds, 2), ("seed", seed, 0)):
        if isinstance(value, bool) or not hasattr(value, "__index__") or value < least:
            raise PlanError("CR-1401", setting=name, value=value, wanted=f"{least}, {least + 1}, …")
    table = data if isinstance(data, Table) else read_table(data, **dict(options or {}))
    require_rows(table, 2)
    if target is None:
        raise ModelError("CR-1810", columns=name_list(table.names))
    names = [drop] if isinstance(drop, str) else list(drop)
    if target in names:
        raise ModelError("CR-1819", column=target, use=Said("CR-1880"))
    table = table.drop(names)
    column = target_column(table, target)
    table, _ = split_missing_target(table, target)
    task, _ = recognize_task(column, task)
    if table.rows < 2 * folds:
        raise ModelError("CR-3402", rows=table.rows, folds=folds, wanted=2 * folds)
    place = _folds(table, target, task, folds, seed)
    given = Settings(activation=activation, epochs=epochs, patience=0, seed=seed, threads=1, decay=0.0)
    jobs = []
    for f in range(folds):
        train, held = np.flatnonzero(place != f), np.flatnonzero(place == f)
        known = Encoding.fit(table, target, task, rows=train)
        parts = []
        for rows in (table.take(train), table.take(held)):
            encoded = known.apply(rows)
            parts.append((rows, Source(encoded.x, encoded.t, encoded.codes)))
        for n in sizes:
            settings, _ = choose(replace(given, hidden=(n,)), task, len(train), known.inputs, False)
            rule = _loss(settings.loss, task, settings.target_scale, table[target].values)
            plan = _plan(settings, rule, known, task, len(train), starts)
            jobs.append((plan, settings.epochs, known, parts, task))
    with ThreadPoolExecutor(threads or os.cpu_count() or 1) as pool:
        done = list(pool.map(_one, jobs))
    made = np.array(done).reshape(folds, len(sizes), 2, starts)
    if not np.isfinite(made).all():
        bad = sizes[int(np.argwhere(~np.isfinite(made))[0][1])]
        raise ModelError("CR-3403", size=bad)
    return Sizes(target, task, MEASURE[task], table.rows, jobs[0][0].inputs, jobs[0][0].targets, sizes,
                 tuple(job[0].size for job in jobs[: len(sizes)]), made[:, :, 0].transpose(1, 0, 2),
                 made[:, :, 1].transpose(1, 0, 2))  # fmt: skip


def _one(job: Any) -> Array:
    """(2, starts): the measure on training and held-out rows after the last epoch."""
    plan, epochs, known, parts, task = job
    engine, source = Native(), parts[0][1]
    state = engine.run(
        plan, TrainingState.begin(plan, start_weights(plan, source=source)), source, None, Until(epochs)
    )
    w = engine.load(plan, state.w)
    found = []
    for rows, part in parts:
        y, t = outputs(engine, plan, w, part), truth(known, rows, part)
        values = [scored(task, t, answers(known, y[m]))[MEASURE[task]] for m in range(plan.members)]
        found.append([math.nan if v is None else v for v in values])
    return np.array(found)


def _sizes(hidden: Any) -> tuple[int, ...]:
    values = (hidden,) if isinstance(hidden, int) else hidden
    try:
        sizes = tuple(sorted({int(n) for n in values if not isinstance(n, bool) and int(n) == n}))
    except (TypeError, ValueError):
        sizes = ()
    if len(sizes) < 2 or sizes[0] < 1 or len(sizes) > 1000:
        raise ModelError("CR-3401", value=str(hidden)[:40])
    return sizes


def _folds(table: Table, target: str, task: str, folds: int, seed: int) -> Array:
    """(rows,): the fold of each row. Rows are dealt out in the order of the target, so every fold has its whole range."""
    column = table[target]
    key = column.values if task == "regression" else column.factor()[1]
    shuffled = draws.order(table.rows, seed, 0, 0, draws.SPLIT)
    order = shuffled[np.argsort(np.asarray(key)[shuffled], kind="stable")]
    place = np.empty(table.rows, np.int64)
    place[order] = np.arange(table.rows) % folds
    return place
