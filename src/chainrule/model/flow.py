"""table -> model: the whole flow in one call, the one the command line uses too."""

import hashlib
import json
import math
import os
import platform
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from .. import __version__
from ..batches import split as parts
from ..batches.source import Source
from ..encoding import Encoding
from ..encoding.path import numbers_of
from ..engine.contract import Engine
from ..errors import ModelError, PlanError, TableError
from ..messages import Said, say, stored
from ..plan import Plan, make_plan
from ..report import metrics
from ..report.text import part_name
from ..rules.given import bare, knobs_of, loss_of, schedule_of
from ..rules.losses import LOSSES, Loss
from ..table import Table, missing_targets, read_table, require_rows, target_column, targets_of
from ..table.columns import name_list
from ..table.digest import digest_of
from ..table.target import recognize_task
from ..training import store
from ..training.loop import Progress
from ..training.state import Checkpoint
from ..training.stopping import Monitor, Stopping, loss_monitor
from .average import scoring
from .choices import AUTO, Settings, choose, member_count, trials
from .cross import LIMIT, validated
from .cutting import checked_weights, cut_rows, dealt_out, part_tables, row_values, sortable
from .exposed import Exposed
from .leaks import suspicions
from .measuring import measure
from .model import Model, answers, choose_engine, codes_of, outputs
from .script import paths_of, recorded
from .several import Candidate, Runs, held_out, several
from .weighing import class_weights, divided

Array = np.ndarray[Any, Any]
USES = {
    "target": "CR-1880",
    "part": "CR-1881",
    "weight": "CR-1882",
    "groups": "CR-1883",
    "exposure": "CR-1885",
}  # in words
FEW = 30  # rows below which a part's word is called uncertain


def train(
    data: Any,
    target: str | int | Sequence[str | int] | None = None,
    *,
    preset: str = "plain",
    task: str | None = None,
    validation: Any = None,
    test: Any = None,
    part: str | None = None,
    fractions: Sequence[float] = parts.FRACTIONS,
    weight: Any = None,
    exposure: str | None = None,
    groups: Any = None,
    divide: str = "random",
    time: str | None = None,
    class_weight: Any = None,
    memory: float | None = None,
    folds: Any = AUTO,
    repeats: Any = AUTO,
    drop: Iterable[str] = (),
    keep: Iterable[str] = (),
    hidden: Any = AUTO,
    activation: Any = AUTO,
    loss: Any = AUTO,
    optimizer: Any = AUTO,
    lr: Any = AUTO,
    schedule: Any = AUTO,
    batch: Any = AUTO,
    epochs: Any = AUTO,
    patience: Any = AUTO,
    min_delta: float = 0.0,
    goal: float | None = None,
    monitor: str = "loss",
    l1: float = 0.0,
    l2: float = 0.0,
    decay: Any = AUTO,
    dropout: Any = 0.0,
    clip_norm: float | None = None,
    clip_value: float | None = None,
    max_norm: float | None = None,
    scale: str = AUTO,
    pca: float | None = None,
    target_scale: str = AUTO,
    members: Any = AUTO,
    pieces: Any = AUTO,
    start: Any = AUTO,
    seed: int = 0,
    threads: int = 1,
    precision: str = "float32",
    engine: str = AUTO,
    checkpoint: str | os.PathLike[str] | None = None,
    checkpoint_every: float = 30.0,
    resume: bool = False,
    progress: Progress | None = None,
    delimiter: str | None = None,
    decimal: str | None = None,
    encoding: str | None = None,
    header: bool | None = None,
    sheet: str | int | None = None,
    cells: str | None = None,
    samples: str | None = None,
    kinds: Mapping[str, str] | None = None,
    missing: str | Iterable[Any] = (),
) -> Model:
    """Train a network that predicts the column `target` from the other columns.

    data        file name, several of them, frame (pandas, polars, pyarrow, dict) or Table
    target      the column's name, or its place where no column is called so: 5, or -1 for the last; several numbers:
                a list, or text that commas divide
    task        "regression", "binary", "multiclass", "classification"; None: what the target column looks like
    validation  a file or frame of its own that says when to stop; None: drawn from `data`
    test        a file or frame of its own, seen once at the end; None: drawn from `data`
    part        a column of `data` that says train, validation or test in each row
    fractions   shares of train, validation and test, where they are drawn; 0: without that part
    preset      "plain": one network; "classic": MATLAB's recipe; "strong": the average of several networks
    weight      how much each row counts: a column's name, or numbers (n,)
    exposure    a column of positive numbers that the target is counted over (years, kilometres, population): the network
                answers rate × exposure, with the losses poisson (then the default), gamma, tweedie
    groups      rows that belong together (a patient, a day) and stay in one part: a column's name, or labels (n,)
    divide      "random", "block" (the first rows train, the last ones test), "interleaved", or row numbers such as
                "2-85/86-103/104-121"
    time        a column of times or numbers: the earliest rows train, the latest test; it is no input unless kept
    class_weight  "balanced", or {class: weight}: how much the rows of a class count in the loss
    memory      MiB that a Parquet or text file larger than memory may take: it is read and trained on block by block
    folds       every row is in one of so many folds, each once the test of a training on the others, `repeats` times
                over; the test metrics are the means, and the model is trained on all rows; 0: without. "auto": 5 folds,
                3 times, below 500 rows, where nothing else says which rows test
    drop        columns to leave out
    keep        columns to use though they look like an identifier, or have hardly a value
    hidden      units per hidden layer, such as (64, 64); () for a linear network
    activation, loss, optimizer, schedule, start   of the hidden layers and the training: a name (`chainrule rules` lists
                them), a formula as text, or an Activation, Loss …; activation also one per hidden layer
    lr, batch, epochs   learning rate, rows per step (0: all), passes over the training rows at most
    l1, l2, decay, dropout   l1·|w| and l2·w²/2 per weight in the loss, decay of the weights beside the gradient, share of
                hidden units left out in each step
    clip_norm, clip_value   the longest gradient, the largest of its values
    scale, target_scale   "standard", "minmax", "robust", "power", "quantile", "none"
    max_norm    the norm of the weights into each unit is held at most so large after every update
    members     networks whose answers are averaged; each stops by its own share of train and validation
    pca         instead of the numbers, so many of their principal components (10), or as many as keep this share of
                the variance (0.95); found on the training rows alone
    pieces      beside each number, so many inputs for pieces of its range
    monitor     "loss", a metric (accuracy, auc, f1, rmse, mae, r2, …) or another loss, on the validation rows
    patience    stop after so many epochs without a better `monitor` (by more than min_delta); 0: never. The best weights
                are kept in any case. goal: stop when the training loss is that small
    seed, threads, precision, engine   the same seed gives the same bits for any number of threads; "float32" or
                "float64"; "native", "reference" (slow, exact) or "auto"
    checkpoint  a file that receives the whole state every `checkpoint_every` seconds; resume=True goes on from it
    progress    called about ten times a second with a `chainrule.training.loop.Moment`
    delimiter, decimal, encoding, header, sheet, cells, samples, kinds, missing   how a file is read, as in `read_table`

    Settings left at "auto" are chosen by the number of rows and inputs, the decay of a table of up to 10 000 training
    rows by trying three on the validation rows; `Model.reasons` says how.
    Raises TableError, EncodingError, BatchError, PlanError, RuleError, TrainingError, ModelError: a sentence each.
    """
    marks = (missing,) if isinstance(missing, str) else tuple(missing)
    names = [drop] if isinstance(drop, str) else list(drop)
    wanted = [keep] if isinstance(keep, str) else list(keep)
    missing, drop, keep = marks, names, wanted
    asked = dict(locals())
    for own in ("marks", "names", "wanted"):
        del asked[own]
    if memory is not None:
        from .stream import trained

        return trained(train, asked)
    if precision not in ("float32", "float64"):
        raise PlanError("CR-1401", setting="precision", value=precision, wanted="float32 / float64")
    options: dict[str, Any] = {
        "delimiter": delimiter, "decimal": decimal, "encoding": encoding, "header": header, "missing": marks,
        "sheet": sheet, "cells": cells, "samples": samples,
    }  # fmt: skip
    table = data if isinstance(data, Table) else read_table(data, kinds=kinds, **options)
    undivided: list[str] = []
    if isinstance(folds, bool | str) or folds != 0:
        crossed, undivided = validated(train, asked, table)
        if crossed is not None:
            return crossed
    elif repeats != AUTO:
        raise ModelError("CR-3367")
    require_rows(table, 2)
    digests = {"data": digest_of(data, table)}
    if target is None:
        raise ModelError("CR-1810", columns=name_list(table.names))
    goals = targets_of(table, target)
    target = goals[0]
    weights, weight_column = row_values(table, weight, "weight")
    grouped, group_column = row_values(table, groups, "groups")
    if time is not None:
        table[time]
        if time in names or time in goals:
            raise ModelError("CR-1819", column=time, use=Said("CR-1884"))
    for name, use in (
        *((name, "target") for name in goals),
        (part, "part"),
        (weight_column, "weight"),
        (exposure, "exposure"),
        (group_column, "groups"),
    ):
        if name in names:
            raise ModelError("CR-1819", column=name, use=Said(USES[use]))
        if name is not None and use in ("weight", "groups", "exposure"):
            if name in (*goals, part) or name in (weight_column, group_column) and use == "exposure":
                raise ModelError("CR-4713", column=name, use=Said(USES[use]))
            if use == "exposure":
                table[name]
            else:
                table = table.drop(name) if name in table else table
    table = table.drop(names)
    goal_column = [target_column(table, name) for name in goals][0]
    notes = [*undivided, *table.notes]
    kept = ~missing_targets(table, goals)
    if not kept.all():
        notes.append(say("CR-1815", count=int((~kept).sum())))
    if weights is not None:
        kept &= checked_weights(weights) > 0  # a row of weight 0 is no row
    if not kept.all():
        table = table.take(kept)
        weights, grouped = (None if a is None else a[kept] for a in (weights, grouped))
        goal_column = [target_column(table, name) for name in goals][0]
    task, why_task = recognize_task(goal_column, "regression" if len(goals) > 1 and task is None else task)
    if len(goals) > 1 and task != "regression":
        raise TableError("CR-3379", names=name_list(goals))
    over = Exposed.of(exposure, task, loss)
    if over is not None:
        loss = over.loss
    count = member_count(members, preset)
    bagged, shares = dealt_out(
        count, parts.checked_fractions(fractions), divide, part, time, validation is not None
    )
    own_parts = validation is not None or test is not None
    cut = cut_rows(
        table, target, task, part, shares, seed, validation is not None, test is not None, grouped,
        divided(table, divide, time, fractions, grouped, part, own_parts),
    )  # fmt: skip
    if class_weight is not None:
        each = class_weights(table, target, task, cut.train, class_weight)
        weights = each if weights is None else weights * each
        if not each.all():
            raise ModelError("CR-3378", text=str(class_weight), names="0")
    notes.extend(suspicions(table, goals, task, cut))
    if len(goals) > 1:
        notes.append(say("CR-3364", count=len(goals)))
    if time is not None and time not in wanted:
        table = table.drop(time)
        notes.append(say("CR-3363", column=time))
    if part is not None:
        table = table.drop(part)
    given = Settings(
        preset=preset, hidden=hidden, activation=activation, loss=loss, optimizer=optimizer, lr=lr, schedule=schedule,
        batch=batch, epochs=epochs, patience=patience, decay=decay, start=start, target_scale=target_scale,
        min_delta=min_delta, goal=goal, monitor=monitor, l1=l1, l2=l2, dropout=dropout, clip_norm=clip_norm,
        clip_value=clip_value, max_norm=max_norm, scale=scale, members=members, pieces=pieces, seed=seed, threads=threads,
        precision=precision, engine=engine,
    )  # fmt: skip
    held = [np.zeros(0, np.int64)] * count
    if bagged and len(cut.train) > 3:
        held = held_out(len(cut.train), count, seed, sortable(table[target], task)[cut.train],
                        None if grouped is None else grouped[cut.train])  # fmt: skip
    bagged = len(held[0]) > 0
    rows_each = len(cut.train) - max(map(len, held))
    watching = bagged or len(cut.validation) > 0 or validation is not None

    def encode(settings: Settings, pieces: int = 0) -> Encoding:
        scales = ["standard" if s == AUTO else s for s in (settings.scale, settings.target_scale)]
        return Encoding.fit(table, goals, task, rows=cut.train, scale=scales[0], target_scale=scales[1],
                            dtype=precision, pieces=pieces, keep=wanted, exposure=exposure, pca=pca)  # fmt: skip

    known = encode(given)
    settings, why = choose(given, task, rows_each, known.inputs, watching)
    rule = _loss(
        settings.loss, task, settings.target_scale, np.concatenate([table[name].values for name in goals])
    )
    tables = part_tables(
        table, cut, known, {"validation": validation, "test": test}, options, ", ".join(goals)
    )
    digests |= {name: digest_of(own, tables[name]) for name, own in (("validation", validation), ("test", test))
                if own is not None}  # fmt: skip
    notes.extend(say("CR-1816", part=part_name(name), rows=rows.rows) for name, rows in tables.items()
                 if name != "train" and rows.rows < FEW)  # fmt: skip
    encoded: dict[int, tuple[Encoding, dict[str, Source]]] = {}

    def sources_of(pieces: int) -> tuple[Encoding, dict[str, Source]]:
        """The rows of every part, encoded with so many pieces beside each number; made once."""
        if pieces not in encoded:
            known, sources = encode(settings, pieces), dict[str, Source]()
            for name, rows in tables.items():
                made = known.apply(rows)
                weight = None
                if weights is not None and name != "test" and (name == "train" or validation is None):
                    weight = weights[getattr(cut, name)]
                if over is not None:
                    counted = over.weights(known.exposures(rows))
                    weight = counted if weight is None else weight * counted
                sources[name] = Source(made.x, made.t, made.codes, weight)
                notes.extend(n for n in made.notes if name != "train" and n not in notes)
            encoded[pieces] = known, sources
        return encoded[pieces]

    def candidate(decay: float, pieces: int) -> Candidate:
        known, sources = sources_of(pieces)
        plan = _plan(replace(settings, decay=decay), rule, known, task, rows_each, count)
        return Candidate(plan, known, pieces, sources["train"], sources.get("validation"))

    first = candidate(settings.decay, settings.pieces)
    chosen = choose_engine(first.plan, engine)
    stopping = Stopping(
        settings.epochs, settings.patience, settings.min_delta,
        -math.inf if settings.goal is None else settings.goal, _monitor(monitor, task, first.plan, rule, known),
    )  # fmt: skip
    saved = None
    if checkpoint is not None:
        saved = Checkpoint(checkpoint, checkpoint_every, {
            "encoding": hashlib.sha256(json.dumps(first.encoding.to_json(), sort_keys=True).encode()).hexdigest(),
            "split": store.digest(cut.train, cut.validation, cut.test),
        })  # fmt: skip
    trial = trials(given, settings, rows_each, first.plan.size, watching)
    runs = Runs(chosen, stopping, trial.runs(count), progress, saved, resume)
    won = several(candidate, trial, held, runs, task)
    plan, known = won.plan, won.candidate.encoding
    sources = sources_of(won.candidate.pieces)[1]
    settings = replace(settings, decay=plan.decay, pieces=won.candidate.pieces)
    reasons = [*why, *won.reasons(trial)]
    model_weights = won.weights if plan.members > 1 else won.weights[0]
    unseen = won.unseen(chosen, scoring(plan)) if bagged else None
    found = measure(chosen, plan, won.weights, known, task, tables, sources, unseen, sources_of(0)[1], over)
    counted = {name: tables[name].rows if name in tables else 0 for name in parts.PARTS}
    if unseen is not None:
        counted["validation"] = len(unseen[0])
    facts = {
        "chainrule": __version__, "target": ", ".join(goals), "task": task, "rows": counted,
        "primary": metrics.primary(task).name, "metrics": found.parts, "baselines": found.baselines,
        "stop": won.stop.to_json(), "best_epoch": won.fits[0].best_epoch, "engine": chosen.name,
        "reasons": [list(reason) for reason in reasons], "notes": [stored(note) for note in (why_task, *notes)],
        "missing": [str(mark) for mark in marks], "ranges": _ranges(known, tables["train"]), "sha256": digests,
        **({"targets": found.targets} if found.targets else {}),
        "versions": {"python": platform.python_version(), "numpy": np.__version__},
        "program": recorded({
            **{name: paths_of(value) for name, value in (("data", data), ("validation", validation), ("test", test))
               if value is not None},
            "target": ", ".join(goals), "task": task, "part": part, "fractions": [float(f) for f in fractions], "drop": names,
            "keep": wanted,
            "divide": divide if isinstance(divide, str) else None, "time": time, "class_weight": class_weight,
            **{name: value for name, value in (("exposure", exposure), ("pca", pca)) if value is not None},
            **{name: value if isinstance(value, str) else None
               for name, value in (("weight", weight), ("groups", groups)) if value is not None},
            **({"folds": 0} if table.rows < 2 * LIMIT else {}),
            **vars(settings), "engine": chosen.name, **{k: v for k, v in options.items() if v not in (None, ())},
            **({"kinds": dict(kinds)} if kinds else {}),
        }),
    }  # fmt: skip
    return Model(plan, known, model_weights, won.history, facts, chosen)


def _ranges(known: Encoding, table: Table) -> dict[str, list[float]]:
    """Column -> smallest and largest number of the training part, so that a row outside can be told."""
    made = {}
    for column in dict.fromkeys(path.column for path in known.paths if path.takes == "number"):
        values = numbers_of(table, table[column])
        if not np.isnan(values).all():
            made[column] = [float(np.nanmin(values)), float(np.nanmax(values))]
    return made


def _loss(loss: Any, task: str, target_scale: str, values: Array) -> Loss:
    rule = loss_of(bare(loss))
    if loss == "log_loss" and task == "multiclass":  # scikit-learn's name, for two classes and for more
        rule = LOSSES["cross_entropy"]
    if rule.name == "smoothed_cross_entropy" and task == "binary":
        rule = LOSSES["smoothed_binary_cross_entropy"]  # label smoothing is one thing to a user
    fitting = {
        "regression": ("number", "counts", "positive"),
        "binary": ("binary", "number"),
        "multiclass": ("classes", "number"),
    }
    if rule.targets not in fitting[task]:
        choices = ", ".join(row.name for row in LOSSES.values() if row.targets in fitting[task])
        raise ModelError("CR-1811", loss=rule.name, task=task, choices=choices)
    least = {"counts": 0.0, "positive": float(np.nextafter(0, 1))}.get(rule.targets)
    if least is not None and (target_scale != "none" or not (values >= least).all()):
        what = (
            f"target_scale={target_scale}" if target_scale != "none" else f"min = {float(np.min(values)):g}"
        )
        raise ModelError("CR-1890" if least else "CR-1812", loss=rule.name, what=what)
    return rule


def _plan(settings: Settings, rule: Loss, known: Encoding, task: str, rows: int, members: int) -> Plan:
    size = min(settings.batch or rows, rows)
    output = None if rule.link or task == "regression" else "sigmoid" if task == "binary" else "softmax"
    planned = "total" in schedule_of(bare(settings.schedule)).expression.letters
    return make_plan(
        known.numeric, known.outputs, settings.hidden, levels=known.levels, activation=settings.activation, loss=rule,
        loss_knobs=knobs_of(settings.loss),
        output=output, dropout=settings.dropout, start=settings.start, l1=settings.l1, l2=settings.l2,
        clip_norm=settings.clip_norm, clip_value=settings.clip_value, max_norm=settings.max_norm,
        optimizer=settings.optimizer, lr=settings.lr, decay=settings.decay, schedule=settings.schedule,
        batch=settings.batch, seed=settings.seed, precision=settings.precision,
        total=max(1, settings.epochs * -(-rows // size)) if planned else 1, threads=settings.threads, members=members,
    )  # fmt: skip


def _of_each(metric: Callable[[Array, Array], float], t: Array, y: Array) -> float:
    """A metric, of several targets the mean."""
    return (
        metric(t, y) if t.ndim == 1 else float(np.mean([metric(t[:, k], y[:, k]) for k in range(t.shape[1])]))
    )


def _monitor(name: str, task: str, plan: Plan, rule: Loss, known: Encoding) -> Monitor | None:
    """What is watched; None is the training's own loss."""
    if not isinstance(name, str):
        raise PlanError("CR-1401", setting="monitor", value=name, wanted="loss, …")
    if name in ("loss", rule.name):
        return None
    found = metrics.metric(task, name)
    if found is not None:
        if found.name == "log_loss" and rule.name in ("binary_cross_entropy", "cross_entropy"):
            return None  # the same number, and the engine's own run can watch it

        def score(engine: Engine, plan: Plan, w: Any, source: Source) -> Array:
            y = outputs(engine, plan, w, source)
            t = codes_of(source) if task != "regression" else answers(known, np.asarray(source.t))
            return np.array([_of_each(found.of, t, answers(known, y[m])) for m in range(plan.members)])

        return Monitor(found.name, score, found.higher)
    try:
        return loss_monitor(plan, loss_of(name))
    except ValueError:
        choices = ", ".join([m.name for m in metrics.METRICS[task]])
        raise ModelError("CR-1813", monitor=name, task=task, choices=choices) from None
