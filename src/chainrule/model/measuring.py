"""weights, parts -> metrics of every part and target, and those of the baselines on the same rows."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..batches import split as parts
from ..batches.source import Source
from ..encoding import Encoding
from ..engine.contract import Engine
from ..plan import Plan
from ..report import baselines
from ..table import Table
from .average import answered, scoring
from .exposed import Exposed
from .model import answers, outputs, scored, scored_each, truth

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Measured:
    """Metrics by part, None for one that is not there; the baselines' on the last part; of several targets each one's."""

    parts: dict[str, Any]
    baselines: dict[str, Any]
    targets: dict[str, dict[str, Any]]  # target -> part -> metrics; nothing where there is one target


def measure(
    engine: Engine, plan: Plan, weights: Array, known: Encoding, task: str, tables: Mapping[str, Table],
    sources: Mapping[str, Source], unseen: tuple[Array, Array] | None, straight: Mapping[str, Source],
    over: Exposed | None,
) -> Measured:  # fmt: skip
    """What the trained network comes to.

    unseen: rows of train and the scores there of the networks that were not trained on them: they are validation.
    straight: the parts without pieces: with them a linear model would not be linear in the user's columns.
    """
    shown = plan if plan.members == 1 else scoring(plan)
    w = engine.load(shown, weights)
    truths = {name: truth(known, tables[name], source) for name, source in sources.items()}
    goals = () if known.target is None else known.target.columns
    measured: dict[str, Any] = dict.fromkeys(parts.PARTS)
    each: dict[str, dict[str, Any]] = (
        {name: dict.fromkeys(parts.PARTS) for name in goals} if len(goals) > 1 else {}
    )

    def put(part: str, t: Array, y: Array) -> None:
        measured[part] = scored(task, t, y)
        for name, found in scored_each(task, goals, t, y).items():
            each[name][part] = found

    for name, source in sources.items():
        y = outputs(engine, shown, w, source)
        put(name, truths[name], answers(known, y[0] if shown is plan else answered(plan, y), tables[name]))
    if unseen is not None:
        rows, s = unseen
        put(
            "validation", truths["train"][rows], answers(known, answered(plan, s), tables["train"].take(rows))
        )
    compared = _beside(known, task, straight, truths, tables, over)
    return Measured(measured, compared, each)


def _beside(
    known: Encoding, task: str, straight: Mapping[str, Source], truths: Mapping[str, Array],
    tables: Mapping[str, Table], over: Exposed | None,
) -> dict[str, Any]:  # fmt: skip
    """The constant and the linear model, trained on the training rows and measured on the last part there is."""
    first, last = straight["train"], list(straight)[-1]
    where = straight[last]
    classes = len(known.labels)
    goal = truths["train"]
    if over is not None:
        mean, line = over.baselines(known, first, where, tables["train"], tables[last])
        return {"constant": scored(task, truths[last], mean), "linear": scored(task, truths[last], line)}
    if goal.ndim == 2:  # several targets: each has its own mean
        mean = np.tile(goal.mean(axis=0), (where.rows, 1))
    else:
        mean = baselines.constant(task, goal, classes)(where.x, where.codes)
    if task == "regression":
        goal = np.asarray(first.t, float)
        goal = goal[:, 0] if goal.shape[1] == 1 else goal
    line = baselines.linear(task, first.x, first.codes, known.levels, goal, classes)(where.x, where.codes)
    if task == "regression":
        line = answers(known, line.reshape(where.rows, -1))
    return {"constant": scored(task, truths[last], mean), "linear": scored(task, truths[last], line)}
