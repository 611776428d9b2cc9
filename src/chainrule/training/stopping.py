"""history -> stop or go on: the limits of a training, what it watches, and why it ended."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from ..batches.source import Source
from ..engine.contract import EPOCHS, GOAL, INTERRUPTED, NONFINITE, PATIENCE, Engine, evaluate_loss
from ..errors import PlanError
from ..messages import get_language, say
from ..plan import Plan, checked
from ..rules.losses import Loss

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Monitor:
    """What is watched after every epoch: score(engine, plan, w, source) -> (M,), lower is better unless `higher`."""

    name: str
    score: Callable[[Engine, Plan, Any, Source], Array] = field(compare=False)
    higher: bool = False


def loss_monitor(plan: Plan, loss: Loss) -> Monitor:
    """Another rule's loss on the same outputs, in the plan's reduction.

    Raises PlanError CR-1406 where that loss owns a link other than the network's output layer.
    """
    other = checked(replace(plan, loss=loss, loss_knobs=dict(loss.knobs), c=loss.c))

    def score(engine: Engine, plan: Plan, w: Any, source: Source) -> Array:
        return evaluate_loss(engine, replace(other, members=plan.members, first=plan.first), w, source)

    return Monitor(loss.name, score)


@dataclass(frozen=True)
class Stopping:
    """The limits of a training.

    epochs     at most so many passes through the training rows
    patience   stop after so many epochs without a better score; 0: never
    min_delta  how much better counts
    goal       stop when the training loss is ≤ goal; −inf: never
    monitor    what "better" means; None: the training's own loss on the validation rows (on the training rows where
               there are none)

    Raises PlanError CR-1401.
    """

    epochs: int
    patience: int = 0
    min_delta: float = 0.0
    goal: float = -math.inf
    monitor: Monitor | None = None

    def __post_init__(self) -> None:
        for setting, least in (("epochs", 1), ("patience", 0)):
            value = getattr(self, setting)
            if (
                isinstance(value, bool)
                or not hasattr(value, "__index__")
                or not least <= value.__index__() < 2**31
            ):
                raise PlanError("CR-1401", setting=setting, value=value, wanted=f"{least}, {least + 1}, …")
        if not (isinstance(self.min_delta, int | float) and 0 <= self.min_delta < math.inf):
            raise PlanError("CR-1401", setting="min_delta", value=self.min_delta, wanted="≥ 0")
        if not (isinstance(self.goal, int | float) and self.goal < math.inf):
            raise PlanError("CR-1401", setting="goal", value=self.goal, wanted="< inf")


_REASONS = {
    EPOCHS: "epochs",
    PATIENCE: "patience",
    GOAL: "goal",
    NONFINITE: "nonfinite",
    INTERRUPTED: "interrupted",
}
_SENTENCES = {
    "epochs": "CR-1640", "patience": "CR-1641", "goal": "CR-1642", "nonfinite": "CR-1643", "interrupted": "CR-1645",
}  # fmt: skip


@dataclass(frozen=True)
class Stop:
    """Why a training ended: `reason` is epochs, patience, goal, nonfinite or interrupted; str() is the sentence.

    Or "told": an estimator's own words, as `values["text"]`.
    """

    reason: str
    values: Mapping[str, Any]

    @classmethod
    def of(cls, code: int, values: Mapping[str, Any]) -> "Stop":
        return cls(_REASONS[code], values)

    def __str__(self) -> str:
        if self.reason == "told":
            return say("CR-1648", text=self.values["text"])
        code = _SENTENCES[self.reason]
        if self.reason == "nonfinite" and not self.values["layer"]:
            code = "CR-1644"
        kept = say("CR-1646" if self.values["best_epoch"] else "CR-1647", **self.values)
        between = "" if get_language() == "zh" else " "
        return f"{say(code, **self.values)}{between}{kept}"

    def to_json(self) -> dict[str, Any]:
        return {"reason": self.reason, "values": dict(self.values)}
