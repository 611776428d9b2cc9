"""model, table -> the same training once more, and whether its weights come out with the same bits."""

import inspect
import os
from dataclasses import dataclass
from typing import Any

import numpy as np

from .. import __version__
from ..errors import ModelError
from ..messages import say
from ..training.loop import Progress
from .model import Model
from .script import FILES, given

Array = np.ndarray[Any, Any]
BITS = {4: np.uint32, 8: np.uint64}


@dataclass(frozen=True)
class Repeat:
    """What a repetition found; str() says it.

    equal    whether every weight and threshold has the same bits
    first    (name such as "w1[3, 2]", counted from 1; its value then; its value now) of the first that differs
    differ   how many differ, of `count`, by `largest` at most
    same     table -> whether it is the one of the training by its SHA-256; None: cannot be told
    model    the network trained now
    """

    equal: bool
    first: tuple[str, float, float] | None
    differ: int
    count: int
    largest: float
    same: dict[str, bool | None]
    networks: tuple[str, str]  # then, now
    versions: tuple[str, str]
    interrupted: bool
    model: Model

    def __str__(self) -> str:
        codes = {True: "CR-3540", False: "CR-3541", None: "CR-3542"}
        said = [say(codes[same], table=say(_TABLES[name])) for name, same in self.same.items()]
        then, now = self.networks
        if self.equal:
            said.append(say("CR-3543", count=self.count))
        elif self.first is None:
            said.append(say("CR-3545", then=then, now=now))
        else:
            name, old, new = self.first
            said.append(say("CR-3544", differ=self.differ, count=self.count, name=name, then=f"{old:.9g}",
                            now=f"{new:.9g}", largest=f"{self.largest:.3g}"))  # fmt: skip
        if not self.equal and self.versions[0] != self.versions[1]:
            said.append(say("CR-3546", then=self.versions[0], now=self.versions[1]))
        if self.interrupted:
            said.append(say("CR-3547"))
        return "\n".join(said)

    def to_json(self) -> dict[str, Any]:
        return {
            "equal": self.equal, "weights": self.count, "differ": self.differ, "largest_difference": self.largest,
            "first": None if self.first is None else dict(zip(("name", "then", "now"), self.first, strict=True)),
            "same_table": self.same, "networks": list(self.networks), "versions": list(self.versions),
            "interrupted": self.interrupted,
        }  # fmt: skip


_TABLES = {"data": "CR-3548", "validation": "CR-3549", "test": "CR-3550"}


def repeat(
    model: Any, data: Any = None, *, validation: Any = None, test: Any = None, weight: Any = None, groups: Any = None,
    divide: Any = None, progress: Progress | None = None, **reading: Any,
) -> Repeat:  # fmt: skip
    """Train again as the model was trained, and compare every bit of its weights and thresholds.

    model    a Model, a fitted TabularRegressor or TabularClassifier, or the file of one
    data     the training table; None: the files the model was trained from. So with `validation`, `test`, `weight`,
             `groups`, `divide` where the training had them
    progress called about ten times a second with a `chainrule.training.loop.Moment`
    reading  options of `read_table` that differ now

    Raises ModelError CR-3530 (the model knows of no training), CR-3531 (what it was trained with must be given),
    CR-3532 (what it was not trained with), CR-3533 (a setting this version does not have); and what `train` raises.
    """
    from .flow import train

    if isinstance(model, str | os.PathLike):
        from .file import load

        model = load(model)
    old = getattr(model, "model_", model)
    if not isinstance(old, Model) or not old.facts.get("program", {}).get("target"):
        raise ModelError("CR-3530")
    program = {name: given(value) for name, value in old.facts["program"].items() if name != "estimator"}
    own = {
        "data": data,
        "validation": validation,
        "test": test,
        "weight": weight,
        "groups": groups,
        "divide": divide,
    }
    for name, value in own.items():
        if value is not None and name not in program and name != "data":
            raise ModelError("CR-3532", name=name)
        if value is not None or name == "data":
            program[name] = value if value is not None else program.get(name)
        if name in FILES and name in program and program[name] is None:
            raise ModelError("CR-3531", name=name)
    program |= {name: value for name, value in reading.items() if value not in (None, ())}
    unknown = sorted(set(program) - set(inspect.signature(train).parameters))
    if unknown:
        raise ModelError("CR-3533", name=unknown[0], then=old.facts["chainrule"], now=__version__)
    source = program.pop("data")
    if isinstance(source, tuple):
        source = list(source)
    again = train(source, program.pop("target"), progress=progress, **program)
    return compared(old, again)


def compared(old: Model, new: Model) -> Repeat:
    """Two networks, weight by weight."""
    before, now = old.facts.get("sha256", {}), new.facts.get("sha256", {})
    same = {
        name: None if name not in before or type(before[name]) is not type(now[name]) else before[name] == now[name]
        for name in now
    }  # fmt: skip
    first, differ, largest = None, 0, 0.0
    networks = f"{old.name} ({old.plan.precision})", f"{new.name} ({new.plan.precision})"
    alike = old.weights.shape == new.weights.shape and old.weights.dtype == new.weights.dtype
    alike = alike and {n: a.shape for n, a in old.parts.items()} == {n: a.shape for n, a in new.parts.items()}
    if alike:
        for name, values in old.parts.items():
            others = new.parts[name]
            apart = np.argwhere(_bits(values) != _bits(others))
            if len(apart):
                differ += len(apart)
                gap = np.abs(values.astype(float) - others.astype(float))
                largest = max(largest, float(gap.max()))
                if first is None:
                    at = tuple(apart[0].tolist())
                    first = f"{name}{[i + 1 for i in at]}", float(values[at]), float(others[at])
    versions = str(old.facts["chainrule"]), str(new.facts["chainrule"])
    interrupted = "interrupted" in (old.stop.reason, new.stop.reason)
    return Repeat(alike and not differ, first, differ, int(old.weights.size), largest, same, networks, versions,
                  interrupted, new)  # fmt: skip


def _bits(values: Array) -> Array:
    return np.ascontiguousarray(values).view(BITS[values.dtype.itemsize])
