"""what a user gives for a rule -> its row: a row itself, a name of any tool, or the user's own formula as text."""

from collections.abc import Mapping
from typing import TypeVar

from ..errors import PlanError
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


def _text(setting: str, given: object, table: Mapping[str, Row]) -> str:
    if not isinstance(given, str):
        raise PlanError("CR-1401", setting=setting, value=given, wanted=" / ".join(table))
    return given
