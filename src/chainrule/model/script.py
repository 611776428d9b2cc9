"""facts -> the Python program that trains the same model again, bit for bit, with every choice written out."""

import dataclasses
import os
from collections.abc import Mapping
from typing import Any

from ..rules.activations import Activation
from ..rules.losses import Loss
from ..rules.optimizers import Optimizer
from ..rules.schedules import Schedule

RULES: dict[str, type] = {
    "Activation": Activation,
    "Loss": Loss,
    "Optimizer": Optimizer,
    "Schedule": Schedule,
}
FILES = ("data", "validation", "test", "weight", "groups", "divide")  # None: the program is a function of it
TOLD = ("data", "target", "estimator")  # what a program does not give by name


def paths_of(source: Any) -> str | list[str] | None:
    """The file or files a table came from; None where it came as a frame."""
    if isinstance(source, list | tuple) and source and all(isinstance(s, str | os.PathLike) for s in source):
        return [os.fspath(s) for s in source]
    return os.fspath(source) if isinstance(source, str | os.PathLike) else None


def recorded(settings: Mapping[str, Any]) -> dict[str, Any]:
    """Arguments of `train` as JSON: a user's own rule becomes {"rule": kind, …its fields}."""
    return {name: _put(value) for name, value in settings.items()}


def _put(value: Any) -> Any:
    if type(value) in RULES.values():
        fields = {f.name: _put(getattr(value, f.name)) for f in dataclasses.fields(value)}
        return {"rule": type(value).__name__, **fields}
    if isinstance(value, Mapping):
        return {str(k): _put(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_put(v) for v in value]
    if value is None or isinstance(value, bool | str):
        return value
    return value.__index__() if hasattr(value, "__index__") else float(value)


def given(value: Any) -> Any:
    """What `recorded` made JSON of: a rule again where it was one, a tuple where it was a list."""
    if isinstance(value, dict) and value.get("rule") in RULES:
        return RULES[value["rule"]](**{k: given(v) for k, v in value.items() if k != "rule"})
    if isinstance(value, dict):
        return {k: given(v) for k, v in value.items()}
    return tuple(map(given, value)) if isinstance(value, list) else value


def script(facts: Mapping[str, Any]) -> str:
    """A program that runs as it stands where the tables were files; else a function of the tables."""
    program = facts["program"]
    frames = [name for name in FILES if name in program and program[name] is None]
    rules = sorted({kind for value in program.values() for kind in _used(value)})
    calls = [
        _literal(program["data"]) if program.get("data") is not None else "data",
        repr(program.get("target")),
    ]
    for name, value in program.items():
        if name in TOLD or not name.isidentifier():
            continue
        calls.append(f"{name}={name if name in frames else _literal(value)}")
    lines = ["import chainrule"]
    if rules:
        lines.append(f"from chainrule import {', '.join(rules)}")
    indent = "    " if frames else ""
    lines.append("")
    if frames:
        lines += ["", f"def program({', '.join(frames)}):"]
    lines.append(f"{indent}model = chainrule.train(")
    lines += [f"{indent}    {call}," for call in calls]
    lines.append(f"{indent})")
    lines += [f"{indent}return model"] if frames else ["print(model.report())"]
    return "\n".join(lines) + "\n"


def _used(value: Any) -> set[str]:
    if isinstance(value, dict):
        own = {value["rule"]} if value.get("rule") in RULES else set()
        return own.union(*(_used(v) for v in value.values()))
    return set().union(*(_used(v) for v in value)) if isinstance(value, list) else set()


def _literal(value: Any) -> str:
    """Python text of a JSON value; nothing but literals and the four rule classes can come out of it."""
    if isinstance(value, dict):
        if value.get("rule") in RULES:
            known = {f.name for f in dataclasses.fields(RULES[value["rule"]])}
            given = {k: v for k, v in value.items() if k in known}
            return f"{value['rule']}({', '.join(f'{k}={_literal(v)}' for k, v in given.items())})"
        return "{" + ", ".join(f"{k!r}: {_literal(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        inner = ", ".join(map(_literal, value))
        return f"({inner},)" if len(value) == 1 else f"({inner})"
    return repr(value)
