"""settings, sizes -> plan: what is computed, as data. Every check a user can fail stands here, once."""

import dataclasses
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from .errors import PlanError
from .rules.activations import ACTIVATIONS, Activation
from .rules.aliases import find
from .rules.checks import check_bounds
from .rules.given import activation_of, bare, knobs_of, loss_of, optimizer_of, schedule_of
from .rules.initializers import INITIALIZERS, Initializer
from .rules.losses import LOSSES, Loss
from .rules.optimizers import CLIPS, OPTIMIZERS, Optimizer
from .rules.probe import probe_activation, probe_loss, probe_optimizer
from .rules.schedules import SCHEDULES, Schedule

if TYPE_CHECKING:
    import numpy as np

Knobs = Mapping[str, float]


@dataclass(frozen=True)
class Numeric:
    """`width` number columns enter as they are."""

    width: int


@dataclass(frozen=True)
class Gather:
    """One category per entry of `levels`, one-hot: a code picks a row of the first weights; −1 picks none."""

    levels: tuple[int, ...]


@dataclass(frozen=True)
class Dropout:
    """Each value in front of the next dense block is 0 with probability `rate`, the others are divided by 1 − rate."""

    rate: float


@dataclass(frozen=True)
class Dense:
    """s = x·w + b, y = f(s)."""

    units: int
    activation: Activation
    knobs: Knobs = field(default_factory=dict)
    bias: bool = True


Block = Numeric | Gather | Dropout | Dense


@dataclass(frozen=True)
class View:
    """One named piece of the flat weights: "w1" (inputs, units) or "b1" (units,)."""

    name: str
    shape: tuple[int, ...]
    offset: int
    start: Initializer
    start_knobs: Knobs
    rate: float = 1.0  # × learning rate
    decay: float = 1.0  # × penalties and decoupled decay
    trainable: bool = True

    @property
    def size(self) -> int:
        return math.prod(self.shape)

    @property
    def layer(self) -> int:
        return int(self.name[1:])


@dataclass(frozen=True)
class Layer:
    """One dense block with what engines need to know of its place."""

    index: int  # from 1
    inputs: int
    units: int
    activation: Activation
    knobs: Knobs
    w: View
    b: View | None
    dropout: float  # of what enters


@dataclass(frozen=True)
class Plan:
    """A network and its training as data. Use `make_plan`; a Plan is checked when it is made.

    L = Σ_r w_r Σ_o c·ℓ / Σ_r w_r + penalty; `outputs` "mean" divides by the number of outputs, `rows` "sum" leaves
    out the division by Σ w_r (the textbook's accumulated error). `penalty` "shared" puts the penalty under the division:
    L = (Σ_r w_r Σ_o c·ℓ + penalty) / Σ_r w_r, per batch, as scikit-learn does. A NaN target does not count; a row
    without any target that counts is no row: its weight is left out of Σ w_r too.
    """

    blocks: tuple[Block, ...]
    views: tuple[View, ...]
    loss: Loss
    loss_knobs: Knobs = field(default_factory=dict)
    c: float = 1.0
    outputs: str = "mean"
    rows: str = "mean"
    l1: float = 0.0
    l2: float = 0.0
    penalty: str = "added"
    clip: str = ""
    limit: float = 0.0
    max_norm: float = 0.0  # of the weights into each unit, after every update; 0: none
    optimizer: Optimizer = OPTIMIZERS["adam"]
    optimizer_knobs: Knobs = field(default_factory=dict)
    lr: float = 1e-3
    decay: float = 0.0  # decoupled
    schedule: Schedule = SCHEDULES["constant"]
    schedule_knobs: Knobs = field(default_factory=dict)
    total: int = 1  # steps the schedule is planned for
    batch: int = 0  # rows per step; 0: all
    shuffle: bool = True
    members: int = 1
    first: int = 0  # the number of the first member, for draws
    seed: int = 0
    precision: str = "float32"
    threads: int = 1

    @cached_property
    def numeric(self) -> int:
        """The number of number columns."""
        return sum(b.width for b in self.blocks if isinstance(b, Numeric))

    @cached_property
    def levels(self) -> tuple[int, ...]:
        """The levels of each category column."""
        return tuple(level for b in self.blocks if isinstance(b, Gather) for level in b.levels)

    @cached_property
    def level_offsets(self) -> tuple[int, ...]:
        """The row of w1 where each category column's levels begin."""
        return tuple(self.numeric + sum(self.levels[:j]) for j in range(len(self.levels)))

    @cached_property
    def layers(self) -> tuple[Layer, ...]:
        """The dense layers in order, with their views, activations and the dropout in front of them."""
        made: list[Layer] = []
        inputs, dropout = self.numeric + sum(self.levels), 0.0
        views = {v.name: v for v in self.views}
        for block in self.blocks:
            if isinstance(block, Dropout):
                dropout = block.rate
            elif isinstance(block, Dense):
                i = len(made) + 1
                w, b = views[f"w{i}"], views.get(f"b{i}")
                made.append(Layer(i, inputs, block.units, block.activation, block.knobs, w, b, dropout))
                inputs, dropout = block.units, 0.0
        return tuple(made)

    @property
    def inputs(self) -> int:
        """The number of inputs, each level of a category counted."""
        return self.layers[0].inputs

    @property
    def targets(self) -> int:
        """The number of outputs."""
        return self.layers[-1].units

    @property
    def size(self) -> int:
        """The number of weights and biases."""
        return sum(v.size for v in self.views)

    @property
    def trainable(self) -> int:
        """The number of weights and biases that are not frozen."""
        return sum(v.size for v in self.views if v.trainable)

    @property
    def name(self) -> str:
        """ "8-32-1", the architecture as people write it."""
        return "-".join(str(n) for n in (self.inputs, *(layer.units for layer in self.layers)))

    def only(self, member: int) -> "Plan":
        """The plan of one member alone, with its own draws."""
        if self.members == 1 and member == 0:
            return self
        return dataclasses.replace(self, members=1, first=self.first + member)

    def unflatten(self, flat: "np.ndarray") -> dict[str, "np.ndarray"]:
        """Views of the flat weights (…, P) by name: {"w1": (…, i, o), "b1": (…, o), …}."""
        return {
            v.name: flat[..., v.offset : v.offset + v.size].reshape(*flat.shape[:-1], *v.shape)
            for v in self.views
        }

    def rate(self, k: int, state: Mapping[str, float]) -> float:
        """The learning rate of step k (from 1)."""
        values = {"lr": self.lr, "k": float(k), "total": float(self.total), **self.schedule_knobs, **state}
        return float(self.schedule.expression(**values))

    def to_json(self) -> dict[str, Any]:
        """Strict JSON: built-in rules by name, a user's own rule with its text."""
        from .plan_json import to_json

        return to_json(self)

    @classmethod
    def from_json(cls, state: Mapping[str, Any]) -> "Plan":
        """The plan `to_json` wrote. Raises PlanError (CR-1430) or RuleError for anything else."""
        from .plan_json import from_json

        return from_json(state)


def make_plan(
    inputs: int,
    outputs: int,
    hidden: Sequence[int] = (),
    *,
    levels: Sequence[int] = (),
    activation: str | Activation | Sequence[str | Activation] = "tanh",
    output: str | Activation | None = None,
    loss: str | Loss = "squared",
    loss_knobs: Knobs | None = None,
    c: float | None = None,
    reduce_outputs: str | None = None,
    reduce_rows: str = "mean",
    bias: bool = True,
    dropout: float | Sequence[float] = 0.0,
    start: str = "glorot",
    start_knobs: Knobs | None = None,
    l1: float = 0.0,
    l2: float = 0.0,
    penalty: str = "added",
    clip_norm: float | None = None,
    clip_value: float | None = None,
    max_norm: float | None = None,
    optimizer: str | Optimizer = "adam",
    optimizer_knobs: Knobs | None = None,
    lr: float | None = None,
    decay: float | None = None,
    schedule: str | Schedule = "constant",
    schedule_knobs: Knobs | None = None,
    total: int = 1,
    batch: int = 0,
    shuffle: bool = True,
    members: int = 1,
    seed: int = 0,
    precision: str = "float32",
    threads: int = 1,
    views: Mapping[str, Mapping[str, Any]] | None = None,
) -> Plan:
    """A checked plan from settings.

    inputs   number columns; `levels` adds one one-hot category per entry
    outputs  units of the last layer; its activation is `output`, None: the loss's link, else the identity
    hidden   units per hidden layer; () for none. activation: one for all of them, or one each; bias: whether there are any
    loss, optimizer, schedule, start   a name, a formula as text, or a Loss, Optimizer …; `loss_knobs`, `optimizer_knobs`,
             `schedule_knobs`, `start_knobs` set the numbers of each, `lr` the rate (None: the rule's own)
    c, reduce_outputs, reduce_rows   the constant in front of the loss; "sum" or "mean" over outputs (None: the loss's own
             ones) and over the rows of a step
    l1, l2, penalty   l1·|w| and l2·w²/2 per weight, "added" to the loss or "shared" among the rows (see Plan); `decay` of
             the weights is apart from the gradient (adamw)
    clip_norm or clip_value   bound of the mean gradient's length, or of each of its values
    dropout  one rate for every hidden layer, or one per dense layer (its inputs), the first being the input's
    max_norm the norm of the weights into each unit is held at most so large, by the rule of clipping by norm, after every
             update; thresholds and frozen weights stay as they are (Srebro & Shraibman 2005; Srivastava et al. 2014)
    total, batch, shuffle   steps the schedule is planned for, rows per step (0: all), whether each epoch has its own order
    members  networks trained at once, each with draws of its own from `seed`; threads: no number changes any bit
    precision  "float32" or "float64"
    views    per parameter view: {"b1": {"trainable": False}, "w2": {"rate": 0.5, "decay": 0.0, "start": "he"}}

    Raises PlanError (CR-14xx) or RuleError (CR-1316) naming the setting.
    """
    for setting, value in (("inputs", inputs), ("outputs", outputs), ("members", members), ("total", total)):
        _whole(setting, value, 0 if setting == "inputs" else 1)
    for value in hidden:
        _whole("hidden", value, 1)
    for value in levels:
        _whole("levels", value, 1)
    _whole("batch", batch, 0)
    _whole("threads", threads, 1)
    _whole("seed", seed, 0)
    if seed >= 2**64:
        raise PlanError("CR-1401", setting="seed", value=seed, wanted="0 … 2^64 − 1")
    if inputs + sum(levels) == 0:
        raise PlanError("CR-1402")
    count = len(hidden) + 1
    loss_row = loss_of(bare(loss))
    rows = _activations(activation, output, loss_row, len(hidden))
    rates = _dropout(dropout, count)
    if rates[0] and levels:
        raise PlanError("CR-1403")
    blocks: list[Block] = [Numeric(inputs)]
    if levels:
        blocks.append(Gather(tuple(levels)))
    made: list[View] = []
    below, offset = inputs + sum(levels), 0
    changes = {k: dict(v) for k, v in (views or {}).items()}
    for i, (units, (row, knobs), rate) in enumerate(zip((*hidden, outputs), rows, rates, strict=True), 1):
        if rate:
            blocks.append(Dropout(rate))
        blocks.append(Dense(units, row, _knobs(row, knobs), bias))
        for name, shape in ((f"w{i}", (below, units)), (f"b{i}", (units,))):
            if name[0] == "w" or bias:
                made.append(_view(name, shape, offset, start, start_knobs, changes.pop(name, {})))
                offset += made[-1].size
        below = units
    if changes:
        raise PlanError("CR-1404", name=next(iter(changes)), known=", ".join(v.name for v in made))
    optimizer_row, schedule_row = optimizer_of(bare(optimizer)), schedule_of(bare(schedule))
    if clip_norm is not None and clip_value is not None:
        raise PlanError("CR-1405")
    if isinstance(max_norm, int | float) and max_norm == 0:
        raise PlanError("CR-1401", setting="max_norm", value=max_norm, wanted="> 0")
    clip, limit = ("norm", clip_norm) if clip_norm is not None else ("value", clip_value)
    if decay is None:
        decay = 0.01 if optimizer_row.name == "adamw" else 0.0
    return checked(
        Plan(
            blocks=tuple(blocks),
            views=tuple(made),
            loss=loss_row,
            loss_knobs=_knobs(loss_row, {**knobs_of(loss), **(loss_knobs or {})}),
            c=loss_row.c if c is None else c,
            outputs=loss_row.outputs if reduce_outputs is None else reduce_outputs,
            rows=reduce_rows,
            l1=l1,
            l2=l2,
            penalty=penalty,
            clip="" if limit is None else clip,
            limit=0.0 if limit is None else limit,
            max_norm=0.0 if max_norm is None else max_norm,
            optimizer=optimizer_row,
            optimizer_knobs=_knobs(optimizer_row, {**knobs_of(optimizer), **(optimizer_knobs or {})}),
            lr=optimizer_row.lr if lr is None else lr,
            decay=decay,
            schedule=schedule_row,
            schedule_knobs=_knobs(schedule_row, {**knobs_of(schedule), **(schedule_knobs or {})}),
            total=total,
            batch=batch,
            shuffle=shuffle,
            members=members,
            seed=seed,
            precision=precision,
            threads=threads,
        )
    )


def checked(plan: Plan) -> Plan:
    """The plan itself, if every number of it makes sense; else PlanError: the setting, its value, what is wanted."""
    for setting, value, least, most in (
        ("lr", plan.lr, 0.0, 1e30),
        ("l1", plan.l1, 0.0, 1e30),
        ("l2", plan.l2, 0.0, 1e30),
        ("decay", plan.decay, 0.0, 1e30),
        ("limit", plan.limit, 0.0, 1e300),
        ("max_norm", plan.max_norm, 0.0, 1e300),
        ("c", plan.c, 1e-300, 1e300),
    ):
        if isinstance(value, bool) or not (isinstance(value, int | float) and least <= value <= most):
            raise PlanError("CR-1401", setting=setting, value=value, wanted=f"{least:g} … {most:g}")
    if plan.clip and plan.limit <= 0:
        raise PlanError("CR-1401", setting=f"clip_{plan.clip}", value=plan.limit, wanted="> 0")
    for setting, text, choices in (
        ("reduce_outputs", plan.outputs, ("mean", "sum")),
        ("reduce_rows", plan.rows, ("mean", "sum")),
        ("precision", plan.precision, ("float32", "float64")),
        ("clip", plan.clip, ("", *CLIPS)),
        ("penalty", plan.penalty, ("added", "shared")),
    ):
        if text not in choices:
            raise PlanError(
                "CR-1401", setting=setting, value=text, wanted=" / ".join(c for c in choices if c)
            )
    # a draw's counter holds the layer in 8 bits and the member in 16; more would repeat another one's draws
    if plan.first + plan.members > 2**16:
        raise PlanError("CR-1401", setting="members", value=plan.first + plan.members, wanted="≤ 65536")
    if len(plan.layers) > 255:
        raise PlanError("CR-1401", setting="hidden", value=len(plan.layers) - 1, wanted="≤ 254")
    last = plan.layers[-1].activation
    if plan.loss.link and last.name != plan.loss.link:
        raise PlanError("CR-1406", loss=plan.loss.name, link=plan.loss.link, output=last.name)
    if plan.loss.link == "softmax" and plan.targets < 2:
        raise PlanError("CR-1407")
    for layer in plan.layers[:-1]:
        if layer.activation.output:
            raise PlanError("CR-1408", activation=layer.activation.name, layer=layer.index)
    for layer in plan.layers:
        if ACTIVATIONS.get(layer.activation.name) != layer.activation:
            probe_activation(layer.activation, layer.knobs)
    if LOSSES.get(plan.loss.name) != plan.loss:
        probe_loss(plan.loss, plan.loss_knobs)
    if OPTIMIZERS.get(plan.optimizer.name) != plan.optimizer:
        probe_optimizer(plan.optimizer, plan.optimizer_knobs)
    if plan.decay and not any("decay" in e.letters for _, e in plan.optimizer.assignments):
        raise PlanError("CR-1409", optimizer=plan.optimizer.name)
    return plan


def _whole(setting: str, value: object, least: int) -> None:
    if isinstance(value, bool) or not hasattr(value, "__index__") or value.__index__() < least:
        raise PlanError("CR-1401", setting=setting, value=value, wanted=f"1, 2, 3 … (≥ {least})")


def _activations(
    activation: str | Activation | Sequence[str | Activation],
    output: str | Activation | None,
    loss: Loss,
    hidden: int,
) -> list[tuple[Activation, Knobs]]:
    """Each layer's row, and the knobs set behind its name."""
    if isinstance(activation, str | Activation):
        given = [activation] * hidden
    elif not isinstance(activation, Sequence):
        given = [activation]  # nothing that can be one, so it is refused below
    elif len(activation) != hidden:
        raise PlanError("CR-1410", given=len(activation), hidden=hidden)
    else:
        given = [*activation]
    rows = [(activation_of(bare(a)), knobs_of(a)) for a in given]
    if output is None:
        return [*rows, (ACTIVATIONS[loss.link or "identity"], {})]
    return [*rows, (activation_of(bare(output)), knobs_of(output))]


def _dropout(dropout: float | Sequence[float], count: int) -> list[float]:
    if isinstance(dropout, str) or not isinstance(dropout, int | float) and not hasattr(dropout, "__iter__"):
        raise PlanError("CR-1401", setting="dropout", value=dropout, wanted="0 … < 1")
    rates = [0.0, *[float(dropout)] * (count - 1)] if isinstance(dropout, int | float) else [*dropout]
    if len(rates) != count:
        raise PlanError("CR-1411", given=len(rates), wanted=count)
    for rate in rates:
        if not (isinstance(rate, int | float) and 0 <= rate < 1):
            raise PlanError("CR-1401", setting="dropout", value=rate, wanted="0 … < 1")
    return rates


def _knobs(row: Any, given: Knobs | None) -> dict[str, float]:
    for knob, value in (given or {}).items():
        if knob not in row.knobs:
            raise PlanError("CR-1412", rule=row.name, knob=knob, known=", ".join(row.knobs) or "-")
        if not math.isfinite(value):
            raise PlanError("CR-1401", setting=f"{row.name}.{knob}", value=value, wanted="a finite number")
    knobs = {**row.knobs, **{k: float(v) for k, v in (given or {}).items()}}
    check_bounds(row.name, knobs, getattr(row, "bounds", {}))
    return knobs


_VIEW_SETTINGS = "start, start_knobs, rate, decay, trainable"


def _view(
    name: str,
    shape: tuple[int, ...],
    offset: int,
    start: str,
    start_knobs: Knobs | None,
    change: dict[str, Any],
) -> View:
    # biases start at 0 unless the start is one that places thresholds (Nguyen–Widrow) or says so per view
    own = "start" in change
    said = change.pop("start", start)
    row = find(INITIALIZERS, bare(said), "initializer")
    if name[0] == "b" and row.kind in ("normal", "uniform", "orthogonal") and not own:
        row, knobs = INITIALIZERS["zeros"], {}
    else:
        knobs = _knobs(row, {**knobs_of(said), **(change.pop("start_knobs", start_knobs) or {})})
    rate, decay = float(change.pop("rate", 1.0)), float(change.pop("decay", 1.0 if name[0] == "w" else 0.0))
    trainable = bool(change.pop("trainable", True))
    if change:
        raise PlanError("CR-1412", rule=name, knob=next(iter(change)), known=_VIEW_SETTINGS)
    for setting, value in (("rate", rate), ("decay", decay)):
        if not 0 <= value < math.inf:
            raise PlanError("CR-1401", setting=f"{name}.{setting}", value=value, wanted="≥ 0")
    return View(name, shape, offset, row, knobs, rate, decay, trainable)
