"""TrainingState -> checkpoint file -> TrainingState: resuming is bit-exact, or refused with the reason."""

import os
from dataclasses import dataclass, field, fields
from typing import Any

import numpy as np

from .. import __version__
from ..batches.source import Source
from ..engine.contract import GOAL, INTERRUPTED, NONFINITE, PATIENCE, RUNNING, TrainingState
from ..errors import PlanError, TrainingError
from ..plan import Plan
from . import store
from .stopping import Stopping

Array = np.ndarray[Any, Any]

KIND, VERSION = "chainrule-checkpoint", 1


@dataclass(frozen=True)
class Checkpoint:
    """Where and how often (seconds) the state is written; `identity` names what else must be the same on resuming,
    such as the hashes of encoding and split."""

    path: str | os.PathLike[str]
    every: float = 30.0
    identity: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not (isinstance(self.every, int | float) and self.every >= 0):
            raise PlanError("CR-1401", setting="checkpoint every", value=self.every, wanted="≥ 0")


@dataclass
class Watched:
    """The best weights by a monitor that the engine's run does not know; arrays with a leading member axis."""

    best: Array  # (M, P)
    low: Array  # (M,) the best score, negated where higher is better
    best_epoch: Array  # (M,)
    bad: Array  # (M,) epochs without a better score
    seen: Array  # (M,) the last epoch scored
    scores: Array  # (M, E)

    @classmethod
    def begin(cls, plan: Plan, w: Array) -> "Watched":
        whole = np.zeros(plan.members, dtype=np.int64)
        low = np.full(plan.members, np.inf)
        return cls(w.copy(), low, whole.copy(), whole.copy(), whole.copy(), np.zeros((plan.members, 0)))


def save(
    checkpoint: Checkpoint,
    plan: Plan,
    stopping: Stopping,
    engine: str,
    state: TrainingState,
    watched: Watched | None,
) -> None:
    """Write the whole state at once. Raises TrainingError CR-1610 where the file cannot be written."""
    tensors = dict(vars(state))
    if watched is not None:
        tensors |= {f"watched.{name}": value for name, value in vars(watched).items()}
    try:
        store.write(checkpoint.path, KIND, VERSION, _about(checkpoint, plan, stopping, engine), tensors)
    except store.Refused as error:
        raise TrainingError("CR-1610", file=os.fspath(checkpoint.path), reason=error.reason) from None


def identified(checkpoint: Checkpoint, source: Source, validation: Source | None) -> Checkpoint:
    """The checkpoint with the hashes of the rows added to its identity."""
    parts = {"data": source, "validation": validation}
    hashes = {k: "-" if s is None else store.digest(s.x, s.codes, s.t, s.weight) for k, s in parts.items()}
    return Checkpoint(checkpoint.path, checkpoint.every, {**checkpoint.identity, **hashes})


def resumed(
    checkpoint: Checkpoint, plan: Plan, stopping: Stopping, engine: str
) -> tuple[TrainingState, Watched | None]:
    """The state of the checkpoint file, ready to run on.

    Raises TrainingError: CR-1611 damaged or no checkpoint, CR-1612 something differs, CR-1613 narrower limits.
    """
    file = os.fspath(checkpoint.path)
    try:
        about, tensors = store.read(file, KIND, VERSION)
        wanted = _about(checkpoint, plan, stopping, engine)
        if not isinstance(about, dict) or set(about) != set(wanted):
            raise store.Refused("CR-1636", part="state")
    except store.Refused as error:
        raise TrainingError("CR-1611", file=file, reason=error.reason) from None
    for key in ("chainrule", "engine", "plan", "monitor", "min_delta", "identity"):
        if about[key] != wanted[key]:
            here, there = _difference(about[key], wanted[key])
            raise TrainingError(
                "CR-1612", file=file, part=_named(key, about[key], wanted[key]), old=here, new=there
            )
    try:
        state, watched = _states(tensors, plan, stopping)
        limits = [about[key] for key in ("patience", "goal")]
        patience, goal = (float(v) if v is not None else np.inf for v in limits)
    except (store.Refused, TypeError, ValueError, KeyError) as error:
        reason = (
            error.reason
            if isinstance(error, store.Refused)
            else store.Refused("CR-1636", part="state").reason
        )
        raise TrainingError("CR-1611", file=file, reason=reason) from None
    # with narrower limits the training might have ended before this point: nobody can go on from there
    if (stopping.patience or np.inf) < patience or stopping.epochs < int(state.epoch.max()):
        raise TrainingError("CR-1613", file=file, epoch=int(state.epoch.max()))
    if stopping.goal > (-np.inf if goal == np.inf else goal):
        raise TrainingError("CR-1613", file=file, epoch=int(state.epoch.max()))
    bad = state.bad if watched is None else watched.bad
    for m in range(plan.members):
        wider = state.stopped[m] == PATIENCE and (not stopping.patience or bad[m] < stopping.patience)
        lower = state.stopped[m] == GOAL and state.train[m, state.epoch[m] - 1] > stopping.goal
        if wider or lower or state.stopped[m] == INTERRUPTED:
            state.stopped[m] = RUNNING
    return state, watched


def _about(checkpoint: Checkpoint, plan: Plan, stopping: Stopping, engine: str) -> dict[str, Any]:
    network = plan.to_json()
    network.pop("threads")  # any number of them gives the same bits
    return {
        "chainrule": __version__,
        "engine": engine,
        "plan": network,
        "monitor": None if stopping.monitor is None else stopping.monitor.name,
        "min_delta": float(stopping.min_delta),
        "patience": int(stopping.patience) or None,
        "goal": float(stopping.goal) if np.isfinite(stopping.goal) else None,
        "identity": dict(checkpoint.identity),
    }


def _difference(old: Any, new: Any) -> tuple[str, str]:
    if isinstance(old, dict) and isinstance(new, dict):
        for key in (*new, *old):
            if old.get(key) != new.get(key):
                return _difference(old.get(key), new.get(key))
    return str(old)[:40], str(new)[:40]


def _named(key: str, old: Any, new: Any) -> str:
    if isinstance(old, dict) and isinstance(new, dict):
        return next(
            (f"{key}: {k}" if key == "plan" else k for k in (*new, *old) if old.get(k) != new.get(k)), key
        )
    return key


def _states(
    tensors: dict[str, Array], plan: Plan, stopping: Stopping
) -> tuple[TrainingState, Watched | None]:
    """The arrays as a state, after a check of every shape, type and count."""
    m, p, s, z = plan.members, plan.size, len(plan.optimizer.state), len(plan.schedule.state)
    epochs = tensors["train"].shape[-1]
    floats, whole, double = ("f4", "f8"), ("i8",), ("f8",)
    shapes: dict[str, tuple[tuple[int, ...], tuple[str, ...]]] = {
        "w": ((m, p), floats), "slots": ((s, m, p), floats), "schedule": ((m, z), double), "k": ((m,), whole),
        "epoch": ((m,), whole), "best": ((m, p), floats), "best_score": ((m,), double), "best_epoch": ((m,), whole),
        "bad": ((m,), whole), "stopped": ((m,), whole), "trouble": ((m, 2), whole), "train": ((m, epochs), double),
        "validation": ((m, epochs), double), "rate": ((m, epochs), double),
        "probe": ((tensors["probe"].shape[0], 7), double),
    }  # fmt: skip
    if stopping.monitor is not None:
        seen = tensors["watched.scores"].shape[-1]
        shapes |= {
            "watched.best": ((m, p), floats), "watched.low": ((m,), double), "watched.best_epoch": ((m,), whole),
            "watched.bad": ((m,), whole), "watched.seen": ((m,), whole), "watched.scores": ((m, seen), double),
        }  # fmt: skip
    for name in {*shapes, *tensors}:
        fits = name in shapes and name in tensors
        if (
            not fits
            or tensors[name].shape != shapes[name][0]
            or tensors[name].dtype.str[1:] not in shapes[name][1]
        ):
            raise store.Refused("CR-1636", part=name[:40])
    for name in ("w", "slots", "best"):
        if not np.isfinite(tensors[name]).all():
            raise store.Refused("CR-1638", part=name)
    state = TrainingState(**{f.name: tensors[f.name] for f in fields(TrainingState)})
    counts = (state.k, state.epoch, state.best_epoch, state.bad)
    if (
        any((c < 0).any() for c in counts)
        or not ((state.stopped >= 0) & (state.stopped <= INTERRUPTED)).all()
    ):
        raise store.Refused("CR-1636", part="state")
    if (state.epoch > epochs).any() or state.epoch.max() != epochs or (state.best_epoch > state.epoch).any():
        raise store.Refused("CR-1636", part="epoch")
    if (state.stopped == NONFINITE).any() and (state.trouble[state.stopped == NONFINITE] < 0).any():
        raise store.Refused("CR-1636", part="trouble")
    watched = None
    if stopping.monitor is not None:
        watched = Watched(**{f.name: tensors[f"watched.{f.name}"] for f in fields(Watched)})
    return state, watched
