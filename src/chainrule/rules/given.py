"""what a user gives for a rule -> its row: a row itself, a name of any tool, or the user's own formula as text."""

from collections.abc import Mapping
from typing import Any, TypeVar

from ..errors import PlanError, RuleError
from .activations import ACTIVATIONS, Activation
from .aliases import find
from .losses import LOSSES, Loss
from .optimizers import OPTIMIZERS, Optimizer
from .schedules import SCHEDULES, Schedule

Row = TypeVar("Row")


def activation_of(given: str | Activation) -> Activation:
    if isinstance(given, Activation):
        return given
    return find(
        ACTIVATIONS, _text("activation", given, ACTIVATIONS), "activation", lambda t: Activation("custom", t)
    )


def loss_of(given: str | Loss) -> Loss:
    if isinstance(given, Loss):
        return given
    return find(LOSSES, _text("loss", given, LOSSES), "loss", lambda text: Loss("custom", text))


def optimizer_of(given: str | Optimizer) -> Optimizer:
    if isinstance(given, Optimizer):
        return given
    return find(OPTIMIZERS, _text("optimizer", given, OPTIMIZERS), "optimizer", Optimizer.of)


def schedule_of(given: str | Schedule) -> Schedule:
    if isinstance(given, Schedule):
        return given
    return find(SCHEDULES, _text("schedule", given, SCHEDULES), "schedule")


def bare(given: Any) -> Any:
    """A rule without the settings behind it: "huber" of "huber:d=0.5"."""
    return given.partition(":")[0] if isinstance(given, str) else given


def knobs_of(given: Any) -> dict[str, float]:
    """The settings behind a rule's name: {"up": 1.3, "down": 0.4} of "rprop:up=1.3:down=0.4". RuleError CR-1391."""
    made: dict[str, float] = {}
    if not isinstance(given, str):
        return made
    name, *settings = given.split(":")
    for setting in settings:
        knob, equals, value = (part.strip() for part in setting.partition("="))
        try:
            made[knob] = float(value)
        except ValueError:
            equals = ""
        if not equals or not knob:
            raise RuleError("CR-1391", text=given[:60], name=name[:40] or "huber", knob=knob[:20] or "d")
    return made


def _text(setting: str, given: object, table: Mapping[str, Row]) -> str:
    if not isinstance(given, str):
        raise PlanError("CR-1401", setting=setting, value=given, wanted=" / ".join(table))
    return given
