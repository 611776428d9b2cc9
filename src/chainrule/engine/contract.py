"""plan, batch -> loss, weights: what every engine provides, and the whole run written once on top of it.

Engines are pure functions of plan, weights, state, batch. `w` is the engine's own form (packed, on a device); `flat`
(M, P) in natural order is all anyone else sees; M is the member axis.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from time import perf_counter
from typing import Any, Protocol

import numpy as np

from ..batches.source import Batch, Source
from ..errors import EngineError
from ..plan import Plan
from ..rules.optimizers import PENALTIES

Array = np.ndarray[Any, Any]
Seen = Callable[[str, Any], None]

# why a member stopped; 0 is still running. The sentences are in messages/training.py
RUNNING, EPOCHS, PATIENCE, GOAL, NONFINITE, INTERRUPTED = range(6)


class Gradient(Protocol):
    """Sums over the rows of a batch, so that shards add up."""

    loss_sum: Array  # (M,) Σ_r w_r Σ_o c·ℓ, without penalty
    weight_sum: Array  # (M,) Σ_r w_r over the rows with at least one target that counts
    grad_sum: Any  # engine's own form of (M, P)


@dataclass
class Sums:
    loss_sum: Array
    weight_sum: Array
    grad_sum: Any


@dataclass(frozen=True)
class Until:
    """When `run` comes back. Losses are compared in float64.

    epochs     the number of the epoch to stop before, counted from the start of training
    patience   epochs without a better monitored loss; 0: never. The monitored loss is the validation loss where there
               is a validation source, else the training loss
    min_delta  how much lower counts as better for `patience`
    goal       stop when the training loss is ≤ goal; −inf: never
    pause      come back, still running, after about so many seconds, at the end of an epoch
    probe      write a probe row per layer every so many steps; 0: never
    ties       an equal loss counts as better too
    share      > 0: an epoch's training loss is the mean over its rows of their batches' losses, each `share` × the
               batch's loss + penalty, as scikit-learn counts; 0: the loss of all rows together, without penalty
    """

    epochs: int
    patience: int = 0
    min_delta: float = 0.0
    goal: float = -np.inf
    pause: float = np.inf
    probe: int = 0
    ties: bool = False
    share: float = 0.0


@dataclass
class TrainingState:
    """Everything a run needs to go on, bit for bit: arrays with a leading member axis, in natural order.

    The history holds one value per member and epoch, NaN after a member stopped: losses are means over the epoch's
    batches before their updates (training) and after the epoch (validation), without penalty, in the plan's reduction.
    """

    w: Array  # (M, P) in the plan's precision
    slots: Array  # (S, M, P) the optimizer's state
    schedule: Array  # (M, Z) float64, the schedule's state
    k: Array  # (M,) int64 steps done
    epoch: Array  # (M,) int64 epochs done
    best: Array  # (M, P) weights with the lowest monitored loss
    best_score: Array  # (M,) float64
    best_epoch: Array  # (M,) int64, epochs done when it was seen
    bad: Array  # (M,) int64 epochs without a better loss
    stopped: Array  # (M,) int64, one of the reasons above
    trouble: Array  # (M, 2) int64: step and layer of a non-finite loss (layer 0: the loss itself), −1 none
    train: Array  # (M, E) float64
    validation: Array  # (M, E) float64
    rate: Array  # (M, E) float64, the learning rate of the epoch's last step
    probe: Array = field(default_factory=lambda: np.zeros((0, 7)))
    """(rows, 7): member, step, layer, mean |dw|, share of y = 0, share of |dy/ds| < 0.01, |Δw|/|w|"""

    @classmethod
    def begin(cls, plan: Plan, flat: Array) -> "TrainingState":
        """The state before the first step."""
        m, p = flat.shape
        starts = [plan.optimizer.start(letter, plan.optimizer_knobs) for letter in plan.optimizer.state]
        slots = np.empty((len(starts), m, p), flat.dtype)
        for slot, value in zip(slots, starts, strict=True):
            slot[...] = value
        schedule = np.tile(np.array(list(plan.schedule.state.values()), dtype=float), (m, 1))
        whole = np.zeros(m, dtype=np.int64)
        return cls(
            flat.copy(), slots, schedule, whole.copy(), whole.copy(), flat.copy(), np.full(m, np.inf), whole.copy(),
            whole.copy(), whole.copy(), np.full((m, 2), -1, dtype=np.int64), np.zeros((m, 0)), np.zeros((m, 0)),
            np.zeros((m, 0)),
        )  # fmt: skip


Progress = Callable[[TrainingState], bool]
"""Called about ten times a second at the end of an epoch with member 0's numbers current; True stops the run."""


class Engine(ABC):
    """The contract. Shapes: flat (M, P), x (n, i), t (n, o), y (M, n, o)."""

    name: str

    @abstractmethod
    def can(self, plan: Plan) -> str | None:
        """None, or the sentence why this engine cannot compute this plan."""

    @abstractmethod
    def load(self, plan: Plan, flat: Array) -> Any:
        """(M, P) in natural order -> the engine's own form."""

    @abstractmethod
    def dump(self, plan: Plan, w: Any) -> Array:
        """The engine's own form -> (M, P) in natural order, in the precision the engine computes in."""

    @abstractmethod
    def predict(self, plan: Plan, w: Any, batch: Batch) -> Array:
        """The outputs (M, n, o) of the rows of a batch, without dropout."""

    @abstractmethod
    def gradient(self, plan: Plan, w: Any, batch: Batch) -> Sums:
        """Loss, weight and gradient of the batch as sums."""

    @abstractmethod
    def update(self, plan: Plan, w: Any, state: Any, grads: Sums, k: int, lr: float) -> tuple[Any, Any]:
        """One update at step k (from 1) with rate lr: new weights and new optimizer state; the old ones stay.

        `state` is a list with the engine's own form of each of the optimizer's slots.
        """

    @abstractmethod
    def normal(self, plan: Plan, w: Any, batch: Batch) -> tuple[Array, Array, Array]:
        """Σ w_r JᵀHJ (M, P, P), its right-hand side, the gradient sum (M, P), and the loss sum (M,).

        H is the loss's second derivative by the outputs (by the scores where the loss owns its link): with ½Σ(y − t)²
        this is JᵀJ and Jᵀr of Gauss and Newton.
        """

    def step(self, plan: Plan, w: Any, state: Any, batch: Batch, k: int, lr: float) -> tuple[Any, Any, Sums]:
        """update ∘ gradient; an engine may fuse it, and a test holds both equal."""
        sums = self.gradient(plan, w, batch)
        w, state = self.update(plan, w, state, sums, k, lr)
        return w, state, sums

    def run(
        self,
        plan: Plan,
        state: TrainingState,
        source: Source,
        validation: Source | None,
        until: Until,
        progress: Progress | None = None,
    ) -> TrainingState:
        """Whole epochs, until something of `until` is reached for every member; the given state stays as it is.

        Members are independent: own order, own dropout, own stop. Once cancelled, those not begun stay as they are.
        Raises EngineError CR-1520 for a state of another plan.
        """
        _check_state(plan, state)
        states = [_member(state, m, ("w", "slots", "best")) for m in range(plan.members)]
        going = [m for m, one in enumerate(states) if one.stopped[0] not in (PATIENCE, GOAL, NONFINITE)]
        for m in going:
            states[m].stopped[0] = RUNNING
        some = {m: states[m] for m in going}
        self._advance(plan, some, source, validation, until, progress)
        return _join(states)

    def _advance(
        self,
        plan: Plan,
        states: dict[int, TrainingState],
        source: Source,
        validation: Source | None,
        until: Until,
        progress: Progress | None,
    ) -> None:
        """The run of some members, by number, into their states, which are their own but for w, slots and best.

        Written once here on gradient and update; the native engine does the same in one call.
        """
        began, cancelled = perf_counter(), False
        for m, state in states.items():
            if cancelled:
                state.stopped[0] = INTERRUPTED
                continue
            _run_member(self, plan.only(m), state, source, validation, until, progress, began)
            cancelled = bool(state.stopped[0] == INTERRUPTED)


def total_loss(plan: Plan, loss_sum: Any, weight_sum: Any) -> Any:
    """The loss people see from the sums: the mean over rows, or the sum where the plan says so."""
    if plan.rows == "sum":
        return loss_sum
    return np.divide(
        loss_sum, weight_sum, out=np.full_like(loss_sum, np.nan), where=np.asarray(weight_sum) > 0
    )


def penalty_of(plan: Plan, flat: Array) -> float:
    """Σ penalties of one member's weights (P,), before any division by Σ w_r."""
    total = 0.0
    for view in plan.views:
        some = np.asarray(flat[view.offset : view.offset + view.size], float)
        for name, row in PENALTIES.items():
            strength = getattr(plan, name)
            if strength and view.decay and view.trainable:
                total += view.decay * float(np.sum(row.forward(w=some, **{name: strength})))
    return total


def evaluate_loss(engine: Engine, plan: Plan, w: Any, source: Source) -> Array:
    """The loss (M,) of a whole source, without dropout and penalty, in blocks whose sums are added in order."""
    loss, weight = np.zeros(plan.members), np.zeros(plan.members)
    for rows in source.blocks():
        sums = engine.gradient(plan, w, source.batch(rows, plan=plan, dtype=plan.precision))
        loss, weight = loss + sums.loss_sum, weight + sums.weight_sum
    return np.asarray(total_loss(plan, loss, weight))


def _check_state(plan: Plan, state: TrainingState) -> None:
    slots, z = len(plan.optimizer.state), len(plan.schedule.state)
    shapes = (plan.members, plan.size), (slots, plan.members, plan.size), (plan.members, z)
    if (state.w.shape, state.slots.shape, state.schedule.shape) != shapes:
        raise EngineError("CR-1520", found=(state.w.shape, len(state.slots)), wanted=(shapes[0], slots))


def _member(state: TrainingState, m: int, seen: tuple[str, ...]) -> TrainingState:
    """One member's state, its own but for the arrays named in `seen`, which nobody may change."""
    changes: dict[str, Any] = {
        "probe": state.probe[state.probe[:, 0] == m] if len(state.probe) else state.probe
    }
    for name, value in vars(state).items():
        if name != "probe":
            one = value[:, m : m + 1] if name == "slots" else value[m : m + 1]
            changes[name] = one if name in seen else one.copy()
    return TrainingState(**changes)


def _join(states: list[TrainingState]) -> TrainingState:
    joined: dict[str, Any] = {}
    longest = max(s.train.shape[1] for s in states)
    for name in vars(states[0]):
        parts = [getattr(s, name) for s in states]
        if name in ("train", "validation", "rate"):
            parts = [
                np.pad(p, ((0, 0), (0, longest - p.shape[1])), constant_values=np.nan)
                if p.shape[1] < longest
                else p
                for p in parts
            ]
        if name == "probe":
            for m, part in enumerate(parts):
                part[:, 0] = m
        joined[name] = np.concatenate(parts, axis=1 if name == "slots" else 0) if len(parts) > 1 else parts[0]
    return TrainingState(**joined)


def _run_member(
    engine: Engine,
    plan: Plan,
    state: TrainingState,
    source: Source,
    validation: Source | None,
    until: Until,
    progress: Progress | None,
    began: float,
) -> None:
    """The run of one member, into its state: this is the definition that the native `run` is held to."""
    curves = {
        name: list(getattr(state, name)[0][: state.epoch[0]]) for name in ("train", "validation", "rate")
    }
    probe, told = list(state.probe), began
    w = engine.load(plan, state.w)
    slots = [engine.load(plan, slot) for slot in state.slots]

    def note() -> None:
        """The state in natural order, with everything up to the last whole epoch."""
        state.w = engine.dump(plan, w)
        state.slots = np.stack([engine.dump(plan, s) for s in slots]) if slots else state.slots
        for name, values in curves.items():
            setattr(state, name, np.array([values], dtype=float).reshape(1, -1))
        state.probe = np.array(probe).reshape(-1, 7)

    while state.epoch[0] < until.epochs:
        epoch = int(state.epoch[0])
        good = (w, slots, int(state.k[0]))
        loss, weight, rate, shared, seen = np.zeros(1), np.zeros(1), 0.0, 0.0, 0
        letters = dict(zip(plan.schedule.state, state.schedule[0], strict=True))
        for rows in source.epoch(plan, epoch):
            batch = source.batch(rows, plan=plan, epoch=epoch, dtype=plan.precision, dropout=True)
            k = int(state.k[0]) + 1
            rate = plan.rate(k, letters)
            before = w
            w, slots, sums = engine.step(plan, w, slots, batch, k, rate)
            if not np.isfinite(sums.loss_sum[0]):
                state.trouble[0] = k, _layer_of_trouble(engine, plan, before, batch)
                state.stopped[0] = NONFINITE
                w, slots, state.k[0] = good
                return note()
            state.k[0] = k
            loss, weight = loss + sums.loss_sum, weight + sums.weight_sum
            if until.share:
                under = float(sums.weight_sum[0]) if plan.rows == "mean" and plan.penalty == "shared" else 1.0
                part = until.share * float(total_loss(plan, sums.loss_sum, sums.weight_sum)[0])
                shared += len(rows) * (part + penalty_of(plan, engine.dump(plan, before)[0]) / (under or 1.0))
                seen += len(rows)
            if until.probe and k % until.probe == 0:
                probe.extend(_probe(engine, plan, before, w, sums, batch, k))
        train = shared / seen if until.share else float(total_loss(plan, loss, weight)[0])
        score = train if validation is None else float(evaluate_loss(engine, plan, w, validation)[0])
        if not np.isfinite(score):
            state.trouble[0] = int(state.k[0]), 0
            state.stopped[0] = NONFINITE
            w, slots, state.k[0] = good
            return note()
        curves["train"].append(train)
        curves["validation"].append(np.nan if validation is None else score)
        curves["rate"].append(rate)
        state.epoch[0] += 1
        line = state.best_score[0] - until.min_delta
        state.bad[0] = 0 if score < line or (until.ties and score == line) else state.bad[0] + 1
        if score < state.best_score[0]:
            state.best_score[0], state.best_epoch[0] = score, state.epoch[0]
            state.best = engine.dump(plan, w)
        for letter, expression in plan.schedule.assignments:
            letters[letter] = float(expression(loss=score, lr=plan.lr, **{**plan.schedule_knobs, **letters}))
        state.schedule[0] = [letters[name] for name in plan.schedule.state]
        if until.patience and state.bad[0] >= until.patience:
            state.stopped[0] = PATIENCE
            return note()
        if train <= until.goal:
            state.stopped[0] = GOAL
            return note()
        now = perf_counter()
        if progress is not None and now - told >= 0.1:
            told = now
            note()
            if progress(state):
                state.stopped[0] = INTERRUPTED
                return
        if now - began >= until.pause:
            return note()
    state.stopped[0] = EPOCHS
    note()


def _layer_of_trouble(engine: Engine, plan: Plan, w: Any, batch: Batch) -> int:
    """The first layer whose scores are not finite, 0 where only the loss is."""
    from .reference import Reference

    seen: dict[str, Any] = {}
    Reference().gradient(plan, engine.dump(plan, w).astype(float), batch, seen=seen.__setitem__)
    return next((a.index for a in plan.layers if not np.isfinite(seen[f"s{a.index}"]).all()), 0)


def _probe(
    engine: Engine, plan: Plan, before: Any, after: Any, sums: Sums, batch: Batch, k: int
) -> list[tuple[float, ...]]:
    """One row per layer: how large the gradient is, how many outputs are 0 or saturated, how far the weights moved."""
    from .reference import Reference

    seen: dict[str, Any] = {}
    old, new = engine.dump(plan, before).astype(float), engine.dump(plan, after).astype(float)
    Reference().gradient(plan, old, batch, seen=seen.__setitem__)
    gradient = plan.unflatten(engine.dump(plan, sums.grad_sum).astype(float))
    rows: list[tuple[float, ...]] = []
    for layer in plan.layers:
        w0, w1 = plan.unflatten(old)[layer.w.name], plan.unflatten(new)[layer.w.name]
        y, s = seen[f"y{layer.index}"], seen[f"s{layer.index}"]
        slope = layer.activation.backward(s=s, y=y, dy=1.0, **layer.knobs) * np.ones_like(y)
        scale = float(sums.weight_sum[0]) if plan.rows == "mean" else 1.0
        moved, size = np.linalg.norm(w1 - w0), np.linalg.norm(w0)
        mean = float(np.abs(gradient[layer.w.name]).mean()) / (scale or 1.0)
        flat = float((np.abs(slope) < 0.01).mean())
        rows.append((float(plan.first), float(k), float(layer.index), mean, float((y == 0).mean()), flat,
                     float(moved / size) if size else 0.0))  # fmt: skip
    return rows
