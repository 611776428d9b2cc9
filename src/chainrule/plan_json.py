"""plan -> strict JSON and back: the plan inside a model file or checkpoint, read as if a stranger had written it.

What comes back is complete, known and in the one order `make_plan` writes, or it is refused: a key too many may be a
setting of a newer version, and leaving it out would change what the file means.
"""

import dataclasses
import math
from collections.abc import Mapping
from typing import Any

from .errors import ChainruleError, PlanError
from .plan import Block, Dense, Dropout, Gather, Knobs, Numeric, Plan, View, checked
from .rules.activations import ACTIVATIONS, Activation
from .rules.checks import check_bounds
from .rules.initializers import INITIALIZERS, Initializer
from .rules.losses import LOSSES, Loss
from .rules.optimizers import OPTIMIZERS, Optimizer
from .rules.schedules import SCHEDULES, Schedule

_TABLES: dict[type, Mapping[str, Any]] = {
    Activation: ACTIVATIONS, Loss: LOSSES, Optimizer: OPTIMIZERS, Schedule: SCHEDULES, Initializer: INITIALIZERS
}  # fmt: skip
# the texts of a rule, parsed while it is loaded: hostile text is refused here and not in the middle of a run
_READINGS: dict[type, tuple[str, ...]] = {
    Activation: ("textbook", "forward", "gradient", "backward"),
    Loss: ("textbook", "forward", "gradient"),
    Optimizer: ("assignments",),
    Schedule: ("expression", "assignments"),
    Initializer: ("spread",),
}
_BLOCKS: dict[str, type[Block]] = {"numeric": Numeric, "gather": Gather, "dropout": Dropout, "dense": Dense}
# name -> (type, least, most) of the plain settings; text and the finer limits are checked in `checked`
_WHOLE = {
    "total": (1, 2**63 - 1), "batch": (0, 2**32 - 1), "members": (1, 2**16), "first": (0, 2**16),
    "seed": (0, 2**64 - 1), "threads": (1, 2**16),
}  # fmt: skip
_NUMBERS = ("c", "l1", "l2", "limit", "lr", "decay")
_TEXTS = ("outputs", "rows", "clip", "precision")
# written only where they differ, so that older files stay readable
_LATER: dict[str, Any] = {"penalty": "added", "max_norm": 0.0}
_RULES: dict[str, type] = {"loss": Loss, "optimizer": Optimizer, "schedule": Schedule}
_MOST_UNITS = 2**31 - 1


def to_json(plan: Plan) -> dict[str, Any]:
    """Built-in rules by name, a user's own rule with its text."""
    blocks = []
    for block in plan.blocks:
        entry: dict[str, Any] = {"block": type(block).__name__.lower()}
        for field in dataclasses.fields(block):
            value = getattr(block, field.name)
            entry[field.name] = _rule_to_json(value) if field.name == "activation" else value
        blocks.append({k: list(v) if isinstance(v, tuple) else v for k, v in entry.items()})
    views = [
        {"name": v.name, "start": _rule_to_json(v.start), "start_knobs": dict(v.start_knobs), "rate": v.rate,
         "decay": v.decay, "trainable": v.trainable}
        for v in plan.views
    ]  # fmt: skip
    rules = {name: _rule_to_json(getattr(plan, name)) for name in _RULES}
    knobs = {f"{name}_knobs": dict(getattr(plan, f"{name}_knobs")) for name in _RULES}
    plain = {name: getattr(plan, name) for name in (*_WHOLE, *_NUMBERS, *_TEXTS, "shuffle")}
    later = {name: getattr(plan, name) for name, usual in _LATER.items() if getattr(plan, name) != usual}
    return {"blocks": blocks, "views": views, **rules, **knobs, **plain, **later}


def from_json(state: Any) -> Plan:
    """The plan `to_json` wrote. Raises PlanError (CR-14xx) or RuleError (CR-13xx) for anything else."""
    try:
        return _read(state)
    except ChainruleError:
        raise
    except (
        KeyError,
        TypeError,
        AttributeError,
        ValueError,
        IndexError,
        OverflowError,
        RecursionError,
    ) as error:
        raise PlanError("CR-1430", what=f"{type(error).__name__}: {error}"[:200]) from None


def _read(state: Any) -> Plan:
    knobs = [f"{name}_knobs" for name in _RULES]
    if isinstance(state, dict):
        state = {**_LATER, **state}
    _keys(
        "plan", state, ("blocks", "views", *_RULES, *knobs, *_WHOLE, *_NUMBERS, *_TEXTS, *_LATER, "shuffle")
    )
    blocks = tuple(_block(entry) for entry in _list("blocks", state["blocks"]))
    kinds = [type(block) for block in blocks]
    body = kinds[2:] if kinds[1:2] == [Gather] else kinds[1:]
    dense = [kind for i, kind in enumerate(body) if kind is Dense or body[i + 1 : i + 2] != [Dense]]
    if kinds[:1] != [Numeric] or not dense or set(dense) != {Dense}:
        raise _refuse("the blocks are not numeric, gather, (dropout, dense) …")
    if Dropout in body[:1] and Gather in kinds:
        raise PlanError("CR-1403")
    views = _views(blocks, _list("views", state["views"]))
    for name, (least, most) in _WHOLE.items():
        _whole(name, state[name], least, most)
    for name in (*_TEXTS, "penalty"):
        if not isinstance(state[name], str):
            raise PlanError("CR-1401", setting=name, value=repr(state[name])[:40], wanted="text")
    _boolean("shuffle", state["shuffle"])
    rules: dict[str, Any] = {name: _rule(kind, state[name]) for name, kind in _RULES.items()}
    given: dict[str, Any] = {f"{name}_knobs": _knobs(rules[name], state[f"{name}_knobs"]) for name in _RULES}
    plain = {name: state[name] for name in (*_WHOLE, *_NUMBERS, *_TEXTS, *_LATER, "shuffle")}
    return checked(Plan(blocks, views, **rules, **given, **plain))


def _refuse(what: str) -> PlanError:
    return PlanError("CR-1430", what=what[:200])


def _keys(what: str, entry: Any, wanted: tuple[str, ...]) -> None:
    if not isinstance(entry, dict) or set(entry) != set(wanted):
        found = sorted(map(str, entry))[:30] if isinstance(entry, dict) else type(entry).__name__
        raise _refuse(f"{what}: {found}")


def _list(what: str, entry: Any) -> list[Any]:
    if not isinstance(entry, list) or len(entry) > 2000:
        raise _refuse(f"{what} is no list, or too long a one")
    return entry


def _whole(setting: str, value: object, least: int, most: int) -> None:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise PlanError("CR-1401", setting=setting, value=repr(value)[:40], wanted=f"{least} … {most}")


def _number(setting: str, value: object, least: float, most: float) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value < most:
        raise PlanError("CR-1401", setting=setting, value=repr(value)[:40], wanted=f"{least:g} … < {most:g}")


def _boolean(setting: str, value: object) -> None:
    if not isinstance(value, bool):
        raise PlanError("CR-1401", setting=setting, value=repr(value)[:40], wanted="true / false")


def _block(entry: Any) -> Block:
    kind = _BLOCKS[entry["block"]]
    _keys(entry["block"], entry, ("block", *(f.name for f in dataclasses.fields(kind))))
    if kind is Numeric:
        _whole("width", entry["width"], 0, _MOST_UNITS)
        return Numeric(entry["width"])
    if kind is Gather:
        if not isinstance(entry["levels"], list) or not entry["levels"]:
            raise _refuse("gather without levels")
        for level in entry["levels"]:
            _whole("levels", level, 1, _MOST_UNITS)
        return Gather(tuple(entry["levels"]))
    if kind is Dropout:
        _number("dropout", entry["rate"], 0.0, 1.0)
        return Dropout(entry["rate"])
    _whole("units", entry["units"], 1, _MOST_UNITS)
    _boolean("bias", entry["bias"])
    row = _rule(Activation, entry["activation"])
    return Dense(entry["units"], row, _knobs(row, entry["knobs"]), entry["bias"])


def _views(blocks: tuple[Block, ...], entries: list[Any]) -> tuple[View, ...]:
    """The views, in the order of the layers, with shapes and places computed and never believed."""
    shapes: list[tuple[str, tuple[int, ...]]] = []
    below = sum(
        b.width if isinstance(b, Numeric) else sum(b.levels) if isinstance(b, Gather) else 0 for b in blocks
    )
    if below == 0:
        raise PlanError("CR-1402")
    for i, block in enumerate((b for b in blocks if isinstance(b, Dense)), 1):
        shapes.append((f"w{i}", (below, block.units)))
        if block.bias:
            shapes.append((f"b{i}", (block.units,)))
        below = block.units
    if [entry["name"] for entry in entries] != [name for name, _ in shapes]:
        raise _refuse(f"views {[str(entry['name'])[:20] for entry in entries][:30]}")
    made: list[View] = []
    offset = 0
    for entry, (name, shape) in zip(entries, shapes, strict=True):
        _keys(name, entry, ("name", "start", "start_knobs", "rate", "decay", "trainable"))
        _number(f"{name}.rate", entry["rate"], 0.0, math.inf)
        _number(f"{name}.decay", entry["decay"], 0.0, math.inf)
        _boolean(f"{name}.trainable", entry["trainable"])
        row = _rule(Initializer, entry["start"])
        rest = {key: entry[key] for key in ("rate", "decay", "trainable")}
        made.append(View(name, shape, offset, row, _knobs(row, entry["start_knobs"]), **rest))
        offset += made[-1].size
    return tuple(made)


def _knobs(row: Any, given: Any) -> Knobs:
    """A rule's knobs, all of them and no others, finite."""
    if not isinstance(given, dict) or set(given) != set(row.knobs):
        raise _refuse(
            f"knobs of {row.name}: {sorted(map(str, given))[:30] if isinstance(given, dict) else given!r}"
        )
    for knob, value in given.items():
        if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) < math.inf:
            raise PlanError(
                "CR-1401", setting=f"{row.name}.{knob}", value=repr(value)[:40], wanted="a finite number"
            )
    knobs = {knob: float(value) for knob, value in given.items()}
    check_bounds(row.name, knobs, getattr(row, "bounds", {}))
    return knobs


def _rule_to_json(row: Any) -> Any:
    if _TABLES[type(row)].get(row.name) == row:
        return row.name
    fields = {field.name: getattr(row, field.name) for field in dataclasses.fields(row)}
    return {
        name: list(value)
        if isinstance(value, tuple)
        else dict(value)
        if isinstance(value, Mapping)
        else value
        for name, value in fields.items()
    }


def _rule(kind: type, state: Any) -> Any:
    if isinstance(state, str):
        if state not in _TABLES[kind]:
            raise _refuse(f"{kind.__name__.lower()} '{state[:40]}'")
        return _TABLES[kind][state]
    if isinstance(state, dict):
        state = {**({"bounds": {}} if kind is Loss else {}), **state}  # files from before losses had bounds
    _keys(kind.__name__.lower(), state, tuple(f.name for f in dataclasses.fields(kind)))
    row = kind(**{k: tuple(v) if isinstance(v, list) else v for k, v in state.items()})
    if "output" in state:
        _boolean(f"{row.name}.output", state["output"])
    for reading in _READINGS[kind]:
        getattr(row, reading)
    if state.get("curve"):
        row.curvature  # noqa: B018  # reading it parses the text
    return row
