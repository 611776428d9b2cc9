"""table -> model: the whole flow in one call, the one the command line uses too."""

import hashlib
import json
import math
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from .. import __version__
from ..batches import split as parts
from ..batches.source import Source
from ..batches.start import start as start_weights
from ..encoding import Encoding
from ..encoding.path import numbers_of
from ..engine.contract import Engine
from ..errors import ModelError, PlanError
from ..messages import say
from ..plan import Plan, make_plan
from ..report import baselines, metrics
from ..report.text import part_name
from ..rules.given import loss_of, schedule_of
from ..rules.losses import LOSSES, Loss
from ..table import Table, read_table, require_rows, split_missing_target, target_column
from ..table.columns import name_list
from ..table.target import recognize_task
from ..training import store
from ..training.loop import Fit, Progress, fit
from ..training.state import Checkpoint
from ..training.stopping import Monitor, Stopping, loss_monitor
from .choices import AUTO, Reason, Settings, better, choose, decays
from .model import Model, answers, choose_engine, codes_of, outputs, read_like, scored, truth
from .script import recorded

Array = np.ndarray[Any, Any]
FEW = 30  # rows below which a part's word is called uncertain


def train(
    data: Any,
    target: str | None = None,
    *,
    task: str | None = None,
    validation: Any = None,
    test: Any = None,
    part: str | None = None,
    fractions: Sequence[float] = parts.FRACTIONS,
    drop: Iterable[str] = (),
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
    scale: str = "standard",
    target_scale: str = AUTO,
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
    kinds: Mapping[str, str] | None = None,
    missing: str | Iterable[Any] = (),
) -> Model:
    """Train a network that predicts the column `target` from the other columns.

    data        file name, frame (pandas, polars, pyarrow, dict) or Table
    task        "regression", "binary", "multiclass", "classification"; None: what the target column looks like
    validation  a file or frame of its own that says when to stop; None: drawn from `data`
    test        a file or frame of its own, seen once at the end; None: drawn from `data`
    part        a column of `data` that says train, validation or test in each row
    fractions   shares of train, validation and test, where they are drawn; 0: without that part
    drop        columns to leave out
    hidden      units per hidden layer, such as (64, 64); () for a linear network
    monitor     "loss", a metric (accuracy, auc, f1, rmse, mae, r2, …) or another loss, on the validation rows
    patience    stop after so many epochs without a better `monitor`; 0: never. The best weights are kept in any case
    checkpoint  a file that receives the whole state every `checkpoint_every` seconds; resume=True goes on from it
    progress    called about ten times a second with a `chainrule.training.loop.Moment`
    delimiter … missing   as in `read_table`

    Settings left at "auto" are chosen by the number of rows and inputs, the decay of a table of up to 10 000 training
    rows by trying three on the validation rows; `Model.reasons` says how.
    Raises TableError, EncodingError, BatchError, PlanError, RuleError, TrainingError, ModelError: a sentence each.
    """
    if precision not in ("float32", "float64"):
        raise PlanError("CR-1401", setting="precision", value=precision, wanted="float32 / float64")
    marks = (missing,) if isinstance(missing, str) else tuple(missing)
    options: dict[str, Any] = {
        "delimiter": delimiter, "decimal": decimal, "encoding": encoding, "header": header, "missing": marks,
    }  # fmt: skip
    table = data if isinstance(data, Table) else read_table(data, kinds=kinds, **options)
    require_rows(table, 2)
    if target is None:
        raise ModelError("CR-1810", columns=name_list(table.names))
    names = [drop] if isinstance(drop, str) else list(drop)
    for name, use in ((target, "target"), (part, "part")):
        if name in names:
            raise ModelError("CR-1819", column=name, use=use)
    table = table.drop(names)
    goal_column = target_column(table, target)
    notes = list(table.notes)
    table, without = split_missing_target(table, target)
    if without:
        notes.append(say("CR-1815", count=without))
    task, why_task = recognize_task(goal_column, task)
    cut = _cut(table, target, task, part, fractions, seed, validation is not None, test is not None)
    if part is not None:
        table = table.drop(part)
    known = Encoding.fit(table, target, task, rows=cut.train, scale=scale, dtype=precision,
                         target_scale="standard" if target_scale == AUTO else target_scale)  # fmt: skip
    given = Settings(
        hidden=hidden, activation=activation, loss=loss, optimizer=optimizer, lr=lr, schedule=schedule, batch=batch,
        epochs=epochs, patience=patience, decay=decay, start=start, target_scale=target_scale, min_delta=min_delta,
        goal=goal, monitor=monitor, l1=l1, l2=l2, dropout=dropout, clip_norm=clip_norm, clip_value=clip_value,
        scale=scale, seed=seed, threads=threads, precision=precision, engine=engine,
    )  # fmt: skip
    watching = len(cut.validation) > 0 or validation is not None
    settings, why = choose(given, task, len(cut.train), known.inputs, watching)
    reasons: list[Reason] = list(why)
    if settings.target_scale == "none" and known.task == "regression" and target_scale == AUTO:
        known = Encoding.fit(
            table, target, task, rows=cut.train, scale=scale, dtype=precision, target_scale="none"
        )
    rule = _loss(settings.loss, task, settings.target_scale, table[target].values)
    tables = _tables(table, cut, known, {"validation": validation, "test": test}, options, target)
    sources: dict[str, Source] = {}
    for name, rows in tables.items():
        encoded = known.apply(rows)
        sources[name] = Source(encoded.x, encoded.t, encoded.codes)
        notes.extend(n for n in encoded.notes if name != "train" and n not in notes)
        if name != "train" and rows.rows < FEW:
            notes.append(say("CR-1816", part=part_name(name), rows=rows.rows))
    plan = _plan(settings, rule, known, task, sources["train"].rows)
    chosen = choose_engine(plan, engine)
    cut_short: Fit | None = None
    tried = decays(given, settings, sources["train"].rows, plan.size, "validation" in sources)
    if tried:
        plan, cut_short = _held_back(
            plan, tried, sources["train"], sources["validation"], chosen, settings, task
        )
        settings = replace(settings, decay=plan.decay)
        reasons.append(("CR-1803", {
            "decay": plan.decay, "tried": ", ".join(f"{d:g}" for d in tried), "rows": sources["validation"].rows,
        }))  # fmt: skip
    stopping = Stopping(
        settings.epochs, settings.patience, settings.min_delta,
        -math.inf if settings.goal is None else settings.goal, _monitor(monitor, task, plan, rule, known),
    )  # fmt: skip
    saved = None
    if checkpoint is not None:
        saved = Checkpoint(checkpoint, checkpoint_every, {
            "encoding": hashlib.sha256(json.dumps(known.to_json(), sort_keys=True).encode()).hexdigest(),
            "split": store.digest(cut.train, cut.validation, cut.test),
        })  # fmt: skip
    result = cut_short or fit(plan, start_weights(plan), sources["train"], sources.get("validation"), engine=chosen,
                              stopping=stopping, checkpoint=saved, resume=resume, progress=progress)  # fmt: skip
    measured, compared = _measure(chosen, plan, result.weights, known, task, tables, sources)
    facts = {
        "chainrule": __version__, "target": target, "task": task,
        "rows": {name: tables[name].rows if name in tables else 0 for name in parts.PARTS},
        "primary": metrics.primary(task).name, "metrics": measured, "baselines": compared,
        "stop": result.stop.to_json(), "best_epoch": result.best_epoch, "engine": chosen.name,
        "reasons": [list(reason) for reason in reasons], "notes": [why_task, *notes],
        "missing": [str(mark) for mark in marks], "ranges": _ranges(known, tables["train"]),
        "program": recorded({
            **{name: _path(value) for name, value in (("data", data), ("validation", validation), ("test", test))
               if value is not None},
            "target": target, "task": task, "part": part, "fractions": [float(f) for f in fractions], "drop": names,
            **vars(settings), "engine": chosen.name, **{k: v for k, v in options.items() if v not in (None, ())},
            **({"kinds": dict(kinds)} if kinds else {}),
        }),
    }  # fmt: skip
    return Model(plan, known, result.weights[0], result.history, facts, chosen)


def _ranges(known: Encoding, table: Table) -> dict[str, list[float]]:
    """Column -> smallest and largest number of the training part, so that a row outside can be told."""
    made = {}
    for column in dict.fromkeys(path.column for path in known.paths if path.takes == "number"):
        values = numbers_of(table, table[column])
        if not np.isnan(values).all():
            made[column] = [float(np.nanmin(values)), float(np.nanmax(values))]
    return made


def _held_back(
    plan: Plan, tried: Sequence[float], source: Source, validation: Source, engine: Engine, settings: Settings,
    task: str,
) -> tuple[Plan, Fit | None]:  # fmt: skip
    """The plan with the strongest of the decays that no weaker one beats by more than chance on the validation rows.

    Ctrl-C during the trial ends the training: the better network of those there are comes back with its plan.
    """
    kept: Fit | None = None
    best = math.inf
    for decay in tried:
        made = replace(plan, decay=decay)
        result = fit(made, start_weights(made), source, validation, engine=engine,
                     stopping=Stopping(settings.epochs, settings.patience, settings.min_delta))  # fmt: skip
        if kept is None or better(float(result.state.best_score[0]), best, validation.rows, task):
            best, plan, kept = float(result.state.best_score[0]), made, result
        if result.stop.reason == "interrupted":
            return plan, replace(kept, stop=result.stop)
    return plan, None


def _path(source: Any) -> str | None:
    """The file a table came from; None where it came as a frame."""
    return os.fspath(source) if isinstance(source, str | os.PathLike) else None


def _cut(
    table: Table, target: str, task: str, part: str | None, fractions: Sequence[float], seed: int, validation: bool,
    test: bool,
) -> parts.Split:  # fmt: skip
    """The rows of each part; parts given as files of their own are empty here."""
    column = table[target]
    classes, numbers = (None, column.values) if task == "regression" else (column.factor()[1], None)
    if isinstance(seed, bool) or not hasattr(seed, "__index__") or not 0 <= seed < 2**64:
        raise PlanError("CR-1401", setting="seed", value=seed, wanted="0 … 2^64 − 1")
    if part is not None:
        if validation or test:
            raise ModelError("CR-1814")
        cut = parts.split_by_column(list(table[part].values), part, table.row)
        if not len(cut.validation):  # the training rows give some, so that something says when to stop
            own = parts.split(len(cut.train), seed=seed, fractions=(0.85, 0.15, 0.0),
                              classes=None if classes is None else classes[cut.train],
                              numbers=None if numbers is None else numbers[cut.train])  # fmt: skip
            cut = parts.Split(cut.train[own.train], cut.train[own.validation], cut.test)
    else:
        shares = list(parts.checked_fractions(fractions))
        if validation or test:  # parts of their own: the others keep their proportions
            shares[1:] = [0.0 if validation else shares[1], 0.0 if test else shares[2]]
            shares = [share / sum(shares) for share in shares]
        require_rows(table, sum(share > 0 for share in shares))
        cut = parts.split(table.rows, seed=seed, fractions=shares, classes=classes, numbers=numbers)
    if classes is not None:
        parts.check_classes(classes, cut, [str(level) for level in column.factor()[0]])
    return cut


def _tables(
    table: Table,
    cut: parts.Split,
    known: Encoding,
    files: Mapping[str, Any],
    options: Mapping[str, Any],
    target: str,
) -> dict[str, Table]:
    tables = {"train": table.take(cut.train)}
    for name in ("validation", "test"):
        rows = getattr(cut, name)
        if files[name] is not None:
            own, _ = split_missing_target(read_like(known, files[name], True, options), target)
            if not own.rows:
                raise ModelError("CR-1817", file=own.source)
            tables[name] = own
        elif len(rows):
            tables[name] = table.take(rows)
    return tables


def _loss(loss: Any, task: str, target_scale: str, values: Array) -> Loss:
    rule = loss_of(loss)
    fitting = {
        "regression": ("number", "counts"),
        "binary": ("binary", "number"),
        "multiclass": ("classes", "number"),
    }
    if rule.targets not in fitting[task]:
        choices = ", ".join(row.name for row in LOSSES.values() if row.targets in fitting[task])
        raise ModelError("CR-1811", loss=rule.name, task=task, choices=choices)
    if rule.targets == "counts" and (target_scale != "none" or not (values >= 0).all()):
        what = (
            f"target_scale={target_scale}" if target_scale != "none" else f"min = {float(np.min(values)):g}"
        )
        raise ModelError("CR-1812", loss=rule.name, what=what)
    return rule


def _plan(settings: Settings, rule: Loss, known: Encoding, task: str, rows: int) -> Plan:
    size = min(settings.batch or rows, rows)
    output = None if rule.link or task == "regression" else "sigmoid" if task == "binary" else "softmax"
    planned = "total" in schedule_of(settings.schedule).expression.letters
    return make_plan(
        known.numeric, known.outputs, settings.hidden, levels=known.levels, activation=settings.activation, loss=rule,
        output=output, dropout=settings.dropout, start=settings.start, l1=settings.l1, l2=settings.l2,
        clip_norm=settings.clip_norm, clip_value=settings.clip_value, optimizer=settings.optimizer, lr=settings.lr,
        decay=settings.decay, schedule=settings.schedule, batch=settings.batch, seed=settings.seed,
        total=max(1, settings.epochs * -(-rows // size)) if planned else 1, precision=settings.precision,
        threads=settings.threads,
    )  # fmt: skip


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
            return np.array([found.of(t, answers(known, y[m])) for m in range(plan.members)])

        return Monitor(found.name, score, found.higher)
    try:
        return loss_monitor(plan, loss_of(name))
    except ValueError:
        choices = ", ".join([m.name for m in metrics.METRICS[task]])
        raise ModelError("CR-1813", monitor=name, task=task, choices=choices) from None


def _measure(
    engine: Engine, plan: Plan, weights: Array, known: Encoding, task: str, tables: Mapping[str, Table],
    sources: Mapping[str, Source],
) -> tuple[dict[str, Any], dict[str, Any]]:  # fmt: skip
    """Metrics of every part, None for one that is not there; and the baselines' on the last part there is."""
    w = engine.load(plan, weights)
    truths = {name: truth(known, tables[name], source) for name, source in sources.items()}
    measured: dict[str, Any] = dict.fromkeys(parts.PARTS)
    for name, source in sources.items():
        measured[name] = scored(task, truths[name], answers(known, outputs(engine, plan, w, source)[0]))
    first, last = sources["train"], list(sources)[-1]
    where = sources[last]
    classes = len(known.labels)
    mean = baselines.constant(task, truths["train"], classes)(where.x, where.codes)
    goal = np.asarray(first.t)[:, 0].astype(float) if task == "regression" else truths["train"]
    line = baselines.linear(task, first.x, first.codes, known.levels, goal, classes)(where.x, where.codes)
    if task == "regression":
        line = answers(known, line[:, None])
    compared = {"constant": scored(task, truths[last], mean), "linear": scored(task, truths[last], line)}
    return measured, compared
