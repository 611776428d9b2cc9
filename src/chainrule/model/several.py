"""rows, candidates -> several trained networks: each stops by rows it did not train on, the candidates compete there.

Rows are dealt into folds; network m does not see fold m, which tells it when to stop (Breiman 1996, "Bagging predictors",
with folds for bootstraps, so that every row judges). So all rows train, and every row has an honest answer too.
"""

import math
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..batches.folds import folds
from ..batches.source import Source
from ..batches.start import start as start_weights
from ..encoding import Encoding
from ..engine.contract import Engine
from ..plan import Plan
from ..training.loop import Fit, Moment, Progress, fit
from ..training.state import Checkpoint
from ..training.stopping import Stop, Stopping
from .choices import Reason, Trial, better
from .model import outputs

Array = np.ndarray[Any, Any]
FEWEST, MOST = 5, 10  # folds


@dataclass
class Runs:
    """Trainings one after the other: what is shown of them counts on, and each has its own checkpoint."""

    engine: Engine
    stopping: Stopping
    count: int
    progress: Progress | None = None
    checkpoint: Checkpoint | None = None
    resume: bool = False
    done: int = 0
    seconds: float = 0.0

    def fit(self, plan: Plan, flat: Array, source: Source, validation: Source | None) -> Fit:
        saved, resume = self.checkpoint, self.resume
        if saved is not None and self.done:
            saved = replace(saved, path=self._path(self.done))
            resume = resume and os.path.exists(saved.path)
        elif saved is not None and not resume:
            self.forget()  # of an earlier training under this name
        made = fit(plan, flat, source, validation, engine=self.engine, stopping=self.stopping, checkpoint=saved,
                   resume=resume, progress=self._told())  # fmt: skip
        self.done, self.seconds = self.done + 1, self.seconds + made.seconds
        return made

    def forget(self) -> None:
        """Take the checkpoints of all but the first training away."""
        if self.checkpoint is None:
            return
        for k in range(1, 1000):
            try:
                os.remove(self._path(k))
            except OSError:
                return

    def _path(self, k: int) -> str:
        return f"{os.fspath(self.checkpoint.path)}.{k + 1}" if self.checkpoint is not None else ""

    def _told(self) -> Progress | None:
        given, before, run = self.progress, self.seconds, self.done + 1
        if given is None:
            return None

        def progress(now: Moment) -> object:
            rest = now.seconds_left + (self.count - run) * (now.seconds + now.seconds_left)
            last = run >= self.count or now.stop is not None and now.stop.reason == "interrupted"
            return given(replace(now, seconds=before + now.seconds, seconds_left=rest, run=run, runs=max(run, self.count),
                                 stop=now.stop if last else None))  # fmt: skip

        return progress


@dataclass(frozen=True)
class Candidate:
    """One way to train: the plan for all members, and the rows in its encoding."""

    plan: Plan
    encoding: Encoding
    pieces: int
    source: Source
    validation: Source | None  # where it was given; else each network has its own


@dataclass(frozen=True)
class Several:
    """The networks of the candidate that won, and where its rows were not trained on."""

    candidate: Candidate
    fits: list[Fit]
    held: list[
        Array
    ]  # the rows each network did not train on; empty arrays where a validation part was given
    loss: float
    interrupted: Stop | None = None

    @property
    def stop(self) -> Stop:
        return self.interrupted or self.fits[0].stop

    def reasons(self, trial: Trial) -> list[Reason]:
        """What was found by trying, and how many networks there are."""
        plan, rows = self.candidate.plan, len(np.unique(np.concatenate(self.held)))
        judged = rows or (self.candidate.validation.rows if self.candidate.validation else 0)
        found: list[Reason] = []
        if len(trial.decays) > 1:
            tried = ", ".join(f"{d:g}" for d in trial.decays)
            found.append(("CR-1803", {"decay": plan.decay, "tried": tried, "rows": judged}))
        if self.candidate.pieces:
            found.append(("CR-3110", {"pieces": self.candidate.pieces}))
        if plan.members > 1:
            epochs = ", ".join(str(one.best_epoch) for one in self.fits)
            code = "CR-3111" if rows else "CR-3112"
            found.append((code, {"members": len(self.fits), "epochs": epochs}))
        return found

    @property
    def plan(self) -> Plan:
        return replace(self.candidate.plan, members=len(self.fits))

    @property
    def weights(self) -> Array:
        return np.concatenate([one.weights for one in self.fits])

    @property
    def history(self) -> dict[str, Array]:
        """The curves of all networks, NaN after each one's end."""
        longest = max(one.history["train"].shape[1] for one in self.fits)
        return {
            name: np.concatenate([
                np.pad(one.history[name], ((0, 0), (0, longest - one.history[name].shape[1])), constant_values=np.nan)
                for one in self.fits
            ])
            for name in self.fits[0].history
        }  # fmt: skip

    def unseen(self, engine: Engine, scores: Plan) -> tuple[Array, Array]:
        """The rows some network was not trained on, and the mean scores (1, n, o) of those networks there."""
        rows = self.candidate.source.rows
        total, count = np.zeros((rows, scores.targets)), np.zeros(rows)
        for m, (one, held) in enumerate(zip(self.fits, self.held, strict=True)):
            if len(held):
                plan = scores.only(m)
                total[held] += outputs(
                    engine, plan, engine.load(plan, one.weights), self.candidate.source.take(held)
                )[0]
                count[held] += 1
        found = np.flatnonzero(count)
        return found, (total[found] / count[found, None])[None]


def fold_count(members: int) -> int:
    return min(max(members, FEWEST), MOST)


def held_out(rows: int, members: int, seed: int, order: Array | None, groups: Array | None) -> list[Array]:
    """The rows each member does not train on: folds, dealt out anew after each round."""
    k = fold_count(members)
    k = min(k, rows if groups is None else len(np.unique(groups)))
    found: list[Array] = []
    while len(found) < members:
        fold = folds(rows, k, seed=(seed + len(found) // k) % 2**64, order=order, groups=groups)
        found += [np.flatnonzero(fold == f) for f in range(k)]
    return found[:members]


def several(
    make: Callable[[float, int], Candidate], trial: Trial, held: Sequence[Array], runs: Runs, task: str
) -> Several:
    """The networks of the best candidate: of the decays first, with the first pieces; then of the pieces.

    Each candidate trains its first networks and is judged by the rows these did not train on. The strongest decay wins
    that no weaker one beats by more than chance; the winner's other networks are trained then.
    Ctrl-C ends it all: the best candidate comes back with the networks it has.
    """
    few = min(trial.members, len(held))
    best = _trained(make(trial.decays[0], trial.pieces[0]), held, 0, few, runs)
    if best.interrupted:
        return _whole(best)
    others: list[tuple[float | None, int | None]] = [(decay, None) for decay in trial.decays[1:]]
    others += [(None, count) for count in trial.pieces[1:]]
    for decay, count in others:
        candidate = make(
            best.candidate.plan.decay if decay is None else decay, trial.pieces[0] if count is None else count
        )
        made = _trained(candidate, held, 0, few, runs)
        if _wins(made, best, task):
            best = made
        if made.interrupted:
            return _whole(replace(best, interrupted=made.interrupted))
    rest = _trained(best.candidate, held, len(best.fits), len(held), runs)
    runs.forget()
    return _whole(
        replace(
            best, fits=[*best.fits, *rest.fits], held=[*best.held, *rest.held], interrupted=rest.interrupted
        )
    )


def _trained(candidate: Candidate, held: Sequence[Array], first: int, end: int, runs: Runs) -> Several:
    fits: list[Fit] = []
    for m in range(first, end):
        plan, source, validation = candidate.plan.only(m), candidate.source, candidate.validation
        if len(held[m]):
            kept = np.ones(source.rows, bool)
            kept[held[m]] = False
            source, validation = source.take(np.flatnonzero(kept)), source.take(held[m])
        fits.append(runs.fit(plan, start_weights(plan, source=source), source, validation))
        if fits[-1].stop.reason == "interrupted":
            break
    mine = list(held[first : first + len(fits)])
    sizes = np.array([max(len(rows), 1) for rows in mine], float)
    scores = np.array([one.state.best_score[0] for one in fits], float)
    stop = fits[-1].stop if fits and fits[-1].stop.reason == "interrupted" else None
    loss = float((scores * sizes).sum() / sizes.sum()) if fits else math.inf
    return Several(candidate, fits, mine, loss, stop)


def _wins(made: Several, best: Several, task: str) -> bool:
    rows = sum(len(rows) for rows in made.held) or (made.candidate.validation or made.candidate.source).rows
    return len(made.fits) == len(best.fits) and better(
        made.loss, best.loss, rows, task, paired=made.candidate.plan.members > 1
    )


def _whole(made: Several) -> Several:
    """Without the networks that never finished an epoch, unless there are no others."""
    good = [k for k, one in enumerate(made.fits) if one.best_epoch] or [0]
    return replace(made, fits=[made.fits[k] for k in good], held=[made.held[k] for k in good])
