"""plan, start weights, batches -> trained weights and history: the loop around an engine's `run`."""

import signal
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from time import perf_counter
from types import FrameType
from typing import Any

import numpy as np

from ..batches.checks import check_source
from ..batches.source import Source
from ..engine.contract import (
    EPOCHS,
    GOAL,
    INTERRUPTED,
    NONFINITE,
    PATIENCE,
    RUNNING,
    Engine,
    TrainingState,
    Until,
)  # fmt: skip
from ..errors import TrainingError
from ..plan import Plan
from .state import Checkpoint, Watched, identified, resumed, save
from .stopping import Monitor, Stop, Stopping

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Moment:
    """What a display of a running training needs; losses and scores are member 0's."""

    epoch: int
    epochs: int  # the limit
    train: float  # training loss of the last epoch
    validation: float  # its loss on the validation rows, NaN where there are none
    monitor: str  # what is watched
    score: float  # its value after the last epoch
    best: float
    best_epoch: int
    bad: int  # epochs without a better score
    patience: int  # the limit, 0: none
    goal: float  # the limit of the training loss, −inf: none
    rate: float  # learning rate
    steps: int
    seconds: float  # of this fit
    steps_per_second: float
    seconds_left: float  # at most, at the speed so far
    stop: Stop | None = None  # in the last moment of all
    run: int = 1  # the number of this training, where there are several
    runs: int = 1  # how many there will be


Progress = Callable[[Moment], object]
"""Called about ten times a second and once at the end; a true answer stops the training as Ctrl-C does."""


@dataclass(frozen=True)
class Fit:
    """A finished training: `weights` (M, P) are the best ones, `state` is where it stood at the end."""

    weights: Array
    state: TrainingState
    history: dict[
        str, Array
    ]  # train, validation, rate (M, E); and the monitor's name where it is another measure
    stop: Stop  # of member 0
    stops: tuple[Stop, ...]
    best_epoch: int
    seconds: float


@dataclass
class _Clock:
    began: float = field(default_factory=perf_counter)
    told: float = -1.0
    first_step: int = 0
    first_epoch: int = 0


def fit(
    plan: Plan,
    flat: Array,
    source: Source,
    validation: Source | None = None,
    *,
    engine: Engine,
    stopping: Stopping,
    checkpoint: Checkpoint | None = None,
    resume: bool = False,
    progress: Progress | None = None,
    probe: int = 0,
) -> Fit:
    """Train from the start weights `flat` (M, P) until a limit of `stopping` is reached; the best weights are kept.

    checkpoint  where the whole state is written every `checkpoint.every` seconds and at the end
    resume      go on from the checkpoint, bit for bit; `flat` is then not used
    Ctrl-C ends the training after its epoch with the best weights so far; a second Ctrl-C raises.

    Raises BatchError CR-1215 … CR-1220 (rows the plan cannot use), TrainingError CR-160x (nothing to train on),
    CR-161x (a checkpoint that does not belong here, or cannot be written).
    """
    if not source.rows or (validation is not None and not validation.rows):
        raise TrainingError("CR-1601")
    for layer in plan.layers:
        if not layer.activation.learns:
            raise TrainingError("CR-1690", activation=layer.activation.name, layer=layer.index)
    for part in (source, validation):
        if part is not None:
            check_source(plan, part)
    watched: Watched | None = None
    if checkpoint is not None:
        checkpoint = identified(checkpoint, source, validation)
    if resume:
        if checkpoint is None:
            raise TrainingError("CR-1603")
        state, watched = resumed(checkpoint, plan, stopping, engine.name)
    else:
        state = TrainingState.begin(plan, flat)
    if stopping.monitor is not None and watched is None:
        watched = Watched.begin(plan, state.w)
    clock = _Clock(first_step=int(state.k[0]), first_epoch=int(state.epoch[0]))
    saved = perf_counter()
    # what overflows is found and said by the run itself, so NumPy need not warn as well
    with _Interrupt() as interrupt, np.errstate(over="ignore", invalid="ignore"):

        def during(now: TrainingState) -> bool:
            return interrupt.asked or _tell(progress, now, watched, stopping, clock, None)

        while True:
            until = _until(stopping, watched, state, checkpoint, saved, probe)
            state = engine.run(plan, state, source, validation, until, during)
            if watched is not None and stopping.monitor is not None:
                _watch(watched, stopping, stopping.monitor, engine, plan, state, validation or source)
            if interrupt.asked or (perf_counter() - clock.told >= 0.1
                                   and _tell(progress, state, watched, stopping, clock, None)):  # fmt: skip
                state.stopped[np.isin(state.stopped, (RUNNING, EPOCHS))] = INTERRUPTED
            over = _over(state, stopping)
            if over:  # a pause may have fallen together with the last epoch
                state.stopped[state.stopped == RUNNING] = EPOCHS
            if checkpoint is not None and (over or perf_counter() - saved >= checkpoint.every):
                save(checkpoint, plan, stopping, engine.name, state, watched)
                saved = perf_counter()
            if over:
                break
    best = state.best if watched is None else watched.best
    best_epoch = state.best_epoch if watched is None else watched.best_epoch
    # where no epoch was ever finished, the run put back the weights it started from
    weights = np.where(best_epoch[:, None] > 0, best, state.w).astype(state.w.dtype)
    stops = tuple(_stop(plan, stopping, state, watched, m) for m in range(plan.members))
    history = {"train": state.train, "validation": state.validation, "rate": state.rate}
    if watched is not None and stopping.monitor is not None:
        history[stopping.monitor.name] = watched.scores
    _tell(progress, state, watched, stopping, clock, stops[0])
    return Fit(weights, state, history, stops[0], stops, int(best_epoch[0]), perf_counter() - clock.began)


def _until(
    stopping: Stopping, watched: Watched | None, state: TrainingState, checkpoint: Checkpoint | None, saved: float,
    probe: int,
) -> Until:  # fmt: skip
    pause = np.inf if checkpoint is None else max(0.0, checkpoint.every - (perf_counter() - saved))
    if watched is None:
        return Until(stopping.epochs, stopping.patience, stopping.min_delta, stopping.goal, pause, probe)
    running = ~np.isin(state.stopped, (PATIENCE, GOAL, NONFINITE))  # a foreign score: one epoch at a time
    done = int(state.epoch[running].max()) if running.any() else 0
    return Until(min(stopping.epochs, done + 1), 0, 0.0, stopping.goal, pause, probe)


def _over(state: TrainingState, stopping: Stopping) -> bool:
    ended = np.isin(state.stopped, (PATIENCE, GOAL, NONFINITE, INTERRUPTED)) | (
        state.epoch >= stopping.epochs
    )
    return bool(ended.all())


def _watch(
    watched: Watched, stopping: Stopping, monitor: Monitor, engine: Engine, plan: Plan, state: TrainingState,
    rows: Source,
) -> None:  # fmt: skip
    """Score the weights after an epoch; keep the best ones and count epochs without a better score, as `run` does."""
    new = (state.epoch > watched.seen) & (state.stopped != NONFINITE)
    if not new.any():
        return
    scores = np.asarray(monitor.score(engine, plan, engine.load(plan, state.w), rows), dtype=float)
    if np.isnan(scores[new & (state.epoch == 1)]).any():
        raise TrainingError("CR-1602", monitor=monitor.name)
    watched.scores = np.concatenate([watched.scores, np.where(new, scores, np.nan)[:, None]], axis=1)
    low = -scores if monitor.higher else scores
    low = np.where(np.isnan(low), np.inf, low)
    for m in np.flatnonzero(new):
        watched.seen[m] = state.epoch[m]
        watched.bad[m] = 0 if low[m] < watched.low[m] - stopping.min_delta else watched.bad[m] + 1
        if low[m] < watched.low[m]:
            watched.low[m], watched.best_epoch[m], watched.best[m] = low[m], state.epoch[m], state.w[m]
        if (
            stopping.patience
            and watched.bad[m] >= stopping.patience
            and state.stopped[m] in (RUNNING, EPOCHS)
        ):
            state.stopped[m] = PATIENCE


def _moment(state: TrainingState, watched: Watched | None, stopping: Stopping, clock: _Clock) -> Moment:
    done, epochs = int(state.epoch[0]), stopping.epochs
    train, validation, rate = (
        float(curve[0, done - 1]) if 0 < done <= curve.shape[1] else np.nan
        for curve in (state.train, state.validation, state.rate)
    )
    if watched is None or stopping.monitor is None:
        name, score = "loss", train if np.isnan(validation) else validation
        best, best_epoch, bad = float(state.best_score[0]), int(state.best_epoch[0]), int(state.bad[0])
    else:
        name, seen = stopping.monitor.name, watched.scores[0]
        score = float(seen[-1]) if len(seen) else np.nan
        best = float(-watched.low[0] if stopping.monitor.higher else watched.low[0])
        best_epoch, bad = int(watched.best_epoch[0]), int(watched.bad[0])
    seconds = perf_counter() - clock.began
    speed = (int(state.k[0]) - clock.first_step) / seconds if seconds > 0 else 0.0
    each = seconds / (done - clock.first_epoch) if done > clock.first_epoch else np.nan
    return Moment(
        done, epochs, train, validation, name, score, best, best_epoch, bad, stopping.patience, stopping.goal, rate,
        int(state.k[0]), seconds, speed, each * (epochs - done),
    )  # fmt: skip


def _tell(
    progress: Progress | None, state: TrainingState, watched: Watched | None, stopping: Stopping, clock: _Clock,
    stop: Stop | None,
) -> bool:  # fmt: skip
    if progress is None:
        return False
    clock.told = perf_counter()
    moment = _moment(state, watched, stopping, clock)
    if stop is not None:
        moment = Moment(**{**vars(moment), "stop": stop, "seconds_left": 0.0})
    return bool(progress(moment))


def _stop(plan: Plan, stopping: Stopping, state: TrainingState, watched: Watched | None, m: int) -> Stop:
    code = int(state.stopped[m])
    best_epoch = int((state.best_epoch if watched is None else watched.best_epoch)[m])
    step, layer = (int(n) for n in state.trouble[m])
    values: Mapping[str, Any] = {
        "epoch": int(state.epoch[m]), "best_epoch": best_epoch, "step": step, "layer": layer,
        "patience": stopping.patience, "goal": float(stopping.goal) if np.isfinite(stopping.goal) else None,
        "monitor": "loss" if stopping.monitor is None else stopping.monitor.name,
        "lr": plan.lr, "lower": plan.lr / 10,
    }  # fmt: skip
    return Stop.of(code if code != RUNNING else EPOCHS, values)


class _Interrupt:
    """Ctrl-C is noted and ends the training after its epoch; a second one raises KeyboardInterrupt as always."""

    def __init__(self) -> None:
        self.asked = False
        self._before: Any = None
        self._mine = False

    def __enter__(self) -> "_Interrupt":
        # only the main thread may set handlers, and a program's own handler is left alone
        if threading.current_thread() is threading.main_thread():
            self._before = signal.getsignal(signal.SIGINT)
            self._mine = self._before is signal.default_int_handler
            if self._mine:
                signal.signal(signal.SIGINT, self._note)
        return self

    def _note(self, number: int, frame: FrameType | None) -> None:
        if self.asked:
            raise KeyboardInterrupt
        self.asked = True

    def __exit__(self, *_: object) -> None:
        if self._mine:
            signal.signal(signal.SIGINT, self._before)
